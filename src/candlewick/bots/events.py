"""What a bot's supervisor asks for and reports: lease, journal, state, key, commands."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from candlewick.bots.bot_token import BotToken
from candlewick.bots.models import Bot, BotCommand, CommandState, OperationKind, ServiceTask
from candlewick.bots.plans import PlanOffice
from candlewick.bots.ports import (
    BotStore,
    JournalStore,
    KeyVault,
    LeaseStore,
    ServiceQueue,
    StateStore,
)
from candlewick.bots.wire import (
    LEASE_TTL_S,
    MAX_STATE_BYTES,
    Acquire,
    Answer,
    Command,
    Event,
    Holder,
    Intent,
    Journal,
    Key,
    Lease,
    Outcome,
    Release,
    Renewal,
    Renewed,
    Stored,
    Wanted,
)
from candlewick.errors import AppError, Conflict, Fenced, TooLarge, Unauthenticated
from candlewick.log import logger

log = logger(__name__)

_GONE = "There is no such bot any more: stop."


class Teller(Protocol):
    """Tells a bot's owner of what happened."""

    def tell(self, bot: Bot, events: Sequence[Event]) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BotEvents:
    """`keys_per_minute`: how many keys of all bots may be released in a minute."""

    bots: BotStore
    leases: LeaseStore
    journal_store: JournalStore
    states: StateStore
    vault: KeyVault
    plans: PlanOffice
    queue: ServiceQueue
    teller: Teller
    now: Callable[[], datetime]
    keys_per_minute: int

    def acquire(self, token: BotToken, wanted: Acquire) -> Lease:
        """Grant the lease with its plan; `Conflict` while another holder's may be open, `Fenced` to stop."""
        bot = self._bot(token)
        if bot.wanted is Wanted.STOPPED and bot.operation.kind is not OperationKind.STOPPING:
            raise Fenced("This bot is to be stopped.")
        granted = self.leases.acquire(token.owner, token.bot_id, wanted, token=token.number)
        facts = {"bot_id": bot.id, "epoch": granted.epoch, "revision": wanted.revision}
        log.info("lease granted", extra={**facts, "user_class": bot.user_class})
        bot = granted.bot
        return Lease(
            epoch=granted.epoch,
            ttl_s=LEASE_TTL_S,
            plan=self.plans.plan(bot),
            wanted=bot.wanted,
            settings_revision=bot.settings_revision,
            state_generation=self.states.generation(token.owner, token.bot_id),
        )

    def key(self, token: BotToken, holder: Holder) -> Key:
        """Release the exchange key to the holder of a live lease; the audit entry is stored before."""
        self._bot(token)
        bot = self.leases.release_key(
            token.owner,
            token.bot_id,
            holder,
            now=self.now(),
            per_minute=self.keys_per_minute,
        )
        if bot.key_id is None:
            raise Conflict("This bot has no exchange key.")
        facts = {"bot_id": bot.id, "key_id": bot.key_id, "epoch": holder.epoch}
        log.info("exchange key released", extra=facts)
        return self.vault.open(bot.owner, bot.key_id)

    def state(self, token: BotToken) -> tuple[bytes, int]:
        """Return the compressed database and its generation; `NotFound` when there is none yet."""
        self._bot(token)
        return self.states.read(token.owner, token.bot_id)

    def store_state(self, token: BotToken, holder: Holder, data: bytes, generation: int) -> Stored:
        """Store the compressed database over the generation that the holder knows."""
        if len(data) > MAX_STATE_BYTES:
            raise TooLarge(f"The state may have {MAX_STATE_BYTES:,} bytes at most.")
        self._bot(token)
        self.leases.holds(token.owner, token.bot_id, holder)
        stored = self.states.replace(token.owner, token.bot_id, data, generation)
        return Stored(generation=stored)

    def journal(self, token: BotToken) -> Journal:
        self._bot(token)
        entries = tuple(self.journal_store.entries(token.owner, token.bot_id))
        last = max((entry.intent.sequence for entry in entries), default=0)
        return Journal(entries=entries, next_sequence=last + 1)

    def intend(self, token: BotToken, intent: Intent) -> None:
        """Store an order before it is sent; `Fenced` or `HeldBack` when it must not be."""
        self._bot(token)
        self.journal_store.intend(token.owner, token.bot_id, intent, self.now())

    def answer(self, token: BotToken, answer: Answer) -> None:
        self._bot(token)
        self.journal_store.answer(token.owner, token.bot_id, answer, self.now())

    def renew(self, token: BotToken, renewal: Renewal) -> Renewed:
        """Extend the lease; the reply says what the user wants and what a running bot has to take over."""
        self._bot(token)
        now = self.now()
        renewed = self.leases.renew(token.owner, token.bot_id, renewal, now)
        bot = renewed.bot
        if renewed.before.silent_since is not None:
            log.info("bot is back", extra={"bot_id": bot.id})
        self.teller.tell(bot, renewed.new_events)
        pending = self.bots.pending_commands(token.owner, token.bot_id, now)
        is_behind = renewal.settings_revision < bot.settings_revision
        return Renewed(
            ttl_s=LEASE_TTL_S,
            wanted=bot.wanted,
            settings_revision=bot.settings_revision,
            limits=bot.limits if is_behind else None,
            blacklist=bot.blacklist,
            commands=tuple(map(_command, pending)),
            acknowledged_trades=tuple(trade.number for trade in renewal.figures.closed_trades),
        )

    def outcome(self, token: BotToken, outcome: Outcome) -> None:
        """Take what became of a command. Hearing it again, or of one that expired, changes nothing."""
        self._bot(token)
        self.leases.holds(token.owner, token.bot_id, outcome)
        now = self.now()
        state = CommandState.DONE if outcome.done else CommandState.REFUSED

        def decide(command: BotCommand) -> BotCommand | None:
            is_open = command.state in {CommandState.PENDING, CommandState.EXPIRED}
            return command.settled(state, outcome.message, now) if is_open else None

        self.bots.settle_command(token.owner, token.bot_id, outcome.command_id, decide)

    def release(self, token: BotToken, wanted: Release) -> None:
        """Free the lease. A bot that was to stop has stopped with it: its service may go."""
        self._bot(token)
        bot = self.leases.release(token.owner, token.bot_id, wanted, self.now())
        if bot is None:
            return
        log.info("lease released", extra={"bot_id": bot.id, "epoch": wanted.epoch})
        if bot.operation.kind is OperationKind.DELETING:
            send_task(self.queue, bot)

    def _bot(self, token: BotToken) -> Bot:
        bot = self.bots.get(token.owner, token.bot_id)
        if bot is None or not bot.tokens:
            raise Fenced(_GONE)
        if not token.is_of(bot):
            if token.number <= bot.tokens_issued - len(bot.tokens):
                raise Fenced("A newer revision has taken this bot over; stop.")
            raise Unauthenticated("This bot token is not valid.")
        return bot


def send_task(queue: ServiceQueue, bot: Bot) -> None:
    """Ask for the next step of a bot's operation. A failure is no error: the reconciler asks again."""
    task = ServiceTask(owner=bot.owner, bot_id=bot.id, number=bot.operation.number)
    try:
        queue.send_service_task(task)
    except AppError:
        log.warning("task not sent yet", extra={"bot_id": bot.id})


def _command(command: BotCommand) -> Command:
    return Command(
        id=command.id,
        verb=command.verb,
        pair=command.pair,
        trade=command.trade,
        at=command.at,
        expires_at=command.expires_at,
    )
