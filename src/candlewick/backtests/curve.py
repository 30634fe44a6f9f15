"""An equity curve as a chart needs it: a stretch of time, in as many points as there are pixels."""

from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from typing import TypedDict

from candlewick.errors import Invalid

Value = float | int


class Stored(TypedDict):
    """`equity.json`, as the verifier writes it."""

    start: int
    step: int
    balance: list[float]
    positions: list[int]
    market: list[float]
    buyAndHold: list[float]


def reduced(
    stored: Stored, *, points: int, start: int | None = None, until: int | None = None
) -> dict[str, object]:
    """Return the candles that open in [start, until) merged into at most `points` points.

    Times are milliseconds UTC. A point spans `step` milliseconds: `balance`, `market` and `buyAndHold` are those at its
    end, `low`, `high` and `drawdown` (the deepest, a ratio of the highest balance so far) the extremes inside it,
    `positions` the most that were open. `merged` candles are one point.
    """
    first, last = _window(stored, start, until)
    merged = -(-(last - first) // points)
    edges = range(first, last, merged)
    cut = _Cut(edges=edges, size=merged, last=last)
    balance = stored["balance"]
    highs = list(accumulate(balance[:last], max))
    falls = [
        1 - value / high if high > 0 else 0.0 for value, high in zip(balance, highs, strict=False)
    ]
    return {
        "start": stored["start"] + first * stored["step"],
        "step": stored["step"] * merged,
        "merged": merged,
        "candles": len(balance),
        "balance": cut.ends(balance),
        "low": cut.each(balance, min),
        "high": cut.each(balance, max),
        "drawdown": [float(f"{value:.6g}") for value in cut.each(falls, max)],
        "positions": cut.each(stored["positions"], max),
        "market": cut.ends(stored["market"]),
        "buyAndHold": cut.ends(stored["buyAndHold"]),
    }


class _Cut:
    """Cuts columns into pieces of equal length."""

    def __init__(self, *, edges: range, size: int, last: int) -> None:
        self._edges, self._size, self._last = edges, size, last

    def ends(self, column: Sequence[Value]) -> list[Value]:
        return [column[min(edge + self._size, self._last) - 1] for edge in self._edges]

    def each(self, column: Sequence[Value], of: Callable[[Sequence[Value]], Value]) -> list[Value]:
        return [of(column[edge : min(edge + self._size, self._last)]) for edge in self._edges]


def _window(stored: Mapping[str, object], start: int | None, until: int | None) -> tuple[int, int]:
    begin, step, balance = stored["start"], stored["step"], stored["balance"]
    if not isinstance(begin, int) or not isinstance(step, int) or not isinstance(balance, list):
        raise TypeError("this is no equity curve")
    first = 0 if start is None else max(0, -(-(start - begin) // step))
    last = len(balance) if until is None else min(len(balance), -(-(until - begin) // step))
    if first >= last:
        raise Invalid("The run has no candles in this window.")
    return first, last
