"""What a backtest run is, and the only ways in which its state may change."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NewType

from candlewick.accounts.models import UserClass, UserId
from candlewick.audit import AuditEntry
from candlewick.backtests.secrecy import closed_failure
from candlewick.backtests.wire import Failure, FailureKind, Loop, Phase, ProbeKind
from candlewick.errors import Conflict
from candlewick.strategies.models import StrategyId

RunId = NewType("RunId", str)

MAX_ATTEMPTS = 3


class RunState(StrEnum):
    QUEUED = "queued"  # waits for a dispatch
    STARTING = "starting"  # an execution was asked for
    RUNNING = "running"  # a job holds the claim
    CANCELLING = "cancelling"  # the user asked to stop; a job may still be alive
    VERIFYING = "verifying"  # the result is uploaded and is being recomputed
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        return not _NEXT[self]


_NEXT: Mapping[RunState, frozenset[RunState]] = {
    RunState.QUEUED: frozenset({RunState.STARTING, RunState.CANCELLED, RunState.FAILED}),
    RunState.STARTING: frozenset(
        {RunState.RUNNING, RunState.QUEUED, RunState.CANCELLING, RunState.FAILED}
    ),
    RunState.RUNNING: frozenset(
        {RunState.VERIFYING, RunState.QUEUED, RunState.CANCELLING, RunState.FAILED}
    ),
    RunState.CANCELLING: frozenset({RunState.CANCELLED}),
    RunState.VERIFYING: frozenset({RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELLED}),
    RunState.SUCCEEDED: frozenset(),
    RunState.FAILED: frozenset(),
    RunState.CANCELLED: frozenset(),
}

# What an operator may ask for besides: a run that failed, or that is stuck, once more.
_REPLAYED: Mapping[RunState, frozenset[RunState]] = {
    RunState.QUEUED: frozenset({RunState.QUEUED}),
    RunState.STARTING: frozenset({RunState.QUEUED}),
    RunState.RUNNING: frozenset({RunState.QUEUED}),
    RunState.VERIFYING: frozenset({RunState.QUEUED, RunState.VERIFYING}),
    RunState.FAILED: frozenset({RunState.QUEUED, RunState.VERIFYING}),
}

# How long a run may stay in a state without a sign of life before the reconciler moves it.
_PATIENCE: Mapping[RunState, timedelta] = {
    RunState.QUEUED: timedelta(minutes=5),
    RunState.STARTING: timedelta(minutes=4),
    RunState.RUNNING: timedelta(seconds=60),
    RunState.CANCELLING: timedelta(seconds=60),
    RunState.VERIFYING: timedelta(minutes=5),
}


class TaskKind(StrEnum):
    """What the tasks function is asked to do with a run."""

    DISPATCH = "dispatch"
    VERIFY = "verify"
    CANCEL = "cancel"


class TradingMode(StrEnum):
    SPOT = "spot"
    FUTURES = "futures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A run that examines a strategy instead of reporting what it earns; only the house makes them.

    `cut_at`: the opening of the last candle whose price the strategy may know; of a `TRUNCATED` run.
    """

    kind: ProbeKind
    cut_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestSpec:
    """What the user asked to simulate. Times are UTC; `until` is exclusive."""

    exchange: str
    pairs: tuple[str, ...]
    timeframe: str
    timeframe_detail: str | None = None
    start: datetime
    until: datetime
    stake_amount: (
        Decimal | None
    )  # None: divide the wallet by the open trades (Freqtrade's "unlimited")
    wallet: Decimal
    max_open_trades: int
    fee: Decimal | None = None  # None: the exchange's own
    enable_protections: bool = False
    trading_mode: TradingMode = TradingMode.SPOT
    probe: Probe | None = None
    loop: Loop = Loop.SKIPPING

    @property
    def stake_currency(self) -> str:
        return self.pairs[0].partition("/")[2].partition(":")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A version of a listing of the marketplace, whose code lies under its author."""

    listing: str
    version: int
    is_closed: bool  # the run's owner must learn nothing of the code


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyRef:
    """Which code a run uses, named so that a list needs no second look-up.

    Of closed code it holds nothing: whoever may read the run's document could read it there. `code_hash`,
    `parameters` and `pairs_named` are empty then, and the ticket takes them from the listing's version.
    """

    id: StrategyId
    name: str
    version: int
    class_name: str
    code_hash: str
    parameters: Mapping[str, object] | None = None
    pairs_named: tuple[str, ...] = ()  # in the code: it may ask for their candles
    code_owner: UserId | None = None  # whose code a run of the house uses
    listed: Listed | None = None  # where a user runs somebody else's code

    @property
    def is_closed(self) -> bool:
        """Whether the run's owner may learn nothing of the code."""
        return self.listed is not None and self.listed.is_closed

    def stored(self) -> "StrategyRef":
        """Return what may stand in a document that the run's owner can read."""
        if self.listed is None:
            return self
        if not self.listed.is_closed:
            return replace(self, code_owner=None)
        return replace(self, code_hash="", parameters=None, pairs_named=(), code_owner=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Which process may speak for the run. A higher (epoch, task attempt) fences a lower one."""

    epoch: int = 0
    token_hash: str | None = None
    holder: str | None = None
    task_attempt: int = -1
    execution: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunProgress:
    phase: Phase
    fraction: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredResult:
    """Where the result lies and what was found in it."""

    prefix: str
    archive_sha256: str
    archive_bytes: int
    headline: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestRun:
    id: RunId
    owner: UserId
    spec: BacktestSpec
    strategy: StrategyRef
    identity: str
    candle_revision: str
    is_simulated: bool
    engine: str
    state: RunState = RunState.QUEUED
    attempt: int = 1
    claim: Claim = Claim()
    created_at: datetime
    deadline_at: datetime | None
    entered_at: Mapping[str, datetime]  # when each state was last entered
    progress: RunProgress | None = None
    log_tail: str = ""
    failure: Failure | None = None
    result: StoredResult | None = None
    served_from: RunId | None = None
    tasks_sent: int = 0
    user_class: UserClass = UserClass.MEMBER
    timings: Mapping[str, float] = field(default_factory=dict)
    notes: str = ""

    @property
    def files(self) -> str:
        """Where the run's objects lie: those of its result, or of its latest claim."""
        if self.result is not None:
            return self.result.prefix
        return result_prefix(self.owner, self.id, self.claim.epoch)

    def moved_to(self, state: RunState, now: datetime) -> "BacktestRun":
        """Return the run in another state, with that state's deadline."""
        if state not in _NEXT[self.state]:
            raise Conflict(f"A {self.state} run cannot become {state}.")
        return replace(
            self,
            state=state,
            deadline_at=deadline(state, now),
            entered_at={**self.entered_at, state: now},
        )

    def kept_alive(self, now: datetime) -> "BacktestRun":
        return replace(self, deadline_at=deadline(self.state, now))

    def failed(self, failure: Failure, now: datetime) -> "BacktestRun":
        told = closed_failure(failure) if self.strategy.is_closed else failure
        return replace(self.moved_to(RunState.FAILED, now), failure=told)

    def told(self, log_tail: str) -> "BacktestRun":
        """Return the run with the end of its log; of closed code none is kept."""
        return self if self.strategy.is_closed else replace(self, log_tail=log_tail)

    def served_by(self, earlier: "BacktestRun") -> "BacktestRun":
        """Return the new run as already done: its identity is known, so its trades are."""
        return replace(
            self,
            state=RunState.SUCCEEDED,
            deadline_at=None,
            entered_at={**self.entered_at, RunState.SUCCEEDED: self.created_at},
            result=earlier.result,
            served_from=earlier.served_from or earlier.id,
            tasks_sent=0,
        )

    def requeued(self, reason: str, now: datetime) -> "BacktestRun":
        """Return the run queued for another attempt, or failed when none is left."""
        if self.attempt >= MAX_ATTEMPTS:
            message = (
                f"We could not finish this run in {self.attempt} attempts ({reason}). "
                "It is our fault, not your strategy's; nothing was charged. Please start it again."
            )
            return self.failed(Failure(kind=FailureKind.PLATFORM_ERROR, message=message), now)
        waiting = self if self.state is RunState.QUEUED else self.moved_to(RunState.QUEUED, now)
        # A new epoch fences whatever process may still work on the old attempt.
        return replace(
            waiting.kept_alive(now),
            attempt=self.attempt + 1,
            claim=Claim(epoch=self.claim.epoch + 1),
            progress=None,
        )

    def replayed(self, now: datetime) -> "BacktestRun":
        """Return the run queued for one more attempt, whatever was left; only operators ask for it."""
        again = self._again(RunState.QUEUED, now)
        return replace(
            again,
            attempt=self.attempt + 1,
            claim=Claim(epoch=self.claim.epoch + 1),
            progress=None,
            result=None,
        )

    def verified_again(self, now: datetime) -> "BacktestRun":
        """Return the run with its uploaded result to be verified once more."""
        if self.result is None:
            raise Conflict("This run has no uploaded result to verify.")
        return self._again(RunState.VERIFYING, now)

    def _again(self, state: RunState, now: datetime) -> "BacktestRun":
        if state not in _REPLAYED.get(self.state, frozenset()):
            raise Conflict(f"A {self.state} run cannot be {state} once more.")
        return replace(
            self,
            state=state,
            deadline_at=deadline(state, now),
            entered_at={**self.entered_at, state: now},
            failure=None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """A task to send once the change that asks for it is stored."""

    owner: UserId
    run_id: RunId
    kind: TaskKind
    number: int  # counts the run's tasks, so that a task sent twice has the same name


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A run's next state, the task that must follow, and the operator's entry if one asked for it."""

    run: BacktestRun
    follow_up: FollowUp | None = None
    audit: AuditEntry | None = None


def with_task(run: BacktestRun, kind: TaskKind) -> Change:
    number = run.tasks_sent + 1
    follow_up = FollowUp(owner=run.owner, run_id=run.id, kind=kind, number=number)
    return Change(run=replace(run, tasks_sent=number), follow_up=follow_up)


def deadline(state: RunState, now: datetime) -> datetime | None:
    """When the reconciler may move a run out of `state`; never for a final one."""
    return now + _PATIENCE[state] if state in _PATIENCE else None


def result_prefix(owner: UserId, run_id: RunId, epoch: int) -> str:
    """Where a claim's result lies. The epoch is part of it, so that two jobs never share an object."""
    return f"{owner}/{run_id}/{epoch}"
