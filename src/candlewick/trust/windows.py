"""Walk-forward: choosing by what was known, and taking what came next."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_LEAST_DAYS = 20

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One of the following windows: `variant` was the best before it (0 is the strategy as it is), `profit` a fraction."""

    first_day: int
    days: int
    variant: int
    profit: float


def walk_forward(returns: Floats, count: int) -> Sequence[Window]:
    """Split the days into `count` windows; for each but the first take the variant with the best Sharpe ratio before it.

    Args:
        returns: (days, variants), daily, fractions; the strategy as it is first.
        count: of windows.

    Returns:
        Nothing where there are too few days to split.
    """
    if len(returns) < count * _LEAST_DAYS:
        return ()
    blocks = np.array_split(np.arange(len(returns)), count)
    found = []
    for block in blocks[1:]:
        variant = int(np.argmax(_sharpe(returns[: block[0]])))
        profit = float(np.prod(1 + returns[block, variant]) - 1)
        found.append(
            Window(first_day=int(block[0]), days=len(block), variant=variant, profit=profit)
        )
    return tuple(found)


def _sharpe(returns: Floats) -> Floats:
    deviation, mean = np.std(returns, axis=0), np.mean(returns, axis=0)
    return np.divide(mean, deviation, out=np.zeros_like(mean), where=deviation > 0)
