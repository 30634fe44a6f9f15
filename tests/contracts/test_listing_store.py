"""What every store of listings and authors promises."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from google.cloud import firestore

from candlewick.accounts.models import UserId
from candlewick.errors import Conflict, NotFound, QuotaExceeded
from candlewick.marketplace.firestore import FirestoreAuthorStore, FirestoreListingStore
from candlewick.marketplace.models import (
    Ancestor,
    Handle,
    Listing,
    ListingId,
    ListingVersion,
    Plan,
    Price,
)
from candlewick.marketplace.ports import AuthorStore, ListingStore
from tests.contracts.stores import ON_FIRESTORE
from tests.fakes import START
from tests.in_memory_marketplace import Indexed, InMemoryAuthors, InMemoryListings
from tests.marketplace_factories import a_listing, a_listing_version, an_author

OTHER = UserId("somebody-else")
LATER = START + timedelta(hours=1)


@dataclass
class RecordingIndex:
    """Reads, as a real one does, before it notes what it was told."""

    client: firestore.Client
    indexed: list[Indexed] = field(default_factory=list)

    def write(
        self, transaction: firestore.Transaction, listing: Listing, version: ListingVersion | None
    ) -> None:
        self.client.document("searchShards", "0").get(transaction=transaction)
        self.indexed.append((listing, version))


@dataclass
class Market:
    listings: ListingStore
    authors: AuthorStore
    indexed: list[Indexed]


@pytest.fixture(params=["memory", pytest.param("firestore", marks=ON_FIRESTORE)])
def market(request: pytest.FixtureRequest) -> Market:
    if request.param == "memory":
        listings = InMemoryListings()
        return Market(listings, InMemoryAuthors(), listings.indexed)
    client = request.getfixturevalue("client")
    index = RecordingIndex(client)
    return Market(FirestoreListingStore(client, index), FirestoreAuthorStore(client), index.indexed)


def mine(owner: UserId, name: str = "a", **changes: Any) -> Listing:
    return a_listing(id=ListingId(f"{owner}-{name}"), owner=owner, **changes)


def version_of(listing: Listing, number: int = 1, **changes: Any) -> ListingVersion:
    return a_listing_version(listing=listing.id, owner=listing.owner, number=number, **changes)


def anything(_: Sequence[Listing]) -> None: ...


def test_a_listing_and_its_version_are_found_as_they_were_made(
    market: Market, owner: UserId
) -> None:
    price = Price(amount=a_listing_version().spec.wallet, currency="EUR", plan=Plan.MONTHLY)
    listing = mine(owner, price=price)
    version = version_of(listing)
    market.listings.add(listing, version, anything)

    assert market.listings.get(listing.id) == listing
    assert market.listings.version(listing.id, 1) == version
    assert market.listings.get(ListingId("other")) is None
    assert market.listings.version(listing.id, 2) is None


def test_an_authors_listings_come_last_changed_first_and_nobody_elses(
    market: Market, owner: UserId
) -> None:
    made = [
        mine(owner, f"n{number}", updated_at=START + timedelta(minutes=number))
        for number in range(3)
    ]
    for listing in (*made, replace(mine(owner, "x"), owner=OTHER)):
        market.listings.add(listing, version_of(listing), anything)

    assert list(market.listings.of_owner(owner)) == made[::-1]


def test_a_refused_listing_is_not_stored(market: Market, owner: UserId) -> None:
    first, second = mine(owner), mine(owner, "b")
    market.listings.add(first, version_of(first), anything)

    def refuse(others: Sequence[Listing]) -> None:
        assert list(others) == [first]
        raise QuotaExceeded("full")

    with pytest.raises(QuotaExceeded):
        market.listings.add(second, version_of(second), refuse)

    assert market.listings.get(second.id) is None


def test_forks_are_found_by_their_ancestor(market: Market, owner: UserId) -> None:
    ancestor = mine(owner)
    line = Ancestor(listing=ancestor.id, version=1, is_declared=True)
    forks = [
        mine(owner, f"f{number}", ancestor=line, created_at=START + timedelta(minutes=number))
        for number in range(2)
    ]
    for listing in (ancestor, *forks[::-1]):
        market.listings.add(listing, version_of(listing), anything)

    assert list(market.listings.forks(ancestor.id)) == forks
    assert list(market.listings.forks(forks[0].id)) == []


def test_versions_are_added_after_the_latest_and_listed_newest_first(
    market: Market, owner: UserId
) -> None:
    listing = mine(owner)
    market.listings.add(listing, version_of(listing), anything)

    made = market.listings.add_version(
        listing.id, lambda found: version_of(found, found.latest_version + 1, created_at=LATER)
    )

    assert made.number == 2
    assert [each.number for each in market.listings.versions(listing.id)] == [2, 1]
    assert market.listings.get(listing.id) == replace(listing, latest_version=2, updated_at=LATER)


def test_a_version_and_its_listing_change_together(market: Market, owner: UserId) -> None:
    listing = mine(owner, current_version=None)
    market.listings.add(listing, version_of(listing, published_at=None), anything)

    changed = market.listings.change_version(
        listing.id,
        1,
        lambda found, version: (
            replace(found, current_version=1),
            replace(version, published_at=LATER),
        ),
    )

    assert changed == (market.listings.get(listing.id), market.listings.version(listing.id, 1))
    assert changed[0].current_version == 1
    assert changed[1].published_at == LATER


def test_what_is_not_there_cannot_change(market: Market, owner: UserId) -> None:
    listing = mine(owner)
    with pytest.raises(NotFound):
        market.listings.change(listing.id, lambda found: found)
    with pytest.raises(NotFound):
        market.listings.add_version(listing.id, version_of)
    market.listings.add(listing, version_of(listing), anything)
    with pytest.raises(NotFound):
        market.listings.change_version(listing.id, 2, lambda found, version: (found, version))


def test_every_change_is_told_to_the_index_with_the_current_version(
    market: Market, owner: UserId
) -> None:
    draft = mine(owner, current_version=None, latest_version=1)
    first = version_of(draft)
    market.listings.add(draft, first, anything)
    second = market.listings.add_version(draft.id, lambda found: version_of(found, 2))
    shown, _ = market.listings.change_version(
        draft.id, 2, lambda found, version: (replace(found, current_version=2), version)
    )
    renamed = market.listings.change(draft.id, lambda found: replace(found, author=Handle("new")))
    other, _ = market.listings.change_version(draft.id, 1, lambda found, version: (found, version))

    assert market.indexed == [
        (draft, None),
        (replace(draft, latest_version=2, updated_at=second.created_at), None),
        (shown, second),
        (renamed, second),
        (other, second),
    ]


def test_an_author_is_found_by_handle_and_by_user(market: Market, owner: UserId) -> None:
    author = an_author(owner, f"handle-{owner}")
    market.authors.put(author)
    market.authors.put(replace(author, name="Renamed"))

    assert market.authors.get(author.handle) == replace(author, name="Renamed")
    assert market.authors.of_user(owner) == replace(author, name="Renamed")
    assert market.authors.get(Handle("nobody-has-this")) is None
    assert market.authors.of_user(UserId("nobody")) is None


def test_a_handle_is_one_users_and_a_user_has_one(market: Market, owner: UserId) -> None:
    author = an_author(owner, f"handle-{owner}")
    market.authors.put(author)

    with pytest.raises(Conflict, match="taken"):
        market.authors.put(replace(author, owner=OTHER))
    with pytest.raises(Conflict, match="stays"):
        market.authors.put(replace(author, handle=Handle(f"second-{owner}")))

    assert market.authors.get(author.handle) == author
    assert market.authors.get(Handle(f"second-{owner}")) is None
