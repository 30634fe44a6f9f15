"""The probability that choosing the best of several variants chose the luckiest.

Combinatorially symmetric cross-validation: Bailey, Borwein, López de Prado and Zhu, "The Probability of Backtest
Overfitting" (2015).
"""

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

_BLOCKS = 10
_LEAST_VARIANTS = 3
_LEAST_ROWS = 5 * _BLOCKS


def probability(returns: NDArray[np.float64]) -> float | None:
    """Return the share of splits in which the variant that is best in one half is below the middle in the other.

    Args:
        returns: (periods, variants), of the same periods for all.

    Returns:
        From 0 to 1; `None` where there are too few periods or variants to say.
    """
    # Variants that did the same are one: choosing among them is no choice.
    returns = np.unique(returns, axis=1)
    rows, variants = returns.shape
    if variants < _LEAST_VARIANTS or rows < _LEAST_ROWS:
        return None
    blocks = np.array_split(returns, _BLOCKS)
    below = []
    for chosen in combinations(range(_BLOCKS), _BLOCKS // 2):
        inside = _sharpe(np.concatenate([blocks[i] for i in chosen]))
        outside = _sharpe(np.concatenate([blocks[i] for i in range(_BLOCKS) if i not in chosen]))
        best = int(np.argmax(inside))
        rank = float(np.sum(outside < outside[best]) + (np.sum(outside == outside[best]) + 1) / 2)
        below.append(rank / (variants + 1) <= 0.5)  # noqa: PLR2004 - the middle
    return float(np.mean(below))


def _sharpe(returns: NDArray[np.float64]) -> NDArray[np.float64]:
    deviation = np.std(returns, axis=0)
    mean = np.mean(returns, axis=0)
    return np.divide(mean, deviation, out=np.zeros_like(mean), where=deviation > 0)
