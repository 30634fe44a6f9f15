"""Single figures from arrays are Freqtrade's own, type by type and digit by digit."""

import pytest
from freqtrade.data import metrics

from candlewick.engine import figures
from tests.unit.engine.closed_trades import CASES, some_trades, typed

own_drawdown = metrics.calculate_max_drawdown
own_p_value = metrics.calculate_p_value


@pytest.mark.parametrize("relative", [False, True])
@pytest.mark.parametrize("balance", [1_000, 3.7, 0])
@pytest.mark.parametrize("seed", CASES)
def test_a_drawdown_is_freqtrades(seed: int, balance: float, *, relative: bool) -> None:
    trades = some_trades(seed)

    expected = own_drawdown(trades, starting_balance=balance, relative=relative)
    found = figures.max_drawdown(trades, starting_balance=balance, relative=relative)

    assert typed(found) == typed(expected)


def test_no_trades_have_no_drawdown() -> None:
    with pytest.raises(ValueError, match="empty"):
        figures.max_drawdown(some_trades(1)[:0], starting_balance=1_000)


def test_a_drawdown_of_profits_that_are_missing_or_of_texts_is_freqtrades() -> None:
    missing = some_trades(2).assign(
        profit_abs=lambda frame: frame["profit_abs"].where(lambda v: v > 0)
    )
    dates = some_trades(3).assign(close_date=lambda frame: frame["close_date"].astype(str))
    wiped_out = some_trades(4).assign(profit_abs=-1_000.0)

    for trades in (missing, dates, wiped_out):
        expected = own_drawdown(trades, starting_balance=1_000)
        found = figures.max_drawdown(trades, starting_balance=1_000)

        assert repr(found) == repr(expected)


@pytest.mark.parametrize("balance", [1_000, 3.7])
@pytest.mark.parametrize("seed", range(100))
def test_a_p_value_is_freqtrades_to_the_last_bit(seed: int, balance: float) -> None:
    trades = some_trades(seed)

    assert figures.p_value(trades, balance) == own_p_value(trades, balance)


@pytest.mark.filterwarnings("ignore:Precision loss")
def test_a_p_value_of_few_equal_or_missing_profits_is_freqtrades() -> None:
    one = some_trades(1)[:1]
    equal = some_trades(2).assign(profit_abs=0.1)
    nearly = some_trades(3).assign(profit_abs=lambda frame: 1 + frame["profit_abs"] * 1e-16)
    missing = some_trades(4).assign(
        profit_abs=lambda frame: frame["profit_abs"].where(lambda v: v > 0)
    )

    for trades in (one, one[:0], equal, nearly, missing):
        expected = own_p_value(trades, 1_000)
        found = figures.p_value(trades, 1_000)

        assert repr(found) == repr(expected)
