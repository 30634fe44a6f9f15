"""Checkout sessions, payments and refunds in memory, and the events that they cause."""

import hashlib
import hmac
import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Document = dict[str, Any]
_MONTH_S = 30 * 24 * 3_600


class Refused(Exception):
    """What Stripe answers as an `invalid_request_error`, or 401 or 409."""

    def __init__(self, status: int, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.status, self.code = status, code


@dataclass
class Desk:
    """`url` is the provider's own address, for its payment pages."""

    url: str
    sessions: dict[str, Document] = field(default_factory=dict)
    payments: dict[str, Document] = field(default_factory=dict)
    _answers: dict[str, tuple[str, Document]] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def create_session(self, form: Mapping[str, str], key: str | None) -> Document:
        """Make a session; the same idempotency key with the same form gives the same one."""
        asked = json.dumps(sorted(form.items()))
        if key is not None and key in self._answers:
            known, answer = self._answers[key]
            if known != asked:
                raise Refused(400, "Keys for idempotent requests can only be used with the same parameters.", "idempotency_key_in_use")  # fmt: skip
            return answer
        session = self._session(form)
        self.sessions[session["id"]] = session
        if key is not None:
            self._answers[key] = (asked, session)
        return session

    def pay(self, session_id: str, now: int) -> list[Document]:
        """Pay a session; return the events, in Stripe's order."""
        session = self.sessions.get(session_id)
        if session is None:
            raise Refused(404, f"No such checkout session: '{session_id}'", "resource_missing")
        if session["payment_status"] == "paid":
            return []
        payment = self._named("pi")
        self.payments[payment] = {"amount": session["amount_total"], "refunded": 0}
        session["payment_status"], session["status"] = "paid", "complete"
        is_once = session["mode"] == "payment"
        session["payment_intent"] = payment if is_once else None
        events = [self._event("checkout.session.completed", session, now)]
        if not is_once:
            events.append(self._event("invoice.paid", self._invoice(session, payment, now), now))
        return events

    def refund(self, payment: str, amount: int | None, now: int) -> list[Document]:
        """Give back an amount of a payment, all that is left of it without one."""
        paid = self.payments.get(payment)
        if paid is None:
            raise Refused(404, f"No such payment_intent: '{payment}'", "resource_missing")
        left = paid["amount"] - paid["refunded"]
        wanted = left if amount is None else amount
        if not 0 < wanted <= left:
            raise Refused(400, "Refund amount is greater than unrefunded amount on charge.")
        paid["refunded"] += wanted
        charge = {
            "object": "charge",
            "id": self._named("ch"),
            "payment_intent": payment,
            "amount": paid["amount"],
            "amount_refunded": paid["refunded"],
            "refunded": paid["refunded"] == paid["amount"],
        }
        return [self._event("charge.refunded", charge, now)]

    def _session(self, form: Mapping[str, str]) -> Document:
        mode, price = form.get("mode"), "line_items[0][price_data]"
        if mode not in {"payment", "subscription"}:
            raise Refused(400, "Invalid mode: must be one of payment, setup, or subscription")
        for name in (f"{price}[currency]", f"{price}[unit_amount]", "success_url"):
            if not form.get(name):
                raise Refused(400, f"Missing required param: {name}.", "parameter_missing")
        name = self._named("cs_test")
        metadata = {
            key.removeprefix("metadata[").removesuffix("]"): value
            for key, value in form.items()
            if key.startswith("metadata[")
        }
        return {
            "id": name,
            "object": "checkout.session",
            "mode": mode,
            "status": "open",
            "payment_status": "unpaid",
            "payment_intent": None,
            "amount_total": int(form[f"{price}[unit_amount]"]),
            "currency": form[f"{price}[currency]"],
            "metadata": metadata,
            "success_url": form["success_url"],
            "url": f"{self.url}/pay/{name}",
        }

    def _invoice(self, session: Document, payment: str, now: int) -> Document:
        return {
            "id": self._named("in"),
            "object": "invoice",
            "amount_paid": session["amount_total"],
            "currency": session["currency"],
            "parent": {"subscription_details": {"metadata": session["metadata"]}},
            "payments": {"data": [{"payment": {"payment_intent": payment}}]},
            "lines": {"data": [{"period": {"start": now, "end": now + _MONTH_S}}]},
        }

    def _event(self, kind: str, found: Document, now: int) -> Document:
        return {
            "id": self._named("evt"),
            "object": "event",
            "type": kind,
            "created": now,
            "data": {"object": dict(found)},
        }

    def _named(self, prefix: str) -> str:
        return f"{prefix}_{next(self._numbers):08d}"


def signed(payload: bytes, secret: str, now: int) -> str:
    """Return the `Stripe-Signature` header of an event."""
    digest = hmac.new(secret.encode(), f"{now}.".encode() + payload, hashlib.sha256).hexdigest()
    return f"t={now},v1={digest}"
