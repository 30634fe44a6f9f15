"""How the market has changed is what Freqtrade finds, to the last bit, whoever computes it and when."""

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal

import numpy as np
import pandas as pd
import pytest
from freqtrade.data import metrics
from freqtrade.optimize import backtesting
from freqtrade.optimize.optimize_reports import optimize_reports

from candlewick.engine import beside, reports
from candlewick.engine.market import Market

pytestmark = pytest.mark.filterwarnings("ignore:Sorting by default")  # pandas tells Freqtrade

Unit = Literal["ms", "us"]
Frames = dict[str, pd.DataFrame]

own_change = optimize_reports.calculate_market_change
own_table = backtesting.combined_dataframes_with_rel_mean

START = datetime.fromisoformat("2024-03-01T00:00:00+00:00")
LATER = datetime.fromisoformat("2024-03-01T01:00:00+00:00")
END = datetime.fromisoformat("2024-03-02T12:00:00+00:00")


@pytest.fixture(autouse=True)
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "processors", lambda: 2)


@pytest.fixture
def compressed() -> list[pd.DataFrame]:
    return []


@pytest.fixture
def market(compressed: list[pd.DataFrame]) -> Market:
    def compress(table: pd.DataFrame) -> bytes:
        compressed.append(table)
        return b"compressed"

    return Market(compress)


def some_candles(seed: int, *, pairs: int, unit: Unit = "ms") -> Frames:
    """Pairs of which each may begin late and have gaps; one of them, anywhere, has all candles."""
    random = np.random.default_rng(seed)
    times = pd.date_range("2024-02-29", periods=900, freq="5min", tz="UTC").as_unit(unit)
    found = {}
    for number in range(pairs):
        kept = np.ones(len(times), bool)
        if number != seed % pairs and seed % 3:
            kept = random.random(len(times)) > random.choice([0, 0.02, 0.5])
            kept[: random.choice([0, 200, 400])] = False
        closes = random.choice([1e-5, 1.0, 6e4]) * np.exp(
            np.cumsum(random.normal(0, 0.02, len(times)))
        )
        frame = pd.DataFrame(
            {"date": times, "close": closes.round(int(random.integers(7, 14))), "x": "x"}
        )
        found[f"C{number}/B"] = frame[kept].reset_index(drop=True)
    return found


def assert_is_freqtrades(
    market: Market, candles: Frames, start: Any = START, end: Any = END
) -> None:
    expected = own_table(candles, start, end)

    assert repr(market.mean(candles, "close", min_date=start)) == repr(
        own_change(candles, "close", min_date=start)
    )
    found = market.table(candles, start, end)

    pd.testing.assert_frame_equal(found, expected, check_exact=True, check_freq=False)
    for name in expected:
        assert found[name].to_numpy().tobytes() == expected[name].to_numpy().tobytes()


@pytest.mark.parametrize("unit", ["ms", "us"])
@pytest.mark.parametrize("pairs", [1, 2, 11])
@pytest.mark.parametrize("seed", range(30))
def test_what_is_computed_beside_the_run_is_freqtrades(
    market: Market, compressed: list[pd.DataFrame], seed: int, pairs: int, unit: Unit
) -> None:
    candles = some_candles(seed, pairs=pairs, unit=unit)

    with beside.helper():
        market.begin(candles, START, END)
        assert_is_freqtrades(market, candles)

    table = market.table(candles, START, END)
    assert compressed == [table] or compressed[0] is table
    assert market.content(table) == b"compressed"
    assert market.content(table.copy()) is None


def odd_candles() -> Iterator[tuple[str, Frames]]:
    candles = some_candles(0, pairs=3)
    first, second, third = candles.values()

    def of(frame: pd.DataFrame) -> Frames:
        return {"C0/B": first, "C1/B": frame, "C2/B": third}

    later = pd.Timedelta("1min")
    yield "other dates", of(second.assign(date=second["date"] + later))
    yield (
        "as many other dates",
        of(second.assign(date=[*second["date"][:-1], second["date"].iloc[-1] + later])),
    )
    yield "a price of zero", of(second.assign(close=[0.0, *second["close"][1:]]))
    yield "a missing price", of(second.assign(close=[*second["close"][:-1], np.nan]))
    yield "an infinite price", of(second.assign(close=[np.inf, *second["close"][1:]]))
    yield "whole numbers", of(second.assign(close=7))
    yield "no rows", of(second[:0])
    yield "nothing since the start", of(second[:200])


@pytest.mark.parametrize(("what", "candles"), odd_candles())
def test_what_is_out_of_the_ordinary_freqtrade_finds(
    market: Market, compressed: list[pd.DataFrame], what: str, candles: Frames
) -> None:
    assert what

    with beside.helper():
        market.begin(candles, START, END)
        assert_is_freqtrades(market, candles)

    assert not compressed


def test_another_span_or_other_candles_than_begun_are_found_by_freqtrade(
    market: Market, compressed: list[pd.DataFrame]
) -> None:
    candles = some_candles(1, pairs=3)

    market.begin(candles, START, END)

    assert_is_freqtrades(market, candles, start=LATER)
    assert_is_freqtrades(market, candles | {"C1/B": candles["C1/B"].copy()})
    assert market.mean(candles, "close") == own_change(candles, "close")
    assert not compressed


def test_what_another_process_has_found_is_not_computed_again(
    market: Market, compressed: list[pd.DataFrame]
) -> None:
    candles = some_candles(5, pairs=3)
    found = market.change(candles, START, END)
    assert found
    known = len(compressed)

    market.begin(candles, START, END, found)

    assert_is_freqtrades(market, candles)
    assert market.table(candles, START, END) is found.table
    assert len(compressed) == known == 1


def test_of_two_strategies_the_span_of_the_last_is_computed_once(
    market: Market, compressed: list[pd.DataFrame]
) -> None:
    candles = some_candles(2, pairs=3)

    for start in (LATER, START, START):
        market.begin(candles, start, END)

    assert_is_freqtrades(market, candles)
    assert len(compressed) == 1


def test_what_a_strategy_puts_in_freqtrades_place_stays(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    candles = some_candles(3, pairs=3)
    market.begin(candles, START, END)
    combine = metrics.combine_dataframes_by_column

    monkeypatch.setattr(metrics, "combine_dataframes_by_column", lambda *args: combine(*args) * 2)

    assert (
        market.table(candles, START, END)["mean"].iloc[0]
        == (own_table(candles, START, END)["mean"].iloc[0])
    )


def test_the_archive_has_the_table_as_it_was_compressed() -> None:
    candles = some_candles(4, pairs=3)

    with beside.helper(), reports.quicker() as stored, reports.quick_lines(stored.market):
        stored.market.begin(candles, START, END)
        change = optimize_reports.calculate_market_change(candles, "close", min_date=START)
        table = backtesting.combined_dataframes_with_rel_mean(candles, START, END)
        content = stored.market.content(table)

    assert change == own_change(candles, "close", min_date=START)
    assert content
    expected = own_table(candles, START, END).reset_index()
    pd.testing.assert_frame_equal(pd.read_feather(io.BytesIO(content)), expected, check_exact=True)
