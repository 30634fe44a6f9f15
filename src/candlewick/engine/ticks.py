"""How many decimals prices have, month by month: Freqtrade's `get_tick_size_over_time`, without a text for each price.

A price has `d` decimals when the integer next to `price * 10^d`, divided by `10^d`, is that very number: a division of
two integers that a float holds exactly is rounded once. Prices for which no such `d` is found (they carry noise behind
their 14th digit) are written out as Freqtrade does.
"""

from functools import reduce

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_PRICES = ("open", "high", "low", "close")
_DIGITS = 14
_EXACT = 2.0**53


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
    by_month = candles.set_index("date", drop=True)["max_count"].resample("MS").max()
    sizes: pd.Series = 1 / 10**by_month
    return sizes


def decimals(prices: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each price's decimals, of its 14 significant digits; NaN where there is none."""
    found = np.full(prices.shape, np.nan)
    open_ = np.flatnonzero(np.isfinite(prices))
    for count in range(_DIGITS + 1):
        left = prices[open_]
        whole = np.rint(left * 10.0**count)
        fits = (whole / 10.0**count == left) & (np.abs(whole) < 10.0**_DIGITS)
        if count:
            found[open_[fits]] = count
        open_ = open_[~fits]
        if not open_.size:
            return found
    values, places = np.unique(prices[open_], return_inverse=True)
    found[open_] = np.array([_written_decimals(value) for value in values])[places]
    return found


def _written_decimals(price: float) -> float:
    text = np.format_float_positional(
        price, precision=_DIGITS, unique=False, fractional=False, trim="-"
    )
    behind = text.partition(".")[2].rstrip("0")
    return float(len(behind)) if behind else np.nan
