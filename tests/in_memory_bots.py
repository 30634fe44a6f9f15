"""The stores of live bots and exchange keys in memory; contract tests hold them to the Firestore adapters."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from candlewick.accounts.models import UserId
from candlewick.bots.journal_store import merge
from candlewick.bots.key_risks import FINAL_STATES, KeyRisk
from candlewick.bots.lease import LeaseRecord, SeenLease, first_lease
from candlewick.bots.models import (
    AlertSettings,
    Bot,
    BotCommand,
    BotId,
    KeyId,
    OperationKind,
)
from candlewick.bots.ports import Decide, Granted, Renewed
from candlewick.bots.wire import (
    Acquire,
    Answer,
    ClosedTrade,
    Event,
    Holder,
    Intent,
    JournalEntry,
    Purpose,
    Release,
    Renewal,
    Wanted,
)
from candlewick.errors import (
    Conflict,
    Fenced,
    HeldBack,
    IdempotencyMismatch,
    NotFound,
    QuotaExceeded,
    Unavailable,
)
from candlewick.exchange_keys.models import ExchangeKey
from candlewick.pages import Page
from tests.in_memory import page_of

Place = tuple[UserId, BotId]


@dataclass
class BotDatabase:
    """What all stores of one world share; `now` is the database's own clock."""

    now: Callable[[], datetime]
    bots: dict[Place, Bot] = field(default_factory=dict)
    leases: dict[BotId, tuple[LeaseRecord, datetime]] = field(default_factory=dict)
    orders: dict[Place, dict[str, JournalEntry]] = field(default_factory=dict)
    events: dict[Place, dict[str, Event]] = field(default_factory=dict)
    trades: dict[Place, dict[int, ClosedTrade]] = field(default_factory=dict)
    commands: dict[Place, dict[str, BotCommand]] = field(default_factory=dict)
    idempotency: dict[tuple[UserId, str], tuple[str, BotId]] = field(default_factory=dict)
    keys: dict[KeyId, ExchangeKey] = field(default_factory=dict)
    risks: dict[KeyId, KeyRisk] = field(default_factory=dict)
    releases: list[tuple[KeyId, BotId, datetime]] = field(default_factory=list)
    alerts: dict[UserId, AlertSettings] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)
    is_down: bool = False

    def read(self, owner: UserId, bot_id: BotId) -> Bot:
        if self.is_down:
            raise Unavailable("The database does not answer; please try again.")
        if (owner, bot_id) not in self.bots:
            raise NotFound("There is no such bot.")
        return self.bots[owner, bot_id]

    def seen(self, bot_id: BotId) -> SeenLease | None:
        if bot_id not in self.leases:
            return None
        record, at = self.leases[bot_id]
        return SeenLease(record=record, age=self.now() - at, read_at=self.now())

    def write_lease(self, record: LeaseRecord) -> None:
        self.leases[record.bot_id] = record, self.now()

    def require(self, bot_id: BotId) -> SeenLease:
        seen = self.seen(bot_id)
        if seen is None:
            raise Fenced("Nobody holds this bot.")
        return seen

    def risk(self, bot: Bot) -> KeyRisk | None:
        return None if bot.key_id is None else self.risks.get(bot.key_id)


@dataclass
class InMemoryBots:
    db: BotDatabase

    def created(self, owner: UserId, key_hash: str, body_hash: str) -> Bot | None:
        found = self.db.idempotency.get((owner, key_hash))
        if found is None:
            return None
        if found[0] != body_hash:
            raise IdempotencyMismatch("This idempotency key was used for another request.")
        return self.db.bots.get((owner, found[1]))

    def create(self, bot: Bot, *, key_hash: str, body_hash: str, limit: int) -> Bot:
        with self.db.lock:
            earlier = self.created(bot.owner, key_hash, body_hash)
            if earlier is not None:
                return earlier
            if len(self.list(bot.owner)) >= limit:
                raise QuotaExceeded(f"You already have {limit} bots; delete one first.")
            self.db.idempotency[bot.owner, key_hash] = body_hash, bot.id
            self.db.bots[bot.owner, bot.id] = bot
            return bot

    def get(self, owner: UserId, bot_id: BotId) -> Bot | None:
        try:
            return self.db.read(owner, bot_id)
        except NotFound:
            return None

    def list(self, owner: UserId) -> Sequence[Bot]:
        owned = [bot for bot in self.db.bots.values() if bot.owner == owner]
        return sorted(owned, key=lambda bot: bot.created_at, reverse=True)

    def change(self, owner: UserId, bot_id: BotId, decide: Decide) -> Bot | None:
        with self.db.lock:
            changed = decide(self.db.read(owner, bot_id))
            if changed is not None:
                self.db.bots[owner, bot_id] = changed
            return changed

    def delete(self, owner: UserId, bot_id: BotId, check: Callable[[Bot], None]) -> None:
        with self.db.lock:
            bot = self.db.read(owner, bot_id)
            check(bot)
            risk = self.db.risk(bot)
            if risk is not None:
                self.db.risks[risk.key_id] = risk.without(bot_id)
            del self.db.bots[owner, bot_id]
            self.db.leases.pop(bot_id, None)
            for below in (self.db.orders, self.db.events, self.db.trades, self.db.commands):
                below.pop((owner, bot_id), None)

    def using_key(self, owner: UserId, key_id: KeyId) -> Sequence[Bot]:
        return [bot for bot in self.list(owner) if bot.key_id == key_id]

    def active(self) -> Sequence[Bot]:
        if self.db.is_down:
            raise Unavailable("The database does not answer; please try again.")
        return [bot for bot in self.db.bots.values() if bot.is_active]

    def placed(self, cell: str) -> int:
        return sum(bot.active_cell == cell for bot in self.db.bots.values())

    def add_command(self, command: BotCommand) -> BotCommand:
        with self.db.lock:
            stored = self.db.commands.setdefault((command.owner, command.bot_id), {})
            earlier = stored.setdefault(command.id, command)
            if earlier.body_hash != command.body_hash:
                raise IdempotencyMismatch("This idempotency key was used for another request.")
            return earlier

    def commands(self, owner: UserId, bot_id: BotId, *, size: int) -> Sequence[BotCommand]:
        found = self.db.commands.get((owner, bot_id), {}).values()
        return sorted(found, key=lambda command: command.at, reverse=True)[:size]

    def pending_commands(self, owner: UserId, bot_id: BotId, now: datetime) -> Sequence[BotCommand]:
        found = self.db.commands.get((owner, bot_id), {}).values()
        pending = [item for item in found if item.pending_until and item.pending_until > now]
        return sorted(pending, key=lambda command: command.at)

    def overdue_commands(self, now: datetime, *, limit: int) -> Sequence[BotCommand]:
        every = [item for stored in self.db.commands.values() for item in stored.values()]
        late = [item for item in every if item.pending_until and item.pending_until <= now]
        return sorted(late, key=lambda item: item.expires_at)[:limit]

    def settle_command(
        self,
        owner: UserId,
        bot_id: BotId,
        command_id: str,
        decide: Callable[[BotCommand], BotCommand | None],
    ) -> BotCommand | None:
        with self.db.lock:
            stored = self.db.commands.get((owner, bot_id), {})
            settled = decide(stored[command_id]) if command_id in stored else None
            if settled is not None:
                stored[command_id] = settled
            return settled

    def add_event(self, owner: UserId, bot_id: BotId, event: Event) -> bool:
        stored = self.db.events.setdefault((owner, bot_id), {})
        is_new = event.id not in stored
        stored.setdefault(event.id, event)
        return is_new

    def event(self, owner: UserId, bot_id: BotId, event_id: str) -> Event | None:
        return self.db.events.get((owner, bot_id), {}).get(event_id)

    def alert_settings(self, owner: UserId) -> AlertSettings:
        return self.db.alerts.get(owner, AlertSettings())

    def set_alert_settings(self, owner: UserId, settings: AlertSettings) -> None:
        self.db.alerts[owner] = settings


@dataclass
class InMemoryLeases:
    db: BotDatabase

    def acquire(self, owner: UserId, bot_id: BotId, wanted: Acquire, *, token: int) -> Granted:
        with self.db.lock:
            bot, seen = self.db.read(owner, bot_id), self.db.seen(bot_id)
            if seen is None:
                granted = first_lease(owner, bot_id, wanted, token)
            else:
                granted = seen.granted_to(wanted, token)
            self.db.write_lease(granted)
            return Granted(epoch=granted.epoch, bot=bot)

    def holds(self, owner: UserId, bot_id: BotId, holder: Holder) -> None:
        self.db.read(owner, bot_id)
        self.db.require(bot_id).require(holder)

    def renew(self, owner: UserId, bot_id: BotId, renewal: Renewal, now: datetime) -> Renewed:
        with self.db.lock:
            bot, seen = self.db.read(owner, bot_id), self.db.require(bot_id)
            seen.require(renewal)
            self.db.write_lease(seen.record.renewed())
            figures = renewal.figures
            shown = replace(
                bot,
                phase=figures.phase,
                figures=figures.model_copy(update={"closed_trades": ()}),
                last_seen_at=now,
                silent_since=None,
            )
            self.db.bots[owner, bot_id] = shown
            risk = self.db.risk(bot)
            if risk is not None:
                self.db.risks[risk.key_id] = risk.reported(bot_id, figures, now)
            trades = self.db.trades.setdefault((owner, bot_id), {})
            trades.update({trade.number: trade for trade in figures.closed_trades})
            known = self.db.events.setdefault((owner, bot_id), {})
            new = {item.id: item for item in renewal.events if item.id not in known}
            known.update(new)
            return Renewed(before=bot, bot=shown, new_events=tuple(new.values()))

    def release(self, owner: UserId, bot_id: BotId, wanted: Release, now: datetime) -> Bot | None:
        with self.db.lock:
            bot, seen = self.db.read(owner, bot_id), self.db.seen(bot_id)
            if seen is None or seen.record.is_released:
                return None
            try:
                seen.require(wanted)
            except Fenced:
                return None
            self.db.write_lease(seen.record.released())
            leaves = bot.wanted is Wanted.STOPPED and bot.operation.kind is OperationKind.STOPPING
            left = bot.operating(OperationKind.DELETING, now) if leaves else bot
            self.db.bots[owner, bot_id] = replace(left, phase=None)
            return self.db.bots[owner, bot_id]

    def release_key(
        self, owner: UserId, bot_id: BotId, holder: Holder, *, now: datetime, per_minute: int
    ) -> Bot:
        with self.db.lock:
            bot, seen = self.db.read(owner, bot_id), self.db.require(bot_id)
            seen.require_live(holder)
            if bot.key_id is None:
                raise HeldBack("This bot has no exchange key.")
            noted = seen.with_key_released()
            this_minute = [at for *_, at in self.db.releases if now - at < timedelta(minutes=1)]
            if len(this_minute) >= per_minute:
                raise Unavailable("Too many exchange keys were asked for at once.")
            self.db.write_lease(noted)
            self.db.releases.append((bot.key_id, bot_id, now))
            return bot


@dataclass
class InMemoryJournal:
    db: BotDatabase

    def entries(self, owner: UserId, bot_id: BotId) -> Sequence[JournalEntry]:
        found = self.db.orders.get((owner, bot_id), {}).values()
        newest = sorted(found, key=lambda entry: entry.intent.sequence)
        unfinished = [
            entry
            for entry in newest[:-500]
            if entry.answer is None or entry.answer.state not in FINAL_STATES
        ]
        return [*unfinished, *newest[-500:]]

    def list(
        self, owner: UserId, bot_id: BotId, *, cursor: str | None, size: int
    ) -> Page[JournalEntry]:
        found = list(self.db.orders.get((owner, bot_id), {}).values())
        found.sort(key=lambda entry: entry.intent.sequence, reverse=True)
        return page_of(found, cursor, size, lambda entry: entry.intent.client_order_id)

    def intend(self, owner: UserId, bot_id: BotId, intent: Intent, now: datetime) -> None:
        with self.db.lock:
            bot = self.db.read(owner, bot_id)
            self.db.require(bot_id).require_live(intent)
            orders = self.db.orders.setdefault((owner, bot_id), {})
            if intent.client_order_id in orders:
                if orders[intent.client_order_id].intent != intent:
                    raise Conflict("Another order has this name; choose the next one.")
                return
            if intent.purpose is Purpose.ENTRY and (
                bot.wanted is not Wanted.RUNNING or intent.pair in bot.blacklist
            ):
                raise HeldBack("No entries.")
            risk = self.db.risk(bot)
            if risk is not None:
                self.db.risks[risk.key_id] = risk.admitting(bot_id, intent, now)
            orders[intent.client_order_id] = JournalEntry(intent=intent, answer=None)

    def answer(self, owner: UserId, bot_id: BotId, answer: Answer, now: datetime) -> None:
        with self.db.lock:
            bot = self.db.read(owner, bot_id)
            self.db.require(bot_id).require(answer)
            orders = self.db.orders.get((owner, bot_id), {})
            if answer.client_order_id not in orders:
                raise NotFound(f"There is no order {answer.client_order_id}.")
            entry = orders[answer.client_order_id]
            merged = merge(entry.answer, answer)
            orders[answer.client_order_id] = entry.model_copy(update={"answer": merged})
            risk = self.db.risk(bot)
            if risk is not None:
                self.db.risks[risk.key_id] = risk.settling(merged, now)


@dataclass
class InMemoryStates:
    stored: dict[Place, tuple[bytes, int]] = field(default_factory=dict)

    def generation(self, owner: UserId, bot_id: BotId) -> int:
        return self.stored.get((owner, bot_id), (b"", 0))[1]

    def read(self, owner: UserId, bot_id: BotId) -> tuple[bytes, int]:
        if (owner, bot_id) not in self.stored:
            raise NotFound("This bot has no state yet.")
        return self.stored[owner, bot_id]

    def replace(self, owner: UserId, bot_id: BotId, data: bytes, generation: int) -> int:
        present = self.generation(owner, bot_id)
        if present != generation:
            raise Fenced("Another holder has stored this bot's state.")
        self.stored[owner, bot_id] = data, present + 1
        return present + 1

    def delete(self, owner: UserId, bot_id: BotId) -> None:
        self.stored.pop((owner, bot_id), None)


@dataclass
class InMemoryKeys:
    db: BotDatabase

    def add(self, key: ExchangeKey, *, limit: int) -> None:
        if len(self.list(key.owner)) >= limit:
            raise QuotaExceeded(f"You already have {limit} exchange keys; delete one first.")
        self.db.keys[key.id] = key
        self.db.risks[key.id] = KeyRisk(key_id=key.id, owner=key.owner, limits=key.limits)

    def get(self, owner: UserId, key_id: KeyId) -> ExchangeKey | None:
        found = self.db.keys.get(key_id)
        return found if found is not None and found.owner == owner else None

    def list(self, owner: UserId) -> Sequence[ExchangeKey]:
        owned = [key for key in self.db.keys.values() if key.owner == owner]
        return sorted(owned, key=lambda key: key.created_at, reverse=True)

    def change(
        self, owner: UserId, key_id: KeyId, decide: Callable[[ExchangeKey], ExchangeKey]
    ) -> ExchangeKey:
        found = self.get(owner, key_id)
        if found is None:
            raise NotFound("There is no such exchange key.")
        self.db.keys[key_id] = changed = decide(found)
        self.db.risks[key_id] = replace(self.db.risks[key_id], limits=changed.limits)
        return changed

    def delete(self, owner: UserId, key_id: KeyId) -> bool:
        if self.get(owner, key_id) is None:
            return False
        del self.db.keys[key_id], self.db.risks[key_id]
        return True
