"""The exchange's own clock: it runs at a multiple of real time, or stands until it is moved."""

import time
from collections.abc import Callable


class Clock:
    """Milliseconds since 1970 on the exchange.

    Args:
        start_ms: what the clock shows now.
        speed: how many seconds pass in a real one; 0: it moves only when told.
        monotonic: real time in seconds.
    """

    def __init__(
        self, start_ms: int, speed: float = 0.0, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._monotonic = monotonic
        self._base_ms = start_ms
        self._since = monotonic()
        self.speed = speed
        # What clients are told is off by so much; candles and fills are not.
        self.skew_ms = 0

    @property
    def stretch(self) -> float:
        """By how much windows of time are longer, so that they last as long for a client in real time."""
        return max(1.0, self.speed)

    def now_ms(self) -> int:
        return self._base_ms + int((self._monotonic() - self._since) * 1_000 * self.speed)

    def told_ms(self) -> int:
        """Return the time as clients see it."""
        return self.now_ms() + self.skew_ms

    def move_to(self, at_ms: int) -> None:
        """Jump ahead; `ValueError` when that would be back."""
        if at_ms < self.now_ms():
            raise ValueError("The clock does not go back.")
        self._base_ms, self._since = at_ms, self._monotonic()

    def set_speed(self, speed: float) -> None:
        if speed < 0:
            raise ValueError("A speed is not negative; 0 makes the clock stand.")
        # Read once: at a high speed the clock has moved on by the time it is read again.
        at = self._monotonic()
        self._base_ms += int((at - self._since) * 1_000 * self.speed)
        self._since, self.speed = at, speed
