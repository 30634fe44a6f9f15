"""Stretches of candle files are read without the rest of them, and are what the whole file says."""

import io
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlewick.errors import Invalid
from candlewick.market_data import feather, slices
from candlewick.market_data.importer import Source, import_candles
from candlewick.market_data.manifest import CandleFile
from candlewick.market_data.store import CandleStore
from tests.unit.market_data.memory import InMemoryObjects

NAME = "BTC_USDT-5m.feather"
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
STEP = timedelta(minutes=5)
COUNT = 5 * feather.ROWS_OF_A_SLICE + 17


def made() -> pd.DataFrame:
    """Return six slices of candles with a hole of a day."""
    prices = 100 + np.arange(COUNT) % 97 / 10
    frame = pd.DataFrame(
        {
            "date": pd.date_range(BEGIN, periods=COUNT, freq=STEP).as_unit("ms"),
            "open": prices,
            "high": prices + 1,
            "low": prices - 1,
            "close": prices + 0.5,
            "volume": np.arange(COUNT, dtype=np.float64) + 1,
        }
    )
    return frame.drop(index=range(20_000, 20_288)).reset_index(drop=True)


CANDLES = made()


def stored(data: bytes) -> tuple[InMemoryObjects, CandleStore, CandleFile]:
    objects = InMemoryObjects()
    source = Source(exchange="binance", title="Binance", note="Made for a test.")
    imported = import_candles(objects, source, {NAME: lambda: data}, now=datetime.now(UTC))
    objects.reads.clear()
    return objects, CandleStore(objects), imported.manifest.files[0]


FEATHER = feather.write(CANDLES)


@given(
    first=st.integers(-3_000, COUNT + 3_000),
    length=st.one_of(st.integers(1, 50), st.integers(1, COUNT)),
)
def test_any_stretch_is_what_the_whole_file_says(first: int, length: int) -> None:
    _, store, file = stored(FEATHER)
    start, until = BEGIN + first * STEP, BEGIN + (first + length) * STEP

    found = store.between(file, start, until)

    wanted = CANDLES[(CANDLES["date"] >= start) & (CANDLES["date"] < until)]
    pd.testing.assert_frame_equal(found.reset_index(drop=True), wanted.reset_index(drop=True))


def test_a_week_of_a_year_reads_little_of_it_and_once() -> None:
    objects, store, file = stored(FEATHER)
    start = BEGIN + 30_000 * STEP

    store.between(file, start, start + timedelta(days=7))
    asked = list(objects.ranges)
    store.between(file, start + timedelta(days=1), start + timedelta(days=3))

    assert objects.reads == []
    assert len(asked) == 2  # what the columns are, and the candles
    assert sum(size for _, _, size in asked) < len(FEATHER) / 4
    assert objects.ranges == asked


def test_most_of_a_file_is_read_at_once_and_kept() -> None:
    objects, store, file = stored(FEATHER)

    store.between(file, BEGIN, BEGIN + COUNT * STEP)
    store.between(file, BEGIN, BEGIN + timedelta(days=1))

    assert objects.reads == [file.object_name]
    assert objects.ranges == []


def test_a_file_of_an_older_revision_is_read_whole() -> None:
    objects, store, file = stored(FEATHER)

    found = store.between(
        file.model_copy(update={"parts": None}), BEGIN, BEGIN + timedelta(hours=1)
    )

    assert len(found) == 12
    assert objects.reads == [file.object_name]


def test_bytes_that_are_not_what_was_announced_are_refused() -> None:
    objects, store, file = stored(FEATHER)
    data = bytearray(FEATHER)
    assert file.parts is not None
    data[file.parts.slices[1].offset + 500] ^= 1
    objects.objects[file.object_name] = bytes(data)

    with pytest.raises(Invalid, match="not what was announced"):
        store.between(file, BEGIN + 17_000 * STEP, BEGIN + 17_100 * STEP)


def test_slices_of_files_that_others_wrote_are_found_too() -> None:
    frame = CANDLES.iloc[:70_000].reset_index(drop=True)
    buffer = io.BytesIO()
    frame.to_feather(buffer, compression_level=9, compression="lz4")

    parts = slices.find(buffer.getvalue())

    assert [piece.start for piece in parts.slices] == [
        BEGIN,
        frame["date"].iloc[65_536].to_pydatetime(),
    ]


def test_no_feather_file_has_no_slices() -> None:
    with pytest.raises(Invalid, match="no feather file"):
        slices.find(b"ARROW1\0\0 and something else")
