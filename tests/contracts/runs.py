"""How the contracts of the run store bring runs to where a test begins."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from candlewick.accounts.models import Quotas, UserId
from candlewick.backtests.models import BacktestRun, Change, RunId, RunState, TaskKind, with_task
from candlewick.backtests.ports import IdempotencyKey, RunStore
from candlewick.objects import sha256_hex
from tests.factories import a_result, a_run
from tests.fakes import START

SMALL = Quotas(active_runs=4)


def key(name: str = "one", body: str = "body") -> IdempotencyKey:
    return IdempotencyKey(key_hash=sha256_hex(name.encode()), body_hash=sha256_hex(body.encode()))


def new_run(owner: UserId, name: str = "r1", **changes: Any) -> BacktestRun:
    run_id = RunId(f"{owner}-{name}")
    return a_run(id=run_id, owner=owner, tasks_sent=0, **changes)


def submit(runs: RunStore, run: BacktestRun, quotas: Quotas = SMALL, **named: Any) -> BacktestRun:
    return runs.submit(with_task(run, TaskKind.DISPATCH), key(**named), quotas)


def move(runs: RunStore, run: BacktestRun, *states: RunState) -> BacktestRun:
    for state in states:
        runs.change(run.owner, run.id, _to(state))
    found = runs.get(run.owner, run.id)
    assert found is not None
    return found


def _to(state: RunState) -> Callable[[BacktestRun], Change]:
    return lambda found: Change(run=found.moved_to(state, START))


def succeed(runs: RunStore, run: BacktestRun) -> BacktestRun:
    result = a_result(f"{run.owner}/{run.id}/1")
    move(runs, run, RunState.STARTING, RunState.RUNNING, RunState.VERIFYING)
    runs.change(run.owner, run.id, lambda found: Change(run=replace(found, result=result)))
    return move(runs, run, RunState.SUCCEEDED)


def tasks_of(runs: RunStore, owner: UserId) -> list[tuple[RunId, TaskKind]]:
    late = START + timedelta(days=1)
    found = runs.unsent(late, limit=1_000)
    return [(task.run_id, task.kind) for task in found if task.owner == owner]


def names(items: Any) -> list[str]:
    return [run.id.rpartition("-")[2] for run in items]
