"""Candle files: Freqtrade's feather format to and from a data frame."""

import io

import pandas as pd
import pyarrow as pa
from pyarrow import feather

from candlewick.errors import Invalid
from candlewick.market_data.manifest import CandleType

ROWS_OF_A_SLICE = 16_384  # eight weeks of 5m candles, see slices.py
OHLCV = ("date", "open", "high", "low", "close", "volume")
RATES = ("date", "funding_rate")


def columns_of(candle_type: CandleType) -> tuple[str, ...]:
    """Return what Freqtrade stores of a candle type."""
    return RATES if candle_type is CandleType.FUNDING_RATE else OHLCV


def read(data: bytes, columns: tuple[str, ...] | None = None) -> pd.DataFrame:
    """Return a file's candles; `Invalid` when it is no feather file."""
    try:
        table = feather.read_table(
            pa.BufferReader(data), columns=None if columns is None else list(columns)
        )
        frame: pd.DataFrame = table.to_pandas()
    except (pa.ArrowException, OSError, KeyError) as error:
        raise Invalid("The file is no feather file.") from error
    return frame


def write(frame: pd.DataFrame) -> bytes:
    """Return the file's bytes, compressed as Freqtrade does it, in slices that can be read by themselves."""
    buffer = io.BytesIO()
    frame.to_feather(buffer, compression_level=9, compression="lz4", chunksize=ROWS_OF_A_SLICE)
    return buffer.getvalue()
