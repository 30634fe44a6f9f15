"""/api/v1/marketplace: buying, the payment provider's events, and what an author earned."""

from datetime import datetime
from decimal import Decimal

from flask import Response, request

from api.auth import caller, session
from api.backtest_bodies import IdempotencyHeader
from api.marketplace.blueprints import make_blueprint, make_public_blueprint
from api.marketplace.bodies import ListingPath
from api.schema import Body, View, no_content, reply
from api.services import services
from candlewick.accounts.models import Scope
from candlewick.marketplace.models import ListingId
from candlewick.marketplace.payments.models import Entry, EntryKind

blueprint = make_blueprint("payments")
events = make_public_blueprint("payment_events")

_SIGNATURE = "Stripe-Signature"


class CheckoutBody(Body):
    """Nothing is chosen here: price and plan are the listing's."""


class CheckoutView(View):
    """`url` is the payment provider's page; it leads back to the listing."""

    url: str


class BalanceView(View):
    currency: str
    amount: Decimal


class EntryView(View):
    """`amount` is what the author earned by it: negative for refunds and payouts."""

    kind: EntryKind
    at: datetime
    listing_id: str | None
    amount: Decimal
    currency: str


class EarningsView(View):
    """What the platform owes its author, and the newest hundred entries. Buyers are not named."""

    balances: list[BalanceView]
    entries: list[EntryView]


@blueprint.post("/listings/<listing_id>/checkout", responses={200: CheckoutView})
def begin_checkout(path: ListingPath, header: IdempotencyHeader, body: CheckoutBody) -> Response:
    """Return the payment page of a listing. 409 where payments are not set up."""
    del body
    who, found = session(), services()
    found.limiter.check(who.id, "checkout")
    url = found.marketplace.payments.checkout(
        who.id,
        ListingId(path.listing_id),
        site=found.marketplace.site_url,
        key=header.idempotency_key,
    )
    return reply(CheckoutView(url=url))


@events.post("/payments/events", responses={204: None})
def hear_payment_event() -> Response:
    """Take an event of the payment provider, signed by it. Hearing it again is harmless."""
    services().marketplace.payments.hear(
        request.get_data(cache=True), request.headers.get(_SIGNATURE, "")
    )
    return no_content()


@blueprint.get("/my/earnings", responses={200: EarningsView})
def get_my_earnings() -> Response:
    """Return one's balance by currency, and what it is made of."""
    earned, entries = services().marketplace.payments.earnings(caller(Scope.READ).id)
    balances = [
        BalanceView(currency=currency, amount=amount)
        for currency, amount in sorted(earned.balances.items())
    ]
    return reply(EarningsView(balances=balances, entries=[_entry(each) for each in entries]))


def _entry(item: Entry) -> EntryView:
    return EntryView(
        kind=item.kind,
        at=item.at,
        listing_id=item.listing,
        amount=item.earned,
        currency=item.currency,
    )
