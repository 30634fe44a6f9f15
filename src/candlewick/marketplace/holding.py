"""What the marketplace holds of a user: exported with the account, and erased with it.

Reviews, watches, reports and notices go. Listings stay in the statistics, withdrawn and without anything that their
author wrote; the handle stays taken, so that nobody can pass for them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from candlewick.accounts.models import UserId
from candlewick.gcp.documents import from_document, to_document
from candlewick.gcp.transactions import run_transaction
from candlewick.marketplace.firestore import Index
from candlewick.marketplace.models import (
    ERASED,
    NOBODY,
    Author,
    Listing,
    ListingId,
    ListingVersion,
    Standing,
    Terms,
)
from candlewick.marketplace.notices.firestore import FirestoreWatchStore
from candlewick.marketplace.reviews.firestore import FirestoreReviewStore

_GROUPS = ("reviews", "watchers", "reports")


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketplaceHolding:
    client: firestore.Client
    index: Index
    now: Callable[[], datetime]

    def export(self, owner: UserId) -> dict[str, object]:
        named = {"reviews": "reviews", "watchers": "watches", "reports": "reports"}
        found = {named[group]: [each.to_dict() for each in self._written(group, owner)] for group in _GROUPS}  # fmt: skip
        listings = {each.id: self._listing(each) for each in self._owned("listings", owner)}
        notices = [each.to_dict() for each in self._owned("notices", owner)]
        authors = [each.to_dict() for each in self._owned("authors", owner)]
        bought = [each.to_dict() for each in self._of("entitlements", "user", owner)]
        kept = {"listings": listings, "notices": notices, "author": authors, "bought": bought}
        return {**found, **kept}

    def erase(self, owner: UserId) -> None:
        """Erase what a user wrote; doing it again finishes what was left."""
        for found in self._written("reviews", owner):
            FirestoreReviewStore(self.client).put(_listing_of(found), owner, lambda _: None)
        for found in self._written("watchers", owner):
            FirestoreWatchStore(self.client).remove(_listing_of(found), owner)
        gone = (
            *self._written("reports", owner),
            *self._owned("notices", owner),
            *self._of("entitlements", "user", owner),
        )
        for found in gone:
            found.reference.delete()
        for found in self._of("cases", "reviewer", owner):
            found.reference.update({"reviewer": None})
        for found in self._owned("listings", owner):
            self._withdraw(found.reference)
        for found in self._owned("authors", owner):
            author = from_document(found.to_dict() or {}, Author)
            found.reference.set(to_document(replace(author, owner=ERASED, name="", about="")))
        for collection in ("authorsByUser", "moderators"):
            self.client.document(collection, owner).delete()
        self._erase_from_house(owner)

    def _erase_from_house(self, owner: UserId) -> None:
        """End what needs the author's code, which is gone; what was found with it stays with the listings."""
        for collection, field in (("outOfSample", "strategy.codeOwner"), ("exams", "author")):
            for found in self._of(collection, field, owner):
                found.reference.delete()
        for found in self._owned("fingerprints", owner):
            found.reference.update({"owner": ERASED})

    def _withdraw(self, place: firestore.DocumentReference) -> None:
        """Take a listing out of the market and its author out of it."""
        numbers = [int(version.id) for version in place.collection("versions").select([]).stream()]

        def work(transaction: firestore.Transaction) -> None:
            listing = from_document(place.get(transaction=transaction).to_dict() or {}, Listing)
            places = [place.collection("versions").document(str(number)) for number in numbers]
            versions = [from_document(each.get(transaction=transaction).to_dict() or {}, ListingVersion) for each in places]  # fmt: skip
            erased = without_author(listing, self.now())
            self.index.write(transaction, erased, None)
            transaction.set(place, to_document(erased))
            for version, where in zip(versions, places, strict=True):
                transaction.set(where, to_document(version_without_author(version)))

        run_transaction(self.client, work, lane=place.id)

    def _listing(self, found: Any) -> dict[str, object]:
        versions = found.reference.collection("versions").stream()
        return {**(found.to_dict() or {}), "versions": [each.to_dict() for each in versions]}

    def _written(self, group: str, owner: UserId) -> Iterator[Any]:
        mine = FieldFilter("user", "==", owner)
        yield from self.client.collection_group(group).where(filter=mine).stream()

    def _owned(self, collection: str, owner: UserId) -> Iterator[Any]:
        yield from self._of(collection, "owner", owner)

    def _of(self, collection: str, field: str, owner: UserId) -> Iterator[Any]:
        mine = FieldFilter(field, "==", owner)
        yield from self.client.collection(collection).where(filter=mine).stream()


def without_author(listing: Listing, now: datetime) -> Listing:
    """Return a listing as it stays in the statistics."""
    standing = listing.standing
    if standing is not Standing.SUSPENDED:
        standing = Standing.WITHDRAWN
    terms = listing.terms
    blank = Terms(
        title="A withdrawn strategy",
        summary="",
        description="",
        tags=(),
        visibility=terms.visibility,
        access=terms.access,
        licence=terms.licence,
        price=terms.price,
    )
    return replace(
        listing, owner=ERASED, author=NOBODY, standing=standing, terms=blank, updated_at=now
    )


def version_without_author(version: ListingVersion) -> ListingVersion:
    return replace(version, owner=ERASED, class_name="", parameters=None, sentence="", notes="")


def _listing_of(found: Any) -> ListingId:
    return ListingId(found.reference.parent.parent.id)
