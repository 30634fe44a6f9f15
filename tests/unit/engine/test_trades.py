"""Trades of an entry and an exit, and the wallet that holds them: the very values that Freqtrade computes."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from freqtrade.enums import TradingMode
from freqtrade.persistence import LocalTrade, Trade, trade_model
from freqtrade.wallets import Wallets
from hypothesis import given, settings
from hypothesis import strategies as st

from candlewick.engine import exact, orders, trades, wallets
from tests.unit.engine.made_trades import make_order, make_trade, values_of
from tests.unit.engine.made_trades import trades as any_trade

prices = st.floats(1e-7, 1e5) | st.floats(1e-3, 1e5).map(lambda value: round(value, 4))
fees = st.none() | st.sampled_from([0.0, 0.25, -1.5])
COMMON = settings(max_examples=400, deadline=None)


@contextmanager
def unread() -> Iterator[None]:
    """Let nobody read Freqtrade's messages for debugging."""
    level = trade_model.logger.level
    trade_model.logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        trade_model.logger.setLevel(level)


def same(trade: LocalTrade, act: Callable[[LocalTrade], Any]) -> bool:
    """Whether Freqtrade does the same to a trade as ours do."""
    twin = deepcopy(trade)
    expected: list[str] = []
    found: list[str] = []
    with unread():
        for each, told in ((trade, expected), (twin, found)):
            with exact.quicker(), trades.quicker() if each is twin else unread():
                told.append(_outcome(act, each))
    return (values_of(twin), found) == (values_of(trade), expected)


def _outcome(act: Callable[[LocalTrade], Any], trade: LocalTrade) -> str:
    try:
        return repr(act(trade))
    except Exception as problem:  # noqa: BLE001 - both must raise the same
        return repr(problem)


@given(
    trade=any_trade,
    entry=st.tuples(prices, st.floats(1e-5, 900) | st.floats(1e-8, 1e-5), fees),
    exit_=st.none() | st.tuples(prices, st.sampled_from([1.0, 1.0, 1.0, 0.5, 1.1]), fees),
    stop=st.sampled_from([None, -0.1, 0.0]),
    flags=st.tuples(st.booleans(), st.booleans()),  # whether an order waits, and the trade closes
)
@COMMON
def test_a_trade_computed_from_its_orders_is_freqtrades(
    trade: LocalTrade, entry: Any, exit_: Any, stop: float | None, flags: tuple[bool, bool]
) -> None:
    waits, closes = flags
    price, amount, fee = entry
    trade.stop_loss_pct = stop
    trade.orders = [make_order(trade.entry_side, price, amount, funding_fee=fee)]
    if exit_:
        rate, share, fee = exit_
        trade.orders.append(make_order(trade.exit_side, rate, amount * share, funding_fee=fee))
    if waits:
        trade.orders.append(make_order(trade.exit_side, price, amount, ft_is_open=True, filled=0))

    assert same(trade, lambda each: each.recalc_trade_from_orders(is_closing=closes))


@given(
    trade=any_trade,
    values=st.fixed_dictionaries(
        {},
        optional={
            "price": st.floats(1, 2),
            "ft_fee_base": st.sampled_from([0.0, 0.1, None]),
            "filled": st.sampled_from([0, 0.0, 3, 2.5, None]),
            "average": st.sampled_from([None, 0.0, 7, float("inf")]) | st.floats(1e-20, 1e-17),
            "ft_is_open": st.booleans(),
            "ft_order_side": st.sampled_from(["buy", "sell", "stoploss"]),
        },
    ),
    leverage=st.sampled_from([1.0, 2, None]),
    share=st.sampled_from([0.001, 0, 1.0, -0.1]),
    count=st.sampled_from([1, 2]),
)
@COMMON
def test_an_order_out_of_the_ordinary_is_computed_by_freqtrade(
    trade: LocalTrade, values: dict[str, Any], leverage: Any, share: Any, count: int
) -> None:
    trade.leverage, trade.fee_open = leverage, share
    order = make_order("buy", 2.0, 2.5)
    for name, value in values.items():
        setattr(order, name, value)
    trade.orders = [order, make_order("sell", 2.25, 2.5)][:count]

    assert same(trade, LocalTrade.recalc_trade_from_orders)


@given(
    trade=any_trade,
    steps=st.lists(
        st.tuples(
            st.floats(0.5, 2) | st.just(0) | st.just(float("nan")),
            st.sampled_from([-0.1, -0.05, 0.02, 0.0, 0, None, -0.9, 1.2]),
            st.booleans(),
            st.booleans(),
        ),
        min_size=1,
        max_size=4,
    ),
    start=st.sampled_from([0.0, None, 5, 3.25]),
)
@COMMON
def test_a_stop_is_moved_as_freqtrade_moves_it(
    trade: LocalTrade, steps: list[tuple[Any, Any, bool, bool]], start: Any
) -> None:
    trade.stop_loss = start

    def moved(each: LocalTrade) -> None:
        for share, distance, initial, refresh in steps:
            each.adjust_stop_loss(each.open_rate * share, distance, initial, refresh)

    assert same(trade, moved)


def test_a_message_about_a_stop_is_written_for_whoever_reads_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    trade = make_trade(0.001, None, 0.01, open_rate=3.0, amount=1.0, stake_amount=3.0)
    with trades.quicker(), caplog.at_level(logging.DEBUG, logger=trade_model.logger.name):
        trade.adjust_stop_loss(3.0, -0.1)
        trade.adjust_stop_loss(3.0, -0.1)

    assert "Keeping current stoploss" in caplog.text


@given(values=st.dictionaries(st.sampled_from(["amount", "fee_open", "leverage"]), st.floats(0, 9)))
@settings(max_examples=50)
def test_a_trade_is_made_as_freqtrade_makes_it(values: dict[str, float]) -> None:
    given_ = {"pair": "A/B", "open_rate": 2.0, "orders": [1], **values}
    theirs = LocalTrade(**given_)
    with trades.quicker():
        ours = LocalTrade(**given_)

    assert list(vars(ours).items()) == list(vars(theirs).items())


def test_a_trade_refuses_what_freqtrades_refuses() -> None:
    with trades.quicker(), pytest.raises(AttributeError, match="entry_side"):
        LocalTrade(pair="A/B", entry_side="buy")


def _wallets(**config: Any) -> Wallets:
    exchange: Any = SimpleNamespace(
        get_pair_base_currency=lambda pair: pair.split("/")[0],
        get_proxy_coin=lambda: "USDT",
        get_conversion_rate=lambda *_: 2.0,
    )
    return Wallets({"dry_run": True, "dry_run_wallet": 1_000, **config}, exchange, is_backtest=True)


@given(
    held=st.lists(
        st.tuples(
            st.sampled_from(["A", "B", "C", "USDT"]),
            st.floats(0, 1e4),
            st.floats(0, 300),
            st.sampled_from([0.0, 1.5, -2.25]),
            st.sampled_from(["", "", "", "buy", "sell"]),
        ),
        max_size=5,
    ),
    config=st.fixed_dictionaries(
        {"trading_mode": st.sampled_from([TradingMode.SPOT, TradingMode.FUTURES])},
        optional={
            "margin_mode": st.sampled_from(["cross", "isolated"]),
            "dry_run_wallet": st.just({"USDT": 500.5, "A": 3.25, "D": 1}),
        },
    ),
    gained=st.sampled_from([0, -31.25]),
)
@COMMON
def test_a_wallet_is_freqtrades(held: list[Any], config: dict[str, Any], gained: float) -> None:
    for currency, amount, stake, profit, waiting in held:
        trade = make_trade(0.001, None, 0.01, open_rate=3.0, amount=amount, stake_amount=stake)
        trade.pair, trade.realized_profit = f"{currency}/USDT", profit
        order = make_order(waiting or "buy", 3.0, 2.0, ft_is_open=bool(waiting))
        order._trade_bt = trade
        trade.orders = [order]
        LocalTrade.bt_trades_open.append(trade)
    LocalTrade.bt_total_profit = gained
    try:
        with patch.object(Trade, "use_db", 0):
            theirs = _wallets(**config)
            with wallets.quicker():
                ours = _wallets(**config)
    finally:
        Trade.reset_trades()

    assert repr(ours.get_all_balances()) == repr(theirs.get_all_balances())
    assert repr(ours.get_all_positions()) == repr(theirs.get_all_positions())


def test_an_orders_values_are_its_own_meanwhile_and_mapped_again_after() -> None:
    mapped = {name: getattr(trade_model.Order, name) for name in ("filled", "ft_fee_base")}
    with orders.quicker():
        made = trade_model.Order(filled=1.5)
        made.filled = 2.5
        assert (made.filled, made.ft_fee_base, vars(made)["filled"]) == (2.5, None, 2.5)
        assert trade_model.Order.filled is mapped["filled"]
        with pytest.raises(AttributeError, match="colour"):
            made.colour  # noqa: B018
    assert (made.filled, made.ft_fee_base) == (2.5, None)
    assert {name: vars(trade_model.Order)[name] for name in mapped} == mapped


def test_what_someone_else_has_put_in_freqtrades_place_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = ((LocalTrade, "adjust_stop_loss"), (Wallets, "_update_dry"))
    for owner, name in names:
        monkeypatch.setattr(owner, name, lambda *_, **__: None)
    theirs = [getattr(owner, name) for owner, name in names]

    with trades.quicker(), wallets.quicker():
        assert [getattr(owner, name) for owner, name in names] == theirs
        assert LocalTrade.recalc_trade_from_orders is trades.recalc


def test_afterwards_freqtrades_own_are_back() -> None:
    names = [(LocalTrade, "adjust_stop_loss"), (LocalTrade, "recalc_trade_from_orders")]
    names += [(LocalTrade, "__init__"), (Wallets, "_update_dry")]
    before = [getattr(owner, name) for owner, name in names]
    with trades.quicker(), wallets.quicker():
        assert all(
            getattr(owner, name) is not own
            for (owner, name), own in zip(names, before, strict=True)
        )

    assert [getattr(owner, name) for owner, name in names] == before
