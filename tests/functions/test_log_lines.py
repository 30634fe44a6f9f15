"""The lines that alerts and cost reports read, as a run writes them."""

import json
import logging
from typing import Any

import pytest

from candlewick.backtests.models import MAX_ATTEMPTS, RunState
from tests.factories import HOLDER, a_run
from tests.functions.answers import a_request, a_strategy, ok, submit
from tests.world import World, task_body

Lines = pytest.LogCaptureFixture
ARCHIVE = {"outcome": "succeeded", "sha256": "0" * 64, "sizeBytes": 7}
PASS = {
    "runs_moved": 0, "tasks_sent": 0, "tasks_unsent": 0, "erased": 0, "overdue": 0,
    "oldest_overdue_s": 0.0, "oldest_queued_s": 0.0, "queued": 0, "starting": 0, "running": 0,
    "cancelling": 0, "verifying": 0,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _every_line(caplog: Lines) -> None:
    caplog.set_level(logging.INFO)


def said(lines: Lines, message: str) -> dict[str, Any]:
    """Return the only line of this message."""
    (found,) = [record for record in lines.records if record.getMessage() == message]
    return {"severity": found.levelname, **vars(found)}


def has(line: dict[str, Any], **facts: object) -> bool:
    return {name: line.get(name) for name in facts} == facts


def started(world: World, run_id: str) -> str:
    """Dispatch a run three seconds after it was made; its job speaks four seconds later."""
    run = next(iter(world.runs.runs.values()))
    assert run.id == run_id
    world.clock.move(seconds=3)
    world.tasks().post("/tasks/dispatch", json=task_body(run, "dispatch"))  # type: ignore[arg-type]
    world.clock.move(seconds=4)
    token = world.jobs.started[-1]["CANDLEWICK_RUN_TOKEN"]
    claim = {"holder": HOLDER, "taskAttempt": 0, "execution": "e"}
    for _ in range(2):  # asking twice is no second start
        assert world.job(token).post("/started", json=claim).status_code == 200
    return token


def test_a_run_says_how_long_each_part_took(world: World, caplog: Lines) -> None:
    run_id = ok(submit(world, a_request(a_strategy(world))), 202)["id"]
    token = started(world, run_id)
    world.clock.move(seconds=60)

    world.job(token).post("/finished", json={"holder": HOLDER, "outcome": ARCHIVE})

    about = {"run_id": run_id, "user_class": "member"}
    assert has(said(caplog, "backtest submitted"), **about, state="queued")
    assert has(said(caplog, "execution asked for"), **about, epoch=1, attempt=1, queued_s=3.0)
    assert has(said(caplog, "run started"), **about, epoch=1, dispatch_s=7.0, start_s=4.0)
    finished = said(caplog, "run finished")
    assert has(finished, **about, outcome="succeeded", failure_kind=None, state="verifying")
    assert finished["job_s"] == 60.0


def test_a_guests_run_is_counted_as_a_guests(world: World, caplog: Lines) -> None:
    caller = world.sessions.verify(world.alice, check_revoked=False)
    world.sessions._callers[world.alice] = type(caller)(id=caller.id)

    submit(world, a_request(a_strategy(world)))

    assert said(caplog, "backtest submitted")["user_class"] == "guest"


def test_a_failure_of_ours_at_the_last_attempt_is_an_error(world: World, caplog: Lines) -> None:
    run = world.put_run(a_run(attempt=MAX_ATTEMPTS))
    token = started(world, run.id)
    failure = {"kind": "platform_error", "message": "No sandbox.", "traceback": []}

    world.job(token).post(
        "/finished",
        json={"holder": HOLDER, "outcome": {"outcome": "failed", "failure": failure}},
    )

    finished = said(caplog, "run finished")
    assert has(finished, outcome="failed", failure_kind="platform_error", state="failed")
    given_up = said(caplog, "run given up")
    assert has(given_up, severity="ERROR", from_state="running", attempt=MAX_ATTEMPTS)


def test_a_users_own_failure_is_no_error_of_ours(world: World, caplog: Lines) -> None:
    run = world.put_run(a_run())
    token = started(world, run.id)
    failure = {"kind": "strategy_error", "message": "Division by zero.", "traceback": []}

    world.job(token).post(
        "/finished",
        json={"holder": HOLDER, "outcome": {"outcome": "failed", "failure": failure}},
    )

    assert "run given up" not in caplog.messages
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_every_pass_says_what_it_found(world: World, caplog: Lines) -> None:
    world.scheduler().post("/")

    line = said(caplog, "reconciled")
    assert has(line, severity="INFO", **PASS)


def test_a_stuck_run_is_told_with_how_late_it_is(world: World, caplog: Lines) -> None:
    world.put_run(a_run(RunState.RUNNING))
    world.clock.move(seconds=75)  # 15 more than its patience

    world.scheduler().post("/")

    stuck = said(caplog, "run was stuck")
    assert has(stuck, severity="WARNING", from_state="running", state="queued", waited_s=75.0)
    found = {"runs_moved": 1, "overdue": 1, "oldest_overdue_s": 15.0, "queued": 1}
    assert has(said(caplog, "reconciled"), **{**PASS, **found})


def test_what_waits_is_told_with_its_age(world: World, caplog: Lines) -> None:
    world.put_run(a_run())
    world.clock.move(seconds=100)

    world.scheduler().post("/")

    found = {"queued": 1, "oldest_queued_s": 100.0}
    assert has(said(caplog, "reconciled"), **{**PASS, **found})


def test_a_queue_that_takes_nothing_is_told(world: World, caplog: Lines) -> None:
    world.queue.is_down = True
    submit(world, a_request(a_strategy(world)))
    world.clock.move(seconds=11)

    world.scheduler().post("/")

    assert has(said(caplog, "reconciled"), tasks_sent=0, tasks_unsent=1)
    assert caplog.messages.count("task not sent yet") == 2


def test_every_line_can_be_written_as_json(world: World, caplog: Lines) -> None:
    from candlewick.log import JsonFormatter  # noqa: PLC0415

    submit(world, a_request(a_strategy(world)))
    world.scheduler().post("/")

    lines = [json.loads(JsonFormatter("p1").format(record)) for record in caplog.records]
    assert {"backtest submitted", "reconciled"} <= {line["message"] for line in lines}
