"""Starting jobs, and stopping them."""

from dataclasses import replace

import pytest

from candlewick.accounts.models import hash_secret
from candlewick.backtests.models import BacktestRun, Claim, RunId, RunState, deadline
from candlewick.backtests.run_token import RunToken, parse_run_token
from candlewick.backtests.wire import StartClaim
from candlewick.errors import Conflict, Unavailable
from tests.factories import ALICE, HOLDER, a_run
from tests.world import EVENTS_URL, World

R1 = RunId("r1")


def stored(world: World) -> BacktestRun:
    return world.runs.runs[ALICE, R1]


def token(world: World, index: int = -1) -> RunToken:
    return parse_run_token(world.jobs.started[index]["CANDLEWICK_RUN_TOKEN"])


def test_a_dispatched_run_has_an_epoch_a_token_and_an_execution(world: World) -> None:
    world.put_run(a_run())
    now = world.clock.move(seconds=1)

    assert world.dispatcher().dispatch(ALICE, R1, 1) is True

    run = stored(world)
    assert run.state is RunState.STARTING
    assert run.deadline_at == deadline(RunState.STARTING, now)
    assert run.claim.epoch == token(world).epoch == 1
    assert run.claim.execution == "execution-1"
    assert world.jobs.started[0]["CANDLEWICK_EVENTS_URL"] == EVENTS_URL


def test_the_store_knows_the_tokens_hash_alone(world: World) -> None:
    world.put_run(a_run())

    world.dispatcher().dispatch(ALICE, R1, 1)

    secret = token(world).secret
    assert stored(world).claim.token_hash == hash_secret(secret)
    assert secret not in repr(stored(world))


def test_a_lost_reply_may_start_two_jobs_but_only_one_works(world: World) -> None:
    world.put_run(a_run())
    world.jobs.loses_replies = True
    with pytest.raises(Unavailable):
        world.dispatcher().dispatch(ALICE, R1, 1)
    world.jobs.loses_replies = False
    world.dispatcher().dispatch(ALICE, R1, 1)
    claim = StartClaim(holder=HOLDER, task_attempt=0, execution="")

    world.events().started(token(world, 1), claim)

    with pytest.raises(Conflict):
        world.events().started(token(world, 0), claim)
    assert len(world.jobs.started) == 2


def test_a_dispatcher_that_died_before_it_started_the_job_is_repeated(world: World) -> None:
    run = a_run(RunState.STARTING)
    world.put_run(run)

    assert world.dispatcher().dispatch(ALICE, R1, 1) is True

    assert stored(world).claim.epoch == run.claim.epoch + 1


def test_a_run_that_a_job_holds_is_not_dispatched_again(world: World) -> None:
    run = a_run(RunState.STARTING)
    world.put_run(replace(run, claim=replace(run.claim, holder=HOLDER)))

    assert world.dispatcher().dispatch(ALICE, R1, 1) is False


@pytest.mark.parametrize("number", [0, 1, 3])
def test_only_the_newest_task_dispatches(world: World, number: int) -> None:
    world.put_run(a_run(tasks_sent=2))

    assert world.dispatcher().dispatch(ALICE, R1, number) is False
    assert not world.jobs.started


def test_a_job_that_claims_at_once_keeps_its_run(world: World) -> None:
    """The execution's name may come after the job has started, or after a newer claim."""
    world.put_run(a_run())
    jobs = world.jobs
    start = jobs.start

    def start_and_be_overtaken(environment: dict[str, str]) -> str | None:
        name = start(environment)
        world.runs.put(replace(stored(world), claim=Claim(epoch=9, execution="newer")))
        return name

    jobs.start = start_and_be_overtaken  # type: ignore[method-assign,assignment]

    world.dispatcher().dispatch(ALICE, R1, 1)

    assert stored(world).claim == Claim(epoch=9, execution="newer")


def test_a_run_deleted_while_its_job_starts_is_no_error(world: World) -> None:
    world.put_run(a_run())
    start = world.jobs.start

    def start_and_lose_the_run(environment: dict[str, str]) -> str | None:
        world.runs.runs.clear()
        return start(environment)

    world.jobs.start = start_and_lose_the_run  # type: ignore[method-assign,assignment]

    assert world.dispatcher().dispatch(ALICE, R1, 1) is True


def test_cancelling_stops_the_job_and_fences_it(world: World) -> None:
    run = world.put_run(a_run(RunState.CANCELLING))

    assert world.dispatcher().cancel(ALICE, R1) is True

    assert world.jobs.cancelled == ["execution-1"]
    assert stored(world).state is RunState.CANCELLED
    assert stored(world).claim == Claim(epoch=run.claim.epoch + 1)


def test_a_run_whose_job_never_came_is_cancelled_at_once(world: World) -> None:
    run = a_run(RunState.CANCELLING)
    world.put_run(replace(run, claim=replace(run.claim, execution=None, holder=None)))

    assert world.dispatcher().cancel(ALICE, R1) is True

    assert stored(world).state is RunState.CANCELLED
    assert stored(world).claim == Claim(epoch=run.claim.epoch + 1)


@pytest.mark.parametrize("is_down", [False, True])
def test_a_run_cancelled_while_its_job_is_asked_for_leaves_no_job(
    world: World, *, is_down: bool
) -> None:
    world.put_run(a_run())
    start = world.jobs.start

    def start_while_the_user_cancels(environment: dict[str, str]) -> str | None:
        world.backtest_service().cancel(ALICE, R1)
        world.dispatcher().cancel(ALICE, R1)
        execution = start(environment)
        world.jobs.is_down = is_down
        return execution

    world.jobs.start = start_while_the_user_cancels  # type: ignore[method-assign,assignment]

    assert world.dispatcher().dispatch(ALICE, R1, 1) is True

    assert stored(world).state is RunState.CANCELLED
    assert world.jobs.cancelled == ([] if is_down else ["execution-1"])
    with pytest.raises(Conflict):
        world.events().started(
            token(world), StartClaim(holder=HOLDER, task_attempt=0, execution="")
        )


def test_a_job_without_a_known_name_learns_of_it_by_its_next_event(world: World) -> None:
    run = a_run(RunState.CANCELLING)
    world.put_run(replace(run, claim=replace(run.claim, execution=None, holder=HOLDER)))

    assert world.dispatcher().cancel(ALICE, R1) is False

    assert not world.jobs.cancelled
    assert stored(world).state is RunState.CANCELLING


def test_a_job_that_cannot_be_stopped_now_is_stopped_later(world: World) -> None:
    world.put_run(a_run(RunState.CANCELLING))
    world.jobs.is_down = True

    with pytest.raises(Unavailable):
        world.dispatcher().cancel(ALICE, R1)

    assert stored(world).state is RunState.CANCELLING


@pytest.mark.parametrize("state", [s for s in RunState if s is not RunState.CANCELLING])
def test_what_is_not_being_cancelled_is_left_alone(world: World, state: RunState) -> None:
    run = world.put_run(a_run(state))

    assert world.dispatcher().cancel(ALICE, R1) is False
    assert stored(world) == run
    assert not world.jobs.cancelled


def test_what_is_gone_is_left_alone(world: World) -> None:
    assert world.dispatcher().dispatch(ALICE, R1, 1) is False
    assert world.dispatcher().cancel(ALICE, R1) is False
