"""How many decimals prices have, month by month: Freqtrade's `get_tick_size_over_time`, without a text for each price.

A price has `d` decimals when the integer next to `price * 10^d`, divided by `10^d`, is that very number: a division of
two integers that a float holds exactly is rounded once. Prices for which no such `d` is found (they carry noise behind
their 14th digit) are written out as Freqtrade does.
"""

from bisect import bisect_right
from datetime import datetime
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_PRICES = ("open", "high", "low", "close")
_DIGITS = 14
_EXACT = 2.0**53
_SOME = 100


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


def decimals(prices: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each price's decimals, of its 14 significant digits; NaN where there is none."""
    found = np.full(prices.shape, np.nan)
    open_ = np.flatnonzero(np.isfinite(prices))
    guess = _guess(prices[open_[:_SOME]])
    fits = _fits(prices[open_], guess)
    # What fits one more than it needs is itself a fit of one less: go down while it is.
    fitting, open_ = open_[fits], open_[~fits]
    for count in range(guess, 0, -1):
        found[fitting] = count
        fitting = fitting[_fits(prices[fitting], count - 1)]
    found[fitting] = np.nan
    for count in range(_DIGITS + 1):
        if not open_.size:
            return found
        fits = _fits(prices[open_], count)
        if count:
            found[open_[fits]] = count
        open_ = open_[~fits]
    values, places = np.unique(prices[open_], return_inverse=True)
    found[open_] = np.array([_written_decimals(value) for value in values])[places]
    return found


def _fits(prices: NDArray[np.float64], count: int) -> NDArray[np.bool_]:
    """Return which prices have at most this many decimals, within 14 digits."""
    whole = np.rint(prices * 10.0**count)
    fits: NDArray[np.bool_] = (whole / 10.0**count == prices) & (np.abs(whole) < 10.0**_DIGITS)
    return fits


def _guess(prices: NDArray[np.float64]) -> int:
    """Return how many decimals most of these have at most."""
    return next((count for count in range(_DIGITS + 1) if _fits(prices, count).all()), 0)


def _written_decimals(price: float) -> float:
    digits, _, exponent = f"{price:.{_DIGITS - 1}e}".partition("e")
    behind = len(digits.rstrip("0").partition(".")[2]) - int(exponent)
    return float(behind) if behind > 0 else np.nan
