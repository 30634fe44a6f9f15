from datetime import timedelta
from pathlib import Path

import pytest
from google.api_core import exceptions

from emulators.times import moment
from tests.emulators.cloud_run.conftest import Cloud
from tests.emulators.emulator_process import eventually

pytestmark = pytest.mark.emulator


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("UNAVAILABLE", exceptions.ServiceUnavailable),
        ("DEADLINE_EXCEEDED", exceptions.DeadlineExceeded),
    ],
)
def test_a_lost_reply_leaves_an_execution_that_runs(
    run: Cloud, status: str, error: type[Exception]
) -> None:
    job = run.new_job("exit", 0)
    run.emulator.put_faults(lost_run_reply={"next": 1, "status": status})

    with pytest.raises(error):
        run.run(job)

    (execution,) = run.executions.list_executions(parent=job)
    assert run.finished(execution.name).succeeded_count == 1


def test_a_refused_run_starts_nothing(run: Cloud) -> None:
    job = run.new_job("exit", 0)
    run.emulator.put_faults(refuse_run={"next": 1})

    with pytest.raises(exceptions.ResourceExhausted):
        run.run(job)

    assert list(run.executions.list_executions(parent=job)) == []
    assert run.run_to_end(job).succeeded_count == 1


def test_a_slow_start_keeps_an_execution_pending(run: Cloud) -> None:
    run.emulator.put_faults(slow_start={"next": 1, "seconds": 0.4})

    execution = run.run_to_end(run.new_job("exit", 0))

    assert moment(execution.start_time) - moment(execution.create_time) >= timedelta(seconds=0.4)
    assert execution.succeeded_count == 1


def test_a_killed_task_is_tried_again(run: Cloud) -> None:
    run.emulator.put_faults(kill_task={"next": 1, "seconds": 0.2})
    job = run.new_job("wait", "/dev/null", retries=1, timeout=60)

    name = run.start(job)
    eventually(lambda: run.tasks_of(name)[0].retried == 1)
    killed = run.tasks_of(name)[0].last_attempt_result
    run.executions.cancel_execution(name=name)
    execution = run.finished(name)

    assert killed.term_signal == 9
    assert execution.retried_count == 1


def test_a_task_that_is_killed_each_time_fails(run: Cloud, tmp_path: Path) -> None:
    run.emulator.put_faults(kill_task={"next": 1, "seconds": 0.1, "attempts": 2})

    execution = run.run_to_end(run.new_job("wait", tmp_path / "up", retries=1))

    assert execution.failed_count == 1
