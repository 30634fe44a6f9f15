"""Two clocks: one that only ever goes forward, and the exchange's."""

import time
from collections.abc import Callable

Clock = Callable[[], float]


def elapsed() -> float:
    """Return seconds since some moment, those included in which the machine was suspended."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class VenueClock:
    """Tells the exchange's time between two answers of its own."""

    def __init__(self, *, speed: float = 1.0, clock: Clock = elapsed) -> None:
        self._clock = clock
        self._speed = speed
        self._at = (0.0, clock())

    def heard(self, venue_ms: float, *, asked_at: float) -> None:
        """Note an answer; half of the time that it took is taken for the way there."""
        self._at = (venue_ms, (asked_at + self._clock()) / 2)

    def now_ms(self) -> int:
        """Return the exchange's time in milliseconds since 1970; 0 while nothing was heard of it."""
        venue_ms, heard_at = self._at
        if venue_ms == 0:
            return 0
        return int(venue_ms + (self._clock() - heard_at) * 1_000 * self._speed)
