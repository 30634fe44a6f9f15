"""How executions and their tasks look in each stage of their life."""

import uuid
from datetime import datetime
from enum import Enum
from typing import Any

from google.cloud import run_v2
from google.rpc import code_pb2, status_pb2  # type: ignore[import-untyped]

from emulators.cloud_run.names import parent, short
from emulators.times import moment, timestamp

State = run_v2.Condition.State
Reason = run_v2.Condition.ExecutionReason
Completion = run_v2.ExecutionReference.CompletionStatus


class Stop(Enum):
    """Why an execution ends before its tasks do."""

    CANCELLED = "Execution has been cancelled."
    DELETED = "Execution has been deleted."
    TASK_FAILED = "Another task of the execution failed."
    SHUTDOWN = "The emulator ended while the execution ran."


class Verdict(Enum):
    """What became of a task."""

    SUCCEEDED = "succeeded_count"
    FAILED = "failed_count"
    CANCELLED = "cancelled_count"


def condition(kind: str, state: int, message: str, **reason: Any) -> run_v2.Condition:
    return run_v2.Condition(type_=kind, state=state, message=message, **reason)


def new_execution(
    job: run_v2.Job, template: run_v2.ExecutionTemplate, name: str, now: datetime
) -> run_v2.Execution:
    execution = run_v2.Execution(
        name=name,
        uid=str(uuid.uuid4()),
        generation=1,
        observed_generation=1,
        labels=dict(job.labels) | dict(template.labels),
        annotations=dict(job.annotations) | dict(template.annotations),
        create_time=now,
        launch_stage=job.launch_stage,
        job=short(job.name),
        parallelism=template.parallelism or template.task_count,
        task_count=template.task_count,
        template=template.template,
        reconciling=True,
    )
    set_conditions(
        execution,
        now,
        condition("Completed", State.CONDITION_RECONCILING, "Waiting for execution to complete."),
        condition("ResourcesAvailable", State.CONDITION_PENDING, "Provisioning resources."),
        condition("Started", State.CONDITION_PENDING, "Waiting for the execution to start."),
    )
    return execution


def new_task(execution: run_v2.Execution, index: int, now: datetime) -> run_v2.Task:
    template = execution.template
    task = run_v2.Task(
        name=f"{execution.name}/tasks/{short(execution.name)}-task{index}",
        uid=str(uuid.uuid4()),
        generation=1,
        observed_generation=1,
        labels=dict(execution.labels),
        create_time=now,
        scheduled_time=now,
        job=short(parent(execution.name)),
        execution=short(execution.name),
        containers=template.containers,
        max_retries=template.max_retries,
        timeout=template.timeout,
        service_account=template.service_account,
        index=index,
        reconciling=True,
        log_uri=f"{execution.log_uri}/{index}",
    )
    waiting = condition(
        "Completed", State.CONDITION_RECONCILING, "Waiting for the task to complete."
    )
    set_conditions(task, now, waiting, condition("Started", State.CONDITION_PENDING, ""))
    return task


def start_execution(execution: run_v2.Execution, now: datetime) -> None:
    waited = (now - moment(execution.create_time)).total_seconds()
    execution.start_time = timestamp(now)
    ready = condition("ResourcesAvailable", State.CONDITION_SUCCEEDED, "Provisioned resources.")
    started = f"Started deployed execution in {waited:.2f}s."
    set_conditions(execution, now, ready, condition("Started", State.CONDITION_SUCCEEDED, started))


def start_task(task: run_v2.Task, now: datetime) -> None:
    if "start_time" in task:
        return
    task.start_time = timestamp(now)
    set_conditions(task, now, condition("Started", State.CONDITION_SUCCEEDED, ""))


def end_task(task: run_v2.Task, verdict: Verdict, message: str, now: datetime) -> None:
    task.completion_time = timestamp(now)
    task.reconciling = False
    state, reason = State.CONDITION_SUCCEEDED, {}
    if verdict is Verdict.CANCELLED:
        state, reason = State.CONDITION_FAILED, {"execution_reason": Reason.CANCELLED}
    elif verdict is Verdict.FAILED:
        state, reason = State.CONDITION_FAILED, {"execution_reason": Reason.NON_ZERO_EXIT_CODE}
    set_conditions(task, now, condition("Completed", state, message, **reason))


def end_execution(
    execution: run_v2.Execution, stop: Stop | None, failure: str, now: datetime
) -> None:
    """Write down the end of an execution, all of whose tasks have ended.

    Args:
        execution: with its final counts.
        stop: what ended it early, if anything did.
        failure: the first failed task's own words.
        now: the time.
    """
    took = (now - moment(execution.create_time)).total_seconds()
    execution.completion_time = timestamp(now)
    execution.reconciling = False
    execution.running_count = 0
    if execution.succeeded_count == execution.task_count:
        done = f"Execution completed successfully in {took:.2f}s."
        ending = condition("Completed", State.CONDITION_SUCCEEDED, done)
    elif stop in {Stop.CANCELLED, Stop.DELETED}:
        reason = Reason.CANCELLED if stop is Stop.CANCELLED else Reason.DELETED
        ending = condition("Completed", State.CONDITION_FAILED, stop.value, execution_reason=reason)
    elif stop is Stop.SHUTDOWN:
        reason = run_v2.Condition.CommonReason.INTERNAL
        ending = condition("Completed", State.CONDITION_FAILED, stop.value, reason=reason)
    else:
        reason = Reason.NON_ZERO_EXIT_CODE
        ending = condition("Completed", State.CONDITION_FAILED, failure, execution_reason=reason)
    set_conditions(execution, now, ending)


def mark_cancelling(execution: run_v2.Execution, now: datetime) -> None:
    message, reason = "Cancelling the execution.", Reason.CANCELLING
    cancelling = condition(
        "Completed", State.CONDITION_RECONCILING, message, execution_reason=reason
    )
    set_conditions(execution, now, cancelling)


def completed(resource: run_v2.Execution | run_v2.Task) -> run_v2.Condition:
    """Return the condition that tells whether, and how, it ended."""
    return next(item for item in resource.conditions if item.type_ == "Completed")


def is_finished(resource: run_v2.Execution | run_v2.Task) -> bool:
    return "completion_time" in resource


def completion_status(execution: run_v2.Execution) -> int:
    if not is_finished(execution):
        running = Completion.EXECUTION_RUNNING
        return running if "start_time" in execution else Completion.EXECUTION_PENDING
    ending = completed(execution)
    if ending.state == State.CONDITION_SUCCEEDED:
        return Completion.EXECUTION_SUCCEEDED
    if ending.execution_reason == Reason.CANCELLED:
        return Completion.EXECUTION_CANCELLED
    return Completion.EXECUTION_FAILED


def attempt_result(code: int, *, timed_out: bool) -> run_v2.TaskAttemptResult:
    """Describe an attempt's end; `code` is an exit code or, negative, a signal."""
    if timed_out:
        message = "The configured timeout was reached."
        status = status_pb2.Status(code=code_pb2.DEADLINE_EXCEEDED, message=message)
        return run_v2.TaskAttemptResult(status=status, term_signal=max(0, -code))
    if code == 0:
        return run_v2.TaskAttemptResult(status=status_pb2.Status(code=code_pb2.OK), exit_code=0)
    message = "The container exited with an error."
    status = status_pb2.Status(code=code_pb2.UNKNOWN, message=message)
    if code < 0:
        return run_v2.TaskAttemptResult(status=status, term_signal=-code)
    return run_v2.TaskAttemptResult(status=status, exit_code=code)


def set_conditions(
    resource: run_v2.Execution | run_v2.Task, now: datetime, *changed: run_v2.Condition
) -> None:
    """Put these conditions in the place of those of the same type, and renew the etag."""
    by_type = {item.type_: item for item in resource.conditions}
    for item in changed:
        item.last_transition_time = timestamp(now)
        by_type[item.type_] = item
    resource.conditions = list(by_type.values())
    touch(resource, now)


def touch(resource: run_v2.Execution | run_v2.Task | run_v2.Job, now: datetime) -> None:
    resource.update_time = timestamp(now)
    resource.etag = f'"{uuid.uuid4().hex}"'
