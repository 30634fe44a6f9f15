"""What a user does with live bots: create, start, stop, pause, change, update, delete; and stop all at once."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from candlewick.accounts.models import UserClass, UserId
from candlewick.backtests.models import RunId, StrategyRef
from candlewick.bots.describe import sentences
from candlewick.bots.events import send_task
from candlewick.bots.models import (
    AlertSettings,
    Bot,
    BotCommand,
    BotId,
    Cell,
    KeyId,
    OperationKind,
    Trading,
)
from candlewick.bots.ports import BotStore, HistoryStore, JournalStore, ServiceQueue, StateStore
from candlewick.bots.requests import CommandRequest, CommandSender
from candlewick.bots.settings_changes import SettingsDesk, require_limited_pairs
from candlewick.bots.venues import Venues
from candlewick.bots.verified import CheckedCode, StrategyDesk, StrategyWish
from candlewick.bots.wire import (
    ClosedTrade,
    Event,
    JournalEntry,
    Mode,
    RiskLimits,
    Verb,
    Wanted,
)
from candlewick.errors import Conflict, Invalid, NotFound, Unavailable
from candlewick.exchange_keys.ports import KeyStore
from candlewick.log import logger
from candlewick.pages import Page

log = logger(__name__)

MAX_BOTS = 50
_LEAVING = frozenset({OperationKind.STOPPING, OperationKind.DELETING})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBot:
    """What a user asks for. `shares_key`: another bot may have the same exchange key."""

    name: str
    mode: Mode
    strategy: StrategyWish | CheckedCode
    trading: Trading
    limits: RiskLimits
    key_id: KeyId | None = None
    shares_key: bool = False
    user_class: UserClass = UserClass.MEMBER


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """Who asks, and what they typed where real money is at stake."""

    by: str
    typed_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BotService:
    bots: BotStore
    journal: JournalStore
    histories: HistoryStore
    states: StateStore
    keys: KeyStore
    desk: StrategyDesk
    commands: CommandSender
    settings: SettingsDesk
    queue: ServiceQueue
    venues: Venues
    cells: Sequence[Cell]
    check_address: Callable[[str], object]
    now: Callable[[], datetime]
    new_id: Callable[[], str]

    def preview(self, owner: UserId, wanted: NewBot) -> tuple[str, ...]:
        """Return what such a bot would do and cost, in sentences; raises what `create` would."""
        self._checked(owner, wanted)
        entry = self.venues.entry(wanted.trading.venue)
        return sentences(wanted.name, wanted.mode, wanted.trading, wanted.limits, entry)

    def create(self, owner: UserId, wanted: NewBot, *, key: str, body: str) -> Bot:
        """Store a bot that is not started yet, or return the one that the idempotency `key` made for `body`."""
        key_hash, body_hash = _sha256(f"bots:{key}"), _sha256(body)
        earlier = self.bots.created(owner, key_hash, body_hash)
        if earlier is not None:
            return earlier
        strategy, run_id = self._checked(owner, wanted)
        now = self.now()
        bot = Bot(
            id=BotId(self.new_id()),
            owner=owner,
            name=wanted.name,
            mode=wanted.mode,
            strategy=strategy,
            verified_by=run_id,
            trading=wanted.trading,
            limits=wanted.limits,
            key_id=wanted.key_id,
            user_class=wanted.user_class,
            wanted_at=now,
            created_at=now,
            updated_at=now,
        )
        stored = self.bots.create(bot, key_hash=key_hash, body_hash=body_hash, limit=MAX_BOTS)
        facts = {"bot_id": stored.id, "mode": stored.mode, "user_class": stored.user_class}
        log.info("bot created", extra=facts)
        return stored

    def list(self, owner: UserId) -> Sequence[Bot]:
        return self.bots.list(owner)

    def get(self, owner: UserId, bot_id: BotId) -> Bot:
        found = self.bots.get(owner, bot_id)
        if found is None:
            raise NotFound("There is no such bot.")
        return found

    def orders(
        self, owner: UserId, bot_id: BotId, *, cursor: str | None, size: int
    ) -> Page[JournalEntry]:
        self.get(owner, bot_id)
        return self.journal.list(owner, bot_id, cursor=cursor, size=size)

    def trades(
        self, owner: UserId, bot_id: BotId, *, cursor: str | None, size: int
    ) -> Page[ClosedTrade]:
        """Return closed trades, the newest first."""
        self.get(owner, bot_id)
        return self.histories.trades(owner, bot_id, cursor=cursor, size=size)

    def events(self, owner: UserId, bot_id: BotId, *, cursor: str | None, size: int) -> Page[Event]:
        """Return what the owner was told of, the newest first."""
        self.get(owner, bot_id)
        return self.histories.events(owner, bot_id, cursor=cursor, size=size)

    def start(self, owner: UserId, bot_id: BotId, *, typed_name: str) -> Bot:
        """Start a bot. With real money its owner types its name; a running one stays as it is."""
        bot = self.get(owner, bot_id)
        require_name(bot, typed_name)
        if bot.needs_key:
            self._require_key(owner, bot.key_id, bot.trading.venue)
        cell, now = bot.cell or self._free_cell(), self.now()

        def decide(found: Bot) -> Bot | None:
            if found.operation.kind in _LEAVING:
                raise Conflict("This bot is still stopping; start it when it has stopped.")
            if found.wanted is not Wanted.STOPPED:
                return None
            fresh = replace(found, last_seen_at=None, silent_since=None, phase=None)
            return fresh.wants(Wanted.RUNNING, now).starting(cell, now)

        return self._move(bot, decide, "started")

    def stop(self, owner: UserId, bot_id: BotId, wish: CommandRequest) -> Bot:
        """Stop a bot, and sell what it holds if `wish.verb` says so. One that has stopped stays so."""
        bot, now = self.get(owner, bot_id), self.now()
        closes = wish.verb is Verb.STOP_AND_CLOSE

        def decide(found: Bot) -> Bot | None:
            if found.wanted is Wanted.STOPPED:
                return None
            return found.stopping(now, closes=closes)

        stopped = self._move(bot, decide, "stopped")
        if stopped.operation.kind is OperationKind.STOPPING:
            self.commands.send(stopped, wish)
        return stopped

    def stop_all(self, owner: UserId, wish: CommandRequest) -> Sequence[Bot]:
        """The kill switch: from its answer on no bot of the user enters a trade, whatever it is doing."""
        running = [bot for bot in self.bots.list(owner) if bot.wanted is not Wanted.STOPPED]
        return [
            self.stop(owner, bot.id, replace(wish, key=f"{wish.key}:{bot.id}")) for bot in running
        ]

    def pause(self, owner: UserId, bot_id: BotId, wish: CommandRequest) -> Bot:
        """Take no new trades; open ones are managed. `Verb.RESUME` takes it back."""
        bot, now = self.get(owner, bot_id), self.now()
        wanted = Wanted.PAUSED if wish.verb is Verb.PAUSE else Wanted.RUNNING

        def decide(found: Bot) -> Bot | None:
            if found.wanted is Wanted.STOPPED:
                raise Conflict("This bot is stopped; start it first.")
            return None if found.wanted is wanted else found.wants(wanted, now)

        changed = self._move(bot, decide, wanted.value)
        self.commands.send(changed, wish)
        return changed

    def command(self, owner: UserId, bot_id: BotId, wish: CommandRequest) -> BotCommand:
        """Tell a running bot to do one thing, once; the outcome shows in its commands."""
        bot = self.get(owner, bot_id)
        if bot.wanted is Wanted.STOPPED:
            raise Conflict("This bot is stopped; nothing can be forced.")
        if wish.verb is Verb.FORCE_ENTRY:
            require_entry(bot, wish.pair)
        return self.commands.send(bot, wish)

    def update(self, owner: UserId, bot_id: BotId, wish: StrategyWish, consent: Consent) -> Bot:
        """Put another version of the strategy, or other parameters, into a bot; the same again changes nothing.

        A running bot is replaced by one of the new version, which goes on with its trades.
        """
        bot, now = self.get(owner, bot_id), self.now()
        require_name(bot, consent.typed_name)
        strategy, run_id = self.desk.reference(owner, wish)

        def decide(found: Bot) -> Bot | None:
            if found.operation.kind in _LEAVING:
                raise Conflict("This bot is still stopping; update it when it has stopped.")
            if found.strategy == strategy:
                return None
            updated = replace(found, strategy=strategy, verified_by=run_id, updated_at=now)
            if found.wanted is Wanted.STOPPED:
                return updated
            return updated.starting(found.cell, now)

        updated = self._move(bot, decide, "updated")
        if updated.strategy != bot.strategy:
            key = f"update:{updated.updated_at.isoformat()}"
            told = CommandRequest(verb=Verb.UPDATE, key=key, by=consent.by)
            self.commands.record(updated, told, f"{strategy.name} version {strategy.version}.")
        return updated

    def delete(self, owner: UserId, bot_id: BotId) -> None:
        """Delete a stopped bot with its journal and its database; `Conflict` while it may still run."""
        self.bots.delete(owner, bot_id, _require_gone)
        self.states.delete(owner, bot_id)
        log.info("bot deleted", extra={"bot_id": bot_id})

    def history(self, owner: UserId, bot_id: BotId) -> Sequence[BotCommand]:
        self.get(owner, bot_id)
        return self.bots.commands(owner, bot_id, size=100)

    def alert_settings(self, owner: UserId) -> AlertSettings:
        return self.bots.alert_settings(owner)

    def set_alert_settings(self, owner: UserId, settings: AlertSettings) -> AlertSettings:
        """Store where the user is told; `Undeliverable` for a webhook's address that must not be called."""
        if settings.webhook_url:
            self.check_address(settings.webhook_url)
        self.bots.set_alert_settings(owner, settings)
        return settings

    def _checked(self, owner: UserId, wanted: NewBot) -> tuple[StrategyRef, RunId]:
        entry = self.venues.entry(wanted.trading.venue)
        if wanted.mode not in entry.modes:
            can = ", ".join(entry.modes)
            raise Invalid(f"{entry.title} is for these modes here: {can}.")
        require_limited_pairs(wanted.limits, wanted.trading)
        if wanted.mode in {Mode.LIVE, Mode.REPLAY}:
            self._require_key(owner, wanted.key_id, wanted.trading.venue)
            self._require_own_key(owner, wanted)
        elif wanted.key_id is not None:
            raise Invalid("Only bots that send orders take an exchange key; leave it out.")
        return self.desk.reference(owner, wanted.strategy)

    def _require_key(self, owner: UserId, key_id: KeyId | None, venue: str) -> None:
        key = None if key_id is None else self.keys.get(owner, key_id)
        if key is None:
            raise Invalid("This bot sends orders, so it needs an exchange key; add or choose one.")
        if key.venue != venue:
            raise Invalid(f"This exchange key is for {key.venue}, and the bot trades at {venue}.")
        if key.problem:
            raise Conflict(f"The exchange key {key.name} has a problem: {key.problem}")

    def _require_own_key(self, owner: UserId, wanted: NewBot) -> None:
        if wanted.key_id is None or wanted.shares_key:
            return
        others = [bot.name for bot in self.bots.using_key(owner, wanted.key_id)]
        if others:
            raise Conflict(
                f"{', '.join(others)} has this exchange key already. Two bots on one account fight over its "
                "balance: make another key, best of a sub-account, or say that they may share it."
            )

    def _free_cell(self) -> str:
        for cell in self.cells:
            if self.bots.placed(cell.name) < cell.capacity:
                return cell.name
        raise Unavailable("There is no room for another bot at the moment; we have been told.")

    def _move(self, bot: Bot, decide: Callable[[Bot], Bot | None], change: str) -> Bot:
        moved = self.bots.change(bot.owner, bot.id, decide)
        if moved is None:
            return self.get(bot.owner, bot.id)
        facts = {"bot_id": bot.id, "mode": bot.mode, "operation": moved.operation.kind}
        log.info("bot changed", extra={**facts, "change": change, "user_class": bot.user_class})
        if moved.operation.kind is OperationKind.STARTING:
            send_task(self.queue, moved)
        return moved


def limits_of(pairs: tuple[str, ...], limits: Mapping[str, object]) -> RiskLimits:
    """Return limits that allow exactly a bot's pairs."""
    return RiskLimits.model_validate({**limits, "pairs": pairs})


def require_name(bot: Bot, typed: str) -> None:
    """Raise `Invalid` where real money is at stake and the bot's name was not typed."""
    if bot.mode is Mode.LIVE and typed != bot.name:
        raise Invalid(
            f"This bot trades with real money: type its name, {bot.name}, to confirm.",
            fields=(("confirmName", "type the bot's name"),),
        )


def require_entry(bot: Bot, pair: str) -> None:
    """Raise when a bot must not be made to enter a trade of a pair now."""
    if bot.wanted is not Wanted.RUNNING:
        raise Conflict("This bot takes no entries at the moment; start or resume it first.")
    if bot.mode is Mode.SIGNALS:
        raise Conflict("This bot only tells of signals; it never enters a trade.")
    if pair not in bot.limits.pairs or pair in bot.blacklist:
        raise Invalid(f"This bot may not trade {pair}.")


def _require_gone(bot: Bot) -> None:
    if bot.wanted is not Wanted.STOPPED or bot.is_active:
        raise Conflict("This bot still runs; stop it before you delete it.")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
