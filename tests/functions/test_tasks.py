"""The targets of Cloud Tasks and of Cloud Scheduler."""

import pytest

from candlewick.backtests.models import RunId, RunState, TaskKind
from tests.factories import ALICE, a_run
from tests.functions.answers import ok, problem
from tests.world import EVENTS_URL, World, bearer, task_body

EVERY_KIND = pytest.mark.parametrize("kind", list(TaskKind))


def state(world: World) -> RunState:
    return world.runs.runs[ALICE, RunId("r1")].state


@EVERY_KIND
@pytest.mark.parametrize("headers", [{}, bearer("somebody")])
def test_nobody_but_the_queue_may_call(
    world: World, kind: TaskKind, headers: dict[str, str]
) -> None:
    run = world.put_run(a_run())

    response = world.tasks(headers).post(f"/tasks/{kind}", json=task_body(run, kind))

    problem(response, 401, "unauthenticated")
    assert state(world) is RunState.QUEUED


@pytest.mark.parametrize("headers", [{}, bearer("somebody")])
def test_nobody_but_the_scheduler_may_reconcile(world: World, headers: dict[str, str]) -> None:
    problem(world.scheduler(headers).post("/"), 401, "unauthenticated")


@EVERY_KIND
@pytest.mark.parametrize("body", [b"", b"{}", b"no json", b"\xff", b'{"owner": 1}'])
def test_a_task_that_says_nothing_useful_is_refused(
    world: World, kind: TaskKind, body: bytes
) -> None:
    problem(world.tasks().post(f"/tasks/{kind}", data=body), 422, "invalid")


def test_a_large_task_is_refused(world: World) -> None:
    response = world.tasks().post("/tasks/dispatch", data=b" " * (256 * 1024 + 1))

    problem(response, 413, "too_large")


@EVERY_KIND
def test_a_task_for_a_run_that_is_gone_is_done(world: World, kind: TaskKind) -> None:
    response = world.tasks().post(f"/tasks/{kind}", json=task_body(a_run(), kind))

    assert response.status_code == 200


def test_dispatch_starts_one_job_with_a_token_for_its_epoch(world: World) -> None:
    run = world.put_run(a_run())

    ok(world.tasks().post("/tasks/dispatch", json=task_body(run, TaskKind.DISPATCH)))

    (environment,) = world.jobs.started
    assert environment["CANDLEWICK_EVENTS_URL"] == EVENTS_URL
    assert environment["CANDLEWICK_RUN_TOKEN"].startswith("alice.r1.1.")
    assert state(world) is RunState.STARTING


def test_dispatch_delivered_twice_leaves_one_valid_token(world: World) -> None:
    run = world.put_run(a_run())

    for _ in range(2):
        ok(world.tasks().post("/tasks/dispatch", json=task_body(run, TaskKind.DISPATCH)))

    first, second = (environment["CANDLEWICK_RUN_TOKEN"] for environment in world.jobs.started)
    claim = {"holder": "h" * 16, "taskAttempt": 0, "execution": ""}
    problem(world.job(first).post("/started", json=claim), 409, "conflict")
    ok(world.job(second).post("/started", json=claim))


def test_dispatch_of_an_earlier_attempt_does_nothing(world: World) -> None:
    run = world.put_run(a_run(tasks_sent=2, attempt=2))

    done = world.tasks().post("/tasks/dispatch", json=task_body(run, TaskKind.DISPATCH, 1))

    assert ok(done) == {"acted": False}
    assert not world.jobs.started


@pytest.mark.parametrize(
    "later", [s for s in RunState if s not in {RunState.QUEUED, RunState.STARTING}]
)
def test_dispatch_after_its_time_does_nothing(world: World, later: RunState) -> None:
    run = world.put_run(a_run(later))

    done = world.tasks().post("/tasks/dispatch", json=task_body(run, TaskKind.DISPATCH))

    assert ok(done) == {"acted": False}
    assert not world.jobs.started


def test_a_refused_job_is_asked_for_again_with_a_new_token(world: World) -> None:
    run = world.put_run(a_run())
    world.jobs.is_down = True
    refused = world.tasks().post("/tasks/dispatch", json=task_body(run, TaskKind.DISPATCH))
    world.jobs.is_down = False

    ok(world.tasks().post("/tasks/dispatch", json=task_body(run, TaskKind.DISPATCH)))

    problem(refused, 503, "unavailable")
    (environment,) = world.jobs.started
    assert environment["CANDLEWICK_RUN_TOKEN"].startswith("alice.r1.2.")


@pytest.mark.parametrize("kind", [TaskKind.DISPATCH, TaskKind.CANCEL])
def test_a_database_that_is_down_has_the_task_delivered_again(world: World, kind: TaskKind) -> None:
    run = world.put_run(a_run())
    world.runs.is_down = True

    problem(world.tasks().post(f"/tasks/{kind}", json=task_body(run, kind)), 503, "unavailable")


def test_verify_is_handed_to_the_verifier(world: World) -> None:
    run = world.put_run(a_run(RunState.VERIFYING))

    for _ in range(2):
        ok(world.tasks().post("/tasks/verify", json=task_body(run, TaskKind.VERIFY)))

    assert world.verifier.verified == [run.id, run.id]


def test_cancel_stops_the_execution_once(world: World) -> None:
    run = world.put_run(a_run(RunState.CANCELLING))

    first = world.tasks().post("/tasks/cancel", json=task_body(run, TaskKind.CANCEL))
    second = world.tasks().post("/tasks/cancel", json=task_body(run, TaskKind.CANCEL))

    assert (ok(first)["acted"], ok(second)["acted"]) == (True, False)
    assert world.jobs.cancelled == ["execution-1"]
    assert state(world) is RunState.CANCELLED


def test_cancel_waits_when_cloud_run_does_not_answer(world: World) -> None:
    run = world.put_run(a_run(RunState.CANCELLING))
    world.jobs.is_down = True

    response = world.tasks().post("/tasks/cancel", json=task_body(run, TaskKind.CANCEL))

    problem(response, 503, "unavailable")
    assert state(world) is RunState.CANCELLING


@pytest.mark.parametrize("other", [s for s in RunState if s is not RunState.CANCELLING])
def test_cancel_of_a_run_that_is_not_being_cancelled_does_nothing(
    world: World, other: RunState
) -> None:
    run = world.put_run(a_run(other))

    done = world.tasks().post("/tasks/cancel", json=task_body(run, TaskKind.CANCEL))

    assert ok(done) == {"acted": False}
    assert state(world) is other
    assert not world.jobs.cancelled


def test_reconcile_says_what_it_did(world: World) -> None:
    world.put_run(a_run())
    world.clock.move(minutes=6)

    done = ok(world.scheduler().post("/"))

    assert done == {"tasks_sent": 0, "runs_moved": 1, "erased": 0}
    assert ok(world.scheduler().post("/")) == {"tasks_sent": 0, "runs_moved": 0, "erased": 0}


def test_reconcile_with_the_database_down_is_503(world: World) -> None:
    world.runs.is_down = True

    problem(world.scheduler().post("/"), 503, "unavailable")
