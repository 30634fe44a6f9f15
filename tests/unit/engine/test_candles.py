"""Rows made when they are looked at are those that Freqtrade makes of all candles at once."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from freqtrade.configuration import TimeRange
from freqtrade.optimize.backtesting import Backtesting

from candlewick.engine.skipping.candles import Candles
from candlewick.engine.skipping.course import Times

ROWS = 12


def frame(**columns: Any) -> pd.DataFrame:
    dates = pd.date_range("2024-01-01", periods=ROWS, freq="5min", tz="UTC").as_unit("ms")
    prices = {name: np.arange(1.0, ROWS + 1) for name in ("open", "high", "low", "close")}
    return pd.DataFrame({"date": dates, **prices, "volume": 1.0, **columns})


SOME = np.arange(ROWS) % 3 == 0
FRAMES: dict[str, pd.DataFrame] = {
    "no signals": frame(),
    "whole numbers": frame(enter_long=SOME.astype(int), exit_long=0),
    "floats with gaps": frame(enter_long=np.where(SOME, 1.0, np.nan), exit_short=np.nan),
    "true or false": frame(enter_long=SOME, exit_long=~SOME),
    "objects": frame(enter_long=np.where(SOME, 1, None), exit_long=np.where(SOME, "1", None)),
    "small numbers": frame(enter_long=SOME.astype("int8"), enter_short=SOME.astype("float32")),
    "numbers that can be missing": frame(enter_long=pd.array(SOME.astype(int), dtype="Int64")),
    "empty tags": frame(enter_tag="", exit_tag=""),
    "tags here and there": frame(enter_tag=pd.Series("", range(ROWS)).where(~SOME, "up")),
    "tags with gaps": frame(enter_tag=pd.Series("up", range(ROWS)).where(SOME)),
    "tags of any kind": frame(enter_tag=np.where(SOME, "up", None), exit_tag=1.5),
    "objects of numpy": frame(exit_tag=np.array([np.float64(3)] * ROWS, dtype=object)),
}


def rows_by_freqtrade(analyzed: pd.DataFrame) -> list[list[Any]]:
    nothing = SimpleNamespace(
        **dict.fromkeys(("_set_progress_step", "check_abort", "_increment_progress"), _nothing),
        strategy=SimpleNamespace(ft_advise_signals=lambda given, _: given),
        dataprovider=SimpleNamespace(_set_cached_df=_nothing),
        config={"candle_type_def": "spot"},
        timeframe="5m",
        timerange=TimeRange(),
        required_startup=0,
    )
    rows: list[list[Any]] = Backtesting._get_ohlcv_as_lists(nothing, {"A/B": analyzed})["A/B"]
    return rows


def _nothing(*_: Any) -> None:
    pass


@pytest.mark.parametrize("name", FRAMES)
def test_the_rows_are_freqtrades(name: str) -> None:
    analyzed = FRAMES[name]

    expected = [_typed(row) for row in rows_by_freqtrade(analyzed.copy())]
    candles = Candles(analyzed)

    assert [_typed(row) for row in candles] == expected
    assert [_typed(row) for row in candles[2:5]] == expected[2:5]
    assert candles.moment(3) == candles.dates[3]
    assert candles.moment(3).unit == candles.dates[3].unit


def _typed(row: list[Any]) -> list[tuple[str, str]]:
    return [(type(value).__name__.replace("float64", "float"), repr(_bare(value))) for value in row]


def _bare(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_a_rows_seconds_are_those_of_its_date(unit: str) -> None:
    analyzed = frame()
    analyzed["date"] = analyzed["date"].dt.as_unit(unit)
    candles = Candles(analyzed)

    found = [candles.seconds(row) for row in range(len(candles))]

    assert found == [candles.moment(row).timestamp() for row in range(len(candles))]


@pytest.mark.parametrize("minutes", [-5, 0, 4, 5, 63])
@pytest.mark.parametrize("moment", [datetime, pd.Timestamp])
def test_the_times_are_those_of_freqtrades_generator(minutes: int, moment: Any) -> None:
    start, step = moment(2024, 1, 1, tzinfo=UTC), timedelta(minutes=5)
    end = start + timedelta(minutes=minutes)
    theirs = list(Backtesting._time_generator(SimpleNamespace(timeframe_td=step), start, end))

    ours = Times.between(start, end, step)

    assert [*ours] == [*ours[:]] == theirs
    assert list(map(type, ours)) == list(map(type, theirs))
    assert len(ours) == len(theirs)
    assert ours[-2:] == theirs[-2:]
