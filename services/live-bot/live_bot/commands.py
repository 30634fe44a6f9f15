"""What the user tells a running bot: some of it the supervisor does itself, the rest the trader."""

import asyncio
import logging
from datetime import UTC, datetime
from typing import Final

from candlewick.bots.wire import Command, Outcome, Renewed, Verb, Wanted
from live_bot.bot import Bot
from live_bot.closing import close_all
from live_bot.crew import Crew
from live_bot.errors import EventsUnavailable
from live_bot.events import Events
from live_bot.paper import is_own
from live_bot.trader_words import Done

log = logging.getLogger(__name__)

_STOPS: Final = frozenset({Verb.STOP, Verb.STOP_AND_CLOSE})
_OWN: Final = _STOPS | {Verb.LIMITS}


class Commands:
    """Each command is told to the trader until it says that it is done."""

    def __init__(self, bot: Bot, events: Events, crew: Crew) -> None:
        self._bot = bot
        self._events = events
        self._crew = crew
        self._stopping: asyncio.Task[None] | None = None
        self.stopped = asyncio.Event()

    async def heard(self, renewed: Renewed) -> None:
        """Take over what a renewal brought."""
        bot = self._bot
        if renewed.limits is not None:
            bot.ports.guard.limits = renewed.limits
            bot.ports.guard.lift()
            bot.settings_revision = renewed.settings_revision
        bot.ports.guard.blacklist = frozenset(renewed.blacklist)
        bot.desk.blacklist = renewed.blacklist
        bot.desk.acknowledged = renewed.acknowledged_trades
        now = datetime.now(UTC)
        valid = [command for command in renewed.commands if command.expires_at > now]
        for command in valid:
            if command.verb in _STOPS and self._stopping is None:
                self._stopping = asyncio.create_task(self._stop(command))
        self.want(renewed.wanted)
        bot.desk.order(tuple(command for command in valid if command.verb not in _OWN))
        for command in valid:
            if command.verb is Verb.LIMITS:
                await self.done(Done(command_id=command.id, done=True))

    async def done(self, done: Done) -> None:
        """Pass on what became of a command; it is asked for again when that fails."""
        if is_own(done.command_id):
            self._bot.desk.done(done.command_id)
            return
        outcome = Outcome(
            **dict(self._events.who()),
            command_id=done.command_id,
            done=done.done,
            message=done.message,
        )
        self._bot.desk.done(done.command_id)
        try:
            await self._events.outcome(outcome)
        except EventsUnavailable as error:
            log.warning("an outcome was not told", extra={"reason": str(error)})

    def want(self, wanted: Wanted) -> None:
        """Have the trader do what the user wants; once it was stopped, only a new lease starts it."""
        desk = self._bot.desk
        if self._stopping is not None:
            return
        if wanted is Wanted.STOPPED:
            desk.stop = True
            self._stopping = asyncio.create_task(self._stop(None))
        desk.wanted = wanted
        desk.wake()

    async def _stop(self, command: Command | None) -> None:
        desk = self._bot.desk
        desk.wanted, desk.stop = Wanted.STOPPED, True
        desk.wake()
        await self._crew.idle()
        if command is not None:
            await self._closed(command)
        self.stopped.set()

    async def _closed(self, command: Command) -> None:
        problems: list[str] = []
        if command.verb is Verb.STOP_AND_CLOSE and self._bot.sends_orders:
            problems = await close_all(self._bot.ports, self._bot.orders, self._bot.prices)
        await self.done(
            Done(command_id=command.id, done=not problems, message="; ".join(problems)[:4_000])
        )
