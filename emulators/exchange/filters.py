"""A symbol's filters: what Binance checks of an order before it looks at the book."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from emulators.exchange.orders import Kind, Order, Request, Side
from emulators.exchange.refusals import Refusal, filter_failure, rejected
from emulators.exchange.symbols import (
    DECIMALS,
    MAX_ALGO_ORDERS,
    MAX_ORDERS,
    PERCENT_DOWN,
    PERCENT_UP,
)
from emulators.exchange.tape import Quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What an order meets: the book, the five-minute average, the account's open orders of the symbol."""

    quote: Quote
    average: Decimal
    open_orders: Collection[Order]


def check(request: Request, around: Surroundings) -> None:
    """Raise what the exchange would refuse the order with."""
    _check_precision(request)
    _check_price(request, request.price)
    _check_price(request, request.stop_price)
    if request.quantity is not None:
        _check_quantity(request, request.quantity)
    _check_percent(request, around.average)
    _check_notional(request, around.average)
    _check_counts(request, around.open_orders)
    _check_book(request, around.quote)


def _check_precision(request: Request) -> None:
    named = {
        "quantity": request.quantity,
        "quoteOrderQty": request.quote_quantity,
        "price": request.price,
        "stopPrice": request.stop_price,
    }
    for name, value in named.items():
        if value is not None and _decimals(value) > DECIMALS:
            raise Refusal(-1111, f"Parameter '{name}' has too much precision.")


def _check_price(request: Request, price: Decimal | None) -> None:
    if price is None:
        return
    symbol = request.symbol
    if not symbol.tick <= price <= symbol.max_price or price % symbol.tick:
        raise filter_failure("PRICE_FILTER")


def _check_quantity(request: Request, quantity: Decimal) -> None:
    symbol = request.symbol
    if not symbol.lot <= quantity <= symbol.max_quantity or quantity % symbol.lot:
        raise filter_failure("LOT_SIZE")


def _check_percent(request: Request, average: Decimal) -> None:
    if request.price is None:
        return
    if not average * PERCENT_DOWN <= request.price <= average * PERCENT_UP:
        raise filter_failure("PERCENT_PRICE_BY_SIDE")


def _check_notional(request: Request, average: Decimal) -> None:
    notional = request.quote_quantity
    if notional is None:
        price = average if request.price is None else request.price
        notional = price * (request.quantity or Decimal(0))
    if not request.symbol.min_notional <= notional <= request.symbol.max_notional:
        raise filter_failure("NOTIONAL")


def _check_counts(request: Request, open_orders: Collection[Order]) -> None:
    if request.kind is Kind.MARKET:
        return
    if len(open_orders) >= MAX_ORDERS:
        raise filter_failure("MAX_NUM_ORDERS")
    algo = sum(order.request.kind.is_algo for order in open_orders)
    if request.kind.is_algo and algo >= MAX_ALGO_ORDERS:
        raise filter_failure("MAX_NUM_ALGO_ORDERS")


def _check_book(request: Request, quote: Quote) -> None:
    symbol = request.symbol
    if request.kind is Kind.LIMIT_MAKER and request.price is not None:
        crosses = (
            request.price >= symbol.price(quote.ask)
            if request.side is Side.BUY
            else request.price <= symbol.price(quote.bid)
        )
        if crosses:
            raise rejected("Order would immediately match and take.")
    if request.stop_price is not None:
        last = symbol.price(quote.last)
        stands = last <= request.stop_price if falls(request) else last >= request.stop_price
        if stands:
            raise rejected("Stop price would trigger immediately.")


def falls(request: Request) -> bool:
    """Whether a falling price triggers the order: a stop loss that sells, a take profit that buys."""
    return (request.kind is Kind.STOP_LOSS_LIMIT) == (request.side is Side.SELL)


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
