"""What a job reports: started, progress, finished. Older claims are fenced by newer ones."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from candlewick.accounts.models import hash_secret
from candlewick.backtests.events_log import tell_finished, tell_started
from candlewick.backtests.models import (
    BacktestRun,
    Change,
    Claim,
    RunProgress,
    RunState,
    StoredResult,
    TaskKind,
    result_prefix,
    with_task,
)
from candlewick.backtests.outbox import send_follow_up
from candlewick.backtests.ports import RunStore, TaskQueue
from candlewick.backtests.run_token import RunToken
from candlewick.backtests.tickets import TicketOffice
from candlewick.backtests.wire import (
    Cancelled,
    Failed,
    FailureKind,
    Finished,
    Progress,
    ProgressReply,
    StartClaim,
    Succeeded,
    Ticket,
)
from candlewick.errors import Conflict, NotFound, Unauthenticated

_FENCED = "A newer claim holds this run, or it has ended; stop working."


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEvents:
    runs: RunStore
    tickets: TicketOffice
    queue: TaskQueue
    now: Callable[[], datetime]

    def started(self, token: RunToken, claim: StartClaim) -> Ticket:
        """Give the job its ticket, if it holds the newest claim; `Conflict` when it is fenced off."""
        now = self.now()
        is_new = False

        def decide(run: BacktestRun) -> Change:
            nonlocal is_new
            is_new = run.claim.holder != claim.holder
            _authenticate(run, token)
            if run.state is RunState.CANCELLING:
                return Change(run=run.moved_to(RunState.CANCELLED, now))
            if run.state not in {RunState.STARTING, RunState.RUNNING} or _is_older(claim, run):
                raise Conflict(_FENCED)
            running = run if run.state is RunState.RUNNING else run.moved_to(RunState.RUNNING, now)
            held = replace(
                run.claim,
                holder=claim.holder,
                task_attempt=claim.task_attempt,
                execution=run.claim.execution or claim.execution or None,
            )
            return Change(run=replace(running.kept_alive(now), claim=held))

        run = self._change(token, decide)
        if run.state is not RunState.RUNNING:
            raise Conflict(_FENCED)
        if is_new:
            tell_started(run, now)
        return self.tickets.issue(run, now)

    def progress(self, token: RunToken, event: Progress) -> ProgressReply:
        """Store how far the job is; the reply says whether the user asked to stop."""
        now = self.now()

        def decide(run: BacktestRun) -> Change:
            _authenticate(run, token)
            _require_holder(run, event.holder)
            if run.state is RunState.CANCELLING:
                return Change(run=run)
            if run.state is not RunState.RUNNING:
                raise Conflict(_FENCED)
            progress = RunProgress(phase=event.phase, fraction=event.fraction)
            alive = run.kept_alive(now)
            return Change(run=replace(alive, progress=progress).told(event.log_tail))

        return ProgressReply(cancel=self._change(token, decide).state is RunState.CANCELLING)

    def finished(self, token: RunToken, event: Finished) -> None:
        """Take the job's last word. Hearing it again is harmless."""
        decided: list[tuple[BacktestRun, Change]] = []
        now = self.now()

        def decide(run: BacktestRun) -> Change | None:
            decided.clear()
            _authenticate(run, token)
            _require_holder(run, event.holder)
            if run.state not in {RunState.RUNNING, RunState.CANCELLING}:
                return None  # said before
            decided.append((run, _settle(run, event, now)))
            return decided[0][1]

        try:
            self.runs.change(token.owner, token.run_id, decide)
        except NotFound as error:
            raise Conflict(_FENCED) from error
        for before, change in decided:
            tell_finished(before, change.run, event, now)
            send_follow_up(self.runs, self.queue, change.follow_up)

    def _change(self, token: RunToken, decide: Callable[[BacktestRun], Change]) -> BacktestRun:
        try:
            changed = self.runs.change(token.owner, token.run_id, decide)
        except NotFound as error:
            raise Conflict(_FENCED) from error
        if changed is None:
            raise Conflict(_FENCED)
        return changed


def _settle(run: BacktestRun, event: Finished, now: datetime) -> Change:
    timings = {**run.timings, **event.timings.model_dump()}
    told = replace(run, timings=timings).told(event.log_tail)
    outcome = event.outcome
    if run.state is RunState.CANCELLING or isinstance(outcome, Cancelled):
        stopping = (
            told if run.state is RunState.CANCELLING else told.moved_to(RunState.CANCELLING, now)
        )
        return Change(run=stopping.moved_to(RunState.CANCELLED, now))
    if isinstance(outcome, Failed):
        if outcome.failure.kind is FailureKind.PLATFORM_ERROR:
            requeued = told.requeued(outcome.failure.message, now)
            is_waiting = requeued.state is RunState.QUEUED
            return with_task(requeued, TaskKind.DISPATCH) if is_waiting else Change(run=requeued)
        return Change(run=told.failed(outcome.failure, now))
    return with_task(_uploaded(told, outcome).moved_to(RunState.VERIFYING, now), TaskKind.VERIFY)


def _uploaded(run: BacktestRun, outcome: Succeeded) -> BacktestRun:
    result = StoredResult(
        prefix=result_prefix(run.owner, run.id, run.claim.epoch),
        archive_sha256=outcome.sha256,
        archive_bytes=outcome.size_bytes,
    )
    return replace(run, result=result)


def _authenticate(run: BacktestRun, token: RunToken) -> None:
    claim: Claim = run.claim
    if token.epoch != claim.epoch:
        raise Conflict(_FENCED)
    if claim.token_hash is None or not hmac.compare_digest(
        claim.token_hash, hash_secret(token.secret)
    ):
        raise Unauthenticated("This run token is not valid.")


def _is_older(claim: StartClaim, run: BacktestRun) -> bool:
    is_same_process = claim.holder == run.claim.holder
    return not is_same_process and claim.task_attempt <= run.claim.task_attempt


def _require_holder(run: BacktestRun, holder: str) -> None:
    if run.claim.holder != holder:
        raise Conflict(_FENCED)
