"""Requests through ccxt no faster than the exchange allows, and once more where that may help.

ccxt's own rate limiter spaces the requests out. This waits besides when the exchange asks for it (429, 418 and their
Retry-After), and asks again when a request came to nothing: a server's error, a cut connection, a time-out.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

import ccxt

from candlewick.log import logger

log = logger(__name__)

TRIES: Final = 6
_AT_ONCE: Final = 4


class GaveUp(ccxt.BaseError):  # type: ignore[misc]  # ccxt has no types
    """Asking again does not help; Freqtrade tries nothing of this kind a second time."""


@dataclass(slots=True, kw_only=True)
class Pace:
    """Put in the place of a ccxt client's `fetch`.

    Attributes:
        api: an asynchronous ccxt client.
        tries: of one request, the first among them.
        backoff_s: before the second try; doubled before each that follows.
        longest_wait_s: an exchange that asks for more is not waited for.
        failure: why a request was given up; later ones are refused until `begin`.
        is_closed: the exchange wants nothing more for so long that nobody waits.
    """

    api: Any
    tries: int = field(default_factory=lambda: TRIES)
    backoff_s: float = 0.5
    longest_wait_s: float = 300
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    requests: int = 0
    failure: GaveUp | None = None
    is_closed: bool = False
    _pause: asyncio.Event = field(default_factory=asyncio.Event)
    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))
    _fetch: Callable[..., Awaitable[Any]] = field(init=False)

    def __post_init__(self) -> None:
        self._fetch = self.api.fetch
        self.api.fetch = self.fetch
        self._pause.set()

    def begin(self) -> None:
        """Forget that a request was given up: another series may fare better."""
        if not self.is_closed:
            self.failure = None

    async def fetch(
        self,
        url: str,
        method: str = "GET",
        headers: dict[str, str] | None = None,
        body: str | None = None,
    ) -> Any:
        """Return the answer; `GaveUp` when there is none."""
        for attempt in range(1, self.tries + 1):
            async with self._slots:
                await self._pause.wait()
                if self.failure is not None:
                    raise self.failure
                self.requests += 1
                try:
                    return await self._fetch(url, method, headers, body)
                except ccxt.OperationFailed as error:
                    # Read before anything else is answered: there is one place for all requests.
                    await self._recover(error, self._retry_after(error), attempt)
        raise AssertionError("The last try returns or raises.")

    async def _recover(
        self, error: ccxt.OperationFailed, asked_for_s: float | None, attempt: int
    ) -> None:
        """Wait as long as is needed before the next try, or give up."""
        wait_s = self.backoff_s * 2 ** (attempt - 1) if asked_for_s is None else asked_for_s
        facts = {"attempt": attempt, "wait_s": wait_s, "error": type(error).__name__}
        if wait_s > self.longest_wait_s:
            self.is_closed = True
            self.failure = GaveUp(f"it wants no requests for the next {wait_s:,.0f} s")
        elif attempt == self.tries:
            self.failure = GaveUp(f"{attempt} requests came to nothing ({_words(error)})")
        if self.failure is not None:
            raise self.failure from error
        log.info("exchange asked again later", extra=facts)
        if asked_for_s is None:
            await self.sleep(wait_s)
            return
        # It means everybody, not this request alone.
        self._pause.clear()
        try:
            await self.sleep(wait_s)
        finally:
            self._pause.set()

    def _retry_after(self, error: ccxt.OperationFailed) -> float | None:
        if not isinstance(error, ccxt.DDoSProtection | ccxt.RateLimitExceeded):
            return None
        headers = {
            name.lower(): value for name, value in (self.api.last_response_headers or {}).items()
        }
        try:
            return max(0.0, float(headers["retry-after"]))
        except (KeyError, ValueError):
            return None


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error)[:200]}"
