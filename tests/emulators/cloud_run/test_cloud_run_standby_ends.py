"""A process that waits for its execution: each way in which it ends, before, during and after it is handed over."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from emulators.times import moment
from tests.emulators.cloud_run.conftest import alive
from tests.emulators.cloud_run.patient import NAME, Patient, everything_of, keepers, patient
from tests.emulators.emulator_process import eventually

pytestmark = pytest.mark.emulator


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Patient]:
    with patient(tmp_path) as started:
        yield started


def test_one_that_is_not_ready_is_ended_and_an_ordinary_one_started(job: Patient) -> None:
    job.waits()
    job.behave("is slow")
    job.run()
    eventually(lambda: job.look().get("ready") is False)
    slow = job.command()

    execution = job.run()

    assert not job.served(execution.name)
    eventually(lambda: not alive([slow]))


def test_one_that_died_while_it_waited_serves_nobody(job: Patient) -> None:
    pid = job.waits()
    processes = everything_of(pid)

    os.kill(pid, signal.SIGKILL)
    eventually(lambda: job.look() == {})
    execution = job.run()

    assert execution.succeeded_count == 1
    assert not job.served(execution.name)
    assert alive(processes) == []
    assert "has ended before its execution" in job.cloud.emulator.log.read_text()
    log = job.cloud.state / "logs" / "standby" / "patient.log"
    assert log.read_text() == "started\n"
    assert job.waits()


def test_one_whose_keeper_was_killed_serves_nobody(job: Patient) -> None:
    processes = everything_of(job.waits())

    os.kill(job.look()["pid"], signal.SIGKILL)

    eventually(lambda: not alive(processes))
    assert not job.served(job.run().name)


def test_one_that_dies_before_it_has_its_word_costs_no_attempt(job: Patient) -> None:
    job.waits()
    job.behave("dies before its answer")

    execution = job.run()

    assert (execution.succeeded_count, execution.retried_count) == (1, 0)
    said = job.said(execution.name)
    assert (said["waited"], said["env"]["CLOUD_RUN_TASK_ATTEMPT"]) == (False, "0")
    assert job.cloud.log_of(execution.name).count("started") == 1


def test_one_that_dies_after_it_had_its_word_was_an_attempt(job: Patient) -> None:
    job.waits()
    job.behave("dies after its answer")

    execution = job.run()

    assert (execution.succeeded_count, execution.retried_count) == (1, 1)
    assert job.cloud.log_of(execution.name, attempt=0) == "started\n"
    said = job.said(execution.name, attempt=1)
    assert (said["waited"], said["env"]["CLOUD_RUN_TASK_ATTEMPT"]) == (False, "1")


def test_one_that_does_not_answer_is_killed_and_costs_no_attempt(job: Patient) -> None:
    pid = job.waits()
    processes = everything_of(pid)
    os.kill(pid, signal.SIGSTOP)

    execution = job.run()

    assert (execution.succeeded_count, execution.retried_count) == (1, 0)
    assert not job.served(execution.name)
    eventually(lambda: not alive(processes))


def test_one_that_says_something_else_is_ended(job: Patient) -> None:
    job.waits()
    job.behave("is rude")
    job.run()
    eventually(lambda: "said something else" in job.cloud.emulator.log.read_text())

    execution = job.run()

    assert execution.succeeded_count == 1
    assert not job.served(execution.name)


def test_the_time_that_it_waited_is_none_of_its_attempts(job: Patient) -> None:
    job.waits()
    time.sleep(0.6)

    name = job.cloud.start(
        NAME,
        timeout={"nanos": 500_000_000},
        container_overrides=[{"env": [{"name": "WORD", "value": "time.sleep(60)"}]}],
    )
    job.is_under_way(name)
    execution = job.cloud.finished(name)

    took = moment(execution.completion_time) - moment(execution.start_time)
    (task,) = job.cloud.tasks_of(name)
    assert execution.failed_count == 1
    assert task.last_attempt_result.status.message == "The configured timeout was reached."
    assert took >= timedelta(seconds=1)  # two attempts


def test_a_served_execution_can_be_cancelled(job: Patient) -> None:
    processes = everything_of(job.waits())
    name = job.start("time.sleep(60)")
    job.is_under_way(name)

    job.cloud.executions.cancel_execution(name=name)
    execution = job.cloud.finished(name)

    assert execution.cancelled_count == 1
    assert job.cloud.log_of(name).endswith("leaving\n")
    assert alive(processes) == []


def test_faults_hold_for_a_served_execution(job: Patient) -> None:
    job.waits()
    job.cloud.emulator.put_faults(
        slow_start={"next": 1, "seconds": 0.4}, kill_task={"next": 1, "seconds": 0.2}
    )

    name = job.start("time.sleep(0.6)")
    execution = job.cloud.finished(name)

    waited = moment(execution.start_time) - moment(execution.create_time)
    assert waited >= timedelta(seconds=0.4)
    assert job.served(name)
    assert (execution.succeeded_count, execution.retried_count) == (1, 1)


def end_by_sigterm(job: Patient) -> None:
    asked = time.monotonic()
    assert job.cloud.emulator.terminate() == 0
    assert time.monotonic() - asked < 5
    assert "Traceback" not in job.cloud.emulator.log.read_text()


def end_by_sigkill(job: Patient) -> None:
    job.cloud.emulator.kill()


@pytest.mark.parametrize("end", [end_by_sigterm, end_by_sigkill])
def test_nothing_waits_any_more_when_the_emulator_has_ended(
    job: Patient, end: Callable[[Patient], None]
) -> None:
    processes = everything_of(job.waits())

    end(job)

    eventually(lambda: not alive(processes))


def test_one_that_outlived_a_killed_emulator_is_ended_at_the_next_start(tmp_path: Path) -> None:
    with patient(tmp_path) as first:
        processes = everything_of(first.waits())
        keeper = first.look()["pid"]
        # A stopped keeper cannot obey when the kernel tells it that the emulator is gone.
        os.kill(keeper, signal.SIGSTOP)
        first.cloud.emulator.kill()
    assert keeper in alive(processes)

    with patient(tmp_path) as second:
        eventually(lambda: not alive(processes))
        assert second.waits()


def test_the_store_knows_of_those_that_live_only(tmp_path: Path) -> None:
    with patient(tmp_path) as job:
        job.waits()
        job.run()
        job.waits()
        assert keepers(job.cloud.state) == [job.look()["pid"]]

    assert keepers(job.cloud.state) == []
