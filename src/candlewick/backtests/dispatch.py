"""Starts the job of a queued run, and stops the job of a cancelled one."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from candlewick.accounts.models import UserId, hash_secret
from candlewick.backtests.events_log import since
from candlewick.backtests.models import BacktestRun, Change, Claim, RunId, RunState
from candlewick.backtests.ports import JobRunner, RunStore
from candlewick.backtests.run_token import RunToken
from candlewick.errors import NotFound, Unavailable
from candlewick.log import current_trace, logger

log = logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatcher:
    runs: RunStore
    jobs: JobRunner
    events_url: str
    now: Callable[[], datetime]
    new_secret: Callable[[], str]

    def dispatch(self, owner: UserId, run_id: RunId, number: int) -> bool:
        """Claim a run with a new epoch and ask for its execution; return whether that was done.

        A task delivered twice claims twice: the later epoch fences the earlier, so only one job works.
        `Unavailable` means that the task must be delivered again.
        """
        secret, now = self.new_secret(), self.now()

        def decide(run: BacktestRun) -> Change | None:
            is_retry = run.state is RunState.STARTING and run.claim.holder is None
            if run.tasks_sent != number or not (run.state is RunState.QUEUED or is_retry):
                return None
            claim = Claim(epoch=run.claim.epoch + 1, token_hash=hash_secret(secret))
            starting = run.kept_alive(now) if is_retry else run.moved_to(RunState.STARTING, now)
            return Change(run=replace(starting, claim=claim))

        run = self._change(owner, run_id, decide)
        if run is None:
            return False
        token = RunToken(owner=owner, run_id=run_id, epoch=run.claim.epoch, secret=secret)
        execution = self.jobs.start(self._environment(run, token))
        facts = {
            "run_id": run_id,
            "user_class": run.user_class,
            "epoch": run.claim.epoch,
            "attempt": run.attempt,
            "queued_s": since(run, RunState.QUEUED, now),
        }
        log.info("execution asked for", extra=facts)
        if execution is not None:
            self._note_execution(run, execution)
        return True

    def cancel(self, owner: UserId, run_id: RunId) -> bool:
        """Stop the execution of a run that is being cancelled; return whether it was still so."""
        run = self.runs.get(owner, run_id)
        if run is None or run.state is not RunState.CANCELLING:
            return False
        if run.claim.execution is not None:
            self.jobs.cancel(run.claim.execution)
        now = self.now()

        def decide(found: BacktestRun) -> Change | None:
            if found.state is not RunState.CANCELLING or found.claim.epoch != run.claim.epoch:
                return None
            if found.claim.execution is None and found.claim.holder is not None:
                return None  # nothing was stopped: its job learns of it by its next event
            fenced = replace(found, claim=Claim(epoch=found.claim.epoch + 1))
            return Change(run=fenced.moved_to(RunState.CANCELLED, now))

        return self._change(owner, run_id, decide) is not None

    def _environment(self, run: BacktestRun, token: RunToken) -> dict[str, str]:
        trace = current_trace()
        context = {
            "CANDLEWICK_RUN_ID": run.id,
            "CANDLEWICK_USER_CLASS": run.user_class.value,
            "CANDLEWICK_TRACEPARENT": (trace.header() if trace else None) or "",
        }
        return {
            "CANDLEWICK_EVENTS_URL": self.events_url,
            "CANDLEWICK_RUN_TOKEN": token.text(),
            **{name: value for name, value in context.items() if value},
        }

    def _note_execution(self, run: BacktestRun, execution: str) -> None:
        """Store which execution works on the run, or stop it when its claim was fenced meanwhile."""

        def decide(found: BacktestRun) -> Change | None:
            if found.state.is_final or found.claim.epoch != run.claim.epoch:
                return None
            return Change(run=replace(found, claim=replace(found.claim, execution=execution)))

        if self._change(run.owner, run.id, decide) is None:
            self._stop_fenced(execution)

    def _stop_fenced(self, execution: str) -> None:
        try:
            self.jobs.cancel(execution)
        except Unavailable:
            # It ends by itself at its claim, only later.
            log.info("fenced execution not cancelled", extra={"execution": execution})

    def _change(
        self, owner: UserId, run_id: RunId, decide: Callable[[BacktestRun], Change | None]
    ) -> BacktestRun | None:
        try:
            return self.runs.change(owner, run_id, decide)
        except NotFound:
            return None  # deleted in between: nothing is left to do
