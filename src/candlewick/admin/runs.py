"""Operators' use cases for runs: find, look, replay, cancel."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from candlewick.accounts.models import Standing, UserId
from candlewick.admin.models import Deed, RunChange, RunQuery
from candlewick.audit import Action, AuditEntry
from candlewick.backtests.models import BacktestRun, Change, RunId, RunState, TaskKind, with_task
from candlewick.backtests.outbox import send_follow_up
from candlewick.backtests.ports import RunStore, TaskQueue
from candlewick.backtests.service import cancellation
from candlewick.errors import Conflict, NotFound

_ALL = 1_000


class RunSearch(Protocol):
    def search(self, query: RunQuery, now: datetime) -> Sequence[BacktestRun]:
        """Return runs of all users that fit, the newest first."""


class Standings(Protocol):
    def standing(self, owner: UserId) -> Standing: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDesk:
    """`queue` may be None: then the reconciler sends the task, within a minute."""

    runs: RunStore
    everyone: RunSearch
    accounts: Standings
    queue: TaskQueue | None
    operator: str
    now: Callable[[], datetime]
    new_id: Callable[[], str]

    def find(self, query: RunQuery) -> Sequence[BacktestRun]:
        return self.everyone.search(query, self.now())

    def get(self, run_id: RunId) -> BacktestRun:
        found = self.find(RunQuery(run_id=run_id, limit=2))
        if not found:
            raise NotFound(f"There is no run {run_id}.")
        if len(found) > 1:
            raise Conflict(f"{len(found)} users have a run {run_id}; that should never be.")
        return found[0]

    def replay(self, run_id: RunId, reason: str, *, rehearse: bool) -> RunChange:
        """Queue a failed or stuck run once more; it is not counted or charged a second time."""
        deed = Deed(action=Action.REPLAY, reason=reason)
        return self._change(
            run_id,
            deed,
            lambda run, now: with_task(run.replayed(now), TaskKind.DISPATCH),
            rehearse=rehearse,
        )

    def verify(self, run_id: RunId, reason: str, *, rehearse: bool) -> RunChange:
        """Verify the uploaded result of a failed or stuck run once more."""
        deed = Deed(action=Action.VERIFY, reason=reason)
        return self._change(
            run_id,
            deed,
            lambda run, now: with_task(run.verified_again(now), TaskKind.VERIFY),
            rehearse=rehearse,
        )

    def cancel(self, run_id: RunId, reason: str, *, rehearse: bool) -> RunChange:
        """Stop a run as its owner could."""
        deed = Deed(action=Action.CANCEL, reason=reason)
        return self._change(run_id, deed, cancellation, rehearse=rehearse, may_be_suspended=True)

    def cancel_all(self, owner: UserId, reason: str, *, rehearse: bool) -> Sequence[RunChange]:
        """Stop everything of a user's that is under way; what ends meanwhile is left as it is."""
        changes = []
        for run in self.find(RunQuery(owner=owner, limit=_ALL)):
            if run.state.is_final or run.state is RunState.CANCELLING:
                continue
            try:
                changes.append(self.cancel(run.id, reason, rehearse=rehearse))
            except (Conflict, NotFound):
                continue
        return changes

    def _change(
        self,
        run_id: RunId,
        deed: Deed,
        move: Callable[[BacktestRun, datetime], Change],
        *,
        rehearse: bool,
        may_be_suspended: bool = False,
    ) -> RunChange:
        found, now = self.get(run_id), self.now()
        if not may_be_suspended and self.accounts.standing(found.owner) is not Standing.ACTIVE:
            raise Conflict("The run's owner is suspended or deleted, so it cannot be started.")
        if rehearse:
            return RunChange(before=found, after=move(found, now).run, entry=None)
        decided: list[tuple[BacktestRun, Change]] = []
        name = self.new_id()

        def decide(run: BacktestRun) -> Change:
            decided.clear()
            change = move(run, now)
            entry = self._entry(name, deed, run, change.run, now)
            decided.append((run, replace(change, audit=entry)))
            return decided[0][1]

        self.runs.change(found.owner, run_id, decide)
        before, change = decided[0]
        if self.queue is not None:
            send_follow_up(self.runs, self.queue, change.follow_up)
        return RunChange(before=before, after=change.run, entry=change.audit)

    def _entry(
        self, name: str, deed: Deed, before: BacktestRun, after: BacktestRun, now: datetime
    ) -> AuditEntry:
        return AuditEntry(
            id=name,
            at=now,
            operator=self.operator,
            action=deed.action,
            target=f"users/{before.owner}/runs/{before.id}",
            owner=before.owner,
            reason=deed.reason,
            before=_shown(before),
            after=_shown(after),
        )


def _shown(run: BacktestRun) -> dict[str, object]:
    return {"state": run.state.value, "attempt": run.attempt, "epoch": run.claim.epoch}
