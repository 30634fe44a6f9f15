"""When funding was due: exchanges pay it every few hours, and change how often they do."""

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

USUAL = timedelta(hours=8)  # and the longest that an exchange is taken to change to
_DAY = timedelta(days=1)
# So many intervals between rates tell which is usual around them.
_USUAL_OF = 11


def intervals(paid: "NDArray[np.int64]", step: timedelta) -> "NDArray[np.int64]":
    """Return how many steps are usual around each interval between two rates.

    That is the median, which single holes do not move. But two intervals in a row that are alike are a change of the
    exchange's, and so may be the last one of all, when they lie as an exchange pays: every so many hours of the day.

    Args:
        paid: when there are rates, in whole steps since midnight of any day, in order.
        step: the timeframe.
    """
    apart = np.diff(paid)
    around = pd.Series(apart).rolling(_USUAL_OF, center=True, min_periods=1)
    median = around.quantile(0.5, interpolation="lower").to_numpy()
    usual = np.maximum(1, median).astype(np.int64)
    alike = np.zeros(len(apart), dtype=bool)
    alike[-1:] = True
    equal = apart[1:] == apart[:-1]
    alike[1:] |= equal
    alike[:-1] |= equal
    length = np.maximum(1, apart)
    is_usual = (_DAY // step % length == 0) & (length <= max(1, USUAL // step))
    possible = is_usual & (paid[:-1] % length == 0)
    return np.where(alike & possible, length, usual)


def due(paid: "NDArray[np.int64]", step: timedelta, first: int, last: int) -> "NDArray[np.int64]":
    """Return when funding was due from `first` to `last`, both included: where there are rates, and where some are missing.

    Before the first rate and after the last one the interval beside them is taken to hold on; where there is none at all, `USUAL`.
    """
    if not len(paid):
        usual = max(1, USUAL // step)
        return np.arange(-(-first // usual) * usual, last + 1, usual)
    apart = intervals(paid, step)
    if not len(apart):
        apart = np.array([max(1, USUAL // step)])
    before = np.arange(paid[0], first - 1, -apart[0])[:0:-1]
    after = np.arange(paid[-1], last + 1, apart[-1])[1:]
    between = [
        np.arange(start, start + every * max(1, (until - start) // every), every)
        for (start, until), every in zip(pairwise(paid.tolist()), apart.tolist(), strict=False)
    ]
    found = np.concatenate([before, *between, paid[-1:], after]).astype(np.int64)
    return found[(found >= first) & (found <= last)]
