"""Reads candles as Freqtrade's feather handler does, straight into the frame's memory.

A file as Freqtrade writes them today (a date and five floats, nothing missing, in order) needs none of what is done there for
older ones. Whatever else a file holds is left to Freqtrade.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from freqtrade.candle_columns import OHLCV_COLUMNS, get_candle_columns
from freqtrade.configuration import TimeRange
from freqtrade.data.history.datahandlers.featherdatahandler import FeatherDataHandler
from freqtrade.enums import CandleType
from freqtrade.exchange import timeframe_to_seconds
from numpy.typing import NDArray
from pyarrow import feather

from candlewick.engine.swaps import swapped

_PER_MS = {
    pa.timestamp(unit, tz="UTC"): of for unit, of in (("ms", 1), ("us", 10**3), ("ns", 10**6))
}
_ZONE = pa.lib.string_to_tzinfo("UTC")  # a strategy can tell one UTC from another
_GAP_TOLD = 0.1

_load = FeatherDataHandler._ohlcv_load  # noqa: SLF001 - called as they are, where ours cannot
_check_empty = FeatherDataHandler._check_empty_df  # noqa: SLF001


@contextmanager
def quicker() -> Iterator[None]:
    """Let Freqtrade read with what is here."""
    with ExitStack() as swaps:
        for name, ours in (("_ohlcv_load", load), ("_check_empty_df", check_empty)):
            swaps.enter_context(swapped(FeatherDataHandler, name, ours))
        yield


def load(
    handler: FeatherDataHandler,
    pair: str,
    timeframe: str,
    timerange: TimeRange | None,
    candle_type: CandleType,
) -> pd.DataFrame:
    """Return what `_ohlcv_load` returns."""
    file = handler._pair_data_filename(  # noqa: SLF001 - as Freqtrade names it
        handler._datadir,  # noqa: SLF001
        pair,
        timeframe,
        candle_type=candle_type,
    )
    found = None
    if get_candle_columns(candle_type) == OHLCV_COLUMNS:
        found = _read(file, timerange, timeframe_to_seconds(timeframe))
    if found is None:
        found = _load(handler, pair, timeframe, timerange, candle_type)
    return found


def check_empty(handler: FeatherDataHandler, *args: Any) -> bool:
    """Return what `_check_empty_df` returns, which looks for jumps of the price to tell of, one candle after the other."""
    candles, candle_type, warns_of_price = args[0], args[3], args[5:6] == (True,)
    if not warns_of_price or candles.empty or _has_no_jump(candles, candle_type):
        return bool(_check_empty(handler, *args[:5]))
    return bool(_check_empty(handler, *args))


def _has_no_jump(candles: pd.DataFrame, candle_type: CandleType) -> bool:
    """Whether Freqtrade would have nothing to tell; False where it must look itself."""
    if candle_type not in (CandleType.SPOT, CandleType.FUTURES):
        return False
    opened, closed = candles["open"].to_numpy()[1:], candles["close"].to_numpy()[:-1]
    if opened.dtype != np.float64 or closed.dtype != np.float64:
        return False
    with np.errstate(all="ignore"):
        # Nothing is equal to what is missing, so that this leaves it to Freqtrade.
        return bool((np.abs((opened - closed) / closed) <= _GAP_TOLD).all())


def _read(file: Path, timerange: TimeRange | None, step_s: int) -> pd.DataFrame | None:
    """Return the candles of the time range, and one more on each side; None if the file is not an ordinary one."""
    try:
        table = feather.read_table(file)
    except (OSError, pa.ArrowException):
        return None
    dates = _dates(table)
    if dates is None:
        return None
    begin, end = _bounds(dates, timerange, step_s * 1_000)
    return _frame(dates[begin:end], table.columns[1:], begin) if begin < end else None


def _dates(table: pa.Table) -> NDArray[np.int64] | None:
    """Return the milliseconds of an ordinary file's dates."""
    columns = table.columns
    if (
        table.column_names != OHLCV_COLUMNS
        or columns[0].type not in _PER_MS
        or any(column.type != pa.float64() for column in columns[1:])
        or any(column.null_count for column in columns)
    ):
        return None
    moments, per_ms = _values(columns[0]).view(np.int64), _PER_MS[columns[0].type]
    dates = moments // per_ms
    in_order = bool((np.diff(dates) > 0).all())
    return dates if in_order and (dates * per_ms == moments).all() else None


def _values(column: pa.ChunkedArray) -> NDArray[Any]:
    values: NDArray[Any] = column.to_numpy()
    return values


def _bounds(dates: NDArray[np.int64], timerange: TimeRange | None, step: int) -> tuple[int, int]:
    begin, end = 0, len(dates)
    if timerange and timerange.starttype == "date" and timerange.startdt:
        begin = int(np.searchsorted(dates, _ms(timerange.startdt) - step))
    if timerange and timerange.stoptype == "date" and timerange.stopdt:
        end = int(np.searchsorted(dates, _ms(timerange.stopdt) + step, side="right"))
    return begin, end


def _ms(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000


def _frame(dates: NDArray[np.int64], columns: list[pa.ChunkedArray], begin: int) -> pd.DataFrame:
    prices = np.empty((len(columns), len(dates)))
    for row, column in zip(prices, columns, strict=True):
        filled = 0
        for chunk in column.slice(begin, len(dates)).chunks:
            row[filled : filled + len(chunk)] = chunk.to_numpy()
            filled += len(chunk)
    frame = pd.DataFrame(prices.T, columns=OHLCV_COLUMNS[1:], copy=False)
    opened = pd.DatetimeIndex(dates.astype("datetime64[ms]")).tz_localize("UTC")
    frame.insert(0, "date", opened.tz_convert(_ZONE))
    return frame
