"""What candles must be before the store takes them, and which are missing."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

from candlewick.market_data.feather import OHLCV
from candlewick.market_data.funding import intervals
from candlewick.market_data.manifest import CandleType, Gap
from candlewick.market_data.timeframes import origin

_PRICES = ("open", "high", "low", "close")
_MAX_GAPS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """From when to when a file reaches, and what is missing between; `interval`: how far apart the newest ones are."""

    start: datetime
    until: datetime
    gaps: list[Gap]
    missing_candles: int
    interval: timedelta


def problems(
    frame: pd.DataFrame, candle_type: CandleType, step: timedelta, now: datetime
) -> list[str]:
    """Return what is wrong with a file's candles, in words; an empty list when nothing is."""
    columns = value_columns(frame, candle_type)
    missing = [name for name in ("date", *columns) if name not in frame.columns]
    if missing:
        return [f"has no column {', '.join(missing)}"]
    if frame.empty:
        return ["has no candles"]
    dates = frame["date"]
    if not isinstance(dates.dtype, pd.DatetimeTZDtype) or str(dates.dt.tz) != "UTC":
        return [f"column date is {dates.dtype}, not a time in UTC"]
    wrong = [name for name in columns if frame[name].dtype != np.float64]
    if wrong:
        return [f"column {', '.join(wrong)} is not float64"]
    found = _time_problems(dates, candle_type, step, now)
    return found + _value_problems(frame, candle_type, columns)


def value_columns(frame: pd.DataFrame, candle_type: CandleType) -> tuple[str, ...]:
    """Return the columns with meaning; funding rates of the older layout have theirs in `open`."""
    if candle_type is CandleType.FUNDING_RATE:
        return ("funding_rate",) if "funding_rate" in frame.columns else ("open",)
    return OHLCV[1:]


def grid(dates: "pd.Series[pd.Timestamp]", step: timedelta) -> "pd.Series[pd.Timestamp]":
    """Return when the candles begin in which these moments lie."""
    first = origin(step)
    return (dates - first).dt.floor(step) + first


def coverage(
    dates: "pd.Series[pd.Timestamp]", step: timedelta, candle_type: CandleType = CandleType.SPOT
) -> Coverage:
    """Return a file's coverage, each time counted as the nearest candle.

    Args:
        dates: in time's order.
        step: the timeframe.
        candle_type: funding rates come every few steps, and are missing only where more than the usual time has passed, see `funding`.
    """
    step_ns = int(step.total_seconds()) * 1_000_000_000
    first_ns = int(origin(step).total_seconds()) * 1_000_000_000
    ns = dates.dt.as_unit("ns").astype("int64").to_numpy() - first_ns
    index = ((ns + step_ns // 2) // step_ns).astype(np.int64)
    apart = np.diff(index)
    is_rate = candle_type is CandleType.FUNDING_RATE
    every = intervals(index, step) if is_rate else np.ones_like(apart)
    gaps = [
        Gap(
            start=_time(first_ns + int(index[hole] + every[hole]) * step_ns),
            until=_time(first_ns + int(index[hole + 1]) * step_ns),
            candles=int(apart[hole] // every[hole]) - 1,
        )
        for hole in np.flatnonzero(apart >= 2 * every).tolist()
    ]
    largest = sorted(gaps, key=lambda gap: (-gap.candles, gap.start))[:_MAX_GAPS]
    return Coverage(
        start=_time(first_ns + int(index[0]) * step_ns),
        until=_time(first_ns + int(index[-1] + 1) * step_ns),
        gaps=sorted(largest, key=lambda gap: gap.start),
        missing_candles=sum(gap.candles for gap in gaps),
        interval=step * int(every[-1] if len(every) else 1),
    )


def _time_problems(
    dates: "pd.Series[pd.Timestamp]", candle_type: CandleType, step: timedelta, now: datetime
) -> list[str]:
    found = []
    if dates.isna().any():
        return ["has candles without a time"]
    if not dates.is_monotonic_increasing:
        found.append("is not sorted by time")
    if dates.duplicated().any():
        found.append(f"has {int(dates.duplicated().sum())} candles twice")
    # Funding rates carry the exchange's own time, some milliseconds late.
    if candle_type is not CandleType.FUNDING_RATE and (dates != grid(dates, step)).any():
        found.append("has candles that do not begin at a multiple of the timeframe")
    if dates.max() > now:
        found.append("has candles from the future")
    return found


def _value_problems(
    frame: pd.DataFrame, candle_type: CandleType, columns: tuple[str, ...]
) -> list[str]:
    # Mark prices are no trades: exchanges leave their volume empty.
    needed = [name for name in columns if name != "volume" or candle_type is not CandleType.MARK]
    holes = [name for name in needed if not np.isfinite(frame[name].to_numpy()).all()]
    found = [f"has missing or infinite values in {', '.join(holes)}"] if holes else []
    if candle_type is CandleType.FUNDING_RATE:
        return found
    prices = frame[list(_PRICES)]
    if (prices <= 0).any(axis=None):
        found.append("has prices that are not above zero")
    outside = (prices["high"] < prices.max(axis=1)) | (prices["low"] > prices.min(axis=1))
    if outside.any():
        found.append(f"has {int(outside.sum())} candles whose high or low is not the extreme")
    if (frame["volume"] < 0).any():
        found.append("has negative volumes")
    return found


def _time(ns: int) -> datetime:
    return datetime.fromtimestamp(ns // 1_000_000_000, tz=UTC)
