"""The books in memory. The contract tests hold them to what the Firestore adapter does."""

from collections.abc import Callable, Sequence

from candlewick.accounts.models import UserId
from candlewick.errors import NotFound
from candlewick.marketplace.payments.models import (
    Earnings,
    Entitlement,
    Entry,
    EventId,
    Payment,
    Purchase,
    PurchaseId,
)
from candlewick.marketplace.payments.ports import Booking, Checkout


class InMemoryBooks:
    def __init__(self) -> None:
        self._purchases: dict[PurchaseId, Purchase] = {}
        self._payments: dict[str, Payment] = {}
        self._ledger: dict[EventId, Entry] = {}
        self._heard: set[EventId] = set()
        self._earnings: dict[UserId, Earnings] = {}
        self.entitlements: dict[tuple[str, str], Entitlement] = {}

    def add(self, purchase: Purchase) -> Purchase:
        return self._purchases.setdefault(purchase.id, purchase)

    def purchase(self, purchase: PurchaseId) -> Purchase | None:
        return self._purchases.get(purchase)

    def payment(self, payment: str) -> Payment | None:
        return self._payments.get(payment)

    def payments(self) -> Sequence[Payment]:
        return [*self._payments.values()]

    def book(
        self,
        event: EventId,
        purchase: PurchaseId,
        payment: str | None,
        decide: Callable[[Purchase, Payment | None, Entitlement | None], Booking | None],
    ) -> bool:
        if event in self._heard:
            return False
        bought = self._purchases.get(purchase)
        if bought is None:
            raise NotFound(f"There is no purchase {purchase}.")
        held = self.entitlements.get((bought.listing, bought.buyer))
        paid = None if payment is None else self._payments.get(payment)
        booking = decide(bought, paid, held)
        self._heard.add(event)
        if booking is None:
            return False
        if booking.entry is not None:
            self._enter(booking.entry)
        if booking.payment is not None:
            self._payments[booking.payment.id] = booking.payment
        if booking.entitlement is not None:
            self.entitlements[bought.listing, bought.buyer] = booking.entitlement
        return True

    def book_payout(self, entry: Entry) -> bool:
        if entry.id in self._heard:
            return False
        self._heard.add(entry.id)
        self._enter(entry)
        return True

    def earnings(self, author: UserId) -> Earnings:
        return self._earnings.get(author, Earnings(owner=author))

    def entries(self, author: UserId, *, limit: int) -> Sequence[Entry]:
        found = [entry for entry in self._ledger.values() if entry.author == author]
        return sorted(found, key=lambda entry: entry.at, reverse=True)[:limit]

    def _enter(self, entry: Entry) -> None:
        self._ledger[entry.id] = entry
        self._earnings[entry.author] = self.earnings(entry.author).after(entry)


class RecordingProvider:
    """A provider whose page is an address; what was asked for is kept."""

    def __init__(self) -> None:
        self.begun: list[Checkout] = []

    def begin(self, checkout: Checkout) -> str:
        self.begun.append(checkout)
        return f"https://pay.example/{checkout.purchase.id}"
