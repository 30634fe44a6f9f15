"""Operators find runs, and put right what is stuck."""

from dataclasses import replace
from datetime import timedelta

import pytest

from candlewick.accounts.models import Quotas
from candlewick.admin.models import RunQuery
from candlewick.audit import Action
from candlewick.backtests.models import (
    MAX_ATTEMPTS,
    BacktestRun,
    Claim,
    RunId,
    RunState,
    TaskKind,
    deadline,
)
from candlewick.backtests.run_token import RunToken
from candlewick.backtests.wire import Failure, FailureKind, StartClaim
from candlewick.errors import Conflict, Invalid, NotFound
from tests.factories import ALICE, BOB, HOLDER, SECRET, a_result, a_run
from tests.fakes import START
from tests.operators import OPERATOR, REASON, Operations
from tests.world import World

S, R1 = RunState, RunId("r1")
LOST = Failure(kind=FailureKind.PLATFORM_ERROR, message="Lost.")
REPLAYED = {S.QUEUED, S.STARTING, S.RUNNING, S.VERIFYING, S.FAILED}


@pytest.fixture
def work(world: World) -> Operations:
    return Operations(world)


def stored(world: World) -> BacktestRun:
    return world.runs.runs[ALICE, R1]


def failed(**changes: object) -> BacktestRun:
    return replace(a_run(S.FAILED, failure=LOST, attempt=MAX_ATTEMPTS), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (RunQuery(), ["r2", "r1", "r3"]),
        (RunQuery(run_id=R1), ["r1"]),
        (RunQuery(owner=BOB), ["r3"]),
        (RunQuery(state=S.FAILED), ["r2"]),
        (RunQuery(identity="another"), ["r3"]),
        (RunQuery(older_than=timedelta(minutes=10)), ["r3"]),
        (RunQuery(limit=1), ["r2"]),
        (RunQuery(state=S.CANCELLED), []),
    ],
)
def test_runs_of_everybody_are_found(
    world: World, work: Operations, query: RunQuery, expected: list[str]
) -> None:
    old, now = START, START + timedelta(minutes=10)
    world.clock.time = now
    world.put_run(a_run(id=R1, created_at=now, entered_at={S.QUEUED: now}))
    world.put_run(
        failed(id=RunId("r2"), created_at=now + timedelta(seconds=1), entered_at={S.FAILED: now})
    )
    world.put_run(a_run(id=RunId("r3"), owner=BOB, created_at=old, identity="another"))

    assert [run.id for run in work.runs.find(query)] == expected


def test_a_failed_run_gets_one_more_attempt_and_no_second_count(
    world: World, work: Operations
) -> None:
    world.put_run(failed())
    before, now = world.runs.usage(ALICE, world.clock()), world.clock.move(hours=1)

    change = work.runs.replay(R1, REASON, rehearse=False)

    run = stored(world)
    assert run == change.after
    assert (run.state, run.attempt, run.failure, run.result) == (
        S.QUEUED,
        MAX_ATTEMPTS + 1,
        None,
        None,
    )
    assert run.claim == Claim(epoch=2)
    assert run.deadline_at == deadline(S.QUEUED, now)
    assert [(task.kind, task.number) for task in world.queue.sent] == [(TaskKind.DISPATCH, 2)]
    after = world.runs.usage(ALICE, now)
    assert (after.active_runs, after.runs_today) == (1, before.runs_today)


def test_a_replayed_run_that_is_lost_again_fails_again(world: World, work: Operations) -> None:
    world.put_run(failed())
    work.runs.replay(R1, REASON, rehearse=False)
    world.clock.move(minutes=6)

    world.reconciler().reconcile()

    assert stored(world).state is S.FAILED
    assert world.runs.usage(ALICE, world.clock()).active_runs == 0


def test_a_replay_is_held_once_whatever_the_plan_says(world: World, work: Operations) -> None:
    for number in range(Quotas().active_runs):
        world.put_run(a_run(id=RunId(f"busy-{number}")))
    world.put_run(failed())

    work.runs.replay(R1, REASON, rehearse=False)
    work.runs.replay(R1, REASON, rehearse=False)

    assert world.runs.usage(ALICE, world.clock()).active_runs == Quotas().active_runs + 1


def test_the_job_of_a_replayed_run_is_fenced_off(world: World, work: Operations) -> None:
    world.put_run(a_run(S.RUNNING))

    work.runs.replay(R1, REASON, rehearse=False)

    with pytest.raises(Conflict):
        world.events().started(_token(1), StartClaim(holder=HOLDER, task_attempt=0, execution=""))


@pytest.mark.parametrize("state", S)
def test_what_is_over_for_good_is_not_replayed(
    world: World, work: Operations, state: RunState
) -> None:
    run = world.put_run(a_run(state))

    if state in REPLAYED:
        assert work.runs.replay(R1, REASON, rehearse=False).after.state is S.QUEUED
    else:
        with pytest.raises(Conflict, match="once more"):
            work.runs.replay(R1, REASON, rehearse=False)
        assert stored(world) == run


def test_a_refused_result_can_be_verified_again(world: World, work: Operations) -> None:
    world.put_run(failed(result=a_result("alice/r1/1")))

    work.runs.verify(R1, REASON, rehearse=False)

    assert stored(world).state is S.VERIFYING
    assert stored(world).failure is None
    assert [task.kind for task in world.queue.sent] == [TaskKind.VERIFY]


def test_what_was_never_uploaded_cannot_be_verified(world: World, work: Operations) -> None:
    world.put_run(failed())

    with pytest.raises(Conflict, match="no uploaded result"):
        work.runs.verify(R1, REASON, rehearse=False)


def test_a_run_is_cancelled_as_its_owner_could(world: World, work: Operations) -> None:
    world.put_run(a_run(S.RUNNING))

    work.runs.cancel(R1, REASON, rehearse=False)

    assert stored(world).state is S.CANCELLING
    assert [task.kind for task in world.queue.sent] == [TaskKind.CANCEL]


def test_every_change_is_in_the_audit_log_with_who_and_why(world: World, work: Operations) -> None:
    world.put_run(failed())

    change = work.runs.replay(R1, REASON, rehearse=False)

    (entry,) = work.audit
    assert entry == change.entry
    assert (entry.operator, entry.action, entry.reason) == (OPERATOR, Action.REPLAY, REASON)
    assert (entry.target, entry.owner) == ("users/alice/runs/r1", ALICE)
    assert entry.before == {"state": "failed", "attempt": 3, "epoch": 1}
    assert entry.after == {"state": "queued", "attempt": 4, "epoch": 2}


def test_a_rehearsal_changes_nothing(world: World, work: Operations) -> None:
    run = world.put_run(failed())

    change = work.runs.replay(R1, REASON, rehearse=True)

    assert change.after.state is S.QUEUED
    assert (stored(world), work.audit, world.queue.sent) == (run, [], [])


@pytest.mark.parametrize("reason", ["", "short", "  short   ", "x" * 501])
def test_a_change_needs_a_reason(world: World, work: Operations, reason: str) -> None:
    world.put_run(failed())

    with pytest.raises(Invalid, match="reason"):
        work.runs.cancel(R1, reason, rehearse=True)


def test_the_reconciler_sends_what_the_queue_did_not_take(world: World, work: Operations) -> None:
    world.put_run(failed())
    world.queue.is_down = True

    work.runs.replay(R1, REASON, rehearse=False)

    world.queue.is_down = False
    world.clock.move(seconds=11)
    assert world.reconciler().reconcile().tasks_sent == 1
    assert [task.kind for task in world.queue.sent] == [TaskKind.DISPATCH]


def test_a_suspended_users_run_is_not_started(world: World, work: Operations) -> None:
    world.put_run(failed())
    work.users.suspend("alice", REASON, rehearse=False)

    with pytest.raises(Conflict, match="suspended"):
        work.runs.replay(R1, REASON, rehearse=False)


def test_an_unknown_run_is_said_to_be_unknown(work: Operations) -> None:
    with pytest.raises(NotFound, match="no run r9"):
        work.runs.get(RunId("r9"))


def test_one_id_of_two_users_is_not_guessed_at(world: World, work: Operations) -> None:
    world.put_run(a_run())
    world.put_run(a_run(owner=BOB))

    with pytest.raises(Conflict, match="2 users"):
        work.runs.replay(R1, REASON, rehearse=False)


def _token(epoch: int) -> RunToken:
    return RunToken(owner=ALICE, run_id=R1, epoch=epoch, secret=SECRET)
