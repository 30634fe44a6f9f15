"""Figures and tables made quicker are Freqtrade's own, type by type and digit by digit."""

import io
import zipfile
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from freqtrade.data import metrics
from freqtrade.data.metrics import DrawDownResult
from freqtrade.optimize import backtesting
from freqtrade.optimize.optimize_reports import bt_storage, optimize_reports

from candlewick.engine import reports

CASES = range(24)

own_drawdown = metrics.calculate_max_drawdown
own_p_value = metrics.calculate_p_value
own_period = optimize_reports._calculate_stats_for_period
own_store = backtesting.store_backtest_results


def some_trades(seed: int) -> pd.DataFrame:
    """Trades of which many closed together, in no order; all won, all lost, or neither."""
    random = np.random.default_rng(seed)
    count = int(random.integers(1, 200))
    closed = pd.Timestamp("2024-03-01", tz="UTC") + pd.to_timedelta(
        random.integers(0, max(2, count // 3), count) * 5, unit="min"
    )
    profits = random.normal(0, 5, count).round(int(random.integers(0, 9)))
    if seed % 6 < 2:
        profits = np.abs(profits) * (1 if seed % 6 else -1)
    return pd.DataFrame(
        {"close_date": closed, "profit_abs": profits}, index=random.permutation(count)
    )


def typed(found: Any) -> list[tuple[type, Any]]:
    values = (
        [getattr(found, field.name) for field in fields(found)]
        if isinstance(found, DrawDownResult)
        else list(found.values())
    )
    return [(type(value), value) for value in values]


@pytest.mark.parametrize("relative", [False, True])
@pytest.mark.parametrize("balance", [1_000, 3.7, 0])
@pytest.mark.parametrize("seed", CASES)
def test_a_drawdown_is_freqtrades(seed: int, balance: float, *, relative: bool) -> None:
    trades = some_trades(seed)

    expected = own_drawdown(trades, starting_balance=balance, relative=relative)
    found = reports.max_drawdown(trades, starting_balance=balance, relative=relative)

    assert typed(found) == typed(expected)


def test_no_trades_have_no_drawdown() -> None:
    with pytest.raises(ValueError, match="empty"):
        reports.max_drawdown(some_trades(1)[:0], starting_balance=1_000)


def test_a_drawdown_of_profits_that_are_missing_or_of_texts_is_freqtrades() -> None:
    missing = some_trades(2).assign(
        profit_abs=lambda frame: frame["profit_abs"].where(lambda v: v > 0)
    )
    dates = some_trades(3).assign(close_date=lambda frame: frame["close_date"].astype(str))
    wiped_out = some_trades(4).assign(profit_abs=-1_000.0)

    for trades in (missing, dates, wiped_out):
        expected = own_drawdown(trades, starting_balance=1_000)
        found = reports.max_drawdown(trades, starting_balance=1_000)

        assert repr(found) == repr(expected)


@pytest.mark.parametrize("seed", CASES)
def test_the_figures_of_a_period_are_freqtrades(seed: int) -> None:
    trades = some_trades(seed)

    assert typed(reports.period_stats(trades)) == typed(own_period(trades))


@pytest.mark.parametrize("balance", [1_000, 3.7])
@pytest.mark.parametrize("seed", range(100))
def test_a_p_value_is_freqtrades_to_the_last_bit(seed: int, balance: float) -> None:
    trades = some_trades(seed)

    assert reports.p_value(trades, balance) == own_p_value(trades, balance)


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
        found = reports.p_value(trades, 1_000)

        assert repr(found) == repr(expected)


def test_the_figures_of_a_day_without_trades_or_profits_are_freqtrades() -> None:
    empty = some_trades(1)[:0]
    missing = some_trades(2).assign(profit_abs=np.nan)

    for trades in (empty, missing):
        assert repr(reports.period_stats(trades)) == repr(own_period(trades))


def test_the_archives_tables_are_the_same_and_its_members_have_the_same_names(
    tmp_path: Path,
) -> None:
    config = {"exportdirectory": tmp_path, "original_config": {"a": 1}}
    stats = {"metadata": {}, "strategy": {"S": {"trades": [1, 2]}}, "strategy_comparison": []}
    times = pd.date_range("2024-01-01", periods=2_000, freq="5min", tz="UTC", name="date")
    market = pd.DataFrame({"rel_mean": np.linspace(0, 1, 2_000)}, index=times)
    wallet = market.reset_index().assign(currency="USDT")
    given = {"market_change_data": market, "wallet_summary": {"S": wallet}}

    stock = own_store(config, stats, "stock", **given)
    with reports.quicker():
        ours = backtesting.store_backtest_results(config, stats, "ours", **given)

    expected, found = members(stock), members(ours)
    assert list(found) == list(expected)
    for name, content in expected.items():
        if name.endswith(".feather"):
            pd.testing.assert_frame_equal(table(found[name]), table(content), check_exact=True)
        else:
            assert found[name] == content


def test_afterwards_freqtrades_functions_are_back_in_their_places() -> None:
    before = (backtesting.generate_backtest_stats, own_store, bt_storage.ZipFile)

    with reports.quicker():
        assert backtesting.store_backtest_results is not own_store

    after = (
        backtesting.generate_backtest_stats,
        backtesting.store_backtest_results,
        bt_storage.ZipFile,
    )
    assert after == before


def members(archive: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(archive) as archived:
        return {
            name.removeprefix(archive.stem): archived.read(name) for name in archived.namelist()
        }


def table(content: bytes) -> pd.DataFrame:
    return pd.read_feather(io.BytesIO(content))
