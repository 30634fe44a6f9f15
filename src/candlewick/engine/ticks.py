"""How many decimals prices have, month by month: Freqtrade's `get_tick_size_over_time`, by arithmetic."""

from bisect import bisect_right
from datetime import datetime
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from candlewick.decimals import decimals

_PRICES = ("open", "high", "low", "close")


def tick_sizes(candles: pd.DataFrame) -> pd.Series:
    """Return the tick size of each month, and leave in `candles` the columns that Freqtrade leaves there.

    Args:
        candles: as loaded, with `date`; columns `open_count`, …, `max_count` are added.
    """
    for name in _PRICES:
        found = decimals(candles[name].to_numpy(dtype=np.float64))
        candles[f"{name}_count"] = found if np.isnan(found).any() else found.astype(np.int64)
    counts = [candles[f"{name}_count"].to_numpy() for name in _PRICES]
    candles["max_count"] = reduce(np.fmax, counts)
    most = _by_month(candles["date"], candles["max_count"].to_numpy())
    if most is None:
        most = candles.set_index("date", drop=True)["max_count"].resample("MS").max()
    sizes: pd.Series = 1 / 10**most
    return sizes


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
    months = pd.DatetimeIndex(dates).tz_localize(None).to_numpy().astype("datetime64[M]")
    begins = np.flatnonzero(np.concatenate([[True], months[1:] != months[:-1]]))
    present = months[begins].astype(np.int64)
    if present[-1] - present[0] != len(present) - 1:
        return None
    first = dates.iloc[0].normalize().replace(day=1)
    index = pd.date_range(first, periods=len(begins), freq="MS", name="date", unit=dates.dt.unit)
    return pd.Series(np.maximum.reduceat(counts, begins), index=index, name="max_count")
