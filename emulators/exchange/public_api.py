"""Market data: what anybody may ask."""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from emulators.exchange import candlesticks, shapes
from emulators.exchange.calls import Call
from emulators.exchange.candlesticks import Wanted
from emulators.exchange.desk import Desk, Public, fixed
from emulators.exchange.library import Listing
from emulators.exchange.refusals import Refusal, illegal

_LEVELS: Final = 5_000
_SOME_SYMBOLS: Final = 20
_MANY_SYMBOLS: Final = 100
_SYMBOLS_FORM: Final = '["SYMBOL","SYMBOL"]'


def ping(_: Desk, __: Call, ___: int) -> dict[str, Any]:
    return {}


def time(desk: Desk, _: Call, __: int) -> dict[str, Any]:
    return {"serverTime": desk.clock.told_ms()}


def exchange_info(desk: Desk, call: Call, now: int) -> dict[str, Any]:
    return {
        "timezone": "UTC",
        "serverTime": desk.clock.told_ms(),
        "rateLimits": desk.limits.describe(),
        "exchangeFilters": [],
        "symbols": [
            shapes.symbol(listing.symbol, trading=listing.tape.trades_at(now))
            for listing in _listings(desk, call, now, listed_only=False)
        ],
    }


def klines(desk: Desk, call: Call, now: int) -> list[Any]:
    listing = desk.listing(call)
    length = candlesticks.interval_ms(listing.tape, call.required("interval"))
    wanted = Wanted(
        start=call.whole("startTime"), end=call.whole("endTime"), limit=call.limit(500, 1_000)
    )
    if now < listing.tape.start:
        return []
    rows = candlesticks.klines(listing.tape, length, wanted, now)
    return [shapes.kline(row, listing.symbol) for row in rows]


def depth(desk: Desk, call: Call, now: int) -> dict[str, Any]:
    listing = desk.listing(call)
    levels = call.limit(100, _LEVELS)
    if not listing.tape.trades_at(now):
        return {"lastUpdateId": now, "bids": [], "asks": []}
    first = _size(desk, listing, now)
    # How deep a book was, candles do not say: the same again at each tick further out.
    sizes = [first, *[_usual_size(listing, now)] * (levels - 1)]
    return shapes.depth(listing.tape.quote(now), listing.symbol, sizes, now)


def average_price(desk: Desk, call: Call, now: int) -> dict[str, Any]:
    listing = desk.listing(call)
    _require_listed(listing, now)
    return shapes.average(desk.exchange.average(listing.symbol, now), now)


def ticker_24hr(desk: Desk, call: Call, now: int) -> Any:
    return _one_or_all(
        call,
        [
            shapes.ticker(
                candlesticks.day(listing.tape, now),
                listing.tape.quote(now),
                listing.symbol,
                _size(desk, listing, now),
            )
            for listing in _listings(desk, call, now)
        ],
    )


def ticker_price(desk: Desk, call: Call, now: int) -> Any:
    return _one_or_all(
        call,
        [
            {
                "symbol": listing.symbol.name,
                "price": shapes.number(listing.symbol.price(listing.tape.quote(now).last)),
            }
            for listing in _listings(desk, call, now)
        ],
    )


def book_ticker(desk: Desk, call: Call, now: int) -> Any:
    return _one_or_all(
        call,
        [
            shapes.book_ticker(listing.tape.quote(now), listing.symbol, _size(desk, listing, now))
            for listing in _listings(desk, call, now)
        ],
    )


def system_status(desk: Desk, _: Call, __: int) -> dict[str, Any]:
    return {
        "status": int(desk.in_maintenance),
        "msg": "system maintenance" if desk.in_maintenance else "normal",
    }


def _listings(desk: Desk, call: Call, now: int, *, listed_only: bool = True) -> Sequence[Listing]:
    """Return the pairs that a request is about: `symbol`, `symbols` (a JSON list) or all."""
    if call.text("symbol") is not None:
        found = [desk.listing(call)]
    elif call.text("symbols") is not None:
        found = [desk.exchange.listing(name) for name in _names(call)]
    else:
        everything = desk.exchange.listings.values()
        return [item for item in everything if not listed_only or now >= item.tape.start]
    for listing in found if listed_only else ():
        _require_listed(listing, now)
    return found


def _names(call: Call) -> list[str]:
    refusal = illegal("symbols", _SYMBOLS_FORM)
    try:
        names = json.loads(call.required("symbols"))
    except ValueError:
        raise refusal from None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise refusal
    if "symbol" in call.parameters:
        raise Refusal(-1128, "Combination of optional parameters invalid.")
    return names


def _require_listed(listing: Listing, now: int) -> None:
    if now < listing.tape.start:
        raise Refusal(-1013, "Market is closed.")


def _one_or_all(call: Call, rows: list[Any]) -> Any:
    return rows[0] if call.text("symbol") is not None else rows


def _size(desk: Desk, listing: Listing, now: int) -> Decimal:
    """Return what can be had at the best price, or what is usual when that is not limited."""
    offered = desk.exchange.matching.on_offer(listing.symbol, now)
    return _usual_size(listing, now) if offered is None else offered


def _usual_size(listing: Listing, now: int) -> Decimal:
    """Return a tenth of what was traded in the last whole candle."""
    index = max(0, listing.tape.index(now) - 1)
    lots = max(1, int(listing.tape.lots[index]) // 10)
    return listing.symbol.lot * lots


def _depth_weight(call: Call) -> int:
    levels = call.limit(100, _LEVELS)
    return next(
        weight
        for most, weight in ((100, 5), (500, 25), (1_000, 50), (_LEVELS, 250))
        if levels <= most
    )


def _day_weight(call: Call) -> int:
    if call.text("symbol") is not None:
        return 2
    count = len(_names(call)) if call.text("symbols") is not None else _MANY_SYMBOLS + 1
    if count <= _SOME_SYMBOLS:
        return 2
    return 40 if count <= _MANY_SYMBOLS else 80


def _price_weight(call: Call) -> int:
    return 2 if call.text("symbol") is not None else 4


ROUTES: Final = {
    ("GET", "/api/v3/ping"): Public(answer=ping, weight=fixed(1)),
    ("GET", "/api/v3/time"): Public(answer=time, weight=fixed(1)),
    ("GET", "/api/v3/exchangeInfo"): Public(answer=exchange_info, weight=fixed(20)),
    ("GET", "/api/v3/klines"): Public(answer=klines, weight=fixed(2)),
    ("GET", "/api/v3/depth"): Public(answer=depth, weight=_depth_weight),
    ("GET", "/api/v3/avgPrice"): Public(answer=average_price, weight=fixed(2)),
    ("GET", "/api/v3/ticker/24hr"): Public(answer=ticker_24hr, weight=_day_weight),
    ("GET", "/api/v3/ticker/price"): Public(answer=ticker_price, weight=_price_weight),
    ("GET", "/api/v3/ticker/bookTicker"): Public(answer=book_ticker, weight=_price_weight),
    ("GET", "/sapi/v1/system/status"): Public(answer=system_status, weight=fixed(0)),
}
