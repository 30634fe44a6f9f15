"""Whether a Sharpe ratio can be chance, and what it is worth after many attempts.

Bailey and López de Prado, "The Sharpe Ratio Efficient Frontier" (2012) and "The Deflated Sharpe Ratio" (2014).
Ratios here are per period, not per year.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import e, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

_EULER = 0.5772156649015329
_LEAST_PERIODS = 10
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Moments:
    """Of periodic returns: their number, Sharpe ratio, skewness, and kurtosis (3 is the normal one)."""

    periods: int
    sharpe: float
    skewness: float
    kurtosis: float

    @property
    def error(self) -> float:
        """The standard error of the Sharpe ratio; 0 where the moments contradict one another."""
        spread = 1 - self.skewness * self.sharpe + (self.kurtosis - 1) / 4 * self.sharpe**2
        return sqrt(max(spread, 0.0) / (self.periods - 1))


def moments(returns: Sequence[float] | NDArray[np.float64]) -> Moments | None:
    """Return the moments; `None` where there are too few returns, or they do not vary."""
    values = np.asarray(returns, dtype=np.float64)
    if len(values) < _LEAST_PERIODS or np.ptp(values) == 0:
        return None
    deviation = float(np.std(values, ddof=1))
    scaled = (values - np.mean(values)) / np.std(values)
    return Moments(
        periods=len(values),
        sharpe=float(np.mean(values)) / deviation,
        skewness=float(np.mean(scaled**3)),
        kurtosis=float(np.mean(scaled**4)),
    )


def probable(found: Moments, *, above: float = 0.0) -> float:
    """Return the probability that the true Sharpe ratio is above a benchmark (the PSR)."""
    if found.error == 0:
        return 0.0
    return _NORMAL.cdf((found.sharpe - above) / found.error)


def expected_best(trials: int, variance: float) -> float:
    """Return the Sharpe ratio that the best of so many attempts without any skill is expected to have.

    Args:
        trials: how many were tried.
        variance: of their Sharpe ratios.
    """
    if trials < 2 or variance <= 0:  # noqa: PLR2004 - one attempt is no choice
        return 0.0
    first, second = _NORMAL.inv_cdf(1 - 1 / trials), _NORMAL.inv_cdf(1 - 1 / (trials * e))
    return sqrt(variance) * ((1 - _EULER) * first + _EULER * second)


def deflated(found: Moments, trials: int, variance: float) -> float:
    """Return the probability of skill, given that this is the best of so many attempts (the DSR)."""
    return probable(found, above=expected_best(trials, variance))
