"""In which steps a pair's prices move, as Freqtrade tells it from the candles: the most decimals of each month."""

from functools import reduce

import numpy as np
import pandas as pd

from candlewick.decimals import decimals
from candlewick.market_data.manifest import TickSize

_PRICES = ("open", "high", "low", "close")


def tick_sizes(candles: pd.DataFrame) -> list[TickSize]:
    """Return the tick sizes over time, each from the first day of the month in which it came.

    What Freqtrade's `get_tick_size_over_time` gives for these candles, without months that are like the one before: those
    without candles or decimals too, at which Freqtrade goes on with the last that it knows. Beyond 18 decimals, which nobody
    trades in, its integers overflow, and these do not.

    Args:
        candles: `date` (UTC), `open`, `high`, `low`, `close`; in time's order.
    """
    if candles.empty:
        return []
    counts = reduce(
        np.fmax, (decimals(candles[name].to_numpy(dtype=np.float64)) for name in _PRICES)
    )
    months = candles["date"].to_numpy(dtype="datetime64[ns]").astype("datetime64[M]")
    begins = np.flatnonzero(np.concatenate([[True], months[1:] != months[:-1]]))
    most = np.fmax.reduceat(counts, begins)
    known = np.flatnonzero(np.isfinite(most))
    changes = known[np.concatenate([[True], most[known][1:] != most[known][:-1]])[: len(known)]]
    return [
        TickSize(since=months[begins[place]].item(), tick_size=float(1 / 10 ** most[place]))
        for place in changes.tolist()
    ]
