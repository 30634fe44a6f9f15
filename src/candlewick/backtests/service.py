"""What a user does with backtests: submit, look, note, cancel, delete."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from candlewick.accounts.models import Quotas, UserClass, UserId
from candlewick.backtests.identity import run_identity
from candlewick.backtests.inputs import check_spec, input_files
from candlewick.backtests.models import (
    BacktestRun,
    BacktestSpec,
    Change,
    RunId,
    RunState,
    StrategyRef,
    TaskKind,
    deadline,
    with_task,
)
from candlewick.backtests.outbox import send_follow_up
from candlewick.backtests.ports import (
    Catalogue,
    IdempotencyKey,
    RunFilter,
    RunStore,
    TaskQueue,
    Usage,
    VersionSource,
)
from candlewick.errors import Conflict, Invalid, NotFound
from candlewick.log import logger
from candlewick.objects import ObjectStore
from candlewick.pages import Page
from candlewick.strategies.models import Severity, Strategy, StrategyId, Version
from candlewick.strategies.service import checked_size
from candlewick.strategies.values import check_values, merge

log = logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """Which version to simulate how, and the key that makes asking twice harmless."""

    strategy_id: StrategyId
    version: int
    spec: BacktestSpec
    key: IdempotencyKey
    parameters: Mapping[str, Mapping[str, object]] | None = None  # over the version's own
    user_class: UserClass = UserClass.MEMBER


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSubmission:
    """Code to simulate that may be somebody else's, and the key that makes asking twice harmless."""

    strategy: StrategyRef
    spec: BacktestSpec
    key: IdempotencyKey
    user_class: UserClass = UserClass.MEMBER


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestService:
    runs: RunStore
    versions: VersionSource
    catalogue: Catalogue
    queue: TaskQueue
    results: ObjectStore
    engine: str
    now: Callable[[], datetime]
    new_id: Callable[[], str]

    def submit(self, owner: UserId, wanted: Submission, quotas: Quotas) -> BacktestRun:
        """Queue a backtest, or return the run that this idempotency key already made."""
        earlier = self.runs.submitted(owner, wanted.key)
        if earlier is not None:
            return earlier
        strategy = self.versions.get(owner, wanted.strategy_id)
        version = self.versions.version(owner, wanted.strategy_id, wanted.version)
        run = self._new_run(owner, _reference(strategy, version, wanted), wanted.spec)
        return self._queue(replace(run, user_class=wanted.user_class), wanted.key, quotas)

    def submit_code(self, owner: UserId, wanted: CodeSubmission, quotas: Quotas) -> BacktestRun:
        """Queue a backtest of code that is named whole; whoever calls has checked that `owner` may run it."""
        earlier = self.runs.submitted(owner, wanted.key)
        if earlier is not None:
            return earlier
        run = self._new_run(owner, wanted.strategy, wanted.spec)
        return self._queue(replace(run, user_class=wanted.user_class), wanted.key, quotas)

    def _queue(self, run: BacktestRun, key: IdempotencyKey, quotas: Quotas) -> BacktestRun:
        change = with_task(run, TaskKind.DISPATCH)
        stored = self.runs.submit(change, key, quotas)
        facts = {"run_id": stored.id, "user_class": stored.user_class, "state": stored.state}
        log.info("backtest submitted", extra=facts)
        if stored.id == change.run.id and stored.state is RunState.QUEUED:
            send_follow_up(self.runs, self.queue, change.follow_up)
        return stored

    def get(self, owner: UserId, run_id: RunId) -> BacktestRun:
        found = self.runs.get(owner, run_id)
        if found is None:
            raise NotFound("There is no such backtest.")
        return found

    def list(
        self, owner: UserId, wanted: RunFilter, *, cursor: str | None, size: int
    ) -> Page[BacktestRun]:
        return self.runs.list(owner, wanted, cursor=cursor, size=size)

    def write_notes(self, owner: UserId, run_id: RunId, notes: str) -> BacktestRun:
        changed = self.runs.change(owner, run_id, lambda run: Change(run=replace(run, notes=notes)))
        return changed or self.get(owner, run_id)

    def cancel(self, owner: UserId, run_id: RunId) -> BacktestRun:
        """Stop a run. One that no job works on is cancelled at once; a live one is told to stop."""
        now = self.now()
        decided: list[Change] = []

        def decide(run: BacktestRun) -> Change | None:
            decided.clear()
            if run.state in {RunState.CANCELLING, RunState.CANCELLED}:
                return None
            decided.append(cancellation(run, now))
            return decided[0]

        changed = self.runs.change(owner, run_id, decide)
        for change in decided:
            send_follow_up(self.runs, self.queue, change.follow_up)
        return changed or self.get(owner, run_id)

    def delete(self, owner: UserId, run_id: RunId) -> None:
        run = self.get(owner, run_id)
        if not run.state.is_final:
            raise Conflict("This backtest is still under way; cancel it before you delete it.")
        is_shared = self.runs.delete(owner, run_id)
        if not is_shared:
            self.results.delete_prefix(f"{run.files}/")

    def usage(self, owner: UserId) -> Usage:
        return self.runs.usage(owner, self.now())

    def succeeded(self, owner: UserId, run_id: RunId) -> BacktestRun:
        """Return a run that has a verified result; `Conflict` when it has none."""
        run = self.get(owner, run_id)
        if run.state is not RunState.SUCCEEDED or run.result is None:
            raise Conflict(f"This backtest has no result: it is {run.state}.")
        return run

    def _new_run(self, owner: UserId, strategy: StrategyRef, spec: BacktestSpec) -> BacktestRun:
        try:
            current = self.catalogue.current(spec.exchange)
        except NotFound as error:
            known = ", ".join(self.catalogue.exchanges()) or "none yet: import candles first"
            raise Invalid(
                f"There are no candles of {spec.exchange}; available: {known}."
            ) from error
        manifest = current.manifest
        check_spec(spec, manifest)
        files = input_files(spec, strategy, manifest)
        snapshots = [item for item in (manifest.markets, manifest.leverage_tiers) if item]
        now = self.now()
        return BacktestRun(
            id=RunId(self.new_id()),
            owner=owner,
            spec=spec,
            strategy=strategy.stored(),
            identity=run_identity(spec, strategy, files, snapshots, self.engine),
            candle_revision=current.revision,
            is_simulated=manifest.simulated,
            engine=self.engine,
            created_at=now,
            deadline_at=deadline(RunState.QUEUED, now),
            entered_at={RunState.QUEUED: now},
        )


def cancellation(run: BacktestRun, now: datetime) -> Change:
    """Return what becomes of a run that is to stop; `Conflict` when it is over."""
    if run.state.is_final:
        raise Conflict(f"This backtest is over: it has {run.state}.")
    if run.state in {RunState.QUEUED, RunState.VERIFYING}:
        return Change(run=run.moved_to(RunState.CANCELLED, now))
    return with_task(run.moved_to(RunState.CANCELLING, now), TaskKind.CANCEL)


def _reference(strategy: Strategy, version: Version, wanted: Submission) -> StrategyRef:
    errors = [item for item in version.report.findings if item.severity is Severity.ERROR]
    if errors or version.report.facts.class_name is None:
        first = errors[0] if errors else None
        where = f" Line {first.line}: {first.message} {first.advice}" if first else ""
        raise Invalid(
            f"Version {version.number} of {strategy.name} has {len(errors)} errors, so it cannot run.{where}"
        )
    check_values(version.report.facts, wanted.parameters or {})
    parameters = merge(version.parameters, wanted.parameters)
    checked_size("", parameters)
    return StrategyRef(
        id=strategy.id,
        name=strategy.name,
        version=version.number,
        class_name=version.report.facts.class_name,
        code_hash=version.code_hash,
        parameters=parameters,
        pairs_named=version.report.facts.pairs_named,
    )
