"""The exchange over HTTP: one request after the other, each on the exchange's clock, with faults on demand."""

import asyncio
import logging
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, Final

from aiohttp import web

from emulators.exchange import futures_api, private_api, public_api
from emulators.exchange.calls import Call, read_call
from emulators.exchange.desk import Desk, Route, Signed
from emulators.exchange.refusals import Refusal, maintenance
from emulators.exchange.trouble import AFTER, ALTERING, Rule, Trouble, altered

_ROUTES: Final[Mapping[tuple[str, str], Route]] = {
    **public_api.ROUTES,
    **private_api.ROUTES,
    **futures_api.ROUTES,
}
_NEW_ORDER: Final = ("POST", "/api/v3/order")
_ALWAYS_UP: Final = "/sapi/v1/system/status"
_KEPT_REQUESTS: Final = 10_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request is answered with."""

    body: Any
    status: int = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Front:
    """Takes requests in, commits the faults, and keeps a record of what was asked."""

    desk: Desk
    trouble: Trouble = field(default_factory=Trouble)
    record: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=_KEPT_REQUESTS))
    _cancelled: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.Response:
        """Answer a request, or cut its connection."""
        body = (await request.read()).decode(errors="replace")
        # What has arrived is processed, whether or not the client still listens.
        answering = asyncio.ensure_future(self._answer(request, body))
        answer = await asyncio.shield(answering)
        if answer is None:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
        return web.json_response(answer.body, status=answer.status, headers=answer.headers)

    async def _answer(self, request: web.Request, body: str) -> Answer | None:
        """Return the answer, or `None` when the connection is to be cut."""
        try:
            call = read_call(
                method=request.method,
                path=request.path,
                query=request.rel_url.raw_query_string,
                body=body,
                api_key=request.headers.get("X-MBX-APIKEY", ""),
                address=request.remote or "",
            )
        except Refusal as refusal:
            return _refused(refusal)
        rules = self.trouble.take(call)
        entry = self._note(call, rules)
        for rule in rules:
            if rule.fault == "slow":
                await asyncio.sleep(rule.seconds)
            if rule.fault == "cut_before":
                return None
        answer = self._process(call, rules)
        entry["status"] = answer.status
        return await self._after(rules, answer)

    def _note(self, call: Call, rules: list[Rule]) -> dict[str, Any]:
        shown = {name: value for name, value in call.parameters.items() if name != "signature"}
        entry: dict[str, Any] = {
            "at": self.desk.clock.now_ms(),
            "method": call.method,
            "path": call.path,
            "parameters": shown,
            "faults": [rule.fault for rule in rules],
            "status": None,
        }
        self.record.append(entry)
        return entry

    def _process(self, call: Call, rules: list[Rule]) -> Answer:
        try:
            refusing = next((rule for rule in rules if rule.fault not in AFTER | {"slow"}), None)
            if refusing is not None:
                raise self._refusal(call, refusing)
            return self._dispatch(call)
        except Refusal as refusal:
            _log.info("refused %s %s: %s", call.method, call.path, refusal)
            return _refused(refusal)

    async def _after(self, rules: list[Rule], answer: Answer) -> Answer | None:
        for rule in rules:
            if rule.fault == "slow_after":
                await asyncio.sleep(rule.seconds)
            elif rule.fault == "hold":
                await self._until_cancelled(rule.seconds)
            elif rule.fault == "cut_after":
                return None
            elif rule.fault in ALTERING and isinstance(answer.body, list):
                answer = replace(answer, body=altered(rule, answer.body))
            elif rule.fault == "error_after":
                return _refused(rule.refusal())
        return answer

    async def _until_cancelled(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._cancelled.wait(), seconds)
        except TimeoutError:
            _log.info("nothing was cancelled within %s s; the answer is held no longer", seconds)

    def _refusal(self, call: Call, rule: Rule) -> Refusal:
        if rule.fault in {"rate_limit", "ban"}:
            now = self.desk.clock.now_ms()
            if rule.fault == "ban":
                limits = self.desk.limits_of(call)
                limits.ban(call.address, now, int(rule.seconds * 1_000))
                limits.spend(call.address, 0, now)
            seconds = str(int(rule.seconds))
            return Refusal(-1003, "Too many requests.", 429, {"Retry-After": seconds})
        return rule.refusal()

    def _dispatch(self, call: Call) -> Answer:
        desk, now = self.desk, self.desk.advance()
        route = _ROUTES.get((call.method, call.path))
        if route is None:
            raise Refusal(-1020, "This operation is not simulated.", HTTPStatus.NOT_FOUND)
        if desk.in_maintenance and call.path != _ALWAYS_UP:
            raise maintenance()
        headers = desk.limits_of(call).spend(call.address, route.weight(call), now)
        try:
            if isinstance(route, Signed):
                body = self._signed(route, call, now, headers)
            else:
                body = route.answer(desk, call, now)
        except Refusal as refusal:
            refusal.headers = {**headers, **refusal.headers}
            raise
        return Answer(body, headers=headers)

    def _signed(self, route: Signed, call: Call, now: int, headers: dict[str, str]) -> Any:
        desk = self.desk
        key = desk.keyring.authorize(call, route.right)
        account = key.account.name
        is_order = (call.method, call.path) == _NEW_ORDER
        if is_order:
            desk.limits.check_orders(account, now)
        body = route.answer(desk, call, key, now)
        if is_order:
            headers |= desk.limits.count_order(account, now)
        if call.method == "DELETE":
            self._cancelled.set()
            self._cancelled = asyncio.Event()
        return body


def _refused(refusal: Refusal) -> Answer:
    body = {"code": refusal.code, "msg": refusal.message}
    return Answer(body, refusal.status, refusal.headers)
