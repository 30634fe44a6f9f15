"""What selling needs of the provider and of the books."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from candlewick.accounts.models import UserId
from candlewick.marketplace.payments.models import (
    Earnings,
    Entitlement,
    Entry,
    EventId,
    Payment,
    Purchase,
    PurchaseId,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """What the provider's page shows and where it leads back to."""

    purchase: Purchase
    title: str
    success_url: str
    cancel_url: str
    key: str  # makes asking twice harmless


class PaymentProvider(Protocol):
    def begin(self, checkout: Checkout) -> str:
        """Return the address of the provider's payment page; `Unavailable` when it does not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """All that one event changes, stored at once; None leaves a part as it is."""

    entry: Entry | None = None
    purchase: Purchase | None = None
    payment: Payment | None = None
    entitlement: Entitlement | None = None


class Books(Protocol):
    """Purchases, payments, entitlements and the ledger."""

    def add(self, purchase: Purchase) -> Purchase:
        """Store a purchase, and return it; the one that has its id, when there is one."""

    def purchase(self, purchase: PurchaseId) -> Purchase | None: ...

    def payment(self, payment: str) -> Payment | None: ...

    def book(
        self,
        event: EventId,
        purchase: PurchaseId,
        payment: str | None,
        decide: Callable[[Purchase, Payment | None, Entitlement | None], Booking | None],
    ) -> bool:
        """Store what `decide` makes of an event, once for ever; False when it was heard before.

        `NotFound` when there is no such purchase.
        """

    def book_payout(self, entry: Entry) -> bool:
        """Store a payout's entry; False when it was heard before."""

    def earnings(self, author: UserId) -> Earnings: ...

    def entries(self, author: UserId, *, limit: int) -> Sequence[Entry]:
        """Return an author's entries, the newest first."""
