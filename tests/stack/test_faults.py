"""What goes wrong in a cloud, on the whole stack: every run still ends once, with nothing left running."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import psutil
import pytest
from google.cloud import firestore

from candlewick.cli.api import JsonObject
from emulators.stack.supervisor import Stack
from tests.stack.conftest import User, eventually, nothing_runs
from tests.stack.strategies import HONEST, LOOPS

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]


def settled(user: User, stack: Stack, run_id: str) -> JsonObject:
    """Return the run when it is over and none of its processes is left."""
    run = user.wait(run_id)
    eventually(lambda: nothing_runs(stack) or None, within_s=30)
    assert user.api.get("/me/quotas")["activeRuns"]["used"] == 0
    return run


def test_a_task_delivered_twice_has_the_effect_of_one(user: User, stack: Stack) -> None:
    stack.faults("cloud-tasks", {"duplicate": {"next": 3}})

    run = settled(user, stack, user.submit())

    assert run["state"] == "succeeded", run["failure"]
    assert run["attempt"] == 1
    assert len(user.api.get("/backtests")["items"]) == 1


def test_a_lost_reply_of_runjob_starts_no_second_backtest(user: User, stack: Stack) -> None:
    stack.faults("cloud-run", {"lost_run_reply": {"next": 1}})

    run = settled(user, stack, user.submit())

    assert run["state"] == "succeeded", run["failure"]
    assert run["attempt"] == 1


def test_a_refused_runjob_is_asked_for_again(user: User, stack: Stack) -> None:
    stack.faults("cloud-run", {"refuse_run": {"next": 2, "status": "RESOURCE_EXHAUSTED"}})

    run = settled(user, stack, user.submit())

    assert run["state"] == "succeeded", run["failure"]


def test_a_lost_reply_of_the_queue_sends_no_second_task(user: User, stack: Stack) -> None:
    stack.faults("cloud-tasks", {"drop_create_reply": {"next": 1}})

    run = settled(user, stack, user.submit())

    assert run["state"] == "succeeded", run["failure"]


@pytest.mark.parametrize("after_s", [0.3, 1.5, 4.0])
def test_a_job_killed_at_any_step_is_taken_over(user: User, stack: Stack, after_s: float) -> None:
    stack.faults("cloud-run", {"kill_task": {"next": 1, "seconds": after_s}})

    run = settled(user, stack, user.submit())

    assert run["state"] == "succeeded", run["failure"]


def test_a_dispatcher_killed_between_claim_and_runjob_leaves_nothing_stuck(
    user: User, stack: Stack
) -> None:
    stack.kill("cloud-run")
    run_id = user.submit()
    assert user.wait(run_id, "starting")["state"] == "starting"

    stack.kill("tasks")
    stack.restart("cloud-run")
    stack.restart("tasks")

    run = settled(user, stack, run_id)
    assert run["state"] == "succeeded", run["failure"]
    assert run["attempt"] == 1


def test_a_run_whose_task_was_never_sent_is_found_in_the_outbox(user: User, stack: Stack) -> None:
    stack.kill("cloud-tasks")
    run_id = user.submit()
    assert user.run(run_id)["state"] == "queued"

    stack.restart("cloud-tasks")

    run = settled(user, stack, run_id)
    assert run["state"] == "succeeded", run["failure"]


def test_a_job_that_vanished_is_started_again_by_the_reconciler(
    user: User, stack: Stack, database: firestore.Client
) -> None:
    run_id = user.submit(LOOPS)
    user.wait(run_id, "running")
    stack.kill("cloud-run")
    stack.restart("cloud-run")

    pass_deadline(database, user, run_id)

    again = eventually(lambda: attempted_again(user, run_id))
    assert again["attempt"] == 2
    user.api.post(f"/backtests/{run_id}/cancel")
    assert settled(user, stack, run_id)["state"] == "cancelled"


def attempted_again(user: User, run_id: str) -> JsonObject | None:
    run = user.run(run_id)
    return run if run["attempt"] > 1 and run["state"] == "running" else None


def pass_deadline(database: firestore.Client, user: User, run_id: str) -> None:
    """Let the run's deadline be over, instead of waiting for it."""
    owner = user.api.get("/me")["id"]
    past = datetime(2020, 1, 1, tzinfo=UTC)
    database.document("users", owner, "runs", run_id).update({"deadlineAt": past})


def test_a_run_that_dies_three_times_fails_as_our_fault(
    user: User, stack: Stack, database: firestore.Client
) -> None:
    stack.kill("cloud-run")
    run_id = user.submit()
    user.wait(run_id, "starting")

    while user.run(run_id)["state"] != "failed":
        pass_deadline(database, user, run_id)
        time.sleep(0.5)

    stack.restart("cloud-run")
    run = settled(user, stack, run_id)
    assert run["failure"]["kind"] == "platform_error"
    assert "It is our fault" in run["failure"]["message"]


def test_a_queued_run_is_cancelled_at_once(user: User, stack: Stack) -> None:
    stack.faults("cloud-tasks", {"delay": {"next": 1, "seconds": 4}})
    run_id = user.submit()

    answer = user.api.post(f"/backtests/{run_id}/cancel")

    assert answer["state"] == "cancelled"
    assert settled(user, stack, run_id)["state"] == "cancelled"


def test_a_starting_run_is_cancelled_before_it_works(user: User, stack: Stack) -> None:
    stack.faults("cloud-run", {"slow_start": {"next": 1, "seconds": 5}})
    run_id = user.submit()
    user.wait(run_id, "starting")

    user.api.post(f"/backtests/{run_id}/cancel")

    run = settled(user, stack, run_id)
    assert run["state"] == "cancelled"
    assert "running" not in run["enteredAt"]


def test_a_running_run_is_cancelled_and_its_container_ends(user: User, stack: Stack) -> None:
    run_id = user.submit(LOOPS)
    user.wait(run_id, "running")
    began = time.monotonic()

    user.api.post(f"/backtests/{run_id}/cancel")

    assert settled(user, stack, run_id)["state"] == "cancelled"
    assert time.monotonic() - began < 30


def test_cancelling_what_is_over_is_refused_in_words(user: User) -> None:
    run_id = user.submit()
    user.wait(run_id)

    answer = user.api.http.post(f"/backtests/{run_id}/cancel", json={})

    assert answer.status_code == 409
    assert "it has succeeded" in answer.json()["detail"]


def test_a_run_goes_on_over_a_restart_of_the_functions(
    new_user: Callable[[], User], stack: Stack
) -> None:
    user = new_user()
    run_id = user.submit(HONEST)
    user.wait(run_id, "running")

    for name in ("run_events", "tasks", "backtests"):
        stack.kill(name)
        stack.restart(name)

    run = settled(user, stack, run_id)
    assert run["state"] == "succeeded", run["failure"]
    assert psutil.pid_exists(stack.pid("backtests"))
