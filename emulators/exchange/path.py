r"""The way of the price through one candle.

    rising (close ≥ open)                falling
             high                             high
            /    \                           /    \
    open   /      close              open  _/      \   close
        \ /                                         \ /
        low                                         low

A rising candle goes open → low → high → close, a falling one open → high → low → close, each leg a straight line over
a third of the candle's time. Prices are whole ticks, times whole milliseconds, so that it is the same everywhere.
"""

from bisect import bisect_left
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True, kw_only=True)
class Candle:
    """Open time in ms, prices in ticks, volume in lots."""

    at: int
    step: int  # ms
    open: int
    high: int
    low: int
    close: int
    lots: int

    @property
    def until(self) -> int:
        return self.at + self.step


class Leg(NamedTuple):
    """A straight line from (start, first) to (end, last); both ends belong to it."""

    start: int
    end: int
    first: int
    last: int

    def price(self, at: int) -> int:
        span = self.end - self.start
        return (
            self.first + (self.last - self.first) * (at - self.start) // span
            if span
            else self.first
        )

    def reaches(self, level: int, *, falling: bool, after: int) -> int | None:
        """Return the first instant after `after` at which the price is at or beyond the level."""
        start = max(self.start, after + 1)
        if start > self.end:
            return None
        sign = -1 if falling else 1
        if sign * self.price(start) >= sign * level:
            return start
        if sign * self.last < sign * level or sign * (self.last - self.first) <= 0:
            return None
        instants = range(start, self.end + 1)
        return instants[bisect_left(instants, sign * level, key=lambda at: sign * self.price(at))]


class SoFar(NamedTuple):
    """A candle as it is known before it ends."""

    open: int
    high: int
    low: int
    close: int
    lots: int


def legs(candle: Candle) -> tuple[Leg, Leg, Leg]:
    """Return the three legs, in time's order."""
    rising = candle.close >= candle.open
    extremes = (candle.low, candle.high) if rising else (candle.high, candle.low)
    first, second, last = candle.step // 3, candle.step * 2 // 3, candle.step - 1
    at = candle.at
    return (
        Leg(at, at + first, candle.open, extremes[0]),
        Leg(at + first, at + second, extremes[0], extremes[1]),
        Leg(at + second, at + last, extremes[1], candle.close),
    )


def price(candle: Candle, at: int) -> int:
    """Return the price at an instant; after the end it is the close."""
    for leg in legs(candle):
        if at <= leg.end:
            return leg.price(at)
    return candle.close


def moves_up(candle: Candle, at: int) -> bool:
    """Whether the last trade lifted the ask: then the price is the ask, otherwise the bid.

    So that both sides of a spread of one tick lie within the candle, it counts as moving up at the high and as
    moving down at the low.
    """
    now = price(candle, at)
    if now == candle.low:
        return False
    if now == candle.high:
        return True
    leg = next(leg for leg in legs(candle) if at <= leg.end)
    return leg.last > leg.first


def reached(candle: Candle, level: int, *, falling: bool, after: int) -> int | None:
    """Return the first instant after `after` at which the price is at or beyond the level, if there is one."""
    for leg in legs(candle):
        found = leg.reaches(level, falling=falling, after=after)
        if found is not None:
            return found
    return None


def so_far(candle: Candle, now: int) -> SoFar:
    """Return what a client may know of the candle: nothing of what comes after `now`."""
    if now >= candle.until - 1:
        return SoFar(candle.open, candle.high, candle.low, candle.close, candle.lots)
    close = price(candle, now)
    passed = [candle.open, close, *(leg.last for leg in legs(candle) if leg.end <= now)]
    lots = candle.lots * (now - candle.at) // candle.step
    return SoFar(candle.open, max(passed), min(passed), close, lots)
