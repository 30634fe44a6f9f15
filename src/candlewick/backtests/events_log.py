"""The log lines about runs that alerts and cost reports read; docs/operations/logs.md lists them."""

from datetime import datetime

from candlewick.backtests.models import BacktestRun, RunState
from candlewick.backtests.wire import FailureKind, Finished
from candlewick.log import logger

log = logger(__name__)


def seconds_between(earlier: datetime, later: datetime) -> float:
    """Return the seconds from one moment to the other, never less than none."""
    return round(max(0.0, (later - earlier).total_seconds()), 3)


def since(run: BacktestRun, state: RunState, now: datetime) -> float:
    """Return the seconds since a run last entered a state, or since it was made."""
    return seconds_between(run.entered_at.get(state, run.created_at), now)


def tell_started(run: BacktestRun, now: datetime) -> None:
    facts = _about(run) | {
        "epoch": run.claim.epoch,
        "dispatch_s": since(run, RunState.QUEUED, now),
        "start_s": since(run, RunState.STARTING, now),
    }
    log.info("run started", extra=facts)


def tell_finished(before: BacktestRun, after: BacktestRun, event: Finished, now: datetime) -> None:
    failure = getattr(event.outcome, "failure", None)
    facts = _about(before) | {
        "outcome": event.outcome.outcome,
        "failure_kind": None if failure is None else failure.kind,
        "state": after.state,
        "job_s": since(before, RunState.RUNNING, now),
    }
    log.info("run finished", extra=facts)
    tell_if_given_up(before, after)


def tell_if_given_up(before: BacktestRun, after: BacktestRun) -> None:
    """Say that the platform failed a user for good; a failure of their own code is none of ours."""
    failure = after.failure
    if after.state is RunState.FAILED and failure and failure.kind is FailureKind.PLATFORM_ERROR:
        facts = _about(before) | {"from_state": before.state, "reason": failure.message}
        log.error("run given up", extra=facts)


def _about(run: BacktestRun) -> dict[str, object]:
    return {"run_id": run.id, "user_class": run.user_class, "attempt": run.attempt}
