"""Candles that are loaded quicker are as Freqtrade leaves them, in order, types and every value."""

import warnings
from typing import Any, ClassVar
from unittest import mock

import numpy as np
import pandas as pd
import pytest
from freqtrade.configuration import TimeRange
from freqtrade.data.btanalysis.historic_precision import get_tick_size_over_time
from freqtrade.data.converter import clean_ohlcv_dataframe, trim_dataframes
from freqtrade.data.history import datahandlers
from freqtrade.data.history.datahandlers import idatahandler
from freqtrade.enums import CandleType
from freqtrade.strategy.interface import IStrategy

from candlewick.engine import loading
from candlewick.engine.analysing import Analysis
from candlewick.engine.ticks import TickSizes, tick_sizes

# What Freqtrade and its libraries warn of is theirs to mend.
pytestmark = pytest.mark.filterwarnings("default")

STEPS = {"5m": "5min", "1h": "1h", "4h": "4h", "1d": "1D", "3d": "3D", "1w": "7D"}


def some_candles(seed: int, step: str = "5min", rows: int = 400) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    dates = pd.date_range("2024-01-29 20:00", periods=rows, freq=step, tz="UTC").as_unit("ms")
    if step in {"1D", "3D", "7D"}:
        dates = dates.normalize()
    close = 100 + np.cumsum(random.normal(size=rows)).round(4)
    frame = pd.DataFrame(
        {
            "date": dates,
            "open": np.roll(close, 1),
            "high": close + 1,
            "low": close - 1,
            "close": close,
            "volume": random.uniform(0, 9, rows).round(3),
        }
    )
    return frame.iloc[7:]


@pytest.mark.parametrize("value", [1e308, -1e308, np.inf, np.nan])
def test_values_too_large_to_be_summed_are_cleaned_as_freqtrade_does(value: float) -> None:
    candles = some_candles(4)
    candles.iloc[[5, 9, 20], 2] = value

    found, expected = cleaned_by_both(candles)

    assert_same(found, expected)


def cleaned_by_both(
    candles: pd.DataFrame, timeframe: str = "5m", *, drop: bool = False, fill: bool = True
) -> tuple[pd.DataFrame, pd.DataFrame]:
    options = {"fill_missing": fill, "drop_incomplete": drop, "candle_type": CandleType.SPOT}
    return (
        loading.clean(candles.copy(), timeframe, "BTC/USDT", **options),
        clean_ohlcv_dataframe(candles.copy(), timeframe, "BTC/USDT", **options),
    )


def assert_same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(found, expected, check_exact=True)
    for name in expected.columns[1:]:
        assert (np.signbit(found[name]) == np.signbit(expected[name])).all()


@pytest.mark.parametrize("timeframe", STEPS)
def test_candles_without_a_gap_are_as_freqtrade_cleans_them(timeframe: str) -> None:
    candles = some_candles(1, STEPS[timeframe])

    for fill in (True, False):
        assert_same(*cleaned_by_both(candles, timeframe, fill=fill))


def test_candles_without_a_gap_are_not_cleaned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(loading, "_clean")

    found, expected = cleaned_by_both(some_candles(1))

    assert_same(found, expected)


@pytest.mark.parametrize("seed", range(12))
def test_candles_that_need_cleaning_are_cleaned(seed: int) -> None:
    random = np.random.default_rng(seed)
    candles = some_candles(seed)
    spoilt = [
        candles.drop(candles.index[random.integers(1, 390, 5)]),
        candles.iloc[random.permutation(len(candles))],
        pd.concat([candles, candles.sample(9, random_state=seed)]),
        candles.assign(date=candles["date"] + pd.Timedelta(seconds=7)),
        candles.assign(close=candles["close"].where(candles["volume"] > 1)),
        candles.assign(volume=-0.0),
        candles.assign(volume=np.inf),
        candles.assign(open=candles["open"].astype("float32")),
        candles.assign(date=candles["date"].dt.as_unit("ns")),
        candles.assign(more=1.0),
        candles[["date", "close", "open", "high", "low", "volume"]],
    ]

    for each in spoilt:
        assert_same(*cleaned_by_both(each))
    assert_same(*cleaned_by_both(candles, drop=True))


def test_freqtrades_data_handlers_clean_with_ours_only_while_told_to() -> None:
    own = idatahandler.clean_ohlcv_dataframe

    with loading.quicker():
        assert idatahandler.clean_ohlcv_dataframe is loading.clean

    assert idatahandler.clean_ohlcv_dataframe is own
    assert datahandlers.idatahandler is idatahandler


class Advised(IStrategy):  # type: ignore[misc]  # Freqtrade's types are not followed
    """A strategy that keeps what it returns, and returns many columns."""

    minimal_roi: ClassVar = {"0": 0.1}
    stoploss = -0.1
    columns = 3

    def populate_indicators(self, dataframe: pd.DataFrame, metadata: Any) -> pd.DataFrame:  # noqa: ARG002 - Freqtrade's
        for number in range(self.columns):
            dataframe[f"mean_{number}"] = dataframe["close"].rolling(number + 2).mean()
        dataframe["volume"] *= 2
        self.kept = dataframe
        return dataframe


@pytest.mark.parametrize("columns", [3, 120])
def test_indicators_are_those_of_freqtrade_and_change_apart_from_what_was_given(
    columns: int,
) -> None:
    strategy = Advised({})
    strategy.columns = columns
    data = {"A/B": some_candles(1), "C/B": some_candles(2)}
    before = {pair: frame.copy() for pair, frame in data.items()}

    expected = strategy.advise_all_indicators(data)
    found = Analysis(mock.Mock()).indicators(strategy, data)

    for pair, frame in expected.items():
        pd.testing.assert_frame_equal(found[pair], frame, check_exact=True)
        pd.testing.assert_frame_equal(data[pair], before[pair], check_exact=True)
    strategy.kept.loc[:, "mean_0"] = 7.0
    strategy.kept["volume"] += 1
    pd.testing.assert_frame_equal(found["C/B"], expected["C/B"], check_exact=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found["C/B"]["enter_tag"] = ""


@pytest.mark.parametrize(
    "timerange", ["", "20240130-", "-20240131", "20240130-20240131", "20200101-20210101"]
)
@pytest.mark.parametrize("startup", [0, 30, 500])
def test_trimmed_frames_are_those_of_freqtrade(timerange: str, startup: int) -> None:
    period = TimeRange.parse_timerange(timerange or None)
    shuffled = some_candles(3).sample(frac=1, random_state=1)
    frames = {"A/B": some_candles(1), "C/B": some_candles(2, rows=520), "D/B": shuffled}

    expected = trim_dataframes(frames, period, startup)
    found = loading.trim_all(frames, period, startup)

    assert list(found) == list(expected)
    for pair, frame in expected.items():
        pd.testing.assert_frame_equal(found[pair], frame, check_exact=True)


@pytest.mark.parametrize("seed", range(12))
def test_tick_sizes_and_the_columns_left_behind_are_freqtrades(seed: int) -> None:
    random = np.random.default_rng(seed)
    candles = some_candles(seed, "4h").reset_index(drop=True)
    for name in ("open", "high", "low", "close"):
        candles[name] *= 10.0 ** random.integers(-6, 4)
        candles[name] = candles[name].round(int(random.integers(0, 12)))
    if seed % 3 == 0:
        candles["low"] = candles["low"].round()
    if seed % 4 == 0:
        candles.loc[3:9, "open"] = np.nan
    theirs, ours = candles.copy(), candles.copy()

    expected, found = get_tick_size_over_time(theirs), tick_sizes(ours)

    pd.testing.assert_series_equal(found, expected, check_exact=True)
    pd.testing.assert_frame_equal(ours, theirs, check_exact=True)


@pytest.mark.parametrize("odd", [None, 0.0, -0.0, -3.5, 1e14, 99_999_999_999_999.0, np.inf, np.nan])
@pytest.mark.parametrize("decimals", [0, 1, 4])
def test_decimals_of_many_prices_are_freqtrades_wherever_an_odd_one_is(
    odd: float | None, decimals: int
) -> None:
    random = np.random.default_rng(decimals)
    candles = some_candles(1, "1h", rows=40_000).reset_index(drop=True)
    rows = len(candles)
    candles["open"] = random.integers(1, 10**6, rows) / 10.0**decimals
    candles["high"] = np.where(np.arange(rows) < 20_000, 7.0, candles["open"])
    candles["low"] = 123_456.7
    if odd is not None:
        candles.loc[[16_383, 16_384, rows - 1], ["open", "low"]] = odd
    theirs, ours = candles.copy(), candles.copy()

    expected, found = get_tick_size_over_time(theirs), tick_sizes(ours)

    pd.testing.assert_series_equal(found, expected, check_exact=True)
    pd.testing.assert_frame_equal(ours, theirs, check_exact=True)


@pytest.mark.parametrize("gap", [False, True])
def test_a_tick_size_is_looked_up_as_freqtrade_does(*, gap: bool) -> None:
    months = pd.date_range("2024-01-01", periods=5, freq="MS", tz="UTC")
    sizes = pd.Series([0.1, 0.01, np.nan if gap else 0.5, 1e-5, 0.25], index=months)
    known = TickSizes(sizes)

    for moment in pd.date_range("2023-12-20", "2024-06-03", freq="9h", tz="UTC"):
        expected = sizes.asof(moment.to_pydatetime())
        found = known.at(moment.to_pydatetime())
        assert (found is None and np.isnan(expected)) or repr(found) == repr(expected)


@pytest.mark.parametrize("seed", range(6))
def test_digits_behind_the_fourteenth_are_counted_as_freqtrade_writes_them(seed: int) -> None:
    random = np.random.default_rng(seed)
    candles = some_candles(seed, "4h").reset_index(drop=True)
    for name in ("open", "high", "low", "close"):
        candles[name] = 10.0 ** random.uniform(-9, 9, len(candles))
    theirs, ours = candles.copy(), candles.copy()

    expected, found = get_tick_size_over_time(theirs), tick_sizes(ours)

    pd.testing.assert_series_equal(found, expected, check_exact=True)
    pd.testing.assert_frame_equal(ours, theirs, check_exact=True)
