"""What the services of live bots need from the outside."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from candlewick.accounts.models import UserClass, UserId
from candlewick.bots.models import (
    AlertSettings,
    Bot,
    BotCommand,
    BotId,
    Cell,
    KeyId,
    ServiceTask,
)
from candlewick.bots.wire import (
    Acquire,
    Answer,
    ClosedTrade,
    Event,
    Holder,
    Intent,
    JournalEntry,
    Key,
    Release,
    Renewal,
)
from candlewick.pages import Page

Decide = Callable[[Bot], Bot | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSpec:
    """The Cloud Run service of one bot.

    Attributes:
        revision: grows with what needs a new revision; the adapter puts it on the service as a label.
        env: what the supervisor reads: the bot's token, the URL of the bot-events function, a trace. Secret.
        image: with its digest.
    """

    bot_id: BotId
    owner_class: UserClass
    revision: int
    env: Mapping[str, str] = field(repr=False)
    image: str
    cell: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class ActualService:
    """A bot's service that exists. `revision` is its label, None where there is none that can be read."""

    bot_id: BotId
    revision: int | None
    cell: str
    is_ready: bool


class BotServices(Protocol):
    """Cloud Run services, one per bot, in all cells."""

    def start(self, spec: ServiceSpec) -> None:
        """Create the service or bring it to `spec`; the same call twice does it once. `Unavailable` when refused."""

    def delete(self, bot_id: BotId, cell: Cell) -> None:
        """Delete the service; one that is gone, or going, is no error."""

    def actual(self) -> Sequence[ActualService]:
        """Return every bot's service of all cells; `Unavailable` when one cell does not answer."""


class ServiceQueue(Protocol):
    def send_service_task(self, task: ServiceTask) -> None:
        """Create the task. Sending it twice has the effect of sending it once."""


class BotStore(Protocol):
    def created(self, owner: UserId, key_hash: str, body_hash: str) -> Bot | None:
        """Return the bot that this idempotency key made; `IdempotencyMismatch` when it stood for another request."""

    def create(self, bot: Bot, *, key_hash: str, body_hash: str, limit: int) -> Bot:
        """Store a new bot with its idempotency key; `QuotaExceeded` when the user has `limit` bots."""

    def get(self, owner: UserId, bot_id: BotId) -> Bot | None: ...
    def list(self, owner: UserId) -> Sequence[Bot]:
        """Return all bots of a user, the newest first."""

    def change(self, owner: UserId, bot_id: BotId, decide: Decide) -> Bot | None:
        """Apply `decide` in a transaction; `None` when it declines. `NotFound` when the bot is gone."""

    def delete(self, owner: UserId, bot_id: BotId, check: Callable[[Bot], None]) -> None:
        """Delete the bot with all below it and its lease, unless `check` raises."""

    def using_key(self, owner: UserId, key_id: KeyId) -> Sequence[Bot]: ...
    def active(self) -> Sequence[Bot]:
        """Return the active bots of all users."""

    def placed(self, cell: str) -> int:
        """Count the bots that have a place in a cell."""

    def add_command(self, command: BotCommand) -> BotCommand:
        """Store a command once; an earlier one of the same id is returned, `IdempotencyMismatch` if it differs."""

    def commands(self, owner: UserId, bot_id: BotId, *, size: int) -> Sequence[BotCommand]: ...
    def pending_commands(
        self, owner: UserId, bot_id: BotId, now: datetime
    ) -> Sequence[BotCommand]: ...
    def overdue_commands(self, now: datetime, *, limit: int) -> Sequence[BotCommand]: ...
    def settle_command(
        self,
        owner: UserId,
        bot_id: BotId,
        command_id: str,
        decide: Callable[[BotCommand], BotCommand | None],
    ) -> BotCommand | None: ...
    def add_event(self, owner: UserId, bot_id: BotId, event: Event) -> bool:
        """Store an event once; return whether it is new."""

    def event(self, owner: UserId, bot_id: BotId, event_id: str) -> Event | None: ...
    def alert_settings(self, owner: UserId) -> AlertSettings: ...
    def set_alert_settings(self, owner: UserId, settings: AlertSettings) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """A lease as the database knows it."""

    epoch: int
    bot: Bot


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """What a renewal changed: the bot as it was before, as it is now, and the events that are new."""

    before: Bot
    bot: Bot
    new_events: tuple[Event, ...]


class LeaseStore(Protocol):
    """Who may speak for a bot. Only the database's clock decides."""

    def acquire(self, owner: UserId, bot_id: BotId, wanted: Acquire, *, token: int) -> Granted:
        """Grant the lease with a new epoch; the same holder keeps its own.

        `Conflict` while another holder's may be open, `Fenced` when it was granted to a newer `token`,
        `NotFound` when there is no such bot.
        """

    def holds(self, owner: UserId, bot_id: BotId, holder: Holder) -> None:
        """Return if `holder` has the lease; `Fenced` otherwise."""

    def renew(self, owner: UserId, bot_id: BotId, renewal: Renewal, now: datetime) -> Renewed:
        """Extend the lease, store figures, closed trades and events; `Fenced` when another holder has it."""

    def release(self, owner: UserId, bot_id: BotId, wanted: Release, now: datetime) -> Bot | None:
        """Free the lease; the bot, or None when somebody else holds it by now."""

    def release_key(
        self, owner: UserId, bot_id: BotId, holder: Holder, *, now: datetime, per_minute: int
    ) -> Bot:
        """Note that the bot's key goes to a live lease's holder: audited, at most one in 20 s and bot.

        `Fenced`, `RateLimited`, or `Unavailable` when `per_minute` releases of all bots were made this minute.
        """


class JournalStore(Protocol):
    def entries(self, owner: UserId, bot_id: BotId) -> Sequence[JournalEntry]:
        """Return every order that is not final, and the newest 500, by sequence."""

    def intend(self, owner: UserId, bot_id: BotId, intent: Intent, now: datetime) -> None:
        """Store an intent once, if lease, wishes and account-wide limits allow it, all in one transaction.

        `Fenced` when another holder has the lease, `HeldBack` when this order must not be sent.
        """

    def answer(self, owner: UserId, bot_id: BotId, answer: Answer, now: datetime) -> None:
        """Store what the exchange said; amounts never shrink and a final state is never left."""

    def list(
        self, owner: UserId, bot_id: BotId, *, cursor: str | None, size: int
    ) -> Page[JournalEntry]: ...


class HistoryStore(Protocol):
    """What a bot did, the newest first."""

    def trades(
        self, owner: UserId, bot_id: BotId, *, cursor: str | None, size: int
    ) -> Page[ClosedTrade]: ...
    def events(
        self, owner: UserId, bot_id: BotId, *, cursor: str | None, size: int
    ) -> Page[Event]: ...


class StateStore(Protocol):
    """Each bot's database as one object, replaced only by who names the generation."""

    def generation(self, owner: UserId, bot_id: BotId) -> int: ...
    def read(self, owner: UserId, bot_id: BotId) -> tuple[bytes, int]:
        """Return the bytes and their generation; `NotFound` when there is no state yet."""

    def replace(self, owner: UserId, bot_id: BotId, data: bytes, generation: int) -> int:
        """Store bytes over `generation` (0: there is none) and return the new one; `Fenced` when it is another."""

    def delete(self, owner: UserId, bot_id: BotId) -> None: ...


class KeyVault(Protocol):
    def open(self, owner: UserId, key_id: KeyId) -> Key:
        """Decrypt an exchange key; `NotFound` when it is gone, `HeldBack` when it must not be used."""
