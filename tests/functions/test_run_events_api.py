"""The run-events function as a job sees it: tokens, bodies, answers."""

from typing import Any

import pytest

from candlewick.backtests.models import RunId, RunState
from candlewick.backtests.wire import Ticket
from tests.factories import ALICE, HOLDER, SECRET, a_run
from tests.functions.answers import JsonObject, ok, problem
from tests.world import World

TOKEN = f"alice.r1.1.{SECRET}"
CLAIM = {"holder": HOLDER, "taskAttempt": 0, "execution": "execution-1"}
PROGRESS = {"holder": HOLDER, "phase": "simulating", "fraction": 0.5, "logTail": "half"}
SUCCEEDED = {"outcome": "succeeded", "sha256": "a" * 64, "sizeBytes": 9}
FINISHED = {"holder": HOLDER, "outcome": SUCCEEDED}
EVENTS = pytest.mark.parametrize(
    ("event", "body"), [("started", CLAIM), ("progress", PROGRESS), ("finished", FINISHED)]
)


@pytest.fixture(autouse=True)
def run(world: World) -> None:
    world.put_run(a_run(RunState.RUNNING))


def state(world: World) -> RunState:
    return world.runs.runs[ALICE, RunId("r1")].state


@EVENTS
@pytest.mark.parametrize(
    "token",
    [
        None,
        "",
        "nonsense",
        "alice.r1.1",
        "alice.r1.one.secret",
        f"alice.r1.{'9' * 5_000}.secret",
        "a/b.r1.1.secret",
        "__x__.r1.1.secret",
        "alice.r/1.1.secret",
        "alice.r1.1.another-secret",
    ],
)
def test_without_the_runs_own_token_nothing_is_told(
    world: World, event: str, body: JsonObject, token: str | None
) -> None:
    problem(world.job(token).post(f"/{event}", json=body), 401, "unauthenticated")
    assert state(world) is RunState.RUNNING


@EVENTS
@pytest.mark.parametrize("token", [f"alice.r1.0.{SECRET}", f"alice.r1.2.{SECRET}"])
def test_a_token_of_another_epoch_is_told_to_stop(
    world: World, event: str, body: JsonObject, token: str
) -> None:
    problem(world.job(token).post(f"/{event}", json=body), 409, "conflict")


@EVENTS
@pytest.mark.parametrize("token", [f"alice.gone.1.{SECRET}", f"bob.r1.1.{SECRET}"])
def test_a_run_that_is_not_there_means_stop(
    world: World, event: str, body: JsonObject, token: str
) -> None:
    problem(world.job(token).post(f"/{event}", json=body), 409, "conflict")


@EVENTS
def test_a_job_that_does_not_hold_the_claim_is_told_to_stop(
    world: World, event: str, body: JsonObject
) -> None:
    other = body | {"holder": "another-holder-0123"}

    problem(world.job(TOKEN).post(f"/{event}", json=other), 409, "conflict")


@EVENTS
@pytest.mark.parametrize("changes", [{"holder": 1}, {"more": 1}])
def test_an_unfit_event_is_refused(
    world: World, event: str, body: JsonObject, changes: dict[str, Any]
) -> None:
    problem(world.job(TOKEN).post(f"/{event}", json=body | changes), 422, "invalid")


def test_started_gives_a_ticket_without_the_token(world: World) -> None:
    response = world.job(TOKEN).post("/started", json=CLAIM)

    ticket = Ticket.model_validate(ok(response))
    assert ticket.class_name == "Buyer"
    assert {file.path for file in ticket.files} == {
        "data/BTC_USDT-5m.feather",
        "data/BTC_USDT-1h.feather",
        "markets.json",
        "strategies/Buyer.py",
    }
    assert ticket.result.url.endswith("/alice/r1/1/result.zip")
    assert SECRET not in response.text


def test_progress_is_shown_to_the_user(world: World) -> None:
    assert ok(world.job(TOKEN).post("/progress", json=PROGRESS)) == {"cancel": False}

    shown = ok(world.api(world.alice).get("/api/v1/backtests/r1"))
    assert shown["progress"] == {"phase": "simulating", "fraction": 0.5}
    assert shown["logTail"] == "half"


def test_progress_tells_a_job_that_the_user_asked_to_stop(world: World) -> None:
    ok(world.api(world.alice).post("/api/v1/backtests/r1/cancel"), 202)

    assert ok(world.job(TOKEN).post("/progress", json=PROGRESS)) == {"cancel": True}


def test_finished_may_be_said_twice(world: World) -> None:
    for _ in range(2):
        assert world.job(TOKEN).post("/finished", json=FINISHED).status_code == 204

    assert state(world) is RunState.VERIFYING
    assert [task.kind for task in world.queue.sent] == ["verify"]


@pytest.mark.parametrize("fraction", [-0.1, 1.1, "half"])
def test_a_fraction_is_between_nothing_and_all(world: World, fraction: object) -> None:
    response = world.job(TOKEN).post("/progress", json=PROGRESS | {"fraction": fraction})

    problem(response, 422, "invalid")


def test_a_long_log_is_refused(world: World) -> None:
    response = world.job(TOKEN).post("/progress", json=PROGRESS | {"logTail": "x" * 8_001})

    problem(response, 422, "invalid")


def test_the_database_being_down_is_503(world: World) -> None:
    world.runs.is_down = True

    problem(world.job(TOKEN).post("/progress", json=PROGRESS), 503, "unavailable")
