"""The lease: a gate that shuts by itself, and its keeper."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from candlewick.bots.wire import GATE_MARGIN_S, RENEW_EVERY_S, Renewed
from live_bot.clock import Clock, elapsed
from live_bot.errors import EventsUnavailable, Fenced

log = logging.getLogger(__name__)

_RETRY_AFTER_S: Final = 1.0


class Gate:
    """Open while no other holder can have the lease. No clock but this machine's own is asked."""

    def __init__(self, clock: Clock = elapsed) -> None:
        self._clock = clock
        self._open_until: float | None = None
        self._closed_for_good = False

    def granted(self, *, sent_at: float, ttl_s: float) -> None:
        """Extend by a granted call that was sent at `sent_at`; a late answer never shortens."""
        until = sent_at + ttl_s - GATE_MARGIN_S
        if self._open_until is None or until > self._open_until:
            self._open_until = until

    def close(self) -> None:
        """Close for good: fenced off, or told to stop."""
        self._closed_for_good = True

    def remaining_s(self) -> float:
        """Return for how long it stays open if nothing more is granted; 0 when it is closed."""
        if self._closed_for_good or self._open_until is None:
            return 0.0
        return max(0.0, self._open_until - self._clock())

    @property
    def is_open(self) -> bool:
        return self.remaining_s() > 0


class Keeper:
    """Renews the lease every `RENEW_EVERY_S` seconds, sooner again after a failure."""

    def __init__(
        self,
        gate: Gate,
        renew: Callable[[], Awaitable[Renewed]],
        *,
        clock: Clock = elapsed,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._gate = gate
        self._renew = renew
        self._clock = clock
        self._pause = pause

    async def keep(self, heard: Callable[[Renewed], Awaitable[None]]) -> None:
        """Renew until another holder has taken over.

        Raises:
            Fenced: when that is so; the gate is closed by then.
        """
        while True:
            sent_at = self._clock()
            renewed = await self.once(sent_at)
            if renewed is not None:
                await heard(renewed)
            wait = RENEW_EVERY_S if renewed is not None else _RETRY_AFTER_S
            await self._pause(max(0.0, sent_at + wait - self._clock()))

    async def once(self, sent_at: float) -> Renewed | None:
        """Renew once; `None` when there was no answer."""
        try:
            renewed = await self._renew()
        except Fenced:
            self._gate.close()
            raise
        except EventsUnavailable as error:
            log.warning("lease not renewed", extra={"reason": str(error)})
            return None
        self._gate.granted(sent_at=sent_at, ttl_s=renewed.ttl_s)
        return renewed
