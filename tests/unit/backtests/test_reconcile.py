"""Whatever is stuck moves on, and only that."""

from datetime import timedelta

import pytest

from candlewick.backtests.models import (
    MAX_ATTEMPTS,
    BacktestRun,
    RunId,
    RunState,
    TaskKind,
    deadline,
    with_task,
)
from candlewick.backtests.wire import FailureKind
from tests.factories import ALICE, a_run
from tests.fakes import START
from tests.world import World

S = RunState
STUCK = [state for state in S if not state.is_final]


def stored(world: World) -> BacktestRun:
    return world.runs.runs[ALICE, RunId("r1")]


def pass_deadline(world: World, state: RunState) -> None:
    at = deadline(state, START)
    assert at is not None
    world.clock.time = at


@pytest.mark.parametrize("state", STUCK)
def test_a_run_is_left_alone_until_its_deadline(world: World, state: RunState) -> None:
    run = world.put_run(a_run(state))
    pass_deadline(world, state)
    world.clock.move(seconds=-1)

    assert world.reconciler().reconcile().runs_moved == 0
    assert stored(world) == run


@pytest.mark.parametrize("state", [S.QUEUED, S.STARTING, S.RUNNING])
def test_a_run_that_was_lost_is_tried_again(world: World, state: RunState) -> None:
    world.put_run(a_run(state))
    pass_deadline(world, state)

    assert world.reconciler().reconcile().runs_moved == 1

    assert (stored(world).state, stored(world).attempt) == (S.QUEUED, 2)
    assert [(task.kind, task.number) for task in world.queue.sent] == [(TaskKind.DISPATCH, 2)]


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (S.QUEUED, "never started"),
        (S.STARTING, "did not start"),
        (S.RUNNING, "stopped answering"),
    ],
)
def test_the_last_attempt_ends_in_a_failure_of_ours(
    world: World, state: RunState, reason: str
) -> None:
    world.put_run(a_run(state, attempt=MAX_ATTEMPTS))
    pass_deadline(world, state)

    world.reconciler().reconcile()

    failure = stored(world).failure
    assert stored(world).state is S.FAILED
    assert failure is not None
    assert failure.kind is FailureKind.PLATFORM_ERROR
    assert reason in failure.message
    assert world.runs.usage(ALICE, world.clock()).active_runs == 0
    assert not world.queue.sent


def test_a_cancellation_that_nobody_confirmed_is_done(world: World) -> None:
    world.put_run(a_run(S.CANCELLING))
    pass_deadline(world, S.CANCELLING)

    world.reconciler().reconcile()

    assert stored(world).state is S.CANCELLED


def test_a_verification_is_asked_for_again_under_a_new_name(world: World) -> None:
    world.put_run(a_run(S.VERIFYING))
    pass_deadline(world, S.VERIFYING)

    world.reconciler().reconcile()

    assert stored(world).state is S.VERIFYING
    assert stored(world).deadline_at == deadline(S.VERIFYING, world.clock())
    assert [(task.kind, task.number) for task in world.queue.sent] == [(TaskKind.VERIFY, 2)]


def test_a_verification_that_never_ends_is_given_up(world: World) -> None:
    world.put_run(a_run(S.VERIFYING))

    for _ in range(10):
        world.clock.move(minutes=5)
        world.reconciler().reconcile()

    assert stored(world).state is S.FAILED
    assert stored(world).failure is not None
    assert stored(world).entered_at[S.FAILED] - START <= timedelta(minutes=25)


@pytest.mark.parametrize("state", [s for s in S if s.is_final])
def test_what_is_over_stays_as_it_is(world: World, state: RunState) -> None:
    run = world.put_run(a_run(state))
    world.clock.move(days=30)

    assert world.reconciler().reconcile().runs_moved == 0
    assert stored(world) == run


def test_a_run_whose_task_always_gets_lost_still_ends(world: World) -> None:
    world.put_run(a_run())

    for _ in range(2 * MAX_ATTEMPTS):
        world.clock.move(minutes=6)
        world.reconciler().reconcile()

    assert stored(world).state is S.FAILED


def test_an_unsent_task_is_sent_after_its_requests_own_chance(world: World) -> None:
    run = world.put_run(a_run(tasks_sent=0))
    world.runs.change(ALICE, run.id, lambda found: with_task(found, TaskKind.DISPATCH))
    world.clock.move(seconds=9)
    assert world.reconciler().reconcile().tasks_sent == 0

    world.clock.move(seconds=1)

    assert world.reconciler().reconcile().tasks_sent == 1
    assert world.reconciler().reconcile().tasks_sent == 0
    assert len(world.queue.sent) == 1


def test_a_queue_that_is_down_keeps_the_outbox_full(world: World) -> None:
    world.put_run(a_run())
    pass_deadline(world, S.QUEUED)
    world.queue.is_down = True
    world.reconciler().reconcile()
    world.clock.move(seconds=10)
    assert world.reconciler().reconcile().tasks_sent == 0

    world.queue.is_down = False

    assert world.reconciler().reconcile().tasks_sent == 1
    assert not world.runs.outbox


def test_a_run_that_moved_on_in_between_is_left_alone(world: World) -> None:
    world.put_run(a_run(S.RUNNING))
    pass_deadline(world, S.RUNNING)
    overdue = world.runs.overdue(world.clock(), limit=1)
    alive = world.runs.put(stored(world).kept_alive(world.clock()))
    world.runs.overdue = lambda *_, **__: overdue  # type: ignore[method-assign]

    assert world.reconciler().reconcile().runs_moved == 0
    assert stored(world) == alive


def test_a_run_that_was_deleted_in_between_is_no_error(world: World) -> None:
    world.put_run(a_run(S.RUNNING))
    pass_deadline(world, S.RUNNING)
    overdue = world.runs.overdue(world.clock(), limit=1)
    world.runs.runs.clear()
    world.runs.overdue = lambda *_, **__: overdue  # type: ignore[method-assign]

    assert world.reconciler().reconcile().runs_moved == 0
