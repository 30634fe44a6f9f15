"""Binance's JSON: what orders, trades, balances, pairs and prices look like on the wire."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from emulators.exchange.candlesticks import Kline
from emulators.exchange.keys import Key, Right
from emulators.exchange.ledger import ZERO, Account
from emulators.exchange.orders import Fill, Kind, Order, Side
from emulators.exchange.symbols import (
    AVERAGE_MINUTES,
    DECIMALS,
    MAX_ALGO_ORDERS,
    MAX_ORDERS,
    PERCENT_DOWN,
    PERCENT_UP,
    Symbol,
)
from emulators.exchange.tape import Quote

_NO_LIST: Final = -1


def number(value: Decimal) -> str:
    """Write an amount with the eight decimals that Binance gives."""
    return f"{value:.{DECIMALS}f}"


def acknowledged(order: Order) -> dict[str, Any]:
    """Return newOrderRespType=ACK."""
    return {
        "symbol": order.symbol.name,
        "orderId": order.order_id,
        "orderListId": _NO_LIST,
        "clientOrderId": order.request.client_order_id,
        "transactTime": order.updated_at,
    }


def result(order: Order) -> dict[str, Any]:
    """Return newOrderRespType=RESULT."""
    return acknowledged(order) | _amounts(order) | _working(order)


def full(order: Order) -> dict[str, Any]:
    """Return newOrderRespType=FULL."""
    fills = [
        {
            "price": number(fill.price),
            "qty": number(fill.quantity),
            "commission": number(fill.commission),
            "commissionAsset": fill.commission_asset,
            "tradeId": fill.trade_id,
        }
        for fill in order.fills
    ]
    return result(order) | {"fills": fills}


def queried(order: Order) -> dict[str, Any]:
    """Return an order as GET order, openOrders and allOrders give it."""
    return {
        "symbol": order.symbol.name,
        "orderId": order.order_id,
        "orderListId": _NO_LIST,
        "clientOrderId": order.request.client_order_id,
        **_amounts(order),
        "stopPrice": number(order.request.stop_price or ZERO),
        "icebergQty": number(ZERO),
        "time": order.created_at,
        "updateTime": order.updated_at,
        "isWorking": not order.waits_for_trigger,
        **_working(order),
    }


def cancelled(order: Order, cancel_id: str) -> dict[str, Any]:
    """Return the answer to DELETE order: the order's own id is `origClientOrderId` there."""
    return {
        **acknowledged(order),
        **_amounts(order),
        "origClientOrderId": order.request.client_order_id,
        "clientOrderId": cancel_id,
        "selfTradePreventionMode": "NONE",
    } | ({"stopPrice": number(order.request.stop_price)} if order.request.stop_price else {})


def trade(fill: Fill) -> dict[str, Any]:
    """Return a row of myTrades."""
    return {
        "symbol": fill.symbol.name,
        "id": fill.trade_id,
        "orderId": fill.order_id,
        "orderListId": _NO_LIST,
        "price": number(fill.price),
        "qty": number(fill.quantity),
        "quoteQty": number(fill.cost),
        "commission": number(fill.commission),
        "commissionAsset": fill.commission_asset,
        "time": fill.at,
        "isBuyer": fill.side is Side.BUY,
        "isMaker": fill.is_maker,
        "isBestMatch": True,
    }


def account(owner: Account, key: Key, *, omit_zero: bool) -> dict[str, Any]:
    """Return GET account."""
    balances = [
        {"asset": asset, "free": number(balance.free), "locked": number(balance.locked)}
        for asset, balance in sorted(owner.balances.items())
        if not omit_zero or balance.free or balance.locked
    ]
    rates = {"maker": number(owner.maker_fee), "taker": number(owner.taker_fee)}
    return {
        "makerCommission": int(owner.maker_fee * 10_000),
        "takerCommission": int(owner.taker_fee * 10_000),
        "buyerCommission": 0,
        "sellerCommission": 0,
        "commissionRates": {**rates, "buyer": number(ZERO), "seller": number(ZERO)},
        "canTrade": True,
        "canWithdraw": Right.WITHDRAW in key.rights,
        "canDeposit": True,
        "brokered": False,
        "requireSelfTradePrevention": False,
        "preventSor": False,
        "updateTime": owner.updated_at,
        "accountType": "SPOT",
        "balances": balances,
        "permissions": ["SPOT"],
        "uid": owner.number,
    }


def rights(key: Key) -> dict[str, Any]:
    """Return sapi/v1/account/apiRestrictions."""
    return {
        "ipRestrict": bool(key.addresses),
        "createTime": key.created_at,
        "enableReading": Right.READ in key.rights,
        "enableSpotAndMarginTrading": Right.TRADE in key.rights,
        "enableWithdrawals": Right.WITHDRAW in key.rights,
        "enableInternalTransfer": False,
        "enableMargin": False,
        "enableFutures": False,
        "permitsUniversalTransfer": False,
        "enableVanillaOptions": False,
        "enablePortfolioMarginTrading": False,
        "enableFixApiTrade": False,
        "enableFixReadOnly": False,
    }


def symbol(listed: Symbol, *, trading: bool) -> dict[str, Any]:
    """Return a pair as exchangeInfo gives it."""
    return {
        "symbol": listed.name,
        "status": "TRADING" if trading else "BREAK",
        "baseAsset": listed.base,
        "baseAssetPrecision": DECIMALS,
        "quoteAsset": listed.quote,
        "quotePrecision": DECIMALS,
        "quoteAssetPrecision": DECIMALS,
        "baseCommissionPrecision": DECIMALS,
        "quoteCommissionPrecision": DECIMALS,
        "orderTypes": [kind.value for kind in Kind],
        "icebergAllowed": False,
        "ocoAllowed": False,
        "otoAllowed": False,
        "quoteOrderQtyMarketAllowed": True,
        "allowTrailingStop": False,
        "cancelReplaceAllowed": False,
        "amendAllowed": False,
        "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": False,
        "filters": _filters(listed),
        "permissions": [],
        "permissionSets": [["SPOT"]],
        "defaultSelfTradePreventionMode": "NONE",
        "allowedSelfTradePreventionModes": ["NONE"],
    }


def kline(row: Kline, listed: Symbol) -> list[Any]:
    """Return a row of klines. Which side was the taker, candles do not say: half each."""
    volume, turnover = listed.lot * row.lots, listed.tick * listed.lot * row.turnover
    return [
        row.at,
        *(number(listed.price(ticks)) for ticks in (row.open, row.high, row.low, row.close)),
        number(volume),
        row.until - 1,
        number(turnover),
        _trades(row),
        number(volume / 2),
        number(turnover / 2),
        "0",
    ]


def ticker(day: Kline, quote: Quote, listed: Symbol, size: Decimal) -> dict[str, Any]:
    """Return ticker/24hr."""
    opened, last = listed.price(day.open), listed.price(quote.last)
    volume, turnover = listed.lot * day.lots, listed.tick * listed.lot * day.turnover
    percent = (last - opened) / opened * 100
    return {
        "symbol": listed.name,
        "priceChange": number(last - opened),
        "priceChangePercent": f"{percent:.3f}",
        "weightedAvgPrice": number(turnover / volume if volume else last),
        "prevClosePrice": number(opened),
        "lastPrice": number(last),
        "lastQty": number(listed.lot),
        **_best(quote, listed, size),
        "openPrice": number(opened),
        "highPrice": number(listed.price(day.high)),
        "lowPrice": number(listed.price(day.low)),
        "volume": number(volume),
        "quoteVolume": number(turnover),
        "openTime": day.at,
        "closeTime": day.until,
        "firstId": -1,
        "lastId": -1,
        "count": _trades(day),
    }


def book_ticker(quote: Quote, listed: Symbol, size: Decimal) -> dict[str, Any]:
    """Return ticker/bookTicker."""
    return {"symbol": listed.name} | _best(quote, listed, size)


def depth(quote: Quote, listed: Symbol, sizes: Iterable[Decimal], now: int) -> dict[str, Any]:
    """Return the book: one level per tick, the sizes given from the best one outwards."""
    levels = list(enumerate(sizes))
    bids = [
        [number(listed.price(quote.bid - away)), number(size)]
        for away, size in levels
        if quote.bid > away
    ]
    asks = [[number(listed.price(quote.ask + away)), number(size)] for away, size in levels]
    return {"lastUpdateId": now, "bids": bids, "asks": asks}


def average(price: Decimal, now: int) -> dict[str, Any]:
    return {"mins": AVERAGE_MINUTES, "price": number(price), "closeTime": now}


def coin(asset: str, owner: Account) -> dict[str, Any]:
    """Return an asset as sapi/v1/capital/config/getall gives it: nothing can be moved in or out."""
    balance = owner.balance(asset)
    nothing = dict.fromkeys(("freeze", "withdrawing", "ipoing", "ipoable", "storage"), "0")
    return {
        "coin": asset,
        "name": asset,
        "depositAllEnable": False,
        "withdrawAllEnable": False,
        "free": number(balance.free),
        "locked": number(balance.locked),
        **nothing,
        "isLegalMoney": False,
        "trading": True,
        "networkList": [],
    }


def _amounts(order: Order) -> dict[str, Any]:
    request = order.request
    return {
        "price": number(request.price or ZERO),
        "origQty": number(order.quantity),
        "executedQty": number(order.executed),
        "origQuoteOrderQty": number(request.quote_quantity or ZERO),
        "cummulativeQuoteQty": number(order.cost),
        "status": order.status.value,
        "timeInForce": request.time_in_force.value,
        "type": request.kind.value,
        "side": request.side.value,
    }


def _working(order: Order) -> dict[str, Any]:
    working = -1 if order.working_at is None else order.working_at
    stop = order.request.stop_price
    return {
        "workingTime": working,
        "selfTradePreventionMode": "NONE",
        **({"stopPrice": number(stop)} if stop is not None else {}),
    }


def _best(quote: Quote, listed: Symbol, size: Decimal) -> dict[str, str]:
    return {
        "bidPrice": number(listed.price(quote.bid)),
        "bidQty": number(size),
        "askPrice": number(listed.price(quote.ask)),
        "askQty": number(size),
    }


def _trades(row: Kline) -> int:
    return min(row.lots, 1_000)


def _filters(listed: Symbol) -> list[dict[str, Any]]:
    return [
        {
            "filterType": "PRICE_FILTER",
            "minPrice": number(listed.tick),
            "maxPrice": number(listed.max_price),
            "tickSize": number(listed.tick),
        },
        {
            "filterType": "LOT_SIZE",
            "minQty": number(listed.lot),
            "maxQty": number(listed.max_quantity),
            "stepSize": number(listed.lot),
        },
        {
            "filterType": "NOTIONAL",
            "minNotional": number(listed.min_notional),
            "applyMinToMarket": True,
            "maxNotional": number(listed.max_notional),
            "applyMaxToMarket": True,
            "avgPriceMins": AVERAGE_MINUTES,
        },
        {
            "filterType": "PERCENT_PRICE_BY_SIDE",
            "bidMultiplierUp": str(PERCENT_UP),
            "bidMultiplierDown": str(PERCENT_DOWN),
            "askMultiplierUp": str(PERCENT_UP),
            "askMultiplierDown": str(PERCENT_DOWN),
            "avgPriceMins": AVERAGE_MINUTES,
        },
        {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": MAX_ORDERS},
        {"filterType": "MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders": MAX_ALGO_ORDERS},
    ]
