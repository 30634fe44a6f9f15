"""Moves whatever is stuck: unsent tasks, and runs that passed their state's deadline."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from candlewick.accounts.models import UserId
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
    """What one pass did."""

    tasks_sent: int
    runs_moved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciler:
    runs: RunStore
    queue: TaskQueue
    now: Callable[[], datetime]

    def reconcile(self) -> Reconciled:
        """Do one pass. Two at the same time do no harm: every move is a transaction."""
        moved = sum(self._expire(owner, run_id) for owner, run_id in self._overdue())
        return Reconciled(tasks_sent=self._send_unsent(), runs_moved=moved)

    def _overdue(self) -> list[tuple[UserId, RunId]]:
        return list(self.runs.overdue(self.now(), limit=_BATCH))

    def _send_unsent(self) -> int:
        sent = 0
        for follow_up in self.runs.unsent(self.now() - _OUTBOX_GRACE, limit=_BATCH):
            sent += send_follow_up(self.runs, self.queue, follow_up)
        return sent

    def _expire(self, owner: UserId, run_id: RunId) -> bool:
        now = self.now()
        decided: list[Change] = []

        def decide(run: BacktestRun) -> Change | None:
            decided.clear()
            if run.deadline_at is None or run.deadline_at > now:
                return None  # it moved on in between
            decided.append(expired(run, now))
            return decided[0]

        try:
            self.runs.change(owner, run_id, decide)
        except NotFound:
            return False
        for change in decided:
            log.warning("run was stuck", extra={"run_id": run_id, "state": change.run.state})
            send_follow_up(self.runs, self.queue, change.follow_up)
        return bool(decided)


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
