"""What is bought, what was paid, and the double-entry ledger of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NewType

from candlewick.accounts.models import UserId
from candlewick.marketplace.models import ListingId, Plan, Price

PurchaseId = NewType("PurchaseId", str)
EventId = NewType("EventId", str)

# What the platform keeps of each payment.
PLATFORM_SHARE = Decimal("0.15")
CENT = Decimal("0.01")
# A month's payment may come a little after the month before is over.
GRACE = timedelta(days=3)
# Money at the provider, and what the platform earned; an author's account is `author:{uid}`.
PROVIDER, PLATFORM = "provider", "platform"


class EntryKind(StrEnum):
    PAYMENT = "payment"
    REFUND = "refund"
    PAYOUT = "payout"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened to money: amounts by account, which sum to zero. It never changes.

    Positive is what the platform has (at the provider), negative what it owes (to authors) and earned.
    """

    id: EventId  # the provider's event
    kind: EntryKind
    at: datetime
    author: UserId
    currency: str
    lines: Mapping[str, Decimal]
    listing: ListingId | None = None

    def __post_init__(self) -> None:
        if sum(self.lines.values(), Decimal(0)) != 0:
            raise ValueError(f"The lines of {self.id} do not sum to zero.")

    @property
    def earned(self) -> Decimal:
        """What the author earned by it; negative for refunds and payouts."""
        return -self.lines.get(author_account(self.author), Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """That somebody wants to buy, or bought. The provider knows its id, and nothing else of the buyer."""

    id: PurchaseId
    buyer: UserId
    listing: ListingId
    author: UserId
    price: Price
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One payment of a purchase at the provider, and how much of it went back."""

    id: str  # the provider's
    purchase: PurchaseId
    amount: Decimal
    refunded: Decimal = Decimal(0)

    @property
    def is_refunded(self) -> bool:
        return self.refunded >= self.amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitlement:
    """That a buyer may run a listing; without `until` for ever."""

    listing: ListingId
    user: UserId
    purchase: PurchaseId
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Earnings:
    """What the platform owes an author, by currency; the sum of all entries."""

    owner: UserId
    balances: Mapping[str, Decimal] = field(default_factory=dict)

    def after(self, entry: Entry) -> "Earnings":
        balance = self.balances.get(entry.currency, Decimal(0)) + entry.earned
        return replace(self, balances={**self.balances, entry.currency: balance})


def author_account(author: UserId) -> str:
    return f"author:{author}"


def shares(amount: Decimal) -> tuple[Decimal, Decimal]:
    """Return what of an amount is the author's and what the platform's; together they are the amount."""
    fee = (amount * PLATFORM_SHARE).quantize(CENT, ROUND_HALF_UP)
    return amount - fee, fee


def booked(event: EventId, purchase: Purchase, amount: Decimal, at: datetime) -> Entry:
    """Return the entry of a payment."""
    return _of_buyer(event, EntryKind.PAYMENT, purchase, (Decimal(0), amount), at)


def returned(
    event: EventId, purchase: Purchase, kept: tuple[Decimal, Decimal], at: datetime
) -> Entry:
    """Return the entry of a refund; `kept` is what was left of the payment before it, and is after it.

    Parts that are refunded one after the other therefore take back what was booked to the cent.
    """
    return _of_buyer(event, EntryKind.REFUND, purchase, kept, at)


def _of_buyer(
    event: EventId,
    kind: EntryKind,
    purchase: Purchase,
    kept: tuple[Decimal, Decimal],
    at: datetime,
) -> Entry:
    (author_before, fee_before), (author_after, fee_after) = map(shares, kept)
    return Entry(
        id=event,
        kind=kind,
        at=at,
        author=purchase.author,
        currency=purchase.price.currency,
        lines={
            PROVIDER: kept[1] - kept[0],
            author_account(purchase.author): author_before - author_after,
            PLATFORM: fee_before - fee_after,
        },
        listing=purchase.listing,
    )


def paid_out(event: EventId, author: UserId, amount: Decimal, currency: str, at: datetime) -> Entry:
    return Entry(
        id=event,
        kind=EntryKind.PAYOUT,
        at=at,
        author=author,
        currency=currency,
        lines={PROVIDER: -amount, author_account(author): amount},
    )


def extended(
    before: Entitlement | None, purchase: Purchase, until: datetime | None, now: datetime
) -> Entitlement:
    """Return the entitlement after a payment; a month never shortens what was paid for."""
    known = before is not None and before.purchase == purchase.id
    end = None if purchase.price.plan is Plan.ONCE or until is None else until + GRACE
    if known and before is not None and before.until is not None and end is not None:
        end = max(end, before.until)
    return Entitlement(
        listing=purchase.listing,
        user=purchase.buyer,
        purchase=purchase.id,
        since=before.since if known and before is not None else now,
        until=end,
    )
