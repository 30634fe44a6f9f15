"""`PaymentProvider` over Stripe's API, or one of the same shape at another address."""

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from candlewick.errors import Unavailable
from candlewick.log import logger
from candlewick.marketplace.models import Plan
from candlewick.marketplace.payments.models import CENT
from candlewick.marketplace.payments.ports import Checkout

if TYPE_CHECKING:
    from stripe import StripeClient
    from stripe.params.checkout import SessionCreateParams

log = logger(__name__)

_TIMEOUT_S = 10


@dataclass(frozen=True, kw_only=True)
class StripeProvider:
    key: str = field(repr=False)
    url: str | None  # None: Stripe's own

    def begin(self, checkout: Checkout) -> str:
        import stripe  # noqa: PLC0415 - slow to import, and needed where one buys

        try:
            session = self._client.v1.checkout.sessions.create(
                params=_params(checkout), options={"idempotency_key": checkout.key}
            )
        except stripe.StripeError as error:
            # Not its text, which may quote the key's end.
            facts = {"status": error.http_status, "error": error.code}
            log.warning("checkout refused", extra=facts)
            raise Unavailable("The payment provider does not answer; try again later.") from error
        if session.url is None:
            raise Unavailable("The payment provider gave no page; try again later.")
        return session.url

    @functools.cached_property
    def _client(self) -> "StripeClient":
        import stripe  # noqa: PLC0415

        return stripe.StripeClient(
            self.key,
            base_addresses={} if self.url is None else {"api": self.url},
            http_client=stripe.RequestsClient(timeout=_TIMEOUT_S),
            max_network_retries=2,
        )


def _params(checkout: Checkout) -> "SessionCreateParams":
    purchase, price = checkout.purchase, checkout.purchase.price
    # All that the provider is told of the buyer.
    metadata: dict[str, str] = {"purchase": purchase.id}
    is_monthly = price.plan is Plan.MONTHLY
    params: SessionCreateParams = {
        "mode": "subscription" if is_monthly else "payment",
        "success_url": checkout.success_url,
        "cancel_url": checkout.cancel_url,
        "client_reference_id": purchase.id,
        "metadata": metadata,
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": price.currency.lower(),
                    "unit_amount": int(price.amount / CENT),
                    "product_data": {"name": checkout.title},
                },
            }
        ],
    }
    if is_monthly:
        params["line_items"][0]["price_data"]["recurring"] = {"interval": "month"}
        params["subscription_data"] = {"metadata": metadata}
    else:
        params["payment_intent_data"] = {"metadata": metadata}
    return params
