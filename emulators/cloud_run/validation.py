"""What Cloud Run refuses about jobs and runs, and the defaults it fills in."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import grpc
from google.cloud import run_v2

from emulators.cloud_run.images import Image
from emulators.rpc import Refused, invalid
from emulators.times import duration, span

_MOST_TASKS = 10_000
_MOST_RETRIES = 10
_MOST_VARIABLES = 1000
_LONGEST_TIMEOUT = timedelta(hours=168)
_USUAL_TIMEOUT = timedelta(seconds=600)
_USUAL_RETRIES = 3
_RESERVED = re.compile(r"CLOUD_RUN_(JOB|EXECUTION|TASK_(INDEX|COUNT|ATTEMPT))")
_NOT_EMULATED = ("volumes", "encryption_key", "vpc_access", "node_selector")


def accept_template(
    given: run_v2.ExecutionTemplate, images: Mapping[str, Image]
) -> run_v2.ExecutionTemplate:
    """Return a job's template as it will be kept: checked, with defaults."""
    template = run_v2.ExecutionTemplate(given)
    tasks = template.template
    template.task_count = template.task_count or 1
    if "max_retries" not in tasks:
        tasks.max_retries = _USUAL_RETRIES
    if "timeout" not in tasks:
        tasks.timeout = duration(_USUAL_TIMEOUT)
    _check_numbers(template)
    for name in _NOT_EMULATED:
        if getattr(tasks, name):
            raise Refused(grpc.StatusCode.UNIMPLEMENTED, f"TaskTemplate.{name} is not emulated.")
    if len(tasks.containers) != 1:
        raise invalid("A job must have exactly one container.")
    _check_container(tasks.containers[0], images)
    return template


def apply_overrides(
    present: run_v2.ExecutionTemplate, overrides: run_v2.RunJobRequest.Overrides
) -> run_v2.ExecutionTemplate:
    """Return a job's template as one execution will use it."""
    template = run_v2.ExecutionTemplate(present)
    if overrides.task_count < 0:
        raise invalid("Overrides.task_count must not be negative.")
    template.task_count = overrides.task_count or template.task_count
    template.parallelism = min(template.parallelism, template.task_count)
    if "timeout" in overrides:
        template.template.timeout = overrides.timeout
    container = template.template.containers[0]
    for override in overrides.container_overrides:
        if override.name not in {"", container.name}:
            raise invalid(f"Overrides: the job has no container named {override.name!r}.")
        if override.args or override.clear_args:
            container.args = override.args
        check_environment(override.env)
        container.env = _merged(container.env, override.env)
    _check_numbers(template)
    return template


def check_etag(given: str, present: str) -> None:
    if given and given != present:
        raise Refused(grpc.StatusCode.ABORTED, "The etag is not the resource's present one.")


def _check_numbers(template: run_v2.ExecutionTemplate) -> None:
    tasks = template.template
    if not 1 <= template.task_count <= _MOST_TASKS:
        raise invalid(f"task_count must be between 1 and {_MOST_TASKS}.")
    if not 0 <= template.parallelism <= template.task_count:
        raise invalid("parallelism must be between 0 and task_count.")
    if not 0 <= tasks.max_retries <= _MOST_RETRIES:
        raise invalid(f"max_retries must be between 0 and {_MOST_RETRIES}.")
    if not timedelta(0) < span(tasks.timeout) <= _LONGEST_TIMEOUT:
        raise invalid("timeout must be more than 0s and at most 604800s.")


def check_image(container: run_v2.Container, images: Mapping[str, Image]) -> None:
    if container.image not in images:
        known = ", ".join(sorted(images)) or "none"
        raise invalid(
            f"Image {container.image!r} is not known (known: {known}); "
            f"start the emulator with --image {container.image}='COMMAND LINE'."
        )
    if container.volume_mounts:
        raise Refused(grpc.StatusCode.UNIMPLEMENTED, "Container.volume_mounts is not emulated.")


def _check_container(container: run_v2.Container, images: Mapping[str, Image]) -> None:
    check_image(container, images)
    if container.ports or "startup_probe" in container or "liveness_probe" in container:
        raise invalid("A job's container has neither ports nor probes.")
    check_environment(container.env)


def check_environment(variables: Any) -> None:
    if len(variables) > _MOST_VARIABLES:
        raise invalid(f"At most {_MOST_VARIABLES} environment variables are allowed.")
    for variable in variables:
        name = variable.name
        if not name or "=" in name or "\0" in name + variable.value:
            raise invalid(f"{name!r} is no valid environment variable.")
        if _RESERVED.fullmatch(name):
            raise invalid(f"The environment variable {name} is reserved; Cloud Run sets it.")
        if "value_source" in variable:
            message = f"The environment variable {name}: secrets are not emulated."
            raise Refused(grpc.StatusCode.UNIMPLEMENTED, message)


def _merged(present: Any, added: Any) -> list[run_v2.EnvVar]:
    by_name = {variable.name: variable for variable in (*present, *added)}
    return list(by_name.values())
