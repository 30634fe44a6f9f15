"""Cloud Run's jobs: overrides hold once, retries end, a cancellation is told apart from a failure."""

import pytest
from google.api_core import exceptions
from google.cloud import run_v2

from tests.cloud.conftest import Run

pytestmark = [pytest.mark.emulator, pytest.mark.timeout(1800)]
Reason = run_v2.Condition.ExecutionReason
State = run_v2.Condition.State


def ending(execution: run_v2.Execution) -> run_v2.Condition:
    return next(each for each in execution.conditions if each.type_ == "Completed")


def test_an_override_holds_for_one_execution_and_changes_no_job(run: Run) -> None:
    job = run.new_job("exit", 3)

    overridden = run.start(job, container_overrides=[{"args": ["0"]}])
    plain = run.start(job)

    assert run.finished(overridden).succeeded_count == 1
    assert run.finished(plain).failed_count == 1
    containers = run.jobs.get_job(name=job).template.template.containers
    assert list(containers[0].args) == ["3"]


def test_an_environment_can_be_overridden(run: Run) -> None:
    job = run.new_job("show")
    env = [{"name": "WHO", "value": "run"}]

    execution = run.finished(run.start(job, container_overrides=[{"env": env}]))

    given = execution.template.containers[0].env
    assert [(each.name, each.value) for each in given] == [("WHO", "run")]
    assert execution.succeeded_count == 1


def test_a_task_that_fails_is_tried_as_often_as_its_job_says(run: Run) -> None:
    job = run.new_job("exit", 4, retries=1)

    execution = run.finished(run.start(job))
    (task,) = run.tasks.list_tasks(parent=execution.name)

    assert (execution.failed_count, execution.retried_count) == (1, 1)
    assert (task.retried, task.last_attempt_result.exit_code) == (1, 4)
    assert ending(execution).execution_reason == Reason.NON_ZERO_EXIT_CODE


def test_a_cancelled_execution_ends_as_cancelled(run: Run) -> None:
    execution = run.start(run.new_job("wait"))

    run.executions.cancel_execution(name=execution)
    ended = run.finished(execution)

    assert ended.cancelled_count == 1
    assert ending(ended).execution_reason in {Reason.CANCELLED, Reason.CANCELLING}
    with pytest.raises((exceptions.FailedPrecondition, exceptions.InvalidArgument)):
        run.executions.cancel_execution(name=execution)


def test_a_job_that_is_not_there_cannot_run(run: Run) -> None:
    with pytest.raises(exceptions.NotFound):
        run.start(f"{run.place.location}/jobs/contract-none")


def test_executions_are_found_across_jobs(run: Run) -> None:
    started = {run.start(run.new_job("exit", 0)) for _ in range(2)}

    listed = run.executions.list_executions(parent=f"{run.place.location}/jobs/-")

    assert started <= {execution.name for execution in listed}
