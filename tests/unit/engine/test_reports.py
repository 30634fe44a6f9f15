"""Figures and tables made quicker are Freqtrade's own, type by type and digit by digit."""

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from freqtrade.optimize import backtesting
from freqtrade.optimize.optimize_reports import bt_storage, optimize_reports

from candlewick.engine import balances, beside, periods, reports, tables
from tests.unit.engine.closed_trades import CASES, some_trades, typed

own_period = optimize_reports._calculate_stats_for_period
own_store = backtesting.store_backtest_results
own_conversion = backtesting.convert_bt_wallet_collection
own_pairs = optimize_reports.generate_pair_metrics
own_tags = optimize_reports.generate_tag_metrics
own_wallet_stats = optimize_reports.generate_wallet_stats
own_streak = optimize_reports.calc_streak
own_breakdown = optimize_reports.generate_periodic_breakdown_stats


@pytest.mark.parametrize("seed", CASES)
def test_the_figures_of_a_period_are_freqtrades(seed: int) -> None:
    trades = some_trades(seed)

    assert typed(periods.period_stats(trades)) == typed(own_period(trades))


def test_the_figures_of_a_day_without_trades_or_profits_are_freqtrades() -> None:
    empty = some_trades(1)[:0]
    missing = some_trades(2).assign(profit_abs=np.nan)

    for trades in (empty, missing):
        assert repr(periods.period_stats(trades)) == repr(own_period(trades))


def whole_trades(seed: int) -> pd.DataFrame:
    """Trades with all that lines of a report look at, and more."""
    random = np.random.default_rng(seed)
    trades = some_trades(seed).reset_index(drop=True)
    count = len(trades)
    return trades.assign(
        pair=pd.Series(random.choice(["A/B", "C/B", "D/B"], count), dtype="str"),
        enter_tag=pd.Series(random.choice(["", "up"], count), dtype="str"),
        exit_reason=pd.Series(random.choice(["roi", "force_exit"], count), dtype="str"),
        profit_ratio=trades["profit_abs"] / 100,
        trade_duration=random.integers(0, 900, count),
        open_date=trades["close_date"],
        orders=pd.Series([[{"cost": 1.0}]] * count, dtype=object),
    )


@pytest.mark.filterwarnings("ignore:Series.dt.dayofweek")
@pytest.mark.parametrize("period", ["day", "week", "month", "year", "weekday"])
@pytest.mark.parametrize("seed", CASES)
def test_the_figures_of_all_days_weeks_months_and_years_are_freqtrades(
    seed: int, period: str
) -> None:
    trades = whole_trades(seed)
    trades["close_date"] += pd.to_timedelta(
        np.random.default_rng(seed).integers(0, 4, len(trades)) * 40, "D"
    )
    in_order = trades.sort_values("close_date", ignore_index=True)
    missing = in_order.assign(profit_abs=lambda frame: frame["profit_abs"].where(lambda v: v > 0))
    for each in (trades, in_order, missing, trades[:0]):
        given = [each.copy(), each.copy()]

        expected = own_breakdown(given[0], period)
        found = periods.breakdown(given[1], period)

        assert lines(found) == lines(expected)
        pd.testing.assert_frame_equal(given[1], given[0], check_exact=True)


@pytest.mark.parametrize("seed", CASES)
def test_the_most_trades_that_won_or_lost_in_a_row_are_freqtrades(seed: int) -> None:
    trades = whole_trades(seed)
    missing = trades.assign(profit_ratio=lambda frame: frame["profit_ratio"].where(lambda v: v > 0))
    for each in (trades, missing, trades[:1], trades.assign(profit_ratio=0.0)):
        assert repr(periods.streaks(each)) == repr(own_streak(each))


def some_wallet(seed: int) -> pd.DataFrame:
    """Notes of some currencies at each time, of amounts whose sums have to be rounded."""
    random = np.random.default_rng(seed)
    lengths = random.integers(1, random.choice([3, 7, 40]), 1_500)
    times = pd.date_range("2024-02-20", periods=1_500, freq="5min", tz="UTC").as_unit("us")
    count = int(lengths.sum())
    return pd.DataFrame(
        {
            "date": times.repeat(lengths),
            "currency": pd.Series(random.choice(["USDT", "A"], count), dtype="str"),
            "rate": random.choice([1.0, 1e5, 3.3e-5], count),
            "balance": random.normal(100, 40, count) * random.choice([1, 1e-9], count),
        }
    )


@pytest.mark.parametrize("seed", CASES)
def test_the_wallets_figures_are_freqtrades(seed: int) -> None:
    wallet = some_wallet(seed)
    whole = wallet.assign(rate=1, balance=100)
    missing = wallet.assign(balance=lambda frame: frame["balance"].where(lambda v: v > 0))
    mixed = wallet.sample(frac=1, random_state=seed)
    for each in (wallet, whole, missing, mixed, wallet[:1], wallet[:0]):
        given = [each.copy(), each.copy()]

        expected = own_wallet_stats(given[0], "USDT")
        with reports.quicker() as stored, reports.quick_lines(stored.market):
            found = optimize_reports.generate_wallet_stats(given[1], "USDT")

        assert lines([found]) == lines([expected])
        pd.testing.assert_frame_equal(given[1], given[0], check_exact=True)
    assert balances.wallet_stats(None, "USDT") == own_wallet_stats(None, "USDT")


def test_a_wallet_that_is_compressed_beside_the_statistics_is_stored_as_it_is_after_them(
    tmp_path: Path,
) -> None:
    config = {"exportdirectory": tmp_path, "original_config": {}}
    stats: dict[str, Any] = {"metadata": {}, "strategy": {}, "strategy_comparison": []}
    wallet = some_wallet(1)
    expected = wallet.assign(total_quote=wallet["rate"] * wallet["balance"]).reset_index()

    with beside.helper(), tables.quicker() as stored:
        stored.begin_wallet(wallet)
        balances.wallet_stats(wallet, "USDT")
        early = backtesting.store_backtest_results(
            config, stats, "early", wallet_summary={"S": wallet}
        )
        wallet["more"] = 1.0
        late = backtesting.store_backtest_results(
            config, stats, "late", wallet_summary={"S": wallet}
        )

    found = [table(members(archive)["_S_wallet.feather"]) for archive in (early, late)]
    pd.testing.assert_frame_equal(found[0], expected, check_exact=True)
    pd.testing.assert_frame_equal(found[1], expected.assign(more=1.0), check_exact=True)


def test_a_table_of_the_wallet_is_not_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    wallet = some_wallet(2)
    captures = [tuple(row) for row in wallet[:40].itertuples(index=False)]
    monkeypatch.setattr(beside, "processors", lambda: 1)

    with reports.quicker() as stored:
        assert backtesting.convert_bt_wallet_collection(wallet) is wallet
        for each in (captures, [], pd.DataFrame()):
            pd.testing.assert_frame_equal(
                backtesting.convert_bt_wallet_collection(each), own_conversion(each)
            )
        stored.begin_wallet(wallet)
        stored.begin_wallet(wallet)

        assert len(stored._begun) == 1
    assert list(wallet) == ["date", "currency", "rate", "balance"]


def test_a_wallet_that_a_strategys_own_figures_have_changed_is_stored_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wallet = some_wallet(3)

    def own(frame: pd.DataFrame, stake_currency: str) -> dict[str, Any]:
        frame["total_quote"] = 0.0
        return {"of": stake_currency}

    monkeypatch.setattr(optimize_reports, "generate_wallet_stats", own)
    with reports.quicker() as stored, reports.quick_lines(stored.market):
        stored.begin_wallet(wallet)
        found = optimize_reports.generate_wallet_stats(wallet, "USDT")
        target = io.BytesIO()
        stored.of(wallet).to_feather(target)

    assert found == {"of": "USDT"}
    assert set(table(target.getvalue())["total_quote"]) == {0.0}


SPAN = {
    "min_date": pd.Timestamp("2024-03-01", tz="UTC"),
    "max_date": pd.Timestamp("2024-04-01", tz="UTC"),
    "starting_balance": 1_000.0,
}
PAIRS = ["C/B", "none/B", "A/B", "D/B", "nothing/B"]


def lines(found: list[dict[str, Any]]) -> list[list[tuple[str, str]]]:
    return [[(name, repr(value)) for name, value in line.items()] for line in found]


@pytest.mark.parametrize("skip_nan", [False, True])
@pytest.mark.parametrize("seed", CASES)
def test_the_lines_of_pairs_and_tags_are_freqtrades(seed: int, *, skip_nan: bool) -> None:
    trades = whole_trades(seed)
    left_open = trades[trades["exit_reason"] == "force_exit"]
    for each in (trades, left_open, trades[:0]):
        given = {"results": each, "skip_nan": skip_nan, **SPAN}

        expected = own_pairs(PAIRS, "USDT", **given)
        tags = own_tags(["enter_tag", "exit_reason"], **given)
        with reports.quicker() as stored, reports.quick_lines(stored.market):
            found = optimize_reports.generate_pair_metrics(PAIRS, stake_currency="USDT", **given)
            found_tags = optimize_reports.generate_tag_metrics(
                ["enter_tag", "exit_reason"], **given
            )

        assert lines(found) == lines(expected)
        assert lines(found_tags) == lines(tags)


def odd_trades() -> list[pd.DataFrame]:
    trades = whole_trades(3)
    return [
        trades,
        trades.assign(enter_tag=trades["enter_tag"].where(lambda tag: tag != "")),
        trades.assign(exit_reason=trades["exit_reason"].astype("category")),
        trades.assign(profit_abs=-1_000.0),
        trades.assign(profit_abs=1e308),
        trades.assign(profit_abs=trades["profit_abs"].where(lambda profit: profit > 0)),
        trades.assign(profit_abs=0.0),
        trades.assign(trade_duration=trades["trade_duration"] / 7),
        trades[:1],
    ]


@pytest.mark.filterwarnings("ignore:Precision loss", "ignore:overflow", "ignore:invalid value")
@pytest.mark.parametrize("tags", ["enter_tag", "exit_reason", ["exit_reason"], "none", "pair"])
def test_the_lines_of_trades_and_tags_of_any_kind_are_freqtrades(tags: str | list[str]) -> None:
    no_time = SPAN | {"max_date": SPAN["min_date"]}
    for each, span in [*((each, SPAN) for each in odd_trades()), (whole_trades(3), no_time)]:
        expected = own_tags(tags, results=each, **span)
        pairs = own_pairs(PAIRS, "USDT", results=each, **span)
        with reports.quicker() as stored, reports.quick_lines(stored.market):
            found = optimize_reports.generate_tag_metrics(tags, results=each, **span)
            found_pairs = optimize_reports.generate_pair_metrics(
                PAIRS, stake_currency="USDT", results=each, **span
            )

        assert lines(found) == lines(expected)
        assert lines(found_pairs) == lines(pairs)


def test_a_strategys_own_part_of_a_line_is_in_all_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    trades = whole_trades(5)
    monkeypatch.setattr(optimize_reports, "calculate_sqn", lambda *_: 7.0)

    with reports.quicker() as stored, reports.quick_lines(stored.market):
        found = optimize_reports.generate_pair_metrics(
            PAIRS, stake_currency="USDT", results=trades, **SPAN
        )

    assert lines(found) == lines(own_pairs(PAIRS, "USDT", results=trades, **SPAN))
    assert {line["sqn"] for line in found} == {7.0}


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
    assert {name: how for name, how in methods(ours).items() if how} == {
        name: zipfile.ZIP_DEFLATED for name in found if not name.endswith(".feather")
    }
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


def methods(archive: Path) -> dict[str, int]:
    """Return how each member is compressed: 0 when it is not."""
    with zipfile.ZipFile(archive) as archived:
        return {
            each.filename.removeprefix(archive.stem): each.compress_type
            for each in archived.infolist()
        }


def table(content: bytes) -> pd.DataFrame:
    return pd.read_feather(io.BytesIO(content))
