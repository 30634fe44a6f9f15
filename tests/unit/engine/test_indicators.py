"""What the engine keeps for a chart: the strategy's own columns, within bounds, whatever they hold."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from candlewick.backtests.plots import PLOT_MEMBER, VALUES_MEMBER, ClaimedPlot
from candlewick.engine import beside
from candlewick.engine.indicators import Captured, add_indicators, begin, capture

HOUR = 3_600_000
START = 1_735_689_600_000


class Strategy:
    def __init__(self, plot_config: Any = None) -> None:
        self.plot_config = plot_config


class Raising:
    @property
    def plot_config(self) -> Any:
        raise ValueError("no plot today")


def a_frame(rows: int = 5, **columns: Any) -> pd.DataFrame:
    dates = pd.to_datetime([START + n * HOUR for n in range(rows)], unit="ms", utc=True)
    candles = dict.fromkeys(("open", "high", "low", "close", "volume"), 100.0)
    return pd.DataFrame({"date": dates, **candles, **columns})


def taken(strategy: Any, **frames: pd.DataFrame) -> Captured:
    return capture(strategy, frames, HOUR)


def test_the_columns_that_the_configuration_names_are_kept_in_its_order() -> None:
    config = {
        "main_plot": {"upper": {"color": "#ff0000", "fill_to": "lower"}},
        "subplots": {"Oscillators": {"rsi": {"type": "bar"}}},
    }
    frame = a_frame(rsi=50.0, lower=90.0, upper=110.0, unused=1.0)

    captured = taken(Strategy(config), btc=frame)

    assert captured.plot.pairs[0].columns == ["upper", "lower", "rsi"]
    style = captured.plot.plot_config.main_plot["upper"]
    assert (style.color, style.fill_to) == ("#ff0000", "lower")
    assert captured.plot.plot_config.subplots["Oscillators"]["rsi"].type == "bar"
    assert not captured.plot.is_default


def test_without_a_configuration_prices_go_over_the_candles_and_the_rest_below() -> None:
    frame = a_frame(ema=101.0, macd=0.1, macdsignal=0.2, macdhist=0.1, rsi=70.0, name="text")

    plot = taken(Strategy(), btc=frame).plot

    assert plot.is_default
    # 70 lies near 100 here, as 101 does; what is called rsi makes no difference.
    assert list(plot.plot_config.main_plot) == ["ema", "rsi"]
    assert list(plot.plot_config.subplots["macd"]) == ["macd", "macdsignal", "macdhist"]


def test_signals_that_were_given_come_last() -> None:
    frame = a_frame(ema=101.0, enter_long=[0, 1, 0, 0, 0], exit_long=0)

    assert taken(Strategy(), btc=frame).plot.pairs[0].columns == ["ema", "enter_long"]


def test_a_missing_candle_is_no_value() -> None:
    frame = a_frame(ema=[1.0, 2.0, 3.0, 4.0, 5.0]).drop(index=[2])

    captured = taken(Strategy({"main_plot": {"ema": {}}}), btc=frame)

    (values,) = captured.arrays
    assert captured.plot.pairs[0].rows == 5
    np.testing.assert_array_equal(values, np.array([1, 2, np.nan, 4, 5], dtype="f4"))


def test_more_than_fits_is_left_out_by_name() -> None:
    names = [f"ema{n}" for n in range(8)]
    frames = {pair: a_frame(rows=100, **dict.fromkeys(names, 100.0)) for pair in ("a", "b", "c")}

    captured = capture(Strategy(), frames, HOUR, max_bytes=4 * 100 * 9)

    assert [item.pair for item in captured.plot.pairs] == ["a", "b"]
    assert captured.plot.pairs[0].columns == names[:4]
    columns, pairs = captured.plot.left_out
    assert "ema4, ema5, ema6, ema7" in columns
    assert pairs.endswith("pairs: c.")
    assert list(captured.plot.plot_config.main_plot) == names[:4]


ODD: dict[str, Any] = {
    "no mapping": 5,
    "a list": ["ema"],
    "lines that are no mapping": {"main_plot": ["ema"], "subplots": 3},
    "names that are no text": {"main_plot": {1: {}, None: {}, "a\nb": {}, "x" * 100: {}}},
    "a title that is no text": {"subplots": {7: {"ema": {}}}},
    "a style that is no mapping": {"main_plot": {"ema": "red"}},
    "a colour that is none": {"main_plot": {"ema": {"color": "url(https://evil.example)"}}},
    "a type that is none": {"main_plot": {"ema": {"type": "<script>"}}},
    "a column that is not there": {"main_plot": {"missing": {}, "ema": {}}},
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_configuration_costs_no_more_than_itself(name: str) -> None:
    plot = taken(Strategy(ODD[name]), btc=a_frame(ema=101.0)).plot

    assert plot.pairs[0].columns == ["ema"]
    assert plot.plot_config.main_plot["ema"].color is None


@pytest.mark.parametrize(
    "frame",
    [
        a_frame(0),
        a_frame(words=["a"] * 5),
        a_frame(none=[None] * 5),
        pd.concat([a_frame(x=1.0), a_frame(x=2.0)["x"]], axis=1),
        a_frame(huge=1e300),
        a_frame().assign(whole=pd.array([1, None, 3, 4, 5], dtype="Int64")),
    ],
    ids=["empty", "words", "nothing", "a name twice", "too large", "nullable"],
)
def test_odd_frames_are_no_failure(frame: pd.DataFrame, tmp_path: Path) -> None:
    captured = taken(Strategy(), btc=frame)

    archive = tmp_path / "result.zip"
    add_indicators(archive, captured)

    with zipfile.ZipFile(archive) as members:
        plot = ClaimedPlot.model_validate_json(members.read(PLOT_MEMBER))
        size = members.getinfo(VALUES_MEMBER).file_size
    assert size == sum(item.size_bytes for item in plot.pairs)


def test_a_configuration_that_raises_is_said_and_no_failure() -> None:
    plot = taken(Raising(), btc=a_frame(ema=1.0)).plot

    assert plot.pairs == []
    assert plot.left_out == ["The indicators could not be kept (ValueError)."]


@pytest.fixture
def helper(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(beside, "processors", lambda: 2)
    with beside.helper():
        yield


def frames(rows: int = 3_000) -> dict[str, pd.DataFrame]:
    random = np.random.default_rng(3)
    return {
        pair: a_frame(
            rows,
            ema=100 + random.normal(size=rows),
            rsi=random.uniform(0, 100, rows),
            whole=random.integers(0, 9, rows),
            enter_long=random.integers(0, 2, rows),
        )
        for pair in ("a", "b")
    }


def stored(archive: Path) -> tuple[bytes, bytes]:
    with zipfile.ZipFile(archive) as members:
        assert members.testzip() is None
        return members.read(PLOT_MEMBER), members.read(VALUES_MEMBER)


@pytest.mark.usefixtures("helper")
@pytest.mark.parametrize("config", [None, {"main_plot": {"ema": {"color": "red"}}, "subplots": {}}])
def test_what_was_deflated_before_reads_as_what_is_deflated_then(
    config: Any, tmp_path: Path
) -> None:
    its, strategy = frames(), Strategy(config)
    ready = begin(strategy, its, HOUR)
    captured = capture(strategy, its, HOUR)

    add_indicators(tmp_path / "before.zip", captured, ready)
    add_indicators(tmp_path / "then.zip", captured)

    columns = [(item.pair, name) for item in captured.plot.pairs for name in item.columns]
    assert list(ready) == columns
    plot, values = stored(tmp_path / "before.zip")
    assert (plot, values) == stored(tmp_path / "then.zip")
    assert values == b"".join(column.tobytes() for column in captured.arrays)


@pytest.mark.usefixtures("helper")
def test_a_column_that_was_changed_meanwhile_is_deflated_again(tmp_path: Path) -> None:
    its, strategy = frames(), Strategy({"main_plot": {"ema": {}, "rsi": {}}})
    ready = begin(strategy, its, HOUR)
    for task in ready.values():
        task.begin()
    its["b"].loc[7, "rsi"] = -1.0
    strategy.plot_config = {"main_plot": {"rsi": {}, "whole": {}}}
    captured = capture(strategy, its, HOUR)

    add_indicators(tmp_path / "result.zip", captured, ready)

    _, values = stored(tmp_path / "result.zip")
    assert values == b"".join(column.tobytes() for column in captured.arrays)


class Counting(dict[str, Any]):
    calls = 0

    def get(self, *args: Any) -> Any:
        Counting.calls += 1
        return super().get(*args)


@pytest.mark.usefixtures("helper")
@pytest.mark.parametrize(
    "strategy", [Raising(), Strategy(Counting()), Strategy({"main_plot": Counting()})]
)
def test_nothing_of_the_strategys_is_called_before_the_last_trade(strategy: Any) -> None:
    assert begin(strategy, frames(), HOUR) == {}
    assert Counting.calls == 0


def test_without_a_second_thread_nothing_is_deflated_before() -> None:
    assert begin(Strategy(), frames(), HOUR) == {}
