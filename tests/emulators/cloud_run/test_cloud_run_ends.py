import os
import signal
import time
from pathlib import Path

import pytest
from google.api_core import exceptions
from google.cloud import run_v2

from tests.emulators.cloud_run.conftest import Cloud, alive, completed, family, result, running_with
from tests.emulators.emulator_process import eventually

pytestmark = pytest.mark.emulator
State, Reason = run_v2.Condition.State, run_v2.Condition.ExecutionReason
Completion = run_v2.ExecutionReference.CompletionStatus


def test_an_attempt_that_takes_too_long_has_failed_and_is_tried_again(
    run: Cloud, tmp_path: Path
) -> None:
    job = run.new_job("wait", tmp_path / "up", retries=1, timeout=0.3)

    execution = run.run_to_end(job)
    result = run.tasks_of(execution.name)[0].last_attempt_result

    assert (execution.failed_count, execution.retried_count) == (1, 1)
    assert result.status.message == "The configured timeout was reached."
    assert completed(execution).message.endswith("The configured timeout was reached.")
    assert result.term_signal == signal.SIGTERM


def test_a_timeout_can_be_overridden(run: Cloud, tmp_path: Path) -> None:
    job = run.new_job("wait", tmp_path / "up", timeout=600)

    execution = run.run_to_end(job, timeout={"nanos": 200_000_000})

    assert execution.failed_count == 1


def test_a_command_that_ends_well_because_its_time_is_up_has_failed_all_the_same(
    run: Cloud, tmp_path: Path
) -> None:
    execution = run.run_to_end(run.new_job("polite", tmp_path / "up", timeout=0.4))

    assert execution.failed_count == 1
    assert "leaving" in run.log_of(execution.name)


def test_a_cancelled_command_may_leave_in_its_own_way(run: Cloud, tmp_path: Path) -> None:
    name = run.start(run.new_job("polite", tmp_path / "up", retries=3))
    eventually((tmp_path / "up").exists)

    execution = result(run.executions.cancel_execution(name=name))

    assert completed(execution).state == State.CONDITION_FAILED
    assert completed(execution).execution_reason == Reason.CANCELLED
    assert (execution.cancelled_count, execution.retried_count) == (1, 0)
    assert "leaving" in run.log_of(name)
    latest = run.jobs.get_job(name=name.partition("/executions/")[0]).latest_created_execution
    assert latest.completion_status == Completion.EXECUTION_CANCELLED


def test_a_command_that_ignores_sigterm_is_killed_after_the_grace_period(
    run: Cloud, tmp_path: Path
) -> None:
    name = run.start(run.new_job("stubborn", tmp_path / "up"))
    eventually((tmp_path / "up").exists)
    asked = time.monotonic()

    run.executions.cancel_execution(name=name)
    cancelling = completed(run.executions.get_execution(name=name))
    execution = run.finished(name)

    assert cancelling.execution_reason == Reason.CANCELLING
    assert 0.5 <= time.monotonic() - asked < 3
    result = run.tasks_of(execution.name)[0].last_attempt_result
    assert result.term_signal == signal.SIGKILL


def test_an_execution_can_be_cancelled_while_it_is_pending(run: Cloud, tmp_path: Path) -> None:
    run.emulator.put_faults(slow_start={"next": 1, "seconds": 30})
    job = run.new_job("wait", tmp_path / "up")
    name = run.start(job)
    pending = run.jobs.get_job(name=job).latest_created_execution.completion_status

    run.executions.cancel_execution(name=name)
    execution = run.finished(name, within=3)

    assert pending == Completion.EXECUTION_PENDING
    assert completed(execution).execution_reason == Reason.CANCELLED
    assert execution.cancelled_count == 1
    assert not (tmp_path / "up").exists()


def test_a_cancelled_operation_raises_cancelled_in_the_client(run: Cloud, tmp_path: Path) -> None:
    operation = run.run(run.new_job("wait", tmp_path / "up"))
    eventually((tmp_path / "up").exists)

    run.executions.cancel_execution(name=operation.metadata.name)

    with pytest.raises(exceptions.Cancelled):
        result(operation)


def test_an_execution_that_is_over_cannot_be_cancelled(run: Cloud) -> None:
    execution = run.run_to_end(run.new_job("exit", 0))

    with pytest.raises(exceptions.FailedPrecondition, match="is over"):
        run.executions.cancel_execution(name=execution.name)


def test_an_execution_that_is_deleted_while_it_runs_is_stopped(run: Cloud, tmp_path: Path) -> None:
    name = run.start(run.new_job("family", tmp_path / "ids", "wait"))
    pids = family(tmp_path / "ids")

    operation = run.executions.delete_execution(name=name)

    assert result(operation).name == name
    assert alive(pids) == []
    with pytest.raises(exceptions.NotFound):
        run.executions.get_execution(name=name)


@pytest.mark.parametrize("manner", ["leave", "wait", "kill-keeper"])
def test_nothing_that_a_command_started_outlives_its_attempt(
    run: Cloud, tmp_path: Path, manner: str
) -> None:
    name = run.start(run.new_job("family", tmp_path / "ids", manner))
    pids = family(tmp_path / "ids")

    if manner == "wait":
        run.executions.cancel_execution(name=name)
    execution = run.finished(name)

    assert len(set(pids)) == 5
    assert alive(pids) == []
    assert execution.succeeded_count == (manner == "leave")


def test_cleaning_up_after_one_execution_leaves_the_others_alone(
    run: Cloud, tmp_path: Path
) -> None:
    waiting = run.start(run.new_job("family", tmp_path / "ids", "wait"))
    pids = family(tmp_path / "ids")

    run.run_to_end(run.new_job("family", tmp_path / "others", "kill-keeper"))

    assert sorted(alive(pids)) == sorted(pids)
    run.executions.cancel_execution(name=waiting)
    run.finished(waiting)


def test_a_command_that_an_outsider_kills_has_failed(run: Cloud, tmp_path: Path) -> None:
    name = run.start(run.new_job("family", tmp_path / "ids", "wait"))
    pids = family(tmp_path / "ids")

    os.kill(pids[3], signal.SIGKILL)
    execution = run.finished(name)

    assert execution.failed_count == 1
    assert run.tasks_of(name)[0].last_attempt_result.term_signal == signal.SIGKILL
    assert alive(pids) == []


def test_processes_that_fork_without_end_end_with_their_attempt(run: Cloud, tmp_path: Path) -> None:
    mark = str(tmp_path / "hydra")

    execution = run.run_to_end(run.new_job("hydra", mark))

    assert execution.succeeded_count == 1
    assert running_with(mark) == []
