"""Candles that reach far beyond both their neighbours: thin trading, or an exchange's mistake."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_WINDOW = 96  # candles on each side that tell what is usual
REACH = (
    _WINDOW + 1
)  # candles on each side that decide about one; it takes one more to know how far the first moved
_LEAST_KNOWN = 10
_FAR = 12.0  # times the usual distance from one close to the next
_LEAST = 0.05  # a ratio: less is no spike, however calm the market

Floats = NDArray[np.float64]


def spike_mask(opened: Floats, high: Floats, low: Floats, closed: Floats) -> NDArray[np.bool_]:
    """Say of each candle whether its high or low lies far off the bodies of both neighbours.

    A jump that stays is none: the candle after it lies where it leads. The arguments are prices in time's order.
    """
    if not len(closed):
        return np.zeros(0, dtype=bool)
    closes = np.log(closed)
    moves = pd.Series(np.abs(np.diff(closes, prepend=closes[:1])))
    usual = moves.rolling(2 * _WINDOW + 1, center=True, min_periods=_LEAST_KNOWN).median()
    limit = np.maximum(_FAR * usual.fillna(0.0).to_numpy(), np.log1p(_LEAST))
    top = np.log(np.maximum(opened, closed))
    bottom = np.log(np.minimum(opened, closed))
    above = np.log(high) - np.maximum(_before(top), _after(top))
    below = np.minimum(_before(bottom), _after(bottom)) - np.log(low)
    is_spike: NDArray[np.bool_] = (above > limit) | (below > limit)
    return is_spike


def _before(values: Floats) -> Floats:
    return np.concatenate([values[:1], values[:-1]])


def _after(values: Floats) -> Floats:
    return np.concatenate([values[1:], values[-1:]])
