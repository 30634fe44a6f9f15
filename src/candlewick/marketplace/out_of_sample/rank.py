"""The honest rank: what the Sharpe ratio is at least, by the days that came after publication alone."""

from collections.abc import Sequence
from math import sqrt

import numpy as np

from candlewick.trust.sharpe import moments

_ONE_SIDED_95 = 1.645
_ONE_SIDED_99 = 2.326
_DAYS_A_YEAR = 365


def rank(returns: Sequence[float]) -> float:
    """Return the lower end of the yearly Sharpe ratio (95 %); young strategies have a wide error, so they stand low.

    The error is that of Bailey and López de Prado (2012). With fewer days than can be judged, or none that differ, it is that of
    a ratio of 0.

    Args:
        returns: daily, fractions.
    """
    found = moments(returns)
    if found is None:
        return -_ONE_SIDED_95 * sqrt(_DAYS_A_YEAR / max(len(returns) - 1, 1))
    return (found.sharpe - _ONE_SIDED_95 * found.error) * sqrt(_DAYS_A_YEAR)


def yearly_sharpe(returns: Sequence[float]) -> float | None:
    """Return the yearly Sharpe ratio as results show it; `None` where there are too few days, or none that differ."""
    if moments(returns) is None:
        return None
    return float(np.mean(returns) / np.std(returns) * sqrt(_DAYS_A_YEAR))


def is_in_range(returns: Sequence[float], usual: tuple[float, float]) -> bool:
    """Whether the profit is not below what 99 of 100 such times would bring, going by the in-sample days.

    Args:
        returns: daily, fractions, of the time after publication.
        usual: mean and deviation of a day before it.
    """
    mean, deviation = usual
    days = len(returns)
    least = mean * days - _ONE_SIDED_99 * deviation * sqrt(days)
    return float(np.sum(np.log1p(np.maximum(returns, -0.999999)))) >= least
