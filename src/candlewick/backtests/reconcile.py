"""Moves whatever is stuck: unsent tasks, and runs that passed their state's deadline."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from candlewick.accounts.models import UserId
from candlewick.backtests.events_log import seconds_between, tell_if_given_up
from candlewick.backtests.models import BacktestRun, Change, RunId, RunState, TaskKind, with_task
from candlewick.backtests.outbox import send_follow_up
from candlewick.backtests.ports import RunStore, TaskQueue
from candlewick.backtests.wire import Failure, FailureKind
from candlewick.errors import NotFound
from candlewick.log import logger

log = logger(__name__)

# A request that is still under way sends its own task within this time.
_OUTBOX_GRACE = timedelta(seconds=10)
_VERIFY_LIMIT = timedelta(minutes=20)
_BATCH = 200

_REASONS = {
    RunState.QUEUED: "it was never started",
    RunState.STARTING: "its container did not start",
    RunState.RUNNING: "its container stopped answering",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """What one pass did, and what it found."""

    tasks_sent: int
    tasks_unsent: int  # still, because the queue refuses them
    runs_moved: int
    overdue: int
    oldest_overdue_s: float
    oldest_queued_s: float
    counts: Mapping[RunState, int]  # after the pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciler:
    runs: RunStore
    queue: TaskQueue
    now: Callable[[], datetime]

    def reconcile(self) -> Reconciled:
        """Do one pass. Two at the same time do no harm: every move is a transaction."""
        late = [self._expire(*found) for found in self.runs.overdue(self.now(), limit=_BATCH)]
        moved = [lateness for lateness in late if lateness is not None]
        sent = self._send_unsent()
        census, now = self.runs.census(), self.now()
        waits = census.oldest_queued
        return Reconciled(
            tasks_sent=sum(sent),
            tasks_unsent=len(sent) - sum(sent),
            runs_moved=len(moved),
            overdue=len(late),
            oldest_overdue_s=max(moved, default=0.0),
            oldest_queued_s=0.0 if waits is None else seconds_between(waits, now),
            counts=census.counts,
        )

    def _send_unsent(self) -> list[bool]:
        waiting = self.runs.unsent(self.now() - _OUTBOX_GRACE, limit=_BATCH)
        return [send_follow_up(self.runs, self.queue, follow_up) for follow_up in waiting]

    def _expire(self, owner: UserId, run_id: RunId) -> float | None:
        """Move a run on; return by how many seconds it was late, or `None` when nothing was to do."""
        now = self.now()
        decided: list[tuple[BacktestRun, Change]] = []

        def decide(run: BacktestRun) -> Change | None:
            decided.clear()
            if run.deadline_at is None or run.deadline_at > now:
                return None  # it moved on in between
            decided.append((run, expired(run, now)))
            return decided[0][1]

        try:
            self.runs.change(owner, run_id, decide)
        except NotFound:
            return None
        for before, change in decided:
            _tell(before, change.run, now)
            send_follow_up(self.runs, self.queue, change.follow_up)
            return seconds_between(before.deadline_at or now, now)
        return None


def _tell(before: BacktestRun, after: BacktestRun, now: datetime) -> None:
    facts = {
        "run_id": before.id,
        "user_class": before.user_class,
        "from_state": before.state,
        "state": after.state,
        "attempt": before.attempt,
        "waited_s": seconds_between(before.entered_at[before.state], now),
    }
    log.warning("run was stuck", extra=facts)
    tell_if_given_up(before, after)


def expired(run: BacktestRun, now: datetime) -> Change:
    """Return what becomes of a run that passed its deadline."""
    if run.state is RunState.CANCELLING:
        return Change(run=run.moved_to(RunState.CANCELLED, now))
    if run.state is RunState.VERIFYING:
        if now - run.entered_at[RunState.VERIFYING] < _VERIFY_LIMIT:
            return with_task(run.kept_alive(now), TaskKind.VERIFY)
        message = (
            "We could not verify the result in time. It is our fault; please start the run again."
        )
        return Change(
            run=run.failed(Failure(kind=FailureKind.PLATFORM_ERROR, message=message), now)
        )
    requeued = run.requeued(_REASONS[run.state], now)
    if requeued.state is RunState.QUEUED:
        return with_task(requeued, TaskKind.DISPATCH)
    return Change(run=requeued)
