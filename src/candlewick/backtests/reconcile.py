"""Moves whatever is stuck: unsent tasks, and runs that passed their state's deadline."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from candlewick.accounts.models import UserId
from candlewick.backtests.models import BacktestRun, Change, RunId, RunState, TaskKind, with_task
from candlewick.backtests.ports import RunStore, TaskQueue
from candlewick.backtests.wire import Failure, FailureKind
from candlewick.errors import AppError, NotFound
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
            try:
                self.queue.send(follow_up)
            except AppError:
                log.warning("task not sent yet", extra={"run_id": follow_up.run_id})
                continue
            self.runs.mark_sent(follow_up)
            sent += 1
        return sent

    def _expire(self, owner: UserId, run_id: RunId) -> bool:
        now = self.now()

        def decide(run: BacktestRun) -> Change | None:
            if run.deadline_at is None or run.deadline_at > now:
                return None  # it moved on in between
            return expired(run, now)

        try:
            changed = self.runs.change(owner, run_id, decide)
        except NotFound:
            return False
        if changed is not None:
            log.warning("run was stuck", extra={"run_id": run_id, "state": changed.state})
        return changed is not None


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
