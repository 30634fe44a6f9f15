"""Labelled differences add up exactly, and their labels are the causes."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlewick.bots.differences import (
    Cause,
    Circumstances,
    Comparison,
    Trade,
    compare,
    of_live,
    of_verified,
)
from candlewick.bots.wire import ClosedTrade

START = datetime(2025, 5, 1, tzinfo=UTC)
CANDLE = timedelta(minutes=5)
KNOWN = Circumstances(candle=CANDLE)


def at(candle: float) -> datetime:
    return START + CANDLE * candle


def trade(**changes: Any) -> Trade:
    """Return a trade of 2 coins from 100 to 110 with fees of 0.42, changed as told."""
    values: dict[str, Any] = {
        "pair": "BTC/USDT",
        "opened_at": at(10),
        "closed_at": at(20),
        "amount": Decimal(2),
        "open_rate": Decimal(100),
        "close_rate": Decimal(110),
        "fees": Decimal("0.42"),
        "exit_reason": "roi",
        **changes,
    }
    gross = values["amount"] * (values["close_rate"] - values["open_rate"])
    return Trade(**{"profit": gross - values["fees"], **values})


def causes(comparison: Comparison) -> dict[Cause, Decimal]:
    return comparison.by_cause()


amounts = st.decimals("0.00001", "1000", places=8)
times = st.integers(0, 40 * 300).map(lambda seconds: START + timedelta(seconds=seconds))


@st.composite
def trades(draw: st.DrawFn) -> Trade:
    opened = draw(times)
    return Trade(
        pair=draw(st.sampled_from(["BTC/USDT", "ETH/USDT"])),
        opened_at=opened,
        closed_at=opened + timedelta(seconds=draw(st.integers(1, 9_000))),
        amount=draw(amounts),
        open_rate=draw(amounts),
        close_rate=draw(amounts),
        fees=draw(st.decimals(0, 5, places=8)),
        # Whatever it is: dust and rounding are Freqtrade's own.
        profit=draw(st.decimals(-1000, 1000, places=12)),
        exit_reason=draw(st.sampled_from(["roi", "stop_loss", "force_exit"])),
    )


@st.composite
def circumstances(draw: st.DrawFn) -> Circumstances:
    candles = st.frozensets(st.integers(0, 40).map(at), max_size=5)
    by_pair = st.dictionaries(st.sampled_from(["BTC/USDT", "ETH/USDT"]), candles)
    spans = st.tuples(st.sampled_from(["", "ETH/USDT"]), times, times)
    return Circumstances(
        candle=CANDLE,
        missed=draw(by_pair),
        held_back=draw(by_pair),
        overridden=draw(st.lists(spans, max_size=2)),
    )


@given(st.lists(trades(), max_size=8), st.lists(trades(), max_size=8), circumstances())
def test_the_labelled_amounts_are_the_whole_difference(
    backtest: list[Trade], live: list[Trade], known: Circumstances
) -> None:
    comparison = compare(backtest, live, known)

    earned = sum(item.profit for item in live) - sum(item.profit for item in backtest)
    assert comparison.total == earned
    assert sum(comparison.by_cause().values()) == earned
    for difference in comparison.differences:
        done = difference.live.profit if difference.live else Decimal(0)
        planned = difference.backtest.profit if difference.backtest else Decimal(0)
        assert difference.total == done - planned


@given(st.lists(trades(), max_size=8), st.lists(trades(), max_size=8), circumstances())
def test_every_trade_is_there_once_and_pairs_are_of_one_time(
    backtest: list[Trade], live: list[Trade], known: Circumstances
) -> None:
    found = compare(backtest, live, known).differences

    def key(item: Trade) -> str:
        return repr(item)

    assert sorted((d.backtest for d in found if d.backtest), key=key) == sorted(backtest, key=key)
    assert sorted((d.live for d in found if d.live), key=key) == sorted(live, key=key)
    for difference in found:
        if difference.backtest and difference.live:
            assert difference.backtest.pair == difference.live.pair
            apart = abs(difference.backtest.opened_at - difference.live.opened_at)
            assert apart < CANDLE * 3


@given(st.lists(trades(), max_size=8), circumstances())
def test_equal_trades_do_not_differ_and_the_order_does_not_matter(
    same: list[Trade], known: Circumstances
) -> None:
    assert not any(
        part.amount for d in compare(same, same[::-1], known).differences for part in d.parts
    )


@pytest.mark.parametrize(
    ("live", "expected"),
    [
        (trade(open_rate=Decimal(101)), {Cause.FILL_PRICE: Decimal(-2)}),
        (trade(close_rate=Decimal(112)), {Cause.FILL_PRICE: Decimal(4)}),
        (trade(opened_at=at(10.3), closed_at=at(20.9)), {}),
        (trade(fees=Decimal("0.52")), {Cause.FEE: Decimal("-0.10")}),
        (trade(amount=Decimal(3)), {Cause.AMOUNT: Decimal(10)}),
        (trade(close_rate=Decimal(105), closed_at=at(25)), {Cause.SIGNAL: Decimal(-10)}),
        (
            trade(close_rate=Decimal(105), exit_reason="force_exit"),
            {Cause.OVERRIDE: Decimal(-10)},
        ),
        (trade(profit=Decimal("19.58000001")), {Cause.ROUNDING: Decimal("0.00000001")}),
        (
            trade(amount=Decimal(3), open_rate=Decimal(101), fees=Decimal("0.63")),
            {Cause.AMOUNT: Decimal(10), Cause.FILL_PRICE: Decimal(-3), Cause.FEE: Decimal("-0.21")},
        ),
    ],
)
def test_a_trade_in_both_differs_by_its_causes(live: Trade, expected: dict[Cause, Decimal]) -> None:
    assert causes(compare([trade()], [live], KNOWN)) == expected


@pytest.mark.parametrize(
    ("known", "cause"),
    [
        (KNOWN, Cause.SIGNAL),
        # The candle before gave the signal.
        (
            Circumstances(candle=CANDLE, missed={"BTC/USDT": frozenset({at(9)})}),
            Cause.MISSED_CANDLE,
        ),
        (Circumstances(candle=CANDLE, missed={"ETH/USDT": frozenset({at(9)})}), Cause.SIGNAL),
        (Circumstances(candle=CANDLE, held_back={"BTC/USDT": frozenset({at(9)})}), Cause.HELD_BACK),
        (Circumstances(candle=CANDLE, overridden=[("", at(5), at(15))]), Cause.OVERRIDE),
        (Circumstances(candle=CANDLE, overridden=[("BTC/USDT", at(11), at(15))]), Cause.SIGNAL),
    ],
)
def test_a_trade_that_the_bot_did_not_make_has_its_cause(
    known: Circumstances, cause: Cause
) -> None:
    assert causes(compare([trade()], [], known)) == {cause: Decimal("-19.58")}


def test_a_trade_of_the_bot_alone_is_a_signal_or_an_override() -> None:
    forced = Circumstances(candle=CANDLE, overridden=[("BTC/USDT", at(10), at(11))])

    assert causes(compare([], [trade()], KNOWN)) == {Cause.SIGNAL: Decimal("19.58")}
    assert causes(compare([], [trade()], forced)) == {Cause.OVERRIDE: Decimal("19.58")}


def test_a_later_entry_is_a_missed_candle_when_one_was_missed() -> None:
    late = trade(opened_at=at(11), open_rate=Decimal(102))
    missed = Circumstances(candle=CANDLE, missed={"BTC/USDT": frozenset({at(9)})})

    assert causes(compare([trade()], [late], missed)) == {Cause.MISSED_CANDLE: Decimal(-4)}
    assert causes(compare([trade()], [late], KNOWN)) == {Cause.FILL_PRICE: Decimal(-4)}


def test_a_missed_candle_before_the_exit_is_why_it_came_later() -> None:
    late = trade(closed_at=at(22), close_rate=Decimal(108))
    missed = Circumstances(candle=CANDLE, missed={"BTC/USDT": frozenset({at(20)})})

    assert causes(compare([trade()], [late], missed)) == {Cause.MISSED_CANDLE: Decimal(-4)}


def test_trades_of_bots_and_of_verified_results_are_read() -> None:
    reported = ClosedTrade(
        number=1, pair="BTC/USDT", opened_at=at(10), closed_at=at(20), amount=Decimal(2),
        stake=Decimal(200), open_rate=Decimal(100), close_rate=Decimal(110),
        fees=Decimal("0.42"), profit=Decimal("19.58"), profit_ratio=0.0979, exit_reason="roi",
    )  # fmt: skip
    verified = {
        "number": 1, "pair": "BTC/USDT", "isShort": False, "isOpen": False,
        "openedAt": int(at(10).timestamp() * 1_000), "closedAt": int(at(20).timestamp() * 1_000),
        "profit": 19.58, "exitReason": "roi",
        "orders": [
            {"isEntry": True, "amount": 1.5, "price": 98.0},
            {"isEntry": True, "amount": 0.5, "price": 106.0},
            {"isEntry": False, "amount": 2.0, "price": 110.0},
        ],
    }  # fmt: skip

    assert of_live(reported) == of_verified(verified) == trade()
    assert of_verified({**verified, "isOpen": True}) is None
    with pytest.raises(ValueError, match="is short"):
        of_verified({**verified, "isShort": True})
