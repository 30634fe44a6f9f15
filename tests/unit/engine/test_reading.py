"""Candles read straight into their frames are those that Freqtrade's handler reads, and it tells the same of them."""

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from freqtrade.configuration import TimeRange
from freqtrade.data.history.datahandlers.featherdatahandler import FeatherDataHandler
from freqtrade.enums import CandleType

from candlewick.engine import reading

pytestmark = pytest.mark.filterwarnings("default")
PAIR = "BTC/USDT"


def some_candles(rows: int = 600) -> pd.DataFrame:
    random = np.random.default_rng(5)
    dates = pd.date_range("2024-01-29 20:00", periods=rows, freq="5min", tz="UTC").as_unit("ms")
    values = {name: random.uniform(1, 1.05, rows) for name in ("open", "high", "low", "close")}
    return pd.DataFrame({"date": dates, **values, "volume": random.uniform(0, 9, rows)})


ORDINARY = some_candles()
FILES: dict[str, pd.DataFrame] = {
    "ordinary": ORDINARY,
    "one candle": ORDINARY[:1],
    "none": ORDINARY[:0],
    "columns in another order": ORDINARY[["date", "close", "open", "high", "low", "volume"]],
    "more columns": ORDINARY.assign(more=1),
    "other names": ORDINARY.rename(columns={"open": "first"}),
    "whole numbers": ORDINARY.assign(volume=7),
    "half floats": ORDINARY.astype({"open": "float32"}),
    "something missing": ORDINARY.assign(open=ORDINARY["open"].where(ORDINARY["open"] > 1.01)),
    "dates in nanoseconds": ORDINARY.assign(date=ORDINARY["date"].dt.as_unit("ns")),
    "dates in microseconds": ORDINARY.assign(date=ORDINARY["date"].dt.as_unit("us")),
    "dates between milliseconds": ORDINARY.assign(
        date=ORDINARY["date"].dt.as_unit("ns") + pd.Timedelta(nanoseconds=7)
    ),
    "out of order": ORDINARY.sample(frac=1, random_state=3).reset_index(drop=True),
    "a date twice": pd.concat([ORDINARY, ORDINARY[-1:]], ignore_index=True),
    "a price that jumps": ORDINARY.assign(open=ORDINARY["open"].where(ORDINARY.index != 70, 3.0)),
    "a price of zero": ORDINARY.assign(close=ORDINARY["close"].where(ORDINARY.index != 70, 0.0)),
}
RANGES = ("", "20240130-", "-20240131", "20240130-20240131", "20200101-20210101", "20300101-")


def loaded(folder: Path, timerange: str, kind: CandleType, caplog: Any, *, quick: bool) -> Any:
    caplog.clear()
    with caplog.at_level(logging.INFO):
        handler = FeatherDataHandler(folder)
        period = TimeRange.parse_timerange(timerange) if timerange else None
        arguments: dict[str, Any] = {"timerange": period, "startup_candles": 12}
        if not quick:
            frame = handler.ohlcv_load(PAIR, "5m", kind, **arguments)
        else:
            with reading.quicker():
                frame = handler.ohlcv_load(PAIR, "5m", kind, **arguments)
    return frame, [record.getMessage() for record in caplog.records]


def zone_of(frame: pd.DataFrame) -> Any:
    return getattr(frame["date"].array, "tz", None)


@pytest.mark.parametrize("timerange", RANGES)
@pytest.mark.parametrize("name", FILES)
def test_the_same_is_read_and_told(
    name: str, timerange: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    FILES[name].to_feather(tmp_path / "BTC_USDT-5m.feather", compression="lz4")

    expected, told = loaded(tmp_path, timerange, CandleType.SPOT, caplog, quick=False)
    found, told_by_ours = loaded(tmp_path, timerange, CandleType.SPOT, caplog, quick=True)

    pd.testing.assert_frame_equal(found, expected, check_exact=True)
    assert repr(zone_of(found)) == repr(zone_of(expected))
    assert found.index.equals(expected.index)
    assert told_by_ours == told


def test_a_file_that_is_missing_or_no_table_is_left_to_freqtrade(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for content in (None, b"nothing"):
        if content is not None:
            (tmp_path / "BTC_USDT-5m.feather").write_bytes(content)
        expected, told = loaded(tmp_path, "", CandleType.SPOT, caplog, quick=False)
        found, told_by_ours = loaded(tmp_path, "", CandleType.SPOT, caplog, quick=True)

        pd.testing.assert_frame_equal(found, expected)
        assert [line.partition("Exception")[0] for line in told_by_ours] == [
            line.partition("Exception")[0] for line in told
        ]


def test_rates_of_funding_are_left_to_freqtrade(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "futures").mkdir()
    rates = ORDINARY[["date"]].assign(funding_rate=0.0001)
    rates.to_feather(tmp_path / "futures" / "BTC_USDT-5m-funding_rate.feather")

    expected = loaded(tmp_path, "", CandleType.FUNDING_RATE, caplog, quick=False)
    found = loaded(tmp_path, "", CandleType.FUNDING_RATE, caplog, quick=True)

    pd.testing.assert_frame_equal(found[0], expected[0], check_exact=True)
    assert found[1] == expected[1]


def test_ordinary_candles_are_not_read_by_freqtrade(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ORDINARY.to_feather(tmp_path / "BTC_USDT-5m.feather")
    monkeypatch.delattr(reading, "_load")

    frame, _ = loaded(tmp_path, "20240130-", CandleType.SPOT, caplog, quick=True)

    assert len(frame)


def test_what_was_read_can_be_written_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    ORDINARY.to_feather(tmp_path / "BTC_USDT-5m.feather")

    frame, _ = loaded(tmp_path, "", CandleType.SPOT, caplog, quick=True)
    frame.loc[3, "open"] = 7.0
    frame["volume"] *= 2

    assert frame["open"][3] == 7.0
    assert frame["volume"].equals(ORDINARY["volume"] * 2)
