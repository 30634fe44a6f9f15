"""Reads an order from a request: which parameters each type needs, and which it must not have."""

import re
import secrets
from typing import Final

from emulators.exchange.calls import Call, choice
from emulators.exchange.orders import Kind, Request, Side, TimeInForce
from emulators.exchange.refusals import Refusal, illegal, missing, not_required
from emulators.exchange.symbols import Symbol

_ID_FORM: Final = r"^[a-zA-Z0-9-_]{1,36}$"
_OPTIONAL: Final = ("timeInForce", "quantity", "quoteOrderQty", "price", "stopPrice")
_NEEDS: Final = {
    Kind.LIMIT: {"timeInForce", "quantity", "price"},
    Kind.LIMIT_MAKER: {"quantity", "price"},
    Kind.MARKET: set[str](),
    Kind.STOP_LOSS_LIMIT: {"timeInForce", "quantity", "price", "stopPrice"},
    Kind.TAKE_PROFIT_LIMIT: {"timeInForce", "quantity", "price", "stopPrice"},
}
_ALLOWS: Final = _NEEDS | {Kind.MARKET: {"quantity", "quoteOrderQty"}}
# Parts of Binance's orders that are not simulated.
_UNKNOWN_HERE: Final = ("icebergQty", "trailingDelta", "pegPriceType")


def read_order(call: Call, symbol: Symbol) -> Request:
    """Return the order that a request asks for, or raise what is wrong with its parameters."""
    side = choice(Side, call.required("side"), Refusal(-1117, "Invalid side."))
    kind = choice(Kind, call.required("type"), Refusal(-1116, "Invalid orderType."))
    _check_parameters(call, kind)
    asked = call.text("timeInForce") or TimeInForce.GTC
    request = Request(
        symbol=symbol,
        side=side,
        kind=kind,
        client_order_id=client_order_id(call, "newClientOrderId"),
        time_in_force=choice(TimeInForce, asked, Refusal(-1115, "Invalid timeInForce.")),
        quantity=call.decimal("quantity"),
        quote_quantity=call.decimal("quoteOrderQty"),
        price=call.decimal("price"),
        stop_price=call.decimal("stopPrice"),
    )
    for name, value in (("quantity", request.quantity), ("quoteOrderQty", request.quote_quantity)):
        if value == 0:
            raise Refusal(-1013, f"Invalid {name}.")
    return request


def client_order_id(call: Call, name: str) -> str:
    """Return the client's id, or a new one when it gives none."""
    given = call.text(name)
    if given is None:
        return secrets.token_urlsafe(16).replace("-", "x").replace("_", "x")
    if not re.match(_ID_FORM, given):
        raise illegal(name, _ID_FORM)
    return given


def _check_parameters(call: Call, kind: Kind) -> None:
    for name in _OPTIONAL:
        sent = call.text(name) is not None
        if name in _NEEDS[kind] and not sent:
            raise missing(name)
        if sent and name not in _ALLOWS[kind]:
            raise not_required(name)
    if kind is Kind.MARKET:
        _check_quantities(call)
    for name in _UNKNOWN_HERE:
        if call.text(name) is not None:
            raise Refusal(-1020, f"{name} is not simulated.")


def _check_quantities(call: Call) -> None:
    quantities = [call.text("quantity"), call.text("quoteOrderQty")]
    if all(quantities):
        raise Refusal(-1128, "Combination of optional parameters invalid.")
    if not any(quantities):
        raise missing("quantity")
