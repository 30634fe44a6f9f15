"""Who used which listing: users/{uid}/uses/{listing}, which nobody but the marketplace reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from google.cloud import firestore

from candlewick.accounts.models import UserId
from candlewick.gcp.documents import from_document, to_document
from candlewick.gcp.transactions import run_transaction
from candlewick.marketplace.firestore import Index, current_of, read_listing
from candlewick.marketplace.models import ListingId, Use, UseKind


@dataclass(frozen=True, slots=True)
class FirestoreUseStore:
    client: firestore.Client
    index: Index

    def note(
        self, user: UserId, listing_id: ListingId, version: int, kind: UseKind, now: datetime
    ) -> None:
        place = self.client.collection("listings").document(listing_id)
        mine = self._uses(user).document(listing_id)

        def work(transaction: firestore.Transaction) -> None:
            listing = read_listing(place, transaction)
            found = mine.get(transaction=transaction)
            before = from_document(found.to_dict() or {}, Use) if found.exists else None
            after = (before or Use(listing=listing_id, version=version)).after(kind, version, now)
            counted = listing.used(before, after)
            if counted != listing:
                self.index.write(transaction, counted, current_of(place, counted, transaction))
                transaction.set(place, to_document(counted))
            transaction.set(mine, to_document(after))

        run_transaction(self.client, work, lane=listing_id)

    def of_user(self, user: UserId) -> Sequence[Use]:
        return [from_document(found.to_dict() or {}, Use) for found in self._uses(user).stream()]

    def _uses(self, user: UserId) -> firestore.CollectionReference:
        return self.client.collection("users", user, "uses")
