"""The life of one container: lease, bot, trader, and an orderly end."""

import asyncio
import contextlib
import logging
import secrets
import shutil
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import aiohttp
from aiohttp import web

from candlewick.bots.wire import EventKind, Lease, Renewal, Renewed
from candlewick.isolation.choose import choose
from candlewick.isolation.driver import Driver, Room
from live_bot.bot import Bot, assemble, with_key
from live_bot.clock import elapsed
from live_bot.commands import Commands
from live_bot.connections import session
from live_bot.crew import Crew
from live_bot.desk import DeskHandlers, application
from live_bot.errors import (
    EventsUnavailable,
    Fenced,
    KeyRefused,
    LeaseTaken,
    VenueRefused,
    VenueUnclear,
)
from live_bot.events import Events
from live_bot.figures import figures, starting
from live_bot.health import Health
from live_bot.lease import Gate, Keeper
from live_bot.notices import Notices
from live_bot.rounds import Rounds
from live_bot.sandbox import prepared
from live_bot.settings import Settings
from live_bot.state import StateDamaged

if TYPE_CHECKING:
    from live_bot.venue import VenueClient

log = logging.getLogger(__name__)

_TRY_AGAIN_S: Final = 2.0
_LAST_CALLS_MAY_TAKE_S: Final = 2.0


class Supervisor:
    """Runs until it is told to stop or fenced off."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stop = asyncio.Event()
        self._fenced = asyncio.Event()
        self._gate = Gate()
        self._bot: Bot | None = None
        self._crew: Crew | None = None
        self._rounds: Rounds | None = None
        self._commands: Commands | None = None
        self._notices = Notices("", 0)
        self._health = Health(self._progress)

    def stop(self) -> None:
        """Close the gate at once; everything else ends in its own time. For SIGTERM."""
        self._gate.close()
        self._stop.set()
        log.info("told to stop")

    async def run(self) -> None:
        """Return when all is done; whatever happens, no trader is left."""
        await self._health.start(self._settings.host, self._settings.port)
        folder = _own_folder()
        try:
            driver = await asyncio.to_thread(choose, self._settings.isolation)
            async with session() as http:
                while not self._stop.is_set():
                    await self._hold(http, driver, folder / secrets.token_hex(4))
                    await self._unless_stopped(asyncio.sleep(_TRY_AGAIN_S))
        except Fenced as error:
            log.warning("fenced off", extra={"reason": str(error)})
        finally:
            self._gate.close()
            if self._crew is not None:
                self._crew.kill()
            await self._health.stop()
            shutil.rmtree(folder, ignore_errors=True)

    def _fence(self) -> None:
        self._gate.close()
        self._fenced.set()

    async def _hold(self, http: aiohttp.ClientSession, driver: Driver, folder: Path) -> None:
        """Wait for the lease, and hold it until told to stop, by the platform or by the user."""
        settings = self._settings
        events = Events(
            http,
            settings.events_url,
            settings.token,
            secrets.token_hex(16),
            on_fenced=self._fence,
        )
        lease = await self._acquired(events)
        if lease is None:
            return
        self._notices = Notices(lease.plan.bot_id, lease.epoch)
        keeper = Keeper(self._gate, lambda: self._renew(events, lease))
        keeping = asyncio.create_task(keeper.keep(self._heard))
        working = asyncio.create_task(
            self._work(http, events, lease, driver, prepared(_made(folder)))
        )
        fenced = asyncio.create_task(self._fenced.wait())
        tasks = {keeping, working, fenced}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if fenced.done():
                raise Fenced("Another holder has taken over.")
            # Whichever ended says why.
            await (keeping if keeping.done() else working)
        finally:
            self._gate.close()
            await _ended(*tasks)
            self._bot = self._crew = self._rounds = self._commands = None

    async def _acquired(self, events: Events) -> Lease | None:
        """Wait for the lease; `None` when told to stop before it came."""
        while not self._stop.is_set():
            gate, sent_at = Gate(), elapsed()
            try:
                lease = await events.acquire(self._settings.revision)
            except (LeaseTaken, EventsUnavailable) as error:
                log.info("no lease yet", extra={"reason": str(error)})
                await self._unless_stopped(asyncio.sleep(_TRY_AGAIN_S))
                continue
            gate.granted(sent_at=sent_at, ttl_s=lease.ttl_s)
            self._gate = gate
            if self._stop.is_set():
                gate.close()
            log.info("lease granted", extra={"epoch": lease.epoch, "mode": lease.plan.mode.value})
            return lease
        return None

    async def _work(
        self,
        http: aiohttp.ClientSession,
        events: Events,
        lease: Lease,
        driver: Driver,
        room: Room,
    ) -> None:
        bot: Bot | None = None
        venue: VenueClient | None = None
        while bot is None and not self._stop.is_set():
            try:
                venue = venue or await with_key(http, events, lease)
                bot = await self._unless_stopped(
                    assemble(venue, events, lease, (self._gate, self._notices), room)
                )
            except (EventsUnavailable, VenueUnclear, VenueRefused, KeyRefused) as error:
                log.warning("cannot start yet", extra={"reason": str(error)})
                if isinstance(error, KeyRefused):
                    self._notices.add(EventKind.KEY_TROUBLE, f"There is no key: {error}")
                await self._unless_stopped(asyncio.sleep(_TRY_AGAIN_S))
            except StateDamaged:
                await events.release("The stored state is damaged.")
                raise
        if bot is not None:
            await self._trade(bot, events, driver, room)
        await self._release(events, bot)

    async def _trade(self, bot: Bot, events: Events, driver: Driver, room: Room) -> None:
        crew = Crew(driver, lambda: room, bot.desk, _trouble(bot))
        rounds, commands = Rounds(bot), Commands(bot, events, crew)
        handlers = DeskHandlers(
            bot.desk,
            venue_time=rounds.venue_time,
            save=bot.save,
            reported=rounds.reported,
            done=commands.done,
            judged=bot.paper.judge,
        )
        exchange = web.route("*", "/venue/{path:.*}", bot.proxy.handle)
        await bot.open_door(application(handlers, exchange), room.inputs)
        commands.want(bot.desk.wanted)
        self._crew, self._rounds, self._commands, self._bot = crew, rounds, commands, bot
        manning, going = asyncio.create_task(crew.man()), asyncio.create_task(rounds.go())
        try:
            stopping = asyncio.create_task(self._stop_or(commands.stopped))
            await asyncio.wait({manning, going, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if going.done():
                await going
            if manning.done():
                await manning
            bot.desk.stop = True
            bot.desk.wake()
            await crew.idle()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(bot.orders.idle(), _LAST_CALLS_MAY_TAKE_S)
        finally:
            await _ended(manning, going, stopping)
            await bot.close_door()

    async def _release(self, events: Events, bot: Bot | None) -> None:
        """Store what is not stored, say the last figures, and give the lease back."""
        with contextlib.suppress(EventsUnavailable, TimeoutError):
            async with asyncio.timeout(_LAST_CALLS_MAY_TAKE_S):
                if bot is not None:
                    await bot.store.flush()
                    bot.notices.add(EventKind.STOPPED, f"{bot.lease.plan.name} has stopped.")
                    await self._renew(events, bot.lease)
                await events.release("told to stop")
        log.info("lease released")

    async def _renew(self, events: Events, lease: Lease) -> Renewed:
        bot = self._bot
        notices = self._notices.waiting()
        log_tail = "" if self._crew is None else self._crew.log.text()
        balance = None if self._rounds is None else self._rounds.balance
        stopping = self._stop.is_set()
        renewal = Renewal(
            **dict(events.who()),
            figures=starting(stopping=stopping)
            if bot is None
            else figures(bot, log_tail, balance, stopping=stopping),
            events=notices,
            settings_revision=lease.settings_revision if bot is None else bot.settings_revision,
        )
        renewed = await events.renew(renewal)
        self._notices.told(notices)
        return renewed

    async def _heard(self, renewed: Renewed) -> None:
        if self._commands is not None:
            await self._commands.heard(renewed)

    async def _stop_or(self, stopped: asyncio.Event) -> None:
        """Wait until the platform ends the container, or the user has stopped the bot."""
        waiting = [asyncio.create_task(event.wait()) for event in (self._stop, stopped)]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _ended(*waiting)

    async def _unless_stopped(self, step: Coroutine[Any, Any, Any]) -> Any:
        """Return the step's result; `None` when told to stop before, the step being given up."""
        task, stopping = asyncio.create_task(step), asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
            return await task if task.done() else None
        finally:
            await _ended(task, stopping)

    def _progress(self) -> dict[str, object]:
        bot = self._bot
        if bot is None:
            return {"ready": False, "gateOpen": self._gate.is_open}
        report = bot.desk.report
        return {
            "ready": self._gate.is_open and report.reconciled,
            "gateOpen": self._gate.is_open,
            "epoch": bot.ports.events.epoch,
            "iteration": report.iteration,
            "venueMs": report.venue_ms,
        }


def _own_folder() -> Path:
    """Make a folder in which another user finds what it knows the name of."""
    folder = Path(tempfile.mkdtemp(prefix="candlewick-bot-"))
    folder.chmod(0o711)
    return folder


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _trouble(bot: Bot) -> Any:
    count = iter(range(1, 1_000_000))

    def tell(text: str) -> None:
        bot.notices.add(EventKind.ERROR, text, what=f"crash-{next(count)}")

    return tell


async def _ended(*tasks: "asyncio.Task[Any]") -> None:
    """Cancel what is not done, and wait for it."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
