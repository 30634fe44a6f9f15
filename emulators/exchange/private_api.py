"""What needs a signature: orders, balances, trades, the key's rights."""

from typing import Any, Final

from emulators.exchange import shapes
from emulators.exchange.calls import Call
from emulators.exchange.desk import Desk, Signed, fixed
from emulators.exchange.keys import Key, Right
from emulators.exchange.order_form import client_order_id, read_order
from emulators.exchange.orders import Kind, Order
from emulators.exchange.refusals import Refusal, missing

_DAY_MS: Final = 86_400_000
_RESPONSES: Final = {"ACK": shapes.acknowledged, "RESULT": shapes.result, "FULL": shapes.full}
_FULL_BY_DEFAULT: Final = frozenset({Kind.MARKET, Kind.LIMIT})


def new_order(desk: Desk, call: Call, key: Key, now: int) -> dict[str, Any]:
    request = read_order(call, desk.listing(call).symbol)
    default = "FULL" if request.kind in _FULL_BY_DEFAULT else "ACK"
    shape = _RESPONSES.get(call.text("newOrderRespType") or default)
    if shape is None:
        raise Refusal(-1130, "Data sent for parameter 'newOrderRespType' is not valid.")
    order = desk.exchange.place(key.account, request, now)
    return shape(order)


def check_order(desk: Desk, call: Call, key: Key, now: int) -> dict[str, Any]:
    request = read_order(call, desk.listing(call).symbol)
    desk.exchange.check(key.account, request, now)
    return {}


def query_order(desk: Desk, call: Call, key: Key, _: int) -> dict[str, Any]:
    order = _find(desk, call, key)
    if order is None:
        raise Refusal(-2013, "Order does not exist.")
    return shapes.queried(order)


def cancel_order(desk: Desk, call: Call, key: Key, now: int) -> dict[str, Any]:
    order = _find(desk, call, key, open_only=True)
    if order is None:
        raise Refusal(-2011, "Unknown order sent.")
    desk.exchange.cancel(order, now)
    return shapes.cancelled(order, client_order_id(call, "newClientOrderId"))


def open_orders(desk: Desk, call: Call, key: Key, _: int) -> list[dict[str, Any]]:
    symbol = desk.listing(call).symbol if call.text("symbol") is not None else None
    return [shapes.queried(order) for order in desk.exchange.open_orders(key.account, symbol)]


def cancel_all(desk: Desk, call: Call, key: Key, now: int) -> list[dict[str, Any]]:
    orders = list(desk.exchange.open_orders(key.account, desk.listing(call).symbol))
    if not orders:
        raise Refusal(-2011, "Unknown order sent.")
    for order in orders:
        desk.exchange.cancel(order, now)
    return [shapes.cancelled(order, client_order_id(call, "")) for order in orders]


def all_orders(desk: Desk, call: Call, key: Key, _: int) -> list[dict[str, Any]]:
    symbol = desk.listing(call).symbol
    start, end = _window(call)
    first = call.whole("orderId")
    found = [
        order
        for order in desk.exchange.orders_of(key.account, symbol)
        if (first is None or order.order_id >= first)
        and (start is None or order.created_at >= start)
        and (end is None or order.created_at <= end)
    ]
    return [
        shapes.queried(order)
        for order in _page(found, call, oldest_first=first is not None or start is not None)
    ]


def my_trades(desk: Desk, call: Call, key: Key, _: int) -> list[dict[str, Any]]:
    symbol = desk.listing(call).symbol
    start, end = _window(call)
    order_id, first = call.whole("orderId"), call.whole("fromId")
    found = [
        fill
        for fill in desk.exchange.matching.fills
        if fill.account == key.account.name
        and fill.symbol == symbol
        and (order_id is None or fill.order_id == order_id)
        and (first is None or fill.trade_id >= first)
        and (start is None or fill.at >= start)
        and (end is None or fill.at <= end)
    ]
    oldest_first = first is not None or start is not None
    return [shapes.trade(fill) for fill in _page(found, call, oldest_first=oldest_first)]


def account(_: Desk, call: Call, key: Key, __: int) -> dict[str, Any]:
    return shapes.account(key.account, key, omit_zero=call.text("omitZeroBalances") == "true")


def key_rights(_: Desk, __: Call, key: Key, ___: int) -> dict[str, Any]:
    return shapes.rights(key)


def trade_fees(desk: Desk, call: Call, key: Key, _: int) -> list[dict[str, Any]]:
    wanted = call.text("symbol")
    names = desk.exchange.listings if wanted is None else [desk.listing(call).symbol.name]
    return [
        {
            "symbol": name,
            "makerCommission": shapes.number(key.account.maker_fee),
            "takerCommission": shapes.number(key.account.taker_fee),
        }
        for name in names
    ]


def coins(desk: Desk, _: Call, key: Key, __: int) -> list[dict[str, Any]]:
    symbols = [listing.symbol for listing in desk.exchange.listings.values()]
    assets = {symbol.base for symbol in symbols} | {symbol.quote for symbol in symbols}
    return [shapes.coin(asset, key.account) for asset in sorted(assets | set(key.account.balances))]


def nothing(_: Desk, __: Call, ___: Key, ____: int) -> list[Any]:
    return []


def _find(desk: Desk, call: Call, key: Key, *, open_only: bool = False) -> Order | None:
    """Return the order that a request names; of several with the same client id the newest."""
    symbol = desk.listing(call).symbol
    order_id, name = call.whole("orderId"), call.text("origClientOrderId")
    if order_id is None and name is None:
        raise missing("orderId")
    found = [
        order
        for order in desk.exchange.orders_of(key.account, symbol)
        if (order_id is None or order.order_id == order_id)
        and (name is None or order.request.client_order_id == name)
        and (order.status.is_open or not open_only)
    ]
    return found[-1] if found else None


def _window(call: Call) -> tuple[int | None, int | None]:
    start, end = call.whole("startTime"), call.whole("endTime")
    if start is not None and end is not None and not 0 <= end - start <= _DAY_MS:
        raise Refusal(-1127, "More than 24 hours between startTime and endTime.")
    return start, end


def _page(found: list[Any], call: Call, *, oldest_first: bool) -> list[Any]:
    limit = call.limit(500, 1_000)
    return found[:limit] if oldest_first else found[-limit:]


def _open_weight(call: Call) -> int:
    return 6 if call.text("symbol") is not None else 80


def _trades_weight(call: Call) -> int:
    return 5 if call.text("orderId") is not None else 20


ROUTES: Final = {
    ("POST", "/api/v3/order"): Signed(answer=new_order, weight=fixed(1), right=Right.TRADE),
    ("POST", "/api/v3/order/test"): Signed(answer=check_order, weight=fixed(1), right=Right.TRADE),
    ("GET", "/api/v3/order"): Signed(answer=query_order, weight=fixed(4)),
    ("DELETE", "/api/v3/order"): Signed(answer=cancel_order, weight=fixed(1), right=Right.TRADE),
    ("GET", "/api/v3/openOrders"): Signed(answer=open_orders, weight=_open_weight),
    ("DELETE", "/api/v3/openOrders"): Signed(answer=cancel_all, weight=fixed(1), right=Right.TRADE),
    ("GET", "/api/v3/allOrders"): Signed(answer=all_orders, weight=fixed(20)),
    ("GET", "/api/v3/myTrades"): Signed(answer=my_trades, weight=_trades_weight),
    ("GET", "/api/v3/account"): Signed(answer=account, weight=fixed(20)),
    ("GET", "/sapi/v1/account/apiRestrictions"): Signed(answer=key_rights, weight=fixed(0)),
    ("GET", "/sapi/v1/asset/tradeFee"): Signed(answer=trade_fees, weight=fixed(0)),
    ("GET", "/sapi/v1/capital/config/getall"): Signed(answer=coins, weight=fixed(0)),
    # Nothing can be bought on credit, and no delisting is announced.
    ("GET", "/sapi/v1/margin/allPairs"): Signed(answer=nothing, weight=fixed(0)),
    ("GET", "/sapi/v1/margin/isolated/allPairs"): Signed(answer=nothing, weight=fixed(0)),
    ("GET", "/sapi/v1/spot/delist-schedule"): Signed(answer=nothing, weight=fixed(0)),
}
