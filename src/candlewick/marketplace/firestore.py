"""Listings, their versions and their authors in Firestore; no client may read them.

listings/{id}                        Listing
listings/{id}/versions/{number}      ListingVersion
authors/{handle}                     Author
authorsByUser/{uid}                  {handle}
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from candlewick.accounts.models import UserId
from candlewick.errors import Conflict, NotFound
from candlewick.gcp.documents import from_document, to_document
from candlewick.gcp.transactions import run_transaction
from candlewick.marketplace.models import Author, Handle, Listing, ListingId, ListingVersion
from candlewick.marketplace.ports import Changed

_MOST_FORKS = 100
_MISSING = "There is no such listing, or it was taken down."


class Index(Protocol):
    def write(
        self, transaction: firestore.Transaction, listing: Listing, version: ListingVersion | None
    ) -> None:
        """Make search show the listing as it is now; `version` is its current one.

        It is called after the transaction's other reads and before its other writes, so it may read too.
        """


@dataclass(frozen=True, slots=True)
class NoIndex:
    """`Index` where nothing is searched."""

    def write(
        self, transaction: firestore.Transaction, listing: Listing, version: ListingVersion | None
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class FirestoreListingStore:
    client: firestore.Client
    index: Index = NoIndex()

    def add(
        self, listing: Listing, version: ListingVersion, check: Callable[[Sequence[Listing]], None]
    ) -> None:
        query, place = self._owned(listing.owner), self._place(listing.id)

        def work(transaction: firestore.Transaction) -> None:
            check([_listing(found) for found in transaction.get(query)])
            self.index.write(transaction, listing, None)
            transaction.create(place, to_document(listing))
            transaction.create(_version_place(place, version.number), to_document(version))

        run_transaction(self.client, work, lane=listing.owner)

    def get(self, listing_id: ListingId) -> Listing | None:
        found = self._place(listing_id).get()
        return _listing(found) if found.exists else None

    def of_owner(self, owner: UserId) -> Sequence[Listing]:
        found = [_listing(document) for document in self._owned(owner).stream()]
        return sorted(found, key=lambda listing: (listing.updated_at, listing.id), reverse=True)

    def forks(self, listing_id: ListingId) -> Sequence[Listing]:
        field = FieldFilter("ancestor.listing", "==", listing_id)
        query = self.client.collection("listings").where(filter=field).limit(_MOST_FORKS)
        found = [_listing(document) for document in query.stream()]
        return sorted(found, key=lambda listing: (listing.created_at, listing.id))

    def change(self, listing_id: ListingId, decide: Callable[[Listing], Listing]) -> Listing:
        place = self._place(listing_id)

        def work(transaction: firestore.Transaction) -> Listing:
            changed = decide(read_listing(place, transaction))
            self.index.write(transaction, changed, current_of(place, changed, transaction))
            transaction.set(place, to_document(changed))
            return changed

        return run_transaction(self.client, work, lane=listing_id)

    def add_version(
        self, listing_id: ListingId, make: Callable[[Listing], ListingVersion]
    ) -> ListingVersion:
        place = self._place(listing_id)

        def work(transaction: firestore.Transaction) -> ListingVersion:
            listing = read_listing(place, transaction)
            made = make(listing)
            latest = replace(listing, latest_version=made.number, updated_at=made.created_at)
            self.index.write(transaction, latest, current_of(place, latest, transaction))
            transaction.set(place, to_document(latest))
            transaction.create(_version_place(place, made.number), to_document(made))
            return made

        return run_transaction(self.client, work, lane=listing_id)

    def version(self, listing_id: ListingId, number: int) -> ListingVersion | None:
        found = _version_place(self._place(listing_id), number).get()
        return _version(found) if found.exists else None

    def versions(self, listing_id: ListingId) -> Sequence[ListingVersion]:
        found = self._place(listing_id).collection("versions").stream()
        return sorted(map(_version, found), key=lambda version: version.number, reverse=True)

    def change_version(
        self,
        listing_id: ListingId,
        number: int,
        decide: Callable[[Listing, ListingVersion], Changed],
    ) -> Changed:
        place = self._place(listing_id)

        def work(transaction: firestore.Transaction) -> Changed:
            listing = read_listing(place, transaction)
            before = _read_version(place, number, transaction)
            changed, version = decide(listing, before)
            is_current = changed.current_version == number
            current = version if is_current else current_of(place, changed, transaction)
            self.index.write(transaction, changed, current)
            transaction.set(place, to_document(changed))
            transaction.set(_version_place(place, number), to_document(version))
            return changed, version

        return run_transaction(self.client, work, lane=listing_id)

    def _place(self, listing_id: ListingId) -> firestore.DocumentReference:
        return self.client.collection("listings").document(listing_id)

    def _owned(self, owner: UserId) -> firestore.Query:
        return self.client.collection("listings").where(filter=FieldFilter("owner", "==", owner))


@dataclass(frozen=True, slots=True)
class FirestoreAuthorStore:
    client: firestore.Client

    def get(self, handle: Handle) -> Author | None:
        found = self.client.document("authors", handle).get()
        return from_document(found.to_dict() or {}, Author) if found.exists else None

    def of_user(self, owner: UserId) -> Author | None:
        found = self.client.document("authorsByUser", owner).get()
        return self.get(Handle((found.to_dict() or {})["handle"])) if found.exists else None

    def put(self, author: Author) -> None:
        place = self.client.document("authors", author.handle)
        mine = self.client.document("authorsByUser", author.owner)

        def work(transaction: firestore.Transaction) -> None:
            before = place.get(transaction=transaction).to_dict() or {}
            handle = (mine.get(transaction=transaction).to_dict() or {}).get("handle")
            require_free(author, holder=before.get("owner"), handle=handle)
            transaction.set(place, to_document(author))
            transaction.set(mine, {"handle": author.handle})

        run_transaction(self.client, work, lane=author.owner)


def require_free(author: Author, *, holder: str | None, handle: str | None) -> None:
    """Raise `Conflict` unless the handle is free or the author's own, and they have no other one."""
    if holder is not None and holder != author.owner:
        raise Conflict(f"The handle {author.handle} is taken; choose another one.")
    if handle is not None and handle != author.handle:
        raise Conflict(f"Your handle is {handle}; links to your strategies hold it, so it stays.")


def read_listing(place: firestore.DocumentReference, transaction: firestore.Transaction) -> Listing:
    found = place.get(transaction=transaction)
    if not found.exists:
        raise NotFound(_MISSING)
    return _listing(found)


def _read_version(
    place: firestore.DocumentReference, number: int, transaction: firestore.Transaction
) -> ListingVersion:
    found = _version_place(place, number).get(transaction=transaction)
    if not found.exists:
        raise NotFound(f"This listing has no version {number}.")
    return _version(found)


def current_of(
    place: firestore.DocumentReference, listing: Listing, transaction: firestore.Transaction
) -> ListingVersion | None:
    if listing.current_version is None:
        return None
    return _read_version(place, listing.current_version, transaction)


def _version_place(
    listing: firestore.DocumentReference, number: int
) -> firestore.DocumentReference:
    place: firestore.DocumentReference = listing.collection("versions").document(str(number))
    return place


def _listing(found: Any) -> Listing:
    return from_document(found.to_dict() or {}, Listing)


def _version(found: Any) -> ListingVersion:
    return from_document(found.to_dict() or {}, ListingVersion)
