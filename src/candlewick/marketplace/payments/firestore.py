"""The books in Firestore; no client may read them.

purchases/{id}                   Purchase
payments/{the provider's id}     Payment
entitlements/{listing}:{uid}     Entitlement
ledger/{event}                   Entry, written once
heardEvents/{event}              {at}: booked nothing, and need not be looked at again
earnings/{uid}                   Earnings, in the entry's transaction
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from candlewick.accounts.models import UserId
from candlewick.errors import NotFound
from candlewick.gcp.documents import from_document, to_document
from candlewick.gcp.transactions import run_transaction
from candlewick.marketplace.payments.models import (
    Earnings,
    Entitlement,
    Entry,
    EventId,
    Payment,
    Purchase,
    PurchaseId,
)
from candlewick.marketplace.payments.ports import Booking

Model = TypeVar("Model")


@dataclass(frozen=True, slots=True)
class FirestoreBooks:
    client: firestore.Client

    def add(self, purchase: Purchase) -> Purchase:
        place = self._place("purchases", purchase.id)

        def work(transaction: firestore.Transaction) -> Purchase:
            known = _read(place.get(transaction=transaction), Purchase)
            if known is None:
                transaction.create(place, to_document(purchase))
            return known or purchase

        return run_transaction(self.client, work, lane=purchase.id)

    def purchase(self, purchase: PurchaseId) -> Purchase | None:
        return _read(self._place("purchases", purchase).get(), Purchase)

    def payment(self, payment: str) -> Payment | None:
        return _read(self._place("payments", payment).get(), Payment)

    def book(
        self,
        event: EventId,
        purchase: PurchaseId,
        payment: str | None,
        decide: Callable[[Purchase, Payment | None, Entitlement | None], Booking | None],
    ) -> bool:
        def work(transaction: firestore.Transaction) -> bool:
            if self._was_heard(event, transaction):
                return False
            bought = _read(
                self._place("purchases", purchase).get(transaction=transaction), Purchase
            )
            if bought is None:
                raise NotFound(f"There is no purchase {purchase}.")
            paid = None
            if payment is not None:
                place = self._place("payments", payment)
                paid = _read(place.get(transaction=transaction), Payment)
            held = self._entitlement(bought).get(transaction=transaction)
            booking = decide(bought, paid, _read(held, Entitlement))
            self._write(transaction, event, bought, booking or Booking())
            return booking is not None

        return run_transaction(self.client, work, lane=purchase)

    def book_payout(self, entry: Entry) -> bool:
        def work(transaction: firestore.Transaction) -> bool:
            if self._was_heard(entry.id, transaction):
                return False
            self._enter(transaction, entry)
            return True

        return run_transaction(self.client, work, lane=entry.author)

    def earnings(self, author: UserId) -> Earnings:
        return _read(self._place("earnings", author).get(), Earnings) or Earnings(owner=author)

    def entries(self, author: UserId, *, limit: int) -> Sequence[Entry]:
        of_author = self.client.collection("ledger").where(
            filter=FieldFilter("author", "==", author)
        )
        newest = of_author.order_by("at", direction=firestore.Query.DESCENDING).limit(limit)
        return [from_document(found.to_dict() or {}, Entry) for found in newest.stream()]

    def _was_heard(self, event: EventId, transaction: firestore.Transaction) -> bool:
        places = (self._place("ledger", event), self._place("heardEvents", event))
        return any(place.get(transaction=transaction).exists for place in places)

    def _write(
        self,
        transaction: firestore.Transaction,
        event: EventId,
        purchase: Purchase,
        booking: Booking,
    ) -> None:
        if booking.entry is not None:
            self._enter(transaction, booking.entry)
        else:
            transaction.set(self._place("heardEvents", event), {"at": datetime.now(UTC)})
        if booking.payment is not None:
            place = self._place("payments", booking.payment.id)
            transaction.set(place, to_document(booking.payment))
        if booking.entitlement is not None:
            transaction.set(self._entitlement(purchase), to_document(booking.entitlement))

    def _enter(self, transaction: firestore.Transaction, entry: Entry) -> None:
        place = self._place("earnings", entry.author)
        before = _read(place.get(transaction=transaction), Earnings)
        after = (before or Earnings(owner=entry.author)).after(entry)
        transaction.create(self._place("ledger", entry.id), to_document(entry))
        transaction.set(place, to_document(after))

    def _entitlement(self, purchase: Purchase) -> firestore.DocumentReference:
        return self._place("entitlements", f"{purchase.listing}:{purchase.buyer}")

    def _place(self, collection: str, name: str) -> firestore.DocumentReference:
        return self.client.collection(collection).document(name)


def _read(found: Any, model: type[Model]) -> Model | None:
    return from_document(found.to_dict() or {}, model) if found.exists else None
