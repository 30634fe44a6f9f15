"""The provider's events: that they are its own, and what of Stripe's shape is read from them."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from candlewick.errors import Invalid, Unauthenticated
from candlewick.marketplace.payments.models import CENT, EventId, PurchaseId

_TOLERANCE = timedelta(minutes=5)
_REFUSED = "This event is not signed by the payment provider."


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentEvent:
    id: EventId
    type: str
    at: datetime
    object: Mapping[str, Any]


def read_event(payload: bytes, signature: str, secret: str, now: datetime) -> PaymentEvent:
    """Return an event that the provider signed lately.

    Raises:
        Unauthenticated: nobody who knows the secret signed it, or it was signed long ago.
        Invalid: it has no form that we know.
    """
    parts = [part.partition("=") for part in signature.split(",")]
    stamps = [value for name, _, value in parts if name.strip() == "t" and value.isdigit()]
    given = [value for name, _, value in parts if name.strip() == "v1"]
    if len(stamps) != 1 or not given:
        raise Unauthenticated(_REFUSED)
    signed = hmac.new(secret.encode(), stamps[0].encode() + b"." + payload, hashlib.sha256)
    expected = signed.hexdigest()
    if not any(hmac.compare_digest(expected.encode(), each.encode()) for each in given):
        raise Unauthenticated(_REFUSED)
    if abs(now.timestamp() - int(stamps[0])) > _TOLERANCE.total_seconds():
        raise Unauthenticated("This event was signed too long ago.")
    return _event(payload)


def _event(payload: bytes) -> PaymentEvent:
    try:
        found = json.loads(payload)
        return PaymentEvent(
            id=EventId(str(found["id"])),
            type=str(found["type"]),
            at=datetime.fromtimestamp(int(found["created"]), UTC),
            object=dict(found["data"]["object"]),
        )
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise Invalid("This event has no form that we know.") from error


def purchase_of(found: Mapping[str, Any]) -> PurchaseId | None:
    """Return the purchase that a session, an invoice or a charge is of, by what we told the provider."""
    parent = (found.get("parent") or {}).get("subscription_details") or {}
    places = (found, found.get("subscription_details") or {}, parent)
    named = [(place.get("metadata") or {}).get("purchase") for place in places]
    return next((PurchaseId(name) for name in named if isinstance(name, str) and name), None)


def payment_of(found: Mapping[str, Any]) -> str | None:
    """Return the provider's name of the payment behind a session, an invoice or a charge."""
    direct = found.get("payment_intent")
    if isinstance(direct, str):
        return direct
    for item in (found.get("payments") or {}).get("data") or []:
        nested = (item.get("payment") or {}).get("payment_intent")
        if isinstance(nested, str):
            return nested
    return None


def amount_of(found: Mapping[str, Any], name: str) -> Decimal:
    """Return an amount that the provider names in hundredths."""
    return Decimal(int(found.get(name) or 0)) * CENT


def period_end(invoice: Mapping[str, Any]) -> datetime | None:
    """Return until when the lines of an invoice pay."""
    lines = (invoice.get("lines") or {}).get("data") or []
    ends = [int(line["period"]["end"]) for line in lines if (line.get("period") or {}).get("end")]
    return datetime.fromtimestamp(max(ends), UTC) if ends else None
