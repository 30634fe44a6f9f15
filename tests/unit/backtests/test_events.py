"""What jobs report: newer claims fence older ones, whatever happens twice or too late."""

from dataclasses import replace
from typing import Any

import pytest

from candlewick.accounts.models import hash_secret
from candlewick.backtests.models import MAX_ATTEMPTS, BacktestRun, RunId, RunState, deadline
from candlewick.backtests.run_token import RunToken
from candlewick.backtests.wire import (
    Cancelled,
    Failed,
    Failure,
    FailureKind,
    Finished,
    Phase,
    Progress,
    StartClaim,
    Succeeded,
    Timings,
)
from candlewick.errors import Conflict, Unauthenticated
from tests.factories import ALICE, HOLDER, SECRET, a_run
from tests.world import World

OTHER = "another-holder-0123"
TOKEN = RunToken(owner=ALICE, run_id=RunId("r1"), epoch=1, secret=SECRET)
SUCCEEDED = Succeeded(sha256="a" * 64, size_bytes=9)


def stored(world: World) -> BacktestRun:
    return world.runs.runs[ALICE, RunId("r1")]


def claim(holder: str = HOLDER, attempt: int = 0, execution: str = "e") -> StartClaim:
    return StartClaim(holder=holder, task_attempt=attempt, execution=execution)


def progress(holder: str = HOLDER) -> Progress:
    return Progress(holder=holder, phase=Phase.SIMULATING, fraction=0.5, log_tail="half")


def finished(outcome: Any = SUCCEEDED, holder: str = HOLDER) -> Finished:
    return Finished(holder=holder, outcome=outcome, timings=Timings(fetch_s=2), log_tail="end")


def failed(kind: FailureKind) -> Failed:
    return Failed(failure=Failure(kind=kind, message="it broke"))


def test_the_first_job_that_claims_holds_the_run(world: World) -> None:
    world.put_run(a_run(RunState.STARTING))
    now = world.clock.move(seconds=30)

    world.events().started(TOKEN, claim(execution="e7"))

    run = stored(world)
    assert run.state is RunState.RUNNING
    assert (run.claim.holder, run.claim.task_attempt) == (HOLDER, 0)
    assert run.claim.execution == "e7"
    assert run.deadline_at == deadline(RunState.RUNNING, now)


def test_the_execution_that_dispatch_noted_is_kept(world: World) -> None:
    run = a_run(RunState.STARTING)
    world.put_run(replace(run, claim=replace(run.claim, execution="full/name")))

    world.events().started(TOKEN, claim(execution="name"))

    assert stored(world).claim.execution == "full/name"


def test_the_same_process_may_ask_for_its_ticket_again(world: World) -> None:
    world.put_run(a_run(RunState.STARTING))

    first = world.events().started(TOKEN, claim())
    second = world.events().started(TOKEN, claim())

    assert first == second


def test_a_second_container_of_the_same_attempt_is_fenced_off(world: World) -> None:
    world.put_run(a_run(RunState.STARTING))
    world.events().started(TOKEN, claim())

    with pytest.raises(Conflict):
        world.events().started(TOKEN, claim(OTHER))

    assert stored(world).claim.holder == HOLDER


def test_a_restarted_task_takes_over_and_fences_the_one_before(world: World) -> None:
    world.put_run(a_run(RunState.STARTING))
    world.events().started(TOKEN, claim())

    world.events().started(TOKEN, claim(OTHER, attempt=1))

    with pytest.raises(Conflict):
        world.events().progress(TOKEN, progress(HOLDER))
    with pytest.raises(Conflict):
        world.events().finished(TOKEN, finished(holder=HOLDER))
    with pytest.raises(Conflict):
        world.events().started(TOKEN, claim(HOLDER, attempt=0))
    world.events().progress(TOKEN, progress(OTHER))


@pytest.mark.parametrize("epoch", [0, 2])
@pytest.mark.parametrize("state", list(RunState))
def test_another_epoch_is_fenced_off_in_every_state(
    world: World, state: RunState, epoch: int
) -> None:
    run = a_run(state)
    world.put_run(replace(run, claim=replace(run.claim, epoch=1)))
    before, token = stored(world), replace(TOKEN, epoch=epoch)

    with pytest.raises(Conflict):
        world.events().started(token, claim())
    with pytest.raises(Conflict):
        world.events().progress(token, progress())
    with pytest.raises(Conflict):
        world.events().finished(token, finished())

    assert stored(world) == before


@pytest.mark.parametrize("state", [s for s in RunState if s is not RunState.QUEUED])
def test_a_wrong_secret_is_refused_in_every_state(world: World, state: RunState) -> None:
    world.put_run(a_run(state))
    before, token = stored(world), replace(TOKEN, secret="guessed")

    with pytest.raises(Unauthenticated):
        world.events().started(token, claim())
    with pytest.raises(Unauthenticated):
        world.events().progress(token, progress())
    with pytest.raises(Unauthenticated):
        world.events().finished(token, finished())

    assert stored(world) == before


def test_no_secret_opens_a_run_that_nobody_claimed(world: World) -> None:
    world.put_run(a_run(RunState.QUEUED))

    with pytest.raises(Unauthenticated):
        world.events().started(replace(TOKEN, epoch=0), claim())


@pytest.mark.parametrize(
    "state", [RunState.VERIFYING, RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELLED]
)
def test_a_job_cannot_start_what_is_over(world: World, state: RunState) -> None:
    world.put_run(a_run(state))

    with pytest.raises(Conflict):
        world.events().started(TOKEN, claim())

    assert stored(world).state is state


def test_a_job_that_starts_after_a_cancellation_ends_it(world: World) -> None:
    world.put_run(a_run(RunState.CANCELLING))

    with pytest.raises(Conflict):
        world.events().started(TOKEN, claim())

    assert stored(world).state is RunState.CANCELLED
    assert world.runs.usage(ALICE, world.clock()).active_runs == 0


def test_progress_keeps_the_run_alive(world: World) -> None:
    world.put_run(a_run(RunState.RUNNING))
    now = world.clock.move(seconds=50)

    reply = world.events().progress(TOKEN, progress())

    assert reply.cancel is False
    assert stored(world).deadline_at == deadline(RunState.RUNNING, now)
    assert stored(world).log_tail == "half"


def test_progress_of_a_cancelled_run_is_answered_with_stop(world: World) -> None:
    world.put_run(a_run(RunState.CANCELLING))

    assert world.events().progress(TOKEN, progress()).cancel is True
    assert stored(world).state is RunState.CANCELLING


@pytest.mark.parametrize(
    "state", [s for s in RunState if s not in {RunState.RUNNING, RunState.CANCELLING}]
)
def test_progress_in_any_other_state_means_stop(world: World, state: RunState) -> None:
    run = a_run(state)
    world.put_run(
        replace(
            run,
            claim=replace(run.claim, epoch=1, holder=HOLDER, token_hash=hash_secret(SECRET)),
        )
    )

    with pytest.raises(Conflict):
        world.events().progress(TOKEN, progress())


def test_an_uploaded_result_is_verified_under_its_epoch(world: World) -> None:
    world.put_run(a_run(RunState.RUNNING, timings={"queue_s": 1.0}))

    world.events().finished(TOKEN, finished())

    run = stored(world)
    assert run.state is RunState.VERIFYING
    assert run.result is not None
    assert (run.result.prefix, run.result.archive_sha256) == ("alice/r1/1", "a" * 64)
    assert run.result.headline == {}
    assert (run.timings["queue_s"], run.timings["fetch_s"]) == (1.0, 2.0)
    assert [(task.kind, task.number) for task in world.queue.sent] == [("verify", 2)]


def test_the_last_word_may_be_repeated_and_changes_nothing(world: World) -> None:
    world.put_run(a_run(RunState.RUNNING))
    world.events().finished(TOKEN, finished())
    before = stored(world)

    world.events().finished(TOKEN, finished(failed(FailureKind.STRATEGY_ERROR)))

    assert stored(world) == before
    assert len(world.queue.sent) == 1


def test_a_task_that_cannot_be_sent_stays_in_the_outbox(world: World) -> None:
    world.put_run(a_run(RunState.RUNNING))
    world.queue.is_down = True

    world.events().finished(TOKEN, finished())

    assert [task.kind for _, task in world.runs.outbox.values()] == ["verify"]


@pytest.mark.parametrize(
    "kind", [kind for kind in FailureKind if kind is not FailureKind.PLATFORM_ERROR]
)
def test_a_failure_of_the_users_is_final(world: World, kind: FailureKind) -> None:
    world.put_run(a_run(RunState.RUNNING))

    world.events().finished(TOKEN, finished(failed(kind)))

    run = stored(world)
    assert run.state is RunState.FAILED
    assert run.failure is not None
    assert (run.failure.kind, run.failure.message) == (kind, "it broke")
    assert run.log_tail == "end"
    assert not world.queue.sent


def test_a_failure_of_ours_is_tried_again(world: World) -> None:
    world.put_run(a_run(RunState.RUNNING))

    world.events().finished(TOKEN, finished(failed(FailureKind.PLATFORM_ERROR)))

    assert (stored(world).state, stored(world).attempt) == (RunState.QUEUED, 2)
    assert [task.kind for task in world.queue.sent] == ["dispatch"]
    with pytest.raises(Conflict):
        world.events().progress(TOKEN, progress())


def test_a_failure_of_ours_is_reported_at_last(world: World) -> None:
    world.put_run(a_run(RunState.RUNNING, attempt=MAX_ATTEMPTS))

    world.events().finished(TOKEN, finished(failed(FailureKind.PLATFORM_ERROR)))

    run = stored(world)
    assert run.state is RunState.FAILED
    assert run.failure is not None
    assert run.failure.kind is FailureKind.PLATFORM_ERROR
    assert not world.queue.sent


@pytest.mark.parametrize("outcome", [Cancelled(), SUCCEEDED, failed(FailureKind.STRATEGY_ERROR)])
def test_whatever_a_job_ends_with_a_cancelled_run_is_cancelled(world: World, outcome: Any) -> None:
    world.put_run(a_run(RunState.CANCELLING))

    world.events().finished(TOKEN, finished(outcome))

    assert stored(world).state is RunState.CANCELLED
    assert stored(world).result is None
    assert not world.queue.sent


def test_a_job_that_was_stopped_ends_its_run(world: World) -> None:
    world.put_run(a_run(RunState.RUNNING))

    world.events().finished(TOKEN, finished(Cancelled()))

    assert stored(world).state is RunState.CANCELLED


def test_a_run_that_was_deleted_means_stop(world: World) -> None:
    with pytest.raises(Conflict):
        world.events().started(TOKEN, claim())
    with pytest.raises(Conflict):
        world.events().progress(TOKEN, progress())
    with pytest.raises(Conflict):
        world.events().finished(TOKEN, finished())
