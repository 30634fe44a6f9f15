"""The provider over HTTP: its API, its payment page, and the events that it sends.

POST /v1/checkout/sessions   as Stripe's, with the key as bearer and `Idempotency-Key`
POST /v1/refunds             payment_intent, amount
GET  /pay/SESSION            the payment page; POST pays, and leads back
GET  /events                 what was sent: type, status of the answer
"""

import json
import time
from dataclasses import dataclass, field
from html import escape
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from emulators.payments.desk import Desk, Document, Refused, signed

_PAGE = """<!doctype html><html lang="en"><title>Pay</title>
<h1>Pay {amount} {currency}</h1><form method="post"><button>Pay</button></form></html>"""
_TRIES = 3


@dataclass
class Provider:
    """`hook` is where events go, signed with `secret`; `key` is what callers must show."""

    desk: Desk
    key: str
    secret: str
    hook: str
    sent: list[Document] = field(default_factory=list)

    async def send(self, events: list[Document]) -> None:
        async with ClientSession(timeout=ClientTimeout(total=10)) as http:
            for event in events:
                self.sent.append(
                    {"type": event["type"], "status": await self._send_one(http, event)}
                )

    async def _send_one(self, http: ClientSession, event: Document) -> int:
        payload, status = json.dumps(event).encode(), 0
        for _ in range(_TRIES):
            headers = {
                "Content-Type": "application/json",
                "Stripe-Signature": signed(payload, self.secret, int(time.time())),
            }
            try:
                async with http.post(self.hook, data=payload, headers=headers) as answer:
                    status = answer.status
            except ClientError:
                status = 0
            if 200 <= status < 300:  # noqa: PLR2004 - every success
                break
        return status

    def require_key(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bearer {self.key}":
            raise Refused(401, "Invalid API Key provided")


def create_app(provider: Provider) -> web.Application:
    desk = provider.desk

    async def create_session(request: web.Request) -> web.Response:
        provider.require_key(request)
        form = {name: str(value) for name, value in (await request.post()).items()}
        return web.json_response(desk.create_session(form, request.headers.get("Idempotency-Key")))

    async def refund(request: web.Request) -> web.Response:
        provider.require_key(request)
        form = await request.post()
        amount = int(str(form["amount"])) if "amount" in form else None
        await provider.send(desk.refund(str(form.get("payment_intent")), amount, int(time.time())))
        return web.json_response({"object": "refund", "status": "succeeded"})

    async def page(request: web.Request) -> web.Response:
        session = desk.sessions.get(request.match_info["session"])
        if session is None:
            raise web.HTTPNotFound
        amount, currency = session["amount_total"] / 100, escape(session["currency"].upper())
        text = _PAGE.format(amount=f"{amount:.2f}", currency=currency)
        return web.Response(text=text, content_type="text/html")

    async def pay(request: web.Request) -> web.Response:
        name = request.match_info["session"]
        await provider.send(desk.pay(name, int(time.time())))
        raise web.HTTPSeeOther(desk.sessions[name]["success_url"])

    async def events(_: web.Request) -> web.Response:
        return web.json_response(provider.sent)

    app = web.Application(middlewares=[_as_stripe])
    app.router.add_post("/v1/checkout/sessions", create_session)
    app.router.add_post("/v1/refunds", refund)
    app.router.add_get("/pay/{session}", page)
    app.router.add_post("/pay/{session}", pay)
    app.router.add_get("/events", events)
    return app


@web.middleware
async def _as_stripe(request: web.Request, handler: Any) -> web.StreamResponse:
    """Answer what is refused as Stripe does."""
    try:
        answer: web.StreamResponse = await handler(request)
    except Refused as error:
        told = {"type": "invalid_request_error", "message": str(error), "code": error.code}
        return web.json_response({"error": told}, status=error.status)
    return answer
