"""What a live bot is, and the only ways in which its service may be started, stopped and deleted."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final, NewType

from candlewick.accounts.models import UserClass, UserId
from candlewick.backtests.models import RunId, StrategyRef
from candlewick.bots.wire import BotPhase, EventKind, Figures, Mode, RiskLimits, Verb, Wanted

BotId = NewType("BotId", str)
KeyId = NewType("KeyId", str)

SILENT_AFTER: Final = timedelta(minutes=3)
COMMAND_LIFETIME: Final = timedelta(minutes=5)
_KEPT_TOKENS: Final = 3


class OperationKind(StrEnum):
    """What the platform is doing with a bot's service."""

    NONE = "none"
    STARTING = "starting"  # it is to be created, or replaced by a new revision
    STOPPING = "stopping"  # the bot was told to stop and puts its things in order
    DELETING = "deleting"  # it has stopped, or its time is over: the service goes


# How long an operation may take before the reconciler asks for its next step again.
_PATIENCE: Final[Mapping[OperationKind, timedelta]] = {
    OperationKind.STARTING: timedelta(minutes=2),
    OperationKind.STOPPING: timedelta(minutes=2),
    OperationKind.DELETING: timedelta(minutes=2),
}
_CLOSING: Final = timedelta(minutes=10)  # to sell what is held before the service goes


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation with a bot's service; `number` counts its tasks, so that one sent twice has the same name."""

    kind: OperationKind = OperationKind.NONE
    number: int = 0
    attempts: int = 0
    since: datetime | None = None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownToken:
    """The hash of a token that a revision of the bot's service proves itself with."""

    number: int
    secret_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """The service as it was last asked for."""

    revision: int
    cell: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Trading:
    """What a bot trades. Amounts are in stake currency; `stake` None: the wallet divided by the open trades."""

    venue: str  # an entry of the venue catalogue
    pairs: tuple[str, ...]
    timeframe: str
    stake_currency: str
    stake: Decimal | None
    max_open_trades: int
    wallet: Decimal  # of paper money; not used with real money


@dataclass(frozen=True, slots=True, kw_only=True)
class Bot:
    """A live bot.

    Attributes:
        verified_by: the verified backtest of the same code that allowed it.
        revision: counts what needs a new revision of the service: starts, and other versions of the strategy.
        settings_revision: counts changes that a running bot takes over: limits and blacklist.
        is_active: whether the reconciler has to look at it.
        signal_secret_hash: of the secret by which it takes signals from outside; empty: it takes none.
        deadline_at: when the reconciler takes the operation's next step by itself.
    """

    id: BotId
    owner: UserId
    name: str
    mode: Mode
    strategy: StrategyRef
    verified_by: RunId
    trading: Trading
    limits: RiskLimits
    key_id: KeyId | None = None
    blacklist: tuple[str, ...] = ()
    alerts: frozenset[EventKind] = frozenset(EventKind) - {EventKind.SIGNAL}
    user_class: UserClass = UserClass.MEMBER
    wanted: Wanted = Wanted.STOPPED
    wanted_at: datetime
    revision: int = 0
    settings_revision: int = 1
    operation: Operation = Operation()
    deadline_at: datetime | None = None
    deployment: Deployment | None = None
    cell: str = ""
    tokens: tuple[KnownToken, ...] = ()
    tokens_issued: int = 0
    is_active: bool = False
    phase: BotPhase | None = None
    figures: Figures | None = None
    signal_secret_hash: str = ""
    last_seen_at: datetime | None = None
    silent_since: datetime | None = None
    created_at: datetime
    updated_at: datetime

    @property
    def needs_key(self) -> bool:
        return self.mode in {Mode.LIVE, Mode.REPLAY}

    @property
    def active_cell(self) -> str:
        """The cell in which it takes a place, or nothing."""
        return self.cell if self.is_active else ""

    def wants(self, wanted: Wanted, now: datetime) -> "Bot":
        return replace(self, wanted=wanted, wanted_at=now, updated_at=now)

    def starting(self, cell: str, now: datetime) -> "Bot":
        """Return the bot with a service of a new revision to be asked for."""
        renewed = replace(self, revision=self.revision + 1, cell=self.cell or cell)
        return renewed.operating(OperationKind.STARTING, now)

    def stopping(self, now: datetime, *, closes: bool) -> "Bot":
        """Return the bot that was told to stop; without a service it has stopped."""
        stopped = self.wants(Wanted.STOPPED, now)
        if self.deployment is None and self.operation.kind is not OperationKind.STARTING:
            return stopped.settled(now)
        leaving = stopped.operating(OperationKind.STOPPING, now)
        return replace(leaving, deadline_at=now + _CLOSING) if closes else leaving

    def operating(self, kind: OperationKind, now: datetime) -> "Bot":
        """Return the bot at the beginning of an operation, or of its next task."""
        before = self.operation
        is_same = before.kind is kind
        operation = Operation(
            kind=kind,
            number=before.number + 1,
            attempts=before.attempts if is_same else 0,
            since=before.since if is_same else now,
            error=before.error if is_same else "",
        )
        return replace(self, operation=operation, deadline_at=now + _PATIENCE[kind], is_active=True)

    def with_token(self, secret_hash: str, now: datetime) -> "Bot":
        """Return the bot with one more token. Those of earlier revisions stay until the service is gone.

        A repeated attempt is a revision of its own: the service may be there with a token that nobody knows.
        """
        number = self.tokens_issued + 1
        token = KnownToken(number=number, secret_hash=secret_hash)
        attempt = replace(self.operation, attempts=self.operation.attempts + 1)
        return replace(
            self,
            tokens=(*self.tokens, token)[-_KEPT_TOKENS:],
            tokens_issued=number,
            revision=self.revision + (self.operation.attempts > 0),
            operation=attempt,
            deadline_at=now + _PATIENCE[OperationKind.STARTING],
        )

    def deployed(self, now: datetime) -> "Bot":
        """Return the bot whose service was asked for with success."""
        deployment = Deployment(revision=self.revision, cell=self.cell, at=now)
        return replace(self, deployment=deployment, is_active=True, silent_since=None).idle()

    def settled(self, now: datetime) -> "Bot":
        """Return the bot without a service: nobody can speak for it any more."""
        gone = replace(self, deployment=None, tokens=(), phase=None, silent_since=None)
        return replace(gone.idle(), is_active=False, updated_at=now)

    def idle(self) -> "Bot":
        """Return the bot with nothing to be done about its service."""
        return replace(self, operation=Operation(number=self.operation.number), deadline_at=None)


class CommandState(StrEnum):
    PENDING = "pending"
    DONE = "done"
    REFUSED = "refused"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class BotCommand:
    """One thing that a user told a bot, and what became of it.

    Attributes:
        pending_until: when it expires; None once it is done, refused or expired.
        body_hash: of the request that made it, so that the same key cannot stand for another one.
        by: the user, or the API token or webhook that spoke for them.
    """

    id: str
    bot_id: BotId
    owner: UserId
    verb: Verb
    pair: str = ""
    trade: int | None = None
    at: datetime
    expires_at: datetime
    pending_until: datetime | None
    by: str
    body_hash: str = ""
    state: CommandState = CommandState.PENDING
    message: str = ""
    settled_at: datetime | None = None

    def settled(self, state: CommandState, message: str, now: datetime) -> "BotCommand":
        return replace(self, state=state, message=message, settled_at=now, pending_until=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTask:
    """A task for the tasks function: take the next step of a bot's operation."""

    owner: UserId
    bot_id: BotId
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLimits:
    """What all bots on one exchange key may do together; None: no limit. Amounts are in stake currency."""

    max_open_stake: Decimal | None = None
    max_daily_loss: Decimal | None = None
    max_orders_per_minute: int = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSettings:
    """Where a user is told. Empty: not there. `webhook_secret` signs what is sent."""

    email: str = ""
    webhook_url: str = ""
    webhook_secret: str = field(default="", repr=False)
    telegram_chat: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A project and region that bots are placed in, and how many it takes."""

    name: str
    project: str
    region: str
    capacity: int = 800
