"""How long to wait before a trader that died is started again."""

from typing import Final

from live_bot.clock import Clock, elapsed

_FIRST_WAIT_S: Final = 1.0
_LONGEST_WAIT_S: Final = 300.0
_STABLE_AFTER_S: Final = 600.0
CRASHES_WORTH_A_WORD: Final = 3


class Breaker:
    """Doubles the wait with each crash, and forgets them once the trader has run for a while."""

    def __init__(self, clock: Clock = elapsed) -> None:
        self._clock = clock
        self._started_at = clock()
        self.crashes = 0

    def started(self) -> None:
        self._started_at = self._clock()

    def crashed(self) -> float:
        """Count a crash; return the seconds to wait."""
        if self._clock() - self._started_at >= _STABLE_AFTER_S:
            self.crashes = 0
        self.crashes += 1
        return float(min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2 ** (self.crashes - 1)))
