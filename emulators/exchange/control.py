"""The control interface below /emulator: clock, accounts and keys, faults, books. It is no part of Binance's.

GET  /emulator/clock                   {"nowMs", "now", "speed", "skewMs", "untilMs"}
PUT  /emulator/clock                   any of {"advanceMs"} or {"to"} (ISO 8601), {"speed"}, {"skewMs"}
GET  /emulator/accounts                accounts with balances and keys
POST /emulator/accounts                {"name", "balances", "makerFee"?, "takerFee"?, "apiKey"?, "secret"?}: the key
POST /emulator/accounts/NAME/deposits  {"asset", "amount"}; a negative amount takes
POST /emulator/accounts/NAME/keys      another key of the account
PUT  /emulator/keys/KEY                any of {"rights", "addresses", "revoked"}
GET, PUT /emulator/faults              the rules in force, see `trouble`
PUT  /emulator/maintenance             {"on"}
POST /emulator/amnesty                 lifts bans and forgets used weight
GET  /emulator/books?account=NAME      orders, fills, ledger
GET, DELETE /emulator/requests         the newest 10,000 requests, with the faults that hit them
"""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from aiohttp import web

from emulators.exchange.books import books
from emulators.exchange.front import Front
from emulators.exchange.keys import Key, Right
from emulators.exchange.ledger import Account
from emulators.exchange.shapes import number

DEFAULT_FEE: Final = "0.001"


class Control:
    """Handlers of the control interface; each returns JSON or raises `ValueError` or `KeyError`."""

    def __init__(self, front: Front) -> None:
        self._front = front
        self._desk = front.desk

    def routes(self) -> list[web.RouteDef]:
        handlers: dict[tuple[str, str], Callable[[web.Request], Awaitable[Any]]] = {
            ("GET", "clock"): self.clock,
            ("PUT", "clock"): self.set_clock,
            ("GET", "accounts"): self.accounts,
            ("POST", "accounts"): self.open_account,
            ("POST", "accounts/{name}/deposits"): self.deposit,
            ("POST", "accounts/{name}/keys"): self.issue_key,
            ("PUT", "keys/{key}"): self.change_key,
            ("GET", "faults"): self.faults,
            ("PUT", "faults"): self.set_faults,
            ("PUT", "maintenance"): self.set_maintenance,
            ("POST", "amnesty"): self.amnesty,
            ("GET", "books"): self.show_books,
            ("GET", "requests"): self.requests,
            ("DELETE", "requests"): self.forget_requests,
        }
        return [
            web.route(method, f"/emulator/{path}", _answering(handler))
            for (method, path), handler in handlers.items()
        ]

    async def clock(self, _: web.Request) -> Any:
        return self._clock()

    async def set_clock(self, request: web.Request) -> Any:
        wanted, clock = await _body(request), self._desk.clock
        _only(wanted, "advanceMs", "to", "speed", "skewMs")
        self._desk.advance()
        if "advanceMs" in wanted:
            clock.move_to(clock.now_ms() + int(wanted["advanceMs"]))
        if "to" in wanted:
            clock.move_to(milliseconds(str(wanted["to"])))
        if "speed" in wanted:
            clock.set_speed(float(wanted["speed"]))
        if "skewMs" in wanted:
            clock.skew_ms = int(wanted["skewMs"])
        self._desk.advance()
        return self._clock()

    async def accounts(self, _: web.Request) -> Any:
        return [self._account(account) for account in self._desk.exchange.accounts.values()]

    async def open_account(self, request: web.Request) -> Any:
        wanted = await _body(request)
        _only(wanted, "name", "balances", "makerFee", "takerFee", "apiKey", "secret")
        account = self._desk.exchange.open_account(
            str(wanted["name"]),
            maker_fee=_amount(wanted.get("makerFee", DEFAULT_FEE)),
            taker_fee=_amount(wanted.get("takerFee", DEFAULT_FEE)),
        )
        for asset, amount in wanted.get("balances", {}).items():
            self._desk.exchange.deposit(account, asset, _amount(amount), self._desk.advance())
        key = self._desk.keyring.issue(
            account, api_key=wanted.get("apiKey"), secret=wanted.get("secret")
        )
        return _key(key)

    async def deposit(self, request: web.Request) -> Any:
        wanted = await _body(request)
        account = self._named(request)
        self._desk.exchange.deposit(
            account, str(wanted["asset"]), _amount(wanted["amount"]), self._desk.advance()
        )
        return self._account(account)

    async def issue_key(self, request: web.Request) -> Any:
        wanted = await _body(request)
        key = self._desk.keyring.issue(
            self._named(request), api_key=wanted.get("apiKey"), secret=wanted.get("secret")
        )
        return _key(key)

    async def change_key(self, request: web.Request) -> Any:
        wanted, key = await _body(request), self._desk.keyring.find(request.match_info["key"])
        _only(wanted, "rights", "addresses", "revoked")
        if key is None:
            raise KeyError("There is no such key.")
        if "rights" in wanted:
            key.rights = frozenset(map(Right, wanted["rights"]))
        if "addresses" in wanted:
            key.addresses = frozenset(map(str, wanted["addresses"]))
        key.revoked = bool(wanted.get("revoked", key.revoked))
        return _key(key)

    async def faults(self, _: web.Request) -> Any:
        return self._front.trouble.describe()

    async def set_faults(self, request: web.Request) -> Any:
        self._front.trouble.replace(await request.json())
        return self._front.trouble.describe()

    async def set_maintenance(self, request: web.Request) -> Any:
        self._desk.in_maintenance = bool((await _body(request))["on"])
        return {"on": self._desk.in_maintenance}

    async def amnesty(self, _: web.Request) -> Any:
        self._desk.limits.forgive()
        self._desk.futures_limits.forgive()
        return {}

    async def show_books(self, request: web.Request) -> Any:
        now = self._desk.advance()
        return {"nowMs": now} | books(self._desk.exchange, request.query.get("account"))

    async def requests(self, _: web.Request) -> Any:
        return list(self._front.record)

    async def forget_requests(self, _: web.Request) -> Any:
        self._front.record.clear()
        return {}

    def _clock(self) -> dict[str, Any]:
        clock = self._desk.clock
        now = clock.now_ms()
        return {
            "nowMs": now,
            "now": datetime.fromtimestamp(now / 1_000, UTC).isoformat(),
            "speed": clock.speed,
            "skewMs": clock.skew_ms,
            # From here on every market is closed.
            "untilMs": max(item.tape.until for item in self._desk.exchange.listings.values()),
        }

    def _account(self, account: Account) -> dict[str, Any]:
        return {
            "name": account.name,
            "balances": {
                asset: list(map(number, balance)) for asset, balance in account.balances.items()
            },
            "keys": [_key(key) for key in self._desk.keyring.of(account)],
        }

    def _named(self, request: web.Request) -> Account:
        name = request.match_info["name"]
        if name not in self._desk.exchange.accounts:
            raise KeyError(f"There is no account {name}.")
        return self._desk.exchange.accounts[name]


def milliseconds(text: str) -> int:
    """Read ISO 8601 as milliseconds since 1970; without an offset it is UTC."""
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1_000)


def _answering(
    handler: Callable[[web.Request], Awaitable[Any]],
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        try:
            return web.json_response(await handler(request))
        except KeyError as error:
            return web.json_response({"error": str(error.args[0])}, status=404)
        except (ValueError, TypeError, AttributeError) as error:
            return web.json_response({"error": str(error)}, status=400)

    return answer


async def _body(request: web.Request) -> dict[str, Any]:
    body = await request.json() if request.can_read_body else {}
    if not isinstance(body, dict):
        raise ValueError("The body must be a JSON object.")  # noqa: TRY004 (one kind of refusal)
    return body


def _only(wanted: dict[str, Any], *known: str) -> None:
    unknown = wanted.keys() - set(known)
    if unknown:
        raise ValueError(f"{', '.join(sorted(unknown))}: not one of {', '.join(known)}.")


def _amount(value: object) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation as error:
        raise ValueError(f"{json.dumps(value)} is no amount.") from error


def _key(key: Key) -> dict[str, Any]:
    return {
        "account": key.account.name,
        "apiKey": key.api_key,
        "secret": key.secret,
        "rights": sorted(key.rights),
        "addresses": sorted(key.addresses),
        "revoked": key.revoked,
    }
