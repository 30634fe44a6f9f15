"""Compares what users want of their bots with what there is, and repairs what has drifted apart."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from candlewick.bots.events import Teller, send_task
from candlewick.bots.models import (
    SILENT_AFTER,
    Bot,
    BotCommand,
    BotId,
    Cell,
    CommandState,
    OperationKind,
)
from candlewick.bots.ports import ActualService, BotServices, BotStore, ServiceQueue
from candlewick.bots.wire import Event, EventKind, Wanted
from candlewick.errors import NotFound, Unavailable
from candlewick.log import logger

log = logger(__name__)

# A service that was asked for just now need not be in the list yet.
_GRACE = timedelta(minutes=2)
_BATCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciledBots:
    """What one pass did, and what it found."""

    active: int
    steps: int  # operations whose next step was asked for
    repaired: int  # services that were missing or of another revision
    strays: int  # services without a bot that wants one
    silent: int  # bots that were found silent in this pass
    expired: int  # commands


@dataclass(frozen=True, slots=True, kw_only=True)
class BotReconciler:
    bots: BotStore
    services: BotServices
    queue: ServiceQueue
    teller: Teller
    cells: Mapping[str, Cell]
    now: Callable[[], datetime]

    def reconcile(self) -> ReconciledBots:
        """Do one pass. Two at the same time do no harm: every move is a transaction."""
        actual = self._actual()  # before the bots: what is made in between has a bot in the list
        active = self.bots.active()
        found = None if actual is None else {item.bot_id: item for item in actual}
        steps = sum(self._step(bot) for bot in active)
        repaired = 0 if found is None else sum(self._repair(bot, found) for bot in active)
        wanted = {bot.id for bot in active}
        strays = sum(self._remove(item) for item in actual or () if item.bot_id not in wanted)
        return ReconciledBots(
            active=len(active),
            steps=steps,
            repaired=repaired,
            strays=strays,
            silent=sum(self._listen(bot) for bot in active),
            expired=self._expire(),
        )

    def _actual(self) -> Sequence[ActualService] | None:
        try:
            return self.services.actual()
        except Unavailable:
            log.warning("bot services not listed")
            return None

    def _step(self, bot: Bot) -> bool:
        """Ask again for the step of an operation that passed its deadline."""
        now = self.now()

        def decide(found: Bot) -> Bot | None:
            if found.deadline_at is None or found.deadline_at > now:
                return None
            kind = found.operation.kind
            if kind is OperationKind.STOPPING:
                kind = OperationKind.DELETING  # it had its time
            return found.operating(kind, now)

        return self._move(bot, decide, "operation stuck")

    def _repair(self, bot: Bot, actual: Mapping[BotId, ActualService]) -> bool:
        now = self.now()
        if bot.cell not in self.cells:
            return False  # another reconciler's

        def decide(found: Bot) -> Bot | None:
            if found.operation.kind is not OperationKind.NONE or found.deployment is None:
                return None
            if now - found.deployment.at < _GRACE:
                return None
            if found.wanted is Wanted.STOPPED:
                return found.operating(OperationKind.DELETING, now)
            service = actual.get(found.id)
            if service is not None and service.revision == found.deployment.revision:
                return None
            return found.starting(found.cell, now)

        return self._move(bot, decide, "service drifted")

    def _remove(self, stray: ActualService) -> bool:
        if stray.cell not in self.cells:
            return False
        try:
            self.services.delete(stray.bot_id, self.cells[stray.cell])
        except Unavailable:
            return False
        log.warning("stray bot service deleted", extra={"bot_id": stray.bot_id})
        return True

    def _listen(self, bot: Bot) -> bool:
        """Note that a bot has said nothing for a while, and tell its owner once."""
        now = self.now()

        def decide(found: Bot) -> Bot | None:
            if found.deployment is None or found.wanted is Wanted.STOPPED:
                return None
            heard = max(found.last_seen_at or found.deployment.at, found.deployment.at)
            if found.silent_since is not None or now - heard < SILENT_AFTER:
                return None
            return replace(found, silent_since=heard)

        changed = self._change(bot, decide)
        if changed is None or changed.silent_since is None:
            return False
        log.warning("bot is silent", extra={"bot_id": bot.id, "user_class": bot.user_class})
        since = changed.silent_since
        event = Event(
            id=f"silent-{int(since.timestamp())}",
            kind=EventKind.SILENT,
            at=now,
            text=f"{bot.name} has said nothing since {since:%Y-%m-%d %H:%M} UTC. "
            "Its orders at the exchange stand; a server that died is replaced by itself.",
        )
        if self.bots.add_event(bot.owner, bot.id, event):
            self.teller.tell(changed, [event])
        return True

    def _expire(self) -> int:
        now = self.now()

        def decide(command: BotCommand) -> BotCommand | None:
            if command.pending_until is None or command.pending_until > now:
                return None
            message = "The bot did not take it in time; nothing was done."
            return command.settled(CommandState.EXPIRED, message, now)

        late = self.bots.overdue_commands(now, limit=_BATCH)
        settled = [
            self.bots.settle_command(item.owner, item.bot_id, item.id, decide) for item in late
        ]
        return sum(item is not None for item in settled)

    def _move(self, bot: Bot, decide: Callable[[Bot], Bot | None], reason: str) -> bool:
        moved = self._change(bot, decide)
        if moved is None:
            return False
        facts = {"bot_id": bot.id, "operation": moved.operation.kind, "error": bot.operation.error}
        log.warning("bot repaired", extra={**facts, "reason": reason, "user_class": bot.user_class})
        send_task(self.queue, moved)
        return True

    def _change(self, bot: Bot, decide: Callable[[Bot], Bot | None]) -> Bot | None:
        try:
            return self.bots.change(bot.owner, bot.id, decide)
        except NotFound:
            return None
