"""How many decimals prices have, month by month: Freqtrade's `get_tick_size_over_time`, by arithmetic."""

from bisect import bisect_right
from datetime import datetime
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from candlewick import decimals

_PRICES = ("open", "high", "low", "close")


def tick_sizes(candles: pd.DataFrame) -> pd.Series:
    """Return the tick size of each month, and leave in `candles` the columns that Freqtrade leaves there.

    Args:
        candles: as loaded, with `date`; columns `open_count`, …, `max_count` are added, unless `add_counts` has.
    """
    if "max_count" not in candles:
        add_counts(candles)
    most = _by_month(candles["date"], candles["max_count"].to_numpy())
    if most is None:
        most = candles.set_index("date", drop=True)["max_count"].resample("MS").max()
    sizes: pd.Series = 1 / 10**most
    return sizes


def add_counts(candles: pd.DataFrame) -> None:
    """Add each candle's decimals, price by price, and the most of them."""
    found = {f"{name}_count": _counts(candles[name].to_numpy(np.float64)) for name in _PRICES}
    found["max_count"] = reduce(np.fmax, found.values())
    for name, counts in found.items():
        # An array would be copied, though nobody else has it.
        candles[name] = pd.Series(counts, index=candles.index, copy=False)


def _counts(prices: NDArray[np.float64]) -> NDArray[Any]:
    """Return whole numbers, or floats where a price has none."""
    ordinary = decimals.counts(prices)
    if ordinary is not None and ordinary.all():
        return ordinary
    found = decimals.decimals(prices) if ordinary is None else decimals.or_missing(ordinary)
    return found if np.isnan(found).any() else found.astype(np.int64)


class TickSizes:
    """A pair's tick sizes by month, to be looked up without pandas' `asof`."""

    def __init__(self, sizes: pd.Series) -> None:
        self.sizes = sizes
        known = sizes.dropna()
        self._begins: list[int] = pd.DatetimeIndex(known.index).as_unit("s").asi8.tolist()
        self._values = known.to_numpy()

    def at(self, moment: datetime) -> np.float64 | None:
        """Return the last that is known at this time."""
        place = bisect_right(self._begins, moment.timestamp())
        return self._values[place - 1] if place else None


def _by_month(dates: pd.Series, counts: NDArray[Any]) -> pd.Series | None:
    """Return the highest count of each month; None where a month has none, or the dates are out of order."""
    if not len(dates) or not dates.is_monotonic_increasing or np.isnan(counts).any():
        return None
    moments = pd.DatetimeIndex(dates).tz_localize(None).to_numpy()
    ends = moments[[0, -1]].astype("datetime64[M]")
    months = np.arange(ends[0], ends[1] + np.timedelta64(1, "M")).astype(moments.dtype)
    begins = np.searchsorted(moments, months)
    if not (np.diff(begins) > 0).all():
        return None
    first = dates.iloc[0].normalize().replace(day=1)
    index = pd.date_range(first, periods=len(begins), freq="MS", name="date", unit=dates.dt.unit)
    return pd.Series(np.maximum.reduceat(counts, begins), index=index, name="max_count")
