"""How fast a queue may dispatch."""


class TokenBucket:
    """Lets `rate` dispatches a second through on average, and `burst` at once.

    An overloaded handler halves the rate, down to a sixteenth; each success doubles it again up to the whole.
    """

    _SLOWEST = 1 / 16

    def __init__(self, rate: float, burst: int, now: float) -> None:
        self._rate = rate
        self._burst = burst
        self._tokens = float(burst)
        self._at = now
        self._share = 1.0

    def configure(self, rate: float, burst: int) -> None:
        self._rate, self._burst = rate, burst
        self._tokens = min(self._tokens, burst)

    def take(self, now: float) -> float:
        """Take a token and return 0, or return the seconds until there is one."""
        effective = self._rate * self._share
        self._tokens = min(self._burst, self._tokens + max(0.0, now - self._at) * effective)
        self._at = now
        if self._tokens >= 1:
            self._tokens -= 1
            return 0.0
        return (1 - self._tokens) / effective

    def slow_down(self) -> None:
        self._share = max(self._SLOWEST, self._share / 2)

    def recover(self) -> None:
        self._share = min(1.0, self._share * 2)
