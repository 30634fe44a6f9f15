"""What operators ask for, and what they get to see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from candlewick.accounts.models import Account, Quotas, Standing, UserId
from candlewick.audit import Action, AuditEntry
from candlewick.backtests.models import BacktestRun, RunId, RunState
from candlewick.backtests.ports import Usage
from candlewick.errors import Invalid

# Beyond these a limit protects nobody any more.
QUOTA_BOUNDS: Mapping[str, tuple[int, int]] = {
    "active_runs": (0, 64),
    "runs_per_day": (0, 20_000),
    "api_tokens": (0, 200),
}
_MIN_REASON, _MAX_REASON = 8, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RunQuery:
    """Which runs are wanted; `older_than` counts from when a run entered its present state."""

    run_id: RunId | None = None
    owner: UserId | None = None
    state: RunState | None = None
    identity: str | None = None
    older_than: timedelta | None = None
    limit: int = 50

    def wants(self, run: BacktestRun, now: datetime) -> bool:
        entered = run.entered_at.get(run.state, run.created_at)
        return (
            self.run_id in {None, run.id}
            and self.owner in {None, run.owner}
            and self.state in {None, run.state}
            and self.identity in {None, run.identity}
            and (self.older_than is None or now - entered >= self.older_than)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """What Firebase Auth knows of a user."""

    id: UserId
    email: str | None
    is_disabled: bool
    providers: Sequence[str]
    created_at: datetime | None
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserView:
    """All that an operator may want to know about a user; either half may be missing."""

    id: UserId
    sign_in: SignIn | None
    account: Account | None
    standing: Standing
    usage: Usage
    strategies: int
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunChange:
    """What a command does to a run, or would do; `entry` is None for a rehearsal."""

    before: BacktestRun
    after: BacktestRun
    entry: AuditEntry | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Who changes what, and why."""

    action: Action
    reason: str

    def __post_init__(self) -> None:
        length = len(self.reason.strip())
        if not _MIN_REASON <= length <= _MAX_REASON:
            raise Invalid(
                f"Give a reason of {_MIN_REASON} to {_MAX_REASON} characters; the audit log keeps it."
            )


def changed_quotas(quotas: Quotas, wanted: Mapping[str, int]) -> Quotas:
    """Return the quotas with some of them changed; `Invalid` when a value is out of bounds."""
    for name, value in wanted.items():
        low, high = QUOTA_BOUNDS[name]
        if not low <= value <= high:
            raise Invalid(f"{name.replace('_', ' ').capitalize()} may be {low} to {high:,}.")
    kept = {field.name: getattr(quotas, field.name) for field in fields(quotas)}
    return Quotas(**{**kept, **wanted})
