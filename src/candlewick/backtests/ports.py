"""What the backtest services need from the outside."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from candlewick.accounts.models import Quotas, UserId
from candlewick.backtests.models import BacktestRun, Change, FollowUp, RunId, RunState
from candlewick.market_data.manifest import Current, Manifest
from candlewick.pages import Page
from candlewick.strategies.models import Strategy, StrategyId, Version

Decide = Callable[[BacktestRun], Change | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyKey:
    """The caller's key and the request it stands for, both as hashes."""

    key_hash: str
    body_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFilter:
    state: RunState | None = None
    strategy_id: StrategyId | None = None
    exchange: str | None = None


class VerifiedRuns(Protocol):
    """What `BacktestService` offers to whoever reads results."""

    def succeeded(self, owner: UserId, run_id: RunId) -> BacktestRun: ...
    def list(
        self, owner: UserId, wanted: RunFilter, *, cursor: str | None, size: int
    ) -> Page[BacktestRun]: ...


class RunStore(Protocol):
    def submitted(self, owner: UserId, key: IdempotencyKey) -> BacktestRun | None:
        """Return the run that this key made; `IdempotencyMismatch` when it stood for another request."""

    def submit(self, change: Change, key: IdempotencyKey, quotas: Quotas) -> BacktestRun:
        """Store a new run with its key, quota hold and task in one transaction.

        Returns the earlier run when the key was used before, and a run that is served from a known result
        when one of the same identity exists. Raises `QuotaExceeded` and `IdempotencyMismatch`.
        """

    def get(self, owner: UserId, run_id: RunId) -> BacktestRun | None: ...
    def list(
        self, owner: UserId, wanted: RunFilter, *, cursor: str | None, size: int
    ) -> Page[BacktestRun]: ...

    def change(self, owner: UserId, run_id: RunId, decide: Decide) -> BacktestRun | None:
        """Apply `decide` in a transaction; `None` when it declines. `NotFound` when the run is gone.

        A final state releases the quota hold, and leaving one (a replay) takes it back without counting the
        run for its day again; a success becomes the known result of its identity.
        """

    def delete(self, owner: UserId, run_id: RunId) -> bool:
        """Delete a run that is over; return whether another run still uses its result."""

    def usage(self, owner: UserId, now: datetime) -> "Usage": ...
    def overdue(self, now: datetime, *, limit: int) -> Sequence[tuple[UserId, RunId]]: ...
    def census(self) -> "Census":
        """Count the runs that are not over, of all users."""

    def unsent(self, older_than: datetime, *, limit: int) -> Sequence[FollowUp]: ...
    def mark_sent(self, follow_up: FollowUp) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    active_runs: int
    runs_today: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """How many runs are in each state that is not final, and since when the first one waits."""

    counts: Mapping[RunState, int]
    oldest_queued: datetime | None


class TaskQueue(Protocol):
    def send(self, follow_up: FollowUp) -> None:
        """Create the task. Sending it twice has the effect of sending it once."""


class JobRunner(Protocol):
    def start(self, environment: Mapping[str, str]) -> str | None:
        """Ask for an execution and return its name, if it is known. `Unavailable` when refused."""

    def cancel(self, execution: str) -> None: ...


class Catalogue(Protocol):
    """The candle store's manifests."""

    def current(self, exchange: str) -> Current:
        """Return an exchange's newest revision; `NotFound` when it has no candles."""

    def manifest(self, exchange: str, revision: str) -> Manifest: ...
    def exchanges(self) -> Sequence[str]: ...


class VersionSource(Protocol):
    def get(self, owner: UserId, strategy_id: StrategyId) -> Strategy: ...
    def version(self, owner: UserId, strategy_id: StrategyId, number: int) -> Version: ...
