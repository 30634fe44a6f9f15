"""Of a candle file of years the job fetches what the run's weeks need."""

from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from backtest_job.errors import PlatformFailure
from backtest_job.transfers import fetch_all, open_client
from candlewick.backtests.wire import InputFile, Span
from candlewick.market_data import feather, slices
from tests.jobs.backtest.platform import Platform, Run

COUNT = 4 * feather.ROWS_OF_A_SLICE
PATH = "data/BTC_USDT-5m.feather"


def made() -> pd.DataFrame:
    dates = pd.date_range("2024-01-01", periods=COUNT, freq="5min", tz="UTC").as_unit("ms")
    prices = {name: np.arange(COUNT, dtype=np.float64) for name in feather.OHLCV[1:]}
    return pd.DataFrame({"date": dates, **prices})


CANDLES = made()
DATA = feather.write(CANDLES)


def an_input(platform: Platform, *places: int) -> InputFile:
    parts = slices.find(DATA)
    return InputFile(
        path=PATH,
        url=f"{platform.url}/inputs/{PATH}",
        sha256=sha256(DATA).hexdigest(),
        size_bytes=len(DATA),
        spans=[
            Span(offset=piece.offset, size_bytes=piece.size_bytes, sha256=piece.sha256)
            for piece in [parts.head, *(parts.slices[place] for place in places)]
        ],
    )


def test_the_slices_alone_are_fetched_and_make_a_file(tmp_path: Path) -> None:
    with Platform(Run(config={}, inputs={PATH: DATA})) as platform, open_client() as http:
        fetch_all(http, [an_input(platform, 1, 2)], tmp_path)

    found = pd.read_feather(tmp_path / PATH)
    rows = feather.ROWS_OF_A_SLICE
    wanted = CANDLES.iloc[rows : 3 * rows].reset_index(drop=True)
    pd.testing.assert_frame_equal(found, wanted)
    fetched = sum(end - begin + 1 for begin, end in platform.run.ranges)
    assert fetched < 0.6 * len(DATA)


def test_a_slice_that_is_not_as_announced_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backtest_job.transfers.time.sleep", lambda _seconds: None)
    damaged = bytearray(DATA)
    damaged[slices.find(DATA).slices[1].offset + 100] ^= 1

    with (
        Platform(Run(config={}, inputs={PATH: bytes(damaged)})) as platform,
        open_client() as http,
        pytest.raises(PlatformFailure, match="cannot be fetched"),
    ):
        fetch_all(http, [an_input(platform, 1, 2)], tmp_path)

    assert not (tmp_path / PATH).exists()


def test_a_storage_without_ranges_is_no_reason_to_take_other_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backtest_job.transfers.time.sleep", lambda _seconds: None)
    run = Run(config={}, inputs={PATH: DATA}, fault=lambda _method, _path: 200)

    with (
        Platform(run) as platform,
        open_client() as http,
        pytest.raises(PlatformFailure, match="cannot be fetched"),
    ):
        fetch_all(http, [an_input(platform, 1)], tmp_path)
