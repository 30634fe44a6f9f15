"""What Freqtrade does to the frames of all pairs, without work for candles that need none and copies that nobody changes.

Pandas copies on write: a frame and its shallow copy change apart.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd
from freqtrade.configuration import TimeRange
from freqtrade.data.converter import trim_dataframe
from freqtrade.data.history.datahandlers import idatahandler
from freqtrade.enums import CandleType
from freqtrade.exchange import timeframe_to_msecs
from freqtrade.optimize import backtesting
from numpy.typing import NDArray

from candlewick.engine import reading
from candlewick.engine.swaps import swapped

_VALUES = ("open", "high", "low", "close", "volume")
_DAY_MS = 86_400_000

_clean = idatahandler.clean_ohlcv_dataframe
_trim_all = backtesting.trim_dataframes


@contextmanager
def quicker() -> Iterator[None]:
    """Let Freqtrade's data handlers use what is here."""
    with (
        reading.quicker(),
        swapped(idatahandler, "clean_ohlcv_dataframe", clean),
        swapped(idatahandler, "trim_dataframe", trim),
        swapped(backtesting, "trim_dataframes", trim_all),
    ):
        yield


def clean(candles: pd.DataFrame, timeframe: str, pair: str, **options: Any) -> pd.DataFrame:
    """Return what `clean_ohlcv_dataframe` returns: there is nothing to merge or fill where each candle follows the last."""
    kind = options.get("candle_type", CandleType.SPOT)
    if (
        not options["drop_incomplete"]
        and kind in (CandleType.SPOT, CandleType.FUTURES)
        and _is_clean(candles, timeframe_to_msecs(timeframe))
    ):
        return candles.reset_index(drop=True)
    cleaned: pd.DataFrame = _clean(candles, timeframe, pair, **options)
    return cleaned


def trim_all(
    frames: dict[str, pd.DataFrame], timerange: TimeRange, startup_candles: int
) -> dict[str, pd.DataFrame]:
    """Return what `trim_dataframes` returns: it leaves out, and tells of, what has nothing left."""
    trimmed = {pair: trim(frame, timerange, startup_candles) for pair, frame in frames.items()}
    if any(frame.empty for frame in trimmed.values()):
        trimmed = _trim_all(frames, timerange, startup_candles)
    return trimmed


def trim(frame: pd.DataFrame, timerange: TimeRange, startup_candles: int = 0) -> pd.DataFrame:
    """Return what `trim_dataframe` returns, as a part of the frame instead of a copy."""
    dates = frame["date"]
    if not dates.is_monotonic_increasing:
        trimmed: pd.DataFrame = trim_dataframe(frame, timerange, startup_candles=startup_candles)
        return trimmed
    begin, end = startup_candles, len(frame)
    if not startup_candles and timerange.starttype == "date":
        begin = int(dates.searchsorted(timerange.startdt))
    if timerange.stoptype == "date":
        end = int(dates.searchsorted(timerange.stopdt, side="right"))
    return frame.iloc[begin:end]


def _is_clean(candles: pd.DataFrame, step_ms: int) -> bool:
    if tuple(candles.columns) != ("date", *_VALUES) or _DAY_MS % step_ms:
        return False
    if str(candles["date"].dtype) != "datetime64[ms, UTC]" or candles.empty:
        return False
    opened = candles["date"].array.asi8
    values = [candles[name].to_numpy() for name in _VALUES]
    return bool(
        opened[0] % step_ms == 0
        and (np.diff(opened) == step_ms).all()
        and all(column.dtype == np.float64 and _is_finite(column) for column in values)
        # A sum, as Freqtrade makes of the volumes, has no negative zero.
        and not np.signbit(values[-1]).any()
    )


def _is_finite(values: NDArray[np.float64]) -> bool:
    with np.errstate(all="ignore"):
        # The sum of what is not finite is not; what is too large to be summed is looked at one by one.
        return bool(np.isfinite(values.sum()) or np.isfinite(values).all())
