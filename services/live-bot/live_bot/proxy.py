"""The exchange as the trader sees it: what it may read, and orders by our rules. Nothing else gets through."""

import asyncio
import json
import logging
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

from aiohttp import web

from candlewick.bots.wire import OrderType, Purpose, Side
from live_bot.errors import Fenced, Refused, VenueRefused, VenueUnclear
from live_bot.guard import Wish
from live_bot.orders import UNAVAILABLE, Orders, Ports
from live_bot.venue import Reply

log = logging.getLogger(__name__)

TAG_HEADER: Final = "X-Candlewick-Tag"
_PUBLIC: Final = frozenset(
    f"/api/v3/{name}"
    for name in (
        "ping", "time", "exchangeInfo", "depth", "trades", "aggTrades", "klines", "avgPrice",
        "ticker/price", "ticker/bookTicker", "ticker/24hr",
    )
)  # fmt: skip
_TYPES: Final = {
    "LIMIT": OrderType.LIMIT,
    "LIMIT_MAKER": OrderType.LIMIT,
    "MARKET": OrderType.MARKET,
    "STOP_LOSS_LIMIT": OrderType.STOP_LOSS_LIMIT,
}
_KEPT_OF_READS: Final = frozenset({"symbol", "orderId", "startTime", "endTime", "limit", "fromId"})
_MOST_AT_ONCE: Final = 8
_REFUSED_STATUS: Final = 403
_NOT_OFFERED: Final = -1002


class Proxy:
    """Answers as Binance does, in its own words for errors."""

    def __init__(self, ports: Ports, orders: Orders) -> None:
        self._p = ports
        self._orders = orders
        self._turns = asyncio.Semaphore(_MOST_AT_ONCE)

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one request below /venue; nothing but a refusal comes of what is not known."""
        path = "/" + request.match_info["path"]
        try:
            async with self._turns:
                reply = await self._answer(request, path)
        except Fenced as error:
            return _error(UNAVAILABLE, -1001, str(error))
        except Refused as error:
            log.info("refused", extra={"path": path[:100], "reason": str(error)})
            return _error(error.status, error.code, str(error))
        except VenueRefused as error:
            return _error(error.status, error.code, error.message)
        except VenueUnclear as error:
            return _error(UNAVAILABLE, -1001, str(error))
        return web.Response(
            body=reply.body,
            status=reply.status,
            headers=reply.headers,
            content_type="application/json",
        )

    async def _answer(self, request: web.Request, path: str) -> Reply:
        parameters = dict(parse_qsl(request.query_string)) | dict(parse_qsl(await _text(request)))
        if request.method == "GET" and path in _PUBLIC:
            return await self._p.venue.public(path, parameters)
        handlers = {
            ("GET", "/api/v3/account"): self._account,
            ("GET", "/sapi/v1/asset/tradeFee"): self._account,
            ("GET", "/api/v3/order"): self._order,
            ("GET", "/api/v3/openOrders"): self._own_orders,
            ("GET", "/api/v3/allOrders"): self._own_orders,
            ("GET", "/api/v3/myTrades"): self._own_orders,
            ("GET", "/sapi/v1/spot/delist-schedule"): self._no_delistings,
            ("DELETE", "/api/v3/order"): self._cancel,
        }
        if (request.method, path) == ("POST", "/api/v3/order"):
            tag = unquote(request.headers.get(TAG_HEADER, ""))
            return await self._place(parameters, tag)
        handler = handlers.get((request.method, path))
        if handler is None:
            raise Refused(
                "Candlewick: bots may not ask this of an exchange.",
                status=_REFUSED_STATUS,
                code=_NOT_OFFERED,
            )
        return await handler(path, parameters)

    async def _account(self, path: str, _parameters: Mapping[str, str]) -> Reply:
        return await self._p.venue.signed("GET", path, {})

    async def _no_delistings(self, _path: str, _parameters: Mapping[str, str]) -> Reply:
        return Reply(status=200, body=b"[]", headers={})

    async def _order(self, path: str, parameters: Mapping[str, str]) -> Reply:
        pair = self._pair(parameters)
        known = self._p.book.by_exchange_id(pair, parameters.get("orderId", ""))
        if known is None:
            raise Refused("Order does not exist.", code=-2013)
        reply = await self._p.venue.signed("GET", path, _kept(parameters))
        await self._p.recorder.heard_in(reply, known)
        return reply

    async def _own_orders(self, path: str, parameters: Mapping[str, str]) -> Reply:
        """Read a list, and leave out what other bots or the user did on the account."""
        reply = (await self._p.venue.signed("GET", path, _kept(parameters))).checked()
        own = [entry for entry in reply.json() if self._is_own(entry)]
        return Reply(status=reply.status, body=json.dumps(own).encode(), headers=reply.headers)

    def _is_own(self, entry: Mapping[str, Any]) -> bool:
        try:
            pair = self._p.symbols.of_symbol(str(entry["symbol"])).pair
        except KeyError:
            return False
        return self._p.book.by_exchange_id(pair, str(entry["orderId"])) is not None

    async def _cancel(self, _path: str, parameters: Mapping[str, str]) -> Reply:
        return await self._orders.cancel(self._pair(parameters), parameters.get("orderId", ""))

    async def _place(self, parameters: Mapping[str, str], tag: str) -> Reply:
        pair = self._pair(parameters)
        market = await self.price(pair)
        wish = _wish(pair, parameters, market, tag)
        return await self._orders.place(wish, _order_parameters(parameters))

    async def price(self, pair: str) -> Decimal:
        """Return a pair's last price."""
        symbol = self._p.symbols.of_pair(pair).symbol
        reply = await self._p.venue.public("/api/v3/ticker/price", {"symbol": symbol})
        return Decimal(str(reply.checked().json()["price"]))

    def _pair(self, parameters: Mapping[str, str]) -> str:
        try:
            return self._p.symbols.of_symbol(parameters.get("symbol", "")).pair
        except KeyError as error:
            raise Refused("Invalid symbol.", code=-1121) from error


def _wish(pair: str, parameters: Mapping[str, str], market: Decimal, tag: str) -> Wish:
    kind = _TYPES.get(parameters.get("type", "").upper())
    side = parameters.get("side", "").lower()
    if kind is None or side not in set(Side) or "quantity" not in parameters:
        raise Refused("Candlewick: bots may not send orders of this kind.", code=-1116)
    try:
        amount = Decimal(parameters["quantity"])
        price = Decimal(parameters["price"]) if "price" in parameters else None
        stop = Decimal(parameters["stopPrice"]) if "stopPrice" in parameters else None
    except InvalidOperation as error:
        raise Refused("Illegal characters found in a parameter.", code=-1100) from error
    return Wish(
        pair=pair,
        side=Side(side),
        type=kind,
        purpose=_purpose(Side(side), kind),
        amount=amount,
        price=price,
        stop_price=stop,
        market=market,
        tag=tag,
    )


def _purpose(side: Side, kind: OrderType) -> Purpose:
    """Judge by the order itself, not by what the trader says that it is for."""
    if side is Side.BUY:
        return Purpose.ENTRY
    return Purpose.STOP if kind is OrderType.STOP_LOSS_LIMIT else Purpose.EXIT


def _order_parameters(parameters: Mapping[str, str]) -> dict[str, str]:
    names = ("symbol", "side", "type", "timeInForce", "quantity", "price", "stopPrice")
    return {
        **{name: parameters[name] for name in names if name in parameters},
        "newOrderRespType": "FULL",
    }


def _kept(parameters: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in parameters.items() if name in _KEPT_OF_READS}


def _error(status: int, code: int, message: str) -> web.Response:
    return web.json_response({"code": code, "msg": message}, status=status)


async def _text(request: web.Request) -> str:
    return await request.text() if request.body_exists else ""
