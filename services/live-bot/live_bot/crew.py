"""Keeps a trader running: starts it, starts it again when it dies, ends it."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from candlewick.isolation.driver import Driver, Room
from live_bot.breaker import CRASHES_WORTH_A_WORD, Breaker
from live_bot.clock import elapsed
from live_bot.desk import Desk
from live_bot.sandbox import LogTail, Trader

log = logging.getLogger(__name__)

_FINISHED: Final = 0
_LOOK_EVERY_S: Final = 0.1
_LAST_STEP_MAY_TAKE_S: Final = 4.5


class Crew:
    """One trader at a time. Orders that it did not hear of are told to the next."""

    def __init__(
        self,
        driver: Driver,
        new_room: Callable[[], Room],
        desk: Desk,
        on_trouble: Callable[[str], None],
        breaker: Breaker | None = None,
    ) -> None:
        self._driver = driver
        self._new_room = new_room
        self._desk = desk
        self._on_trouble = on_trouble
        self._breaker = breaker or Breaker()
        self._trader: Trader | None = None
        self._idle = asyncio.Event()
        self._idle.set()
        self.log = LogTail()

    async def man(self) -> None:
        """Keep a trader running whenever there should be one; until cancelled."""
        while True:
            if not self._desk.stop:
                self._idle.clear()
                try:
                    await self.keep_running()
                finally:
                    self._idle.set()
            await asyncio.sleep(_LOOK_EVERY_S)

    async def idle(self) -> None:
        """Wait until no trader runs."""
        await self._idle.wait()

    async def keep_running(self) -> None:
        """Return when the trader ended because it was told to."""
        while not self._desk.stop:
            self._desk.begin()
            self._breaker.started()
            self._trader = Trader(self._driver, self._new_room(), self.log)
            code = await self._until_it_ends(self._trader)
            if self._told_to_stop():
                return
            wait = self._breaker.crashed()
            log.warning(
                "the trader ended",
                extra={"code": code, "wait_s": wait, "log": self.log.text()[-2_000:]},
            )
            if code != _FINISHED or self._breaker.crashes >= CRASHES_WORTH_A_WORD:
                self._on_trouble(f"The bot's trader ended (exit status {code}) and starts again.")
            await self._desk.wait_for_stop(wait)

    async def _until_it_ends(self, trader: Trader) -> int:
        """Wait for the trader's end, which comes by force when it takes too long over its last step."""
        ended = asyncio.ensure_future(trader.ended())
        told_at: float | None = None
        while not ended.done():
            await asyncio.wait({ended}, timeout=_LOOK_EVERY_S)
            if self._desk.stop and told_at is None:
                told_at = elapsed()
            if told_at is not None and elapsed() - told_at > _LAST_STEP_MAY_TAKE_S:
                log.warning("the trader did not end by itself")
                trader.kill()
        return ended.result()

    def _told_to_stop(self) -> bool:
        return self._desk.stop

    def kill(self) -> None:
        if self._trader is not None:
            self._trader.kill()
