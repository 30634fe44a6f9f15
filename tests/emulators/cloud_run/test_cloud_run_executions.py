import json
from pathlib import Path

import pytest
import requests
from google.api_core import exceptions
from google.cloud import run_v2
from google.longrunning import operations_pb2  # type: ignore[import-untyped]

from tests.emulators.cloud_run.conftest import LOCATION, Cloud, completed, result
from tests.emulators.emulator_process import eventually

pytestmark = pytest.mark.emulator
State, Reason = run_v2.Condition.State, run_v2.Condition.ExecutionReason
Completion = run_v2.ExecutionReference.CompletionStatus


def test_a_successful_run_is_reported_as_the_real_one_reports_it(run: Cloud) -> None:
    job = run.new_job("exit", 0)

    execution = result(run.run(job))

    assert execution.name.startswith(f"{job}/executions/{job.rpartition('/')[2]}-")
    assert execution.job == job.rpartition("/")[2]
    assert (execution.task_count, execution.parallelism) == (1, 1)
    assert (execution.succeeded_count, execution.running_count, execution.failed_count) == (1, 0, 0)
    assert execution.create_time <= execution.start_time <= execution.completion_time
    assert not execution.reconciling
    assert {item.type_: item.state for item in execution.conditions} == {
        "Completed": State.CONDITION_SUCCEEDED,
        "ResourcesAvailable": State.CONDITION_SUCCEEDED,
        "Started": State.CONDITION_SUCCEEDED,
    }
    shown = run.jobs.get_job(name=job)
    assert shown.execution_count == 1
    assert shown.latest_created_execution.name == execution.name.rpartition("/")[2]
    assert shown.latest_created_execution.completion_status == Completion.EXECUTION_SUCCEEDED


def test_a_container_has_its_own_environment_and_nothing_of_the_emulators(run: Cloud) -> None:
    job = run.new_job("show", "a", env={"OF_JOB": "job", "BOTH": "job"}, task_count=2)
    override = {"env": [{"name": "BOTH", "value": "run"}, {"name": "OF_RUN", "value": "run"}]}

    execution = run.run_to_end(job, container_overrides=[override])

    name, job_id = execution.name.rpartition("/")[2], job.rpartition("/")[2]
    seen = json.loads(run.log_of(execution.name, task=1))
    assert seen["argv"] == ["a"]
    assert (seen["sid"], seen["stdin"]) == (True, "")
    own = {key: seen["env"].pop(key) for key in ("PATH", "HOME", "LANG")}
    assert seen["cwd"] == own["HOME"]
    assert not Path(own["HOME"]).exists()
    assert {key: value for key, value in seen["env"].items() if key != "LC_CTYPE"} == {
        "OF_JOB": "job",
        "BOTH": "run",
        "OF_RUN": "run",
        "CLOUD_RUN_JOB": job_id,
        "CLOUD_RUN_EXECUTION": name,
        "CLOUD_RUN_TASK_INDEX": "1",
        "CLOUD_RUN_TASK_COUNT": "2",
        "CLOUD_RUN_TASK_ATTEMPT": "0",
    }


def test_overrides_replace_arguments_and_hold_for_one_execution_only(run: Cloud) -> None:
    job = run.new_job("show", "of-job")

    changed = run.start(job, container_overrides=[{"args": ["of-run"]}])
    cleared = run.start(job, container_overrides=[{"clear_args": True}])
    plain = run.start(job)

    seen = [run.log_of(run.finished(name).name) for name in (changed, cleared, plain)]
    assert [json.loads(log)["argv"] for log in seen] == [["of-run"], [], ["of-job"]]


def test_a_task_that_fails_is_tried_again_up_to_its_retries(run: Cloud) -> None:
    job = run.new_job("succeed-on-attempt", 2, retries=2)

    execution = run.run_to_end(job)
    task = run.tasks_of(execution.name)[0]

    assert (execution.succeeded_count, execution.retried_count) == (1, 1)
    assert task.retried == 2
    assert task.last_attempt_result.exit_code == 0
    assert completed(task).state == State.CONDITION_SUCCEEDED


def test_an_execution_fails_when_its_task_is_out_of_retries(run: Cloud) -> None:
    job = run.new_job("exit", 3, retries=1)

    execution = run.run_to_end(job)
    task = run.tasks_of(execution.name)[0]

    assert (execution.failed_count, execution.succeeded_count, execution.retried_count) == (1, 0, 1)
    ending = completed(execution)
    assert ending.state == State.CONDITION_FAILED
    assert ending.execution_reason == Reason.NON_ZERO_EXIT_CODE
    assert ending.message.endswith(
        "-task0 failed with message: The container exited with an error."
    )
    assert (task.retried, task.last_attempt_result.exit_code) == (1, 3)
    latest = run.jobs.get_job(name=job).latest_created_execution
    assert latest.completion_status == Completion.EXECUTION_FAILED


def test_the_operation_of_a_failed_run_raises_in_the_client(run: Cloud) -> None:
    operation = run.run(run.new_job("exit", 1))

    with pytest.raises(exceptions.GoogleAPICallError, match="exited with an error"):
        result(operation)
    assert operation.metadata.failed_count == 1


def test_a_command_that_a_signal_ended_reports_the_signal(run: Cloud) -> None:
    execution = run.run_to_end(run.new_job("die"))

    result = run.tasks_of(execution.name)[0].last_attempt_result
    assert (result.term_signal, result.exit_code) == (11, 0)


def test_a_command_that_does_not_exist_fails_with_a_line_in_the_log(run: Cloud) -> None:
    execution = run.run_to_end(run.new_job("missing"))

    assert run.tasks_of(execution.name)[0].last_attempt_result.exit_code == 127
    assert "/nonexistent/command" in run.log_of(execution.name)


def test_tasks_run_side_by_side(run: Cloud, tmp_path: Path) -> None:
    execution = run.run_to_end(run.new_job("gather", tmp_path, 3, task_count=3))

    assert execution.succeeded_count == 3


def test_tasks_run_side_by_side_only_as_far_as_parallelism_goes(run: Cloud, tmp_path: Path) -> None:
    job = run.new_job("alone", tmp_path / "lock", task_count=3, parallelism=1)

    execution = run.run_to_end(job)

    assert (execution.parallelism, execution.succeeded_count) == (1, 3)


def test_one_task_that_fails_for_good_ends_the_others(run: Cloud) -> None:
    execution = run.run_to_end(run.new_job("fail-index", 1, task_count=3))

    assert (execution.failed_count, execution.cancelled_count) == (1, 2)
    assert completed(execution).execution_reason == Reason.NON_ZERO_EXIT_CODE
    assert "-task1 failed" in completed(execution).message


def test_the_task_count_can_be_overridden(run: Cloud) -> None:
    execution = run.run_to_end(run.new_job("exit", 0), task_count=4)

    assert (execution.task_count, execution.succeeded_count) == (4, 4)
    assert [task.index for task in run.tasks_of(execution.name)] == [0, 1, 2, 3]


def test_a_running_execution_shows_what_runs(run: Cloud, tmp_path: Path) -> None:
    job = run.new_job("wait", tmp_path / "up")
    name = run.start(job)
    eventually((tmp_path / "up").exists)

    execution = run.executions.get_execution(name=name)

    assert (execution.running_count, execution.reconciling) == (1, True)
    assert completed(execution).state == State.CONDITION_RECONCILING
    latest = run.jobs.get_job(name=job).latest_created_execution
    assert latest.completion_status == Completion.EXECUTION_RUNNING
    run.executions.cancel_execution(name=name)
    run.finished(name)


def test_executions_are_listed_newest_first_by_job_and_across_jobs(run: Cloud) -> None:
    one, other = run.new_job("exit", 0), run.new_job("exit", 0)
    names = [run.start(one), run.start(one), run.start(other)]

    of_one = [item.name for item in run.executions.list_executions(parent=one)]
    everywhere = run.executions.list_executions(
        request={"parent": f"{LOCATION}/jobs/-", "page_size": 2}
    )

    assert of_one == [names[1], names[0]]
    assert [item.name for item in everywhere][:3] == [names[2], names[1], names[0]]


def test_tasks_are_listed_across_executions_of_a_job(run: Cloud) -> None:
    job = run.new_job("exit", 0)
    first, second = run.run_to_end(job), run.run_to_end(job)

    found = list(run.tasks.list_tasks(parent=f"{job}/executions/-"))

    assert {task.execution for task in found} == {
        item.name.rpartition("/")[2] for item in (first, second)
    }
    assert run.tasks.get_task(name=found[0].name) == found[0]


def test_a_log_is_cut_at_its_limit_and_shown_over_http(run: Cloud) -> None:
    execution = run.run_to_end(run.new_job("chatter"))

    shown = requests.get(execution.log_uri, timeout=5).text

    assert "x" * 5000 in shown
    assert "x" * 5001 not in shown
    assert "the log's limit is reached" in shown


@pytest.mark.parametrize("path", ["..%2f..%2fstate.sqlite", "..%2f", "a/..%2f"])
def test_logs_show_nothing_but_logs(run: Cloud, path: str) -> None:
    answer = requests.get(f"{run.emulator.http_url}/logs/{path}", timeout=5)

    assert answer.status_code == 404


def test_an_operation_can_be_waited_for_and_listed(run: Cloud) -> None:
    operation = run.run(run.new_job("exit", 0)).operation
    raw = operations_pb2.WaitOperationRequest(name=operation.name)

    run.jobs.wait_operation(raw)

    assert run.jobs.get_operation({"name": operation.name}).done
    listed = run.jobs.list_operations({"name": LOCATION}).operations
    assert all(item.name.startswith(f"{LOCATION}/operations/") for item in listed)


def test_a_finished_execution_can_be_deleted(run: Cloud) -> None:
    execution = run.run_to_end(run.new_job("exit", 0))

    result(run.executions.delete_execution(name=execution.name))

    with pytest.raises(exceptions.NotFound):
        run.executions.get_execution(name=execution.name)
