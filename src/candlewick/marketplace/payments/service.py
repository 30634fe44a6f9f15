"""Buying: the provider's page, and what its events make of the books."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from candlewick.accounts.models import UserId
from candlewick.errors import Conflict, Invalid, NotFound
from candlewick.log import logger
from candlewick.marketplace.access import Right
from candlewick.marketplace.models import ListingId, Plan
from candlewick.marketplace.payments.events import (
    PaymentEvent,
    amount_of,
    payment_of,
    period_end,
    purchase_of,
    read_event,
)
from candlewick.marketplace.payments.models import (
    Earnings,
    Entitlement,
    Entry,
    Payment,
    Purchase,
    PurchaseId,
    booked,
    extended,
    paid_out,
    returned,
)
from candlewick.marketplace.payments.ports import Booking, Books, Checkout, PaymentProvider
from candlewick.marketplace.service import ListingService

log = logger(__name__)

_NOT_SET_UP = "Nothing can be bought here yet: payments are not set up."
_MOST_ENTRIES = 100
_ID_LENGTH = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentService:
    """`provider` and `secret` are None where payments are not set up."""

    listings: ListingService
    books: Books
    provider: PaymentProvider | None
    secret: str | None
    now: Callable[[], datetime]

    def checkout(self, user: UserId, listing_id: ListingId, *, site: str, key: str) -> str:
        """Return the address of the page on which a listing is paid for."""
        seen = self.listings.see(user, listing_id, Right.BUY)
        price = seen.listing.terms.price
        if self.provider is None or self.secret is None:
            raise Conflict(_NOT_SET_UP)
        if price is None:
            raise Conflict("This strategy is free.")
        # Asked again with the same key it is the same purchase, and so the same page.
        asked = hashlib.sha256(f"{user}:{listing_id}:{key}".encode()).hexdigest()
        purchase = Purchase(
            id=PurchaseId(asked[:_ID_LENGTH]),
            buyer=user,
            listing=listing_id,
            author=seen.listing.owner,
            price=price,
            created_at=self.now(),
        )
        kept = self.books.add(purchase)
        page = f"{site}/marketplace/listings/{listing_id}"
        checkout = Checkout(
            purchase=kept,
            title=seen.listing.terms.title,
            success_url=f"{page}?bought=1",
            cancel_url=page,
            key=asked,
        )
        log.info("checkout begun", extra={"listing": listing_id})
        return self.provider.begin(checkout)

    def hear(self, payload: bytes, signature: str) -> None:
        """Book what the provider says. Hearing it again is harmless; what does not concern us is let go."""
        if self.secret is None:
            raise NotFound(_NOT_SET_UP)
        event = read_event(payload, signature, self.secret, self.now())
        hear = _HEARD.get(event.type)
        if hear is None:
            return
        is_new = hear(self, event)
        log.info("payment event heard", extra={"event": event.type, "is_new": is_new})

    def earnings(self, author: UserId) -> tuple[Earnings, Sequence[Entry]]:
        """Return what the platform owes an author, and the newest entries behind it."""
        return self.books.earnings(author), self.books.entries(author, limit=_MOST_ENTRIES)

    def session_paid(self, event: PaymentEvent) -> bool:
        """Book a page that was paid; a month's first payment comes as an invoice."""
        found = event.object
        if found.get("payment_status") != "paid" or found.get("mode") != "payment":
            return False
        return self._paid(event, amount_of(found, "amount_total"), until=None)

    def invoice_paid(self, event: PaymentEvent) -> bool:
        until = period_end(event.object)
        if until is None:
            raise Invalid("This invoice names no period.")
        return self._paid(event, amount_of(event.object, "amount_paid"), until=until)

    def refunded(self, event: PaymentEvent) -> bool:
        """Book what went back since the last refund; a payment that went back whole ends what it paid for."""
        name = payment_of(event.object)
        known = None if name is None else self.books.payment(name)
        if known is None:
            return False
        total, now = amount_of(event.object, "amount_refunded"), self.now()

        def decide(
            purchase: Purchase, payment: Payment | None, entitlement: Entitlement | None
        ) -> Booking | None:
            if payment is None or total <= payment.refunded:
                return None
            kept = (payment.amount - payment.refunded, payment.amount - total)
            entry = returned(event.id, purchase, kept, event.at)
            after = replace(payment, refunded=total)
            ends = after.is_refunded and entitlement is not None
            return Booking(
                entry=entry,
                payment=after,
                entitlement=replace(entitlement, until=now) if ends and entitlement else None,
            )

        return self.books.book(event.id, known.purchase, known.id, decide)

    def transferred(self, event: PaymentEvent) -> bool:
        """Book what was paid out to an author."""
        author = (event.object.get("metadata") or {}).get("author")
        if not isinstance(author, str) or not author:
            return False
        amount, currency = amount_of(event.object, "amount"), str(event.object["currency"]).upper()
        return self.books.book_payout(
            paid_out(event.id, UserId(author), amount, currency, event.at)
        )

    def _paid(self, event: PaymentEvent, amount: Decimal, until: datetime | None) -> bool:
        named, name, now = purchase_of(event.object), payment_of(event.object), self.now()
        if named is None or name is None:
            return False  # not of the marketplace
        currency = str(event.object.get("currency", "")).upper()

        def decide(
            purchase: Purchase, payment: Payment | None, entitlement: Entitlement | None
        ) -> Booking | None:
            if payment is not None:
                return None  # booked by another event of the same payment
            if currency != purchase.price.currency or amount <= 0:
                raise Invalid(f"This payment is not what purchase {purchase.id} costs.")
            end = until if purchase.price.plan is Plan.MONTHLY else None
            return Booking(
                entry=booked(event.id, purchase, amount, event.at),
                payment=Payment(id=name, purchase=purchase.id, amount=amount),
                entitlement=extended(entitlement, purchase, end, now),
            )

        return self.books.book(event.id, named, name, decide)


_HEARD: dict[str, Callable[[PaymentService, PaymentEvent], bool]] = {
    "checkout.session.completed": PaymentService.session_paid,
    "checkout.session.async_payment_succeeded": PaymentService.session_paid,
    "invoice.paid": PaymentService.invoice_paid,
    "charge.refunded": PaymentService.refunded,
    "transfer.created": PaymentService.transferred,
}
