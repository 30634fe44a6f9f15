"""Reviews in Firestore: listings/{id}/reviews/{uid}, which no client may read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from candlewick.accounts.models import UserId
from candlewick.errors import Invalid
from candlewick.gcp.documents import Document, from_document, to_document
from candlewick.gcp.transactions import run_transaction
from candlewick.marketplace.models import ListingId, Use
from candlewick.marketplace.notices.firestore import add_notices
from candlewick.marketplace.notices.models import Notice
from candlewick.marketplace.reviews.models import Review, ReviewId
from candlewick.pages import Page

_GONE = "The review at this cursor is gone; start again without a cursor."


@dataclass(frozen=True, slots=True)
class FirestoreReviewStore:
    client: firestore.Client

    def get(self, listing: ListingId, user: UserId) -> Review | None:
        found = self._of(listing).document(user).get()
        return _review(found.to_dict() or {}) if found.exists else None

    def find(self, listing: ListingId, review: ReviewId) -> Review | None:
        named = FieldFilter("id", "==", review)
        found = list(self._of(listing).where(filter=named).limit(1).stream())
        return _review(found[0].to_dict() or {}) if found else None

    def shown(self, listing: ListingId, *, cursor: str | None, size: int) -> Page[Review]:
        is_shown = FieldFilter("isHidden", "==", value=False)
        query = self._of(listing).where(filter=is_shown)
        query = query.order_by("at", direction=firestore.Query.DESCENDING)
        if cursor is not None:
            query = query.start_after(self._snapshot(listing, ReviewId(cursor)))
        found = [_review(document.to_dict() or {}) for document in query.limit(size + 1).stream()]
        following = found[size - 1].id if len(found) > size else None
        return Page(items=found[:size], next_cursor=following)

    def put(
        self,
        listing: ListingId,
        user: UserId,
        make: Callable[[Review | None], Review | None],
        notices: Sequence[Notice] = (),
    ) -> Review | None:
        place = self._of(listing).document(user)

        def work(transaction: firestore.Transaction) -> Review | None:
            found = place.get(transaction=transaction)
            before = _review(found.to_dict() or {}) if found.exists else None
            after = make(before)
            write_review(transaction, place, before, after)
            add_notices(self.client, transaction, notices)
            return after

        return run_transaction(self.client, work, lane=listing)

    def version_run(self, listing: ListingId, user: UserId) -> int | None:
        found = self.client.document("users", user, "uses", listing).get()
        use = from_document(found.to_dict() or {}, Use) if found.exists else None
        return use.version if use is not None and use.has_run else None

    def _snapshot(self, listing: ListingId, cursor: ReviewId) -> Any:
        # Not by the document's name, which is its writer's.
        named = FieldFilter("id", "==", cursor)
        found = list(self._of(listing).where(filter=named).limit(1).stream())
        if not found:
            raise Invalid(_GONE)
        return found[0]

    def _of(self, listing: ListingId) -> firestore.CollectionReference:
        reviews: firestore.CollectionReference = (
            self.client.collection("listings").document(listing).collection("reviews")
        )
        return reviews


def write_review(
    transaction: firestore.Transaction,
    place: firestore.DocumentReference,
    before: Review | None,
    after: Review | None,
) -> None:
    """Write a review and what it adds to its listing's counts."""
    if after is not None:
        transaction.set(place, to_document(after))
    elif before is not None:
        transaction.delete(place)
    old, new = (review.counted if review is not None else (0, 0) for review in (before, after))
    changes = {"counts.reviews": new[0] - old[0], "counts.stars": new[1] - old[1]}
    counted = {name: firestore.Increment(change) for name, change in changes.items() if change}
    if counted:
        transaction.update(place.parent.parent, counted)


def _review(document: Document | Any) -> Review:
    return from_document(document, Review)
