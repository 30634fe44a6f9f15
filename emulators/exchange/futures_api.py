"""Market data of USDT-margined perpetuals: what Freqtrade's downloader asks. Nothing can be traded there."""

from decimal import Decimal
from typing import Any, Final

from emulators.exchange import candlesticks, shapes
from emulators.exchange.calls import Call
from emulators.exchange.candlesticks import Kline, Wanted
from emulators.exchange.desk import Desk, Public, fixed
from emulators.exchange.perpetuals import Funding, Perpetual
from emulators.exchange.symbols import DECIMALS
from emulators.exchange.tape import Tape

# What Binance says of a contract without an end.
_NEVER_MS: Final = 4_133_404_800_000
_MOST_KLINES: Final = 1_500
_MOST_RATES: Final = 1_000
# Binance counts how often the mark price was made.
_MARKS: Final = 60


def ping(_: Desk, __: Call, ___: int) -> dict[str, Any]:
    return {}


def time(desk: Desk, _: Call, __: int) -> dict[str, Any]:
    return {"serverTime": desk.clock.told_ms()}


def exchange_info(desk: Desk, _: Call, now: int) -> dict[str, Any]:
    """List what is traded, and what was: contracts that ended are being settled."""
    return {
        "timezone": "UTC",
        "serverTime": desk.clock.told_ms(),
        "futuresType": "U_MARGINED",
        "rateLimits": desk.futures_limits.describe()[:1],
        "exchangeFilters": [],
        "assets": [
            {
                "asset": "USDT",
                "marginAvailable": True,
                "autoAssetExchange": shapes.number(Decimal()),
            }
        ],
        "symbols": [_contract(each, now) for each in desk.perpetuals.values()],
    }


def klines(desk: Desk, call: Call, now: int) -> list[Any]:
    contract = desk.perpetual(call)
    return [shapes.kline(row, contract.symbol) for row in _rows(contract.tape, call, now)]


def mark_price_klines(desk: Desk, call: Call, now: int) -> list[Any]:
    contract = desk.perpetual(call)
    return [_mark_kline(row, contract) for row in _rows(contract.mark, call, now)]


def funding_rates(desk: Desk, call: Call, now: int) -> list[dict[str, Any]]:
    contract = desk.perpetual(call)
    start, end = call.whole("startTime"), call.whole("endTime")
    limit = call.limit(100, _MOST_RATES)
    until = now if end is None else min(now, end)
    found = [each for each in contract.funding if (start or 0) <= each.at <= until]
    chosen = found[-limit:] if start is None else found[:limit]
    return [_paid(each, contract) for each in chosen]


def _rows(tape: Tape, call: Call, now: int) -> list[Kline]:
    length = candlesticks.interval_ms(tape, call.required("interval"))
    wanted = Wanted(
        start=call.whole("startTime"),
        end=call.whole("endTime"),
        limit=call.limit(500, _MOST_KLINES),
    )
    return candlesticks.klines(tape, length, wanted, now) if now >= tape.start else []


def _mark_kline(row: Kline, contract: Perpetual) -> list[Any]:
    """Return a row of markPriceKlines: nothing is traded at a mark price."""
    prices = (row.open, row.high, row.low, row.close)
    return [
        row.at,
        *(shapes.number(contract.mark_symbol.price(ticks)) for ticks in prices),
        "0",
        row.until - 1,
        "0",
        _MARKS,
        *("0", "0", "0"),
    ]


def _paid(paid: Funding, contract: Perpetual) -> dict[str, Any]:
    return {
        "symbol": contract.symbol.name,
        "fundingTime": paid.at,
        "fundingRate": f"{paid.rate:.{DECIMALS}f}",
        "markPrice": shapes.number(contract.mark_symbol.price(paid.mark)),
    }


def _contract(contract: Perpetual, now: int) -> dict[str, Any]:
    listed = contract.symbol
    return {
        "symbol": listed.name,
        "pair": listed.name,
        "contractType": "PERPETUAL",
        "deliveryDate": _NEVER_MS,
        "onboardDate": contract.tape.start,
        "status": "TRADING" if contract.tape.trades_at(now) else "SETTLING",
        "maintMarginPercent": "2.5000",
        "requiredMarginPercent": "5.0000",
        "baseAsset": listed.base,
        "quoteAsset": listed.quote,
        "marginAsset": listed.quote,
        "pricePrecision": _decimals(listed.tick),
        "quantityPrecision": _decimals(listed.lot),
        "baseAssetPrecision": DECIMALS,
        "quotePrecision": DECIMALS,
        "underlyingType": "COIN",
        "triggerProtect": "0.0500",
        "liquidationFee": "0.012500",
        "marketTakeBound": "0.05",
        "filters": _filters(contract),
        "orderTypes": [
            "LIMIT",
            "MARKET",
            "STOP",
            "STOP_MARKET",
            "TAKE_PROFIT",
            "TAKE_PROFIT_MARKET",
        ],
        "timeInForce": ["GTC", "IOC", "FOK", "GTX"],
    }


def _filters(contract: Perpetual) -> list[dict[str, Any]]:
    listed = contract.symbol
    lots = {
        "minQty": shapes.number(listed.lot),
        "maxQty": shapes.number(listed.max_quantity),
        "stepSize": shapes.number(listed.lot),
    }
    return [
        {
            "filterType": "PRICE_FILTER",
            "minPrice": shapes.number(listed.tick),
            "maxPrice": shapes.number(listed.max_price),
            "tickSize": shapes.number(listed.tick),
        },
        {"filterType": "LOT_SIZE", **lots},
        {"filterType": "MARKET_LOT_SIZE", **lots},
        {"filterType": "MAX_NUM_ORDERS", "limit": 200},
        {"filterType": "MIN_NOTIONAL", "notional": shapes.number(listed.min_notional)},
    ]


def _decimals(step: Decimal) -> int:
    exponent = step.normalize().as_tuple().exponent
    return max(0, -int(exponent))


def _kline_weight(call: Call) -> int:
    limit = call.limit(500, _MOST_KLINES)
    return next(
        weight
        for most, weight in ((99, 1), (499, 2), (1_000, 5), (_MOST_KLINES, 10))
        if limit <= most
    )


ROUTES: Final = {
    ("GET", "/fapi/v1/ping"): Public(answer=ping, weight=fixed(1)),
    ("GET", "/fapi/v1/time"): Public(answer=time, weight=fixed(1)),
    ("GET", "/fapi/v1/exchangeInfo"): Public(answer=exchange_info, weight=fixed(1)),
    ("GET", "/fapi/v1/klines"): Public(answer=klines, weight=_kline_weight),
    ("GET", "/fapi/v1/markPriceKlines"): Public(answer=mark_price_klines, weight=_kline_weight),
    ("GET", "/fapi/v1/fundingRate"): Public(answer=funding_rates, weight=fixed(1)),
}
