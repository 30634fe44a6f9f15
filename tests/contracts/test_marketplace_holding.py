"""What of a user the marketplace gives out, and what is left of them when they are gone."""

import pytest
from google.cloud import firestore

from candlewick.accounts.models import UserId
from candlewick.marketplace.firestore import FirestoreAuthorStore, FirestoreListingStore
from candlewick.marketplace.holding import MarketplaceHolding
from candlewick.marketplace.models import ListingId, Standing
from tests.contracts.stores import ON_FIRESTORE
from tests.fakes import START
from tests.marketplace_factories import a_listing, a_listing_version, an_author

pytestmark = list(ON_FIRESTORE)


@pytest.fixture
def holding(client: firestore.Client, owner: UserId) -> MarketplaceHolding:
    """Return the holding; the owner has a listing, has bought another one, and moderates."""
    listings = FirestoreListingStore(client)
    listing = a_listing(id=ListingId(f"{owner}-l"), owner=owner)
    listings.add(listing, a_listing_version(listing=listing.id, owner=owner), lambda _: None)
    FirestoreAuthorStore(client).put(an_author(owner, f"handle-{owner}", about="About me."))
    bought = {"listing": "other", "user": owner, "since": START, "until": None}
    client.document(f"entitlements/other:{owner}").set(bought)
    client.document(f"moderators/{owner}").set({"since": START})
    return MarketplaceHolding(client, listings)


def test_all_of_it_is_given_out(holding: MarketplaceHolding, owner: UserId) -> None:
    found = holding.export(owner)

    assert all(word in str(found) for word in ("About me.", "Buys the dip", "other"))


def test_a_listing_stays_without_its_text_and_the_rest_goes(
    client: firestore.Client, holding: MarketplaceHolding, owner: UserId
) -> None:
    for _ in range(2):
        holding.erase(owner)

    (listing,) = holding.listings.of_owner(owner)
    assert listing.standing is Standing.WITHDRAWN
    assert "dip" not in str(listing.terms)
    author = FirestoreAuthorStore(client).get(an_author(owner, f"handle-{owner}").handle)
    assert author is not None
    assert (author.name, author.about) == ("Erased", "")
    for path in (f"entitlements/other:{owner}", f"moderators/{owner}", f"authorsByUser/{owner}"):
        assert not client.document(path).get().exists
    assert holding.export(owner)["bought"] == []
