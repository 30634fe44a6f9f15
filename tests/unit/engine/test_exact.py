"""Sums of decimals without text, and orders without events: the very numbers and attributes of Freqtrade's."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from freqtrade.exchange import exchange_utils
from freqtrade.optimize import backtesting
from freqtrade.persistence import LocalTrade, Order, trade_model
from freqtrade.util import FtPrecise
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect

from candlewick.engine import exact, orders
from candlewick.engine.exact import Decimals
from tests.unit.engine.made_trades import make_order, make_trade, trades, values_of

numbers = st.one_of(
    st.floats(-1e12, 1e12),
    st.floats(1e-9, 1e9).map(lambda value: round(value, 4)),
    st.sampled_from([0.0, -0.0, 1.0, 10.0, 1e16, 1e22, 1e-7, 5e-324, 1.7e308, 100.0, 0.001]),
    st.integers(-(10**6), 10**6),
)
STEPS: dict[str, Callable[[Any, Any], Any]] = {
    "added": lambda one, other: one + other,
    "taken off": lambda one, other: one - other,
    "multiplied": lambda one, other: one * other,
    "divided": lambda one, other: one / other,
    "what is left": lambda one, other: one % other,
    "turned": lambda one, _: -one,
    "without a sign": lambda one, _: abs(one),
}


def state(number: Any) -> tuple[int, int]:
    return number.integer, number.decimals


@given(
    start=numbers,
    steps=st.lists(
        st.tuples(st.sampled_from([*STEPS, "made anew"]), numbers, st.booleans()), max_size=7
    ),
)
@settings(max_examples=600)
def test_after_each_step_the_digits_are_freqtrades(
    start: Any, steps: list[tuple[str, Any, bool]]
) -> None:
    theirs: Any = FtPrecise(start)
    ours: Any = Decimals(start)

    for name, other, is_read in steps:
        assume(name not in {"divided", "what is left"} or other != 0)
        if name == "made anew":
            theirs, ours = FtPrecise(theirs), Decimals(ours)
        else:
            theirs, ours = STEPS[name](theirs, FtPrecise(other)), STEPS[name](ours, Decimals(other))
        if is_read and abs(theirs.integer) < 10**300:
            assert repr(float(ours)) == repr(float(theirs))
        assert state(ours) == state(theirs)
        assert (ours > Decimals(0.5)) == (theirs > FtPrecise(0.5))
        assert (ours != Decimals("0")) == (theirs != FtPrecise("0"))
    assert str(ours) == str(theirs)


rates = st.floats(0, 1e7) | st.integers(1, 9) | st.sampled_from([0.0, 1.0, 1e17])


@given(trade=trades, rate=rates, amount=st.none() | st.floats(0, 1e6))
@settings(max_examples=400)
def test_what_a_trade_is_worth_is_freqtrades_to_the_last_bit(
    trade: LocalTrade, rate: Any, amount: float | None
) -> None:
    values = (trade.amount if amount is None else amount, rate)

    assert repr(exact.close_value(trade, rate, amount)) == repr(
        trade.calc_close_trade_value(rate, amount)
    )
    assert repr(exact.open_value(trade, *values)) == repr(trade._calc_open_trade_value(*values))


@given(
    trade=trades,
    fills=st.lists(st.tuples(st.floats(0.5, 2), st.floats(0.001, 900)), min_size=1, max_size=4),
)
@settings(max_examples=200)
def test_a_trade_made_of_its_orders_is_freqtrades(
    trade: LocalTrade, fills: list[tuple[float, float]]
) -> None:
    for number, (share, amount) in enumerate(fills):
        is_exit = number == 2
        side = trade.exit_side if is_exit else trade.entry_side
        filled = fills[0][1] / 2 if is_exit else amount
        trade.orders.append(make_order(side, trade.open_rate * share, filled))
    twin = deepcopy(trade)

    _live_through(trade)
    with exact.quicker():
        _live_through(twin)

    assert values_of(twin) == values_of(trade)


def _live_through(trade: LocalTrade) -> None:
    trade.recalc_trade_from_orders()
    trade.adjust_stop_loss(trade.open_rate, -0.05, initial=True)
    trade.recalc_trade_from_orders()
    trade.adjust_stop_loss(trade.open_rate * 1.01, -0.02)
    trade.close_rate_requested = trade.calc_close_rate_for_roi(0.01)
    trade.close_profit = trade.calc_profit_ratio(trade.open_rate * 1.003)
    trade.close(trade.open_rate * 1.003, show_msg=False)


@given(
    price=st.floats(-10, 1e6) | st.integers(0, 9) | st.sampled_from([0.0, -0.0, float("nan")]),
    tick=st.sampled_from([0.01, 1e-5, 0.25, 1, None]),
)
@settings(max_examples=300)
def test_rounded_prices_and_amounts_are_freqtrades(price: Any, tick: float | None) -> None:
    with exact.quicker():
        quick_price, quick_amount = (
            backtesting.price_to_precision,
            trade_model.amount_to_contract_precision,
        )
        for _ in range(2):
            found = quick_price(price, tick, 4), quick_price(price, tick, 4, rounding_mode=2)
            amount = quick_amount(price, tick, 4, 1) if price >= 0 else None

    own = exchange_utils.price_to_precision
    expected = own(price, tick, 4), own(price, tick, 4, rounding_mode=2)
    assert repr(found) == repr(expected)
    if amount is not None:
        own_amount = exchange_utils.amount_to_contract_precision(price, tick, 4, 1)
        assert repr(amount) == repr(own_amount)


def test_an_order_is_a_mapped_object_with_the_given_values_in_their_order() -> None:
    values = {"id": 3, "ft_trade_id": 1, "ft_order_side": "buy", "price": 2.5, "amount": 4.0}
    with orders.quicker():
        made = backtesting.Order(**values)
    usual = Order(**values)

    for order in (made, usual):
        order.filled = 4.0
        order._trade_bt = make_trade(0.001, None, None, open_rate=1.0, amount=1.0, stake_amount=1.0)
    seen = [
        [(name, value) for name, value in vars(order).items() if not name.startswith("_")]
        for order in (made, usual, deepcopy(made), deepcopy(usual))
    ]
    assert seen[0] == seen[1] == seen[2] == seen[3]
    assert (made.cost, made.safe_amount, made.safe_filled) == (None, 4.0, 4.0)
    assert inspect(made).transient
    assert isinstance(made, Order)


def test_an_order_refuses_what_freqtrades_refuses() -> None:
    with orders.quicker(), pytest.raises(TypeError, match="colour"):
        backtesting.Order(colour="red")


def test_afterwards_freqtrades_own_are_back() -> None:
    names = [(module, "FtPrecise") for module in (trade_model, exchange_utils, backtesting)]
    names += [(LocalTrade, "calc_close_trade_value"), (backtesting, "Order")]
    before = [getattr(owner, name) for owner, name in names]

    with exact.quicker(), orders.quicker():
        assert all(
            getattr(owner, name) is not own
            for (owner, name), own in zip(names, before, strict=True)
        )

    assert [getattr(owner, name) for owner, name in names] == before
