"""Events of Stripe's shape, and their signature."""

import hashlib
import hmac
import json
from datetime import datetime, timedelta
from typing import Any

from tests.fakes import START
from tests.marketplace_world import PAYMENTS_SECRET

Event = dict[str, Any]


def an_event(kind: str, found: dict[str, Any], name: str = "evt_1", at: datetime = START) -> Event:
    return {
        "id": name,
        "object": "event",
        "type": kind,
        "created": int(at.timestamp()),
        "data": {"object": found},
    }


def a_session(purchase: str, **changes: Any) -> dict[str, Any]:
    session = {
        "object": "checkout.session",
        "mode": "payment",
        "payment_status": "paid",
        "payment_intent": "pi_1",
        "amount_total": 1990,
        "currency": "eur",
        "metadata": {"purchase": purchase},
    }
    return session | changes


def an_invoice(
    purchase: str, until: datetime = START + timedelta(days=30), **changes: Any
) -> dict[str, Any]:
    invoice = {
        "object": "invoice",
        "amount_paid": 1990,
        "currency": "eur",
        "parent": {"subscription_details": {"metadata": {"purchase": purchase}}},
        "payments": {"data": [{"payment": {"payment_intent": "pi_1"}}]},
        "lines": {"data": [{"period": {"end": int(until.timestamp())}}]},
    }
    return invoice | changes


def a_refund(cents: int, payment: str = "pi_1") -> dict[str, Any]:
    return {"object": "charge", "payment_intent": payment, "amount_refunded": cents}


def written(event: Event) -> bytes:
    return json.dumps(event).encode()


def signature(event: Event, at: datetime = START, secret: str = PAYMENTS_SECRET) -> str:
    stamp = int(at.timestamp())
    signed = hmac.new(secret.encode(), f"{stamp}.".encode() + written(event), hashlib.sha256)
    return f"t={stamp},v1={signed.hexdigest()}"
