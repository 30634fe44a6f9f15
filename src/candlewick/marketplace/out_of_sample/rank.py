"""The honest rank: what the Sharpe ratio is at least, by the days that came after publication alone."""

from collections.abc import Sequence
from math import sqrt

import numpy as np

_ONE_SIDED_95 = 1.645
_ONE_SIDED_99 = 2.326
_DAYS_A_YEAR = 365
_FEW = 10


def rank(returns: Sequence[float]) -> float:
    """Return the lower end of the yearly Sharpe ratio (95 %); young strategies have a wide error, so they stand low.

    The error is that of Bailey and López de Prado (2012). With fewer days than can be judged, or none that differ, it is that of
    a ratio of 0.

    Args:
        returns: daily, fractions.
    """
    values = np.asarray(returns, dtype=np.float64)
    days, ratio, spread = len(values), 0.0, 1.0
    if days >= _FEW and np.ptp(values) > 0:
        deviation = float(np.std(values, ddof=1))
        ratio = float(np.mean(values)) / deviation
        centred = (values - np.mean(values)) / np.std(values)
        skewness, kurtosis = float(np.mean(centred**3)), float(np.mean(centred**4))
        spread = max(1 - skewness * ratio + (kurtosis - 1) / 4 * ratio**2, 0.0)
    error = sqrt(spread / max(days - 1, 1))
    return (ratio - _ONE_SIDED_95 * error) * sqrt(_DAYS_A_YEAR)


def yearly_sharpe(returns: Sequence[float]) -> float | None:
    """Return the yearly Sharpe ratio as results show it; `None` where there are too few days, or none that differ."""
    values = np.asarray(returns, dtype=np.float64)
    if len(values) < _FEW or np.ptp(values) == 0:
        return None
    return float(np.mean(values) / np.std(values) * sqrt(_DAYS_A_YEAR))


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
