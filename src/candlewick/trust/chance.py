"""What else could have come of the same trades: another order, another draw, dearer trading."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_DRAWS = 2_000
_POINTS = 60
_LEVELS = (5, 50, 95)
_BASIS_POINTS = (0, 5, 10, 20, 30, 50)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fan:
    """Percentiles of 2,000 draws of the trades with replacement, in stake currency.

    `low`, `middle`, `high`: the 5th, 50th and 95th percentile of the balance after each of `steps` trades.
    """

    steps: tuple[int, ...]
    low: tuple[float, ...]
    middle: tuple[float, ...]
    high: tuple[float, ...]
    loss: float  # the share of draws that end below the start


@dataclass(frozen=True, slots=True)
class Falls:
    """The 5th, 50th and 95th percentile of the largest drawdown when the same trades come in another order."""

    low: float
    middle: float
    high: float


def draw(profits: Sequence[float], start: float, *, seed: int) -> Fan:
    """Draw trades at random, as many as there were.

    Args:
        profits: of each closed trade, in stake currency.
        start: the wallet.
        seed: the same draws for the same seed.
    """
    chance = np.random.default_rng(seed)
    values = np.asarray(profits, dtype=np.float64)
    balances = start + np.cumsum(chance.choice(values, size=(_DRAWS, len(values))), axis=1)
    places = np.unique(np.linspace(0, len(values) - 1, min(_POINTS, len(values))).astype(int))
    low, middle, high = np.percentile(balances[:, places], _LEVELS, axis=0)
    return Fan(
        steps=tuple(int(place) + 1 for place in places),
        low=_plain(low),
        middle=_plain(middle),
        high=_plain(high),
        loss=float(np.mean(balances[:, -1] < start)),
    )


def shuffle(profits: Sequence[float], start: float, *, seed: int) -> Falls:
    """Put the same trades into other orders: the end stays, the way there does not."""
    chance = np.random.default_rng(seed)
    values = np.asarray(profits, dtype=np.float64)
    ways = chance.permuted(np.tile(values, (_DRAWS, 1)), axis=1)
    balances = np.concatenate(
        [np.full((_DRAWS, 1), start), start + np.cumsum(ways, axis=1)], axis=1
    )
    peaks = np.maximum.accumulate(balances, axis=1)
    falls = np.max((peaks - balances) / np.maximum(peaks, np.finfo(np.float64).tiny), axis=1)
    return Falls(*(float(np.percentile(falls, level)) for level in _LEVELS))


@dataclass(frozen=True, slots=True)
class Costs:
    """Net profit at so many basis points more per order, and where it is used up (`None`: it is lost already)."""

    points: tuple[tuple[int, float], ...]
    break_even: float | None


def costs(profits: Sequence[float], turnovers: Sequence[float]) -> Costs:
    """Charge every order more.

    Args:
        profits: of each closed trade, in stake currency.
        turnovers: what each bought and sold together, in stake currency.
    """
    profit, turnover = float(np.sum(profits)), float(np.sum(turnovers))
    points = tuple((bp, profit - turnover * bp / 10_000) for bp in _BASIS_POINTS)
    is_lost = profit <= 0 or turnover <= 0
    return Costs(points, None if is_lost else profit / turnover * 10_000)


def without_best(profits: Sequence[float], count: int) -> float:
    """Return the profit without the best trades."""
    return float(
        np.sum(np.sort(np.asarray(profits, dtype=np.float64))[: max(0, len(profits) - count)])
    )


def _plain(values: Floats) -> tuple[float, ...]:
    return tuple(float(f"{value:.8g}") for value in values.tolist())
