"""What every store of uses promises."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from candlewick.accounts.models import UserId
from candlewick.errors import NotFound
from candlewick.marketplace.firestore import FirestoreListingStore, NoIndex
from candlewick.marketplace.models import Counts, Listing, ListingId, Use, UseKind
from candlewick.marketplace.ports import ListingStore, UseStore
from candlewick.marketplace.uses import FirestoreUseStore
from tests.contracts.stores import ON_FIRESTORE, at_once
from tests.fakes import START
from tests.in_memory_marketplace import InMemoryListings, InMemoryUses
from tests.marketplace_factories import a_listing, a_listing_version

LATER = START + timedelta(hours=1)


@dataclass
class Market:
    listings: ListingStore
    uses: UseStore
    listing: Listing

    def counts(self) -> Counts:
        found = self.listings.get(self.listing.id)
        assert found is not None
        return found.counts


@pytest.fixture(params=["memory", pytest.param("firestore", marks=ON_FIRESTORE)])
def market(request: pytest.FixtureRequest, owner: UserId) -> Market:
    listing = a_listing(id=ListingId(f"{owner}-used"), owner=UserId("author"))
    if request.param == "memory":
        kept = InMemoryListings()
        found = Market(kept, InMemoryUses(kept), listing)
    else:
        client = request.getfixturevalue("client")
        found = Market(FirestoreListingStore(client), FirestoreUseStore(client, NoIndex()), listing)
    found.listings.add(listing, a_listing_version(listing=listing.id), lambda _: None)
    return found


def test_a_use_is_kept_with_its_user_and_the_last_time_counts(
    market: Market, owner: UserId
) -> None:
    listing = market.listing.id
    market.uses.note(owner, listing, 1, UseKind.RUN, START)
    market.uses.note(owner, listing, 2, UseKind.FORK, START)
    market.uses.note(owner, listing, 2, UseKind.RUN, LATER)

    assert list(market.uses.of_user(owner)) == [
        Use(listing=listing, version=2, ran_at=LATER, forked_at=START)
    ]
    assert list(market.uses.of_user(UserId(f"{owner}-other"))) == []


def test_a_user_counts_once_for_each(market: Market, owner: UserId) -> None:
    other = UserId(f"{owner}-other")
    for user, kind in (
        (owner, UseKind.FORK),
        (owner, UseKind.RUN),
        (owner, UseKind.BOT),
        (owner, UseKind.FORK),
        (other, UseKind.BOT),
    ):
        market.uses.note(user, market.listing.id, 1, kind, START)

    assert market.counts() == Counts(users=2, forks=1)


def test_nobody_is_counted_twice_or_lost_when_all_come_at_once(
    market: Market, owner: UserId
) -> None:
    users = [UserId(f"{owner}-{number}") for number in range(4)]

    at_once(8, lambda n: market.uses.note(users[n % 4], market.listing.id, 1, UseKind.RUN, START))

    assert market.counts().users == len(users)


def test_what_is_not_there_cannot_be_used(market: Market, owner: UserId) -> None:
    with pytest.raises(NotFound):
        market.uses.note(owner, ListingId("gone"), 1, UseKind.RUN, START)

    assert list(market.uses.of_user(owner)) == []
