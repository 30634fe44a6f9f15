"""Names of jobs, executions, tasks, services and revisions."""

import re
import secrets

from emulators.rpc import invalid

_ID = r"[a-z](?:[a-z0-9\-]{0,61}[a-z0-9])?"
_LOCATION = r"projects/[A-Za-z0-9:.\-]+/locations/[a-z0-9\-]+"
_JOB = rf"{_LOCATION}/jobs/{_ID}"
_EXECUTION = rf"{_JOB}/executions/[a-z][a-z0-9\-]{{0,78}}"
_TASK = rf"{_EXECUTION}/tasks/[a-z][a-z0-9\-]{{0,98}}"
_SERVICE = rf"{_LOCATION}/services/[a-z](?:[a-z0-9\-]{{0,47}}[a-z0-9])?"
_REVISION = rf"{_SERVICE}/revisions/[a-z][a-z0-9\-]{{0,61}}[a-z0-9]"
_SUFFIX_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"


def check_location(name: str) -> str:
    return _checked(name, _LOCATION, "projects/PROJECT/locations/LOCATION")


def check_job(name: str) -> str:
    return _checked(name, _JOB, "projects/PROJECT/locations/LOCATION/jobs/JOB")


def check_execution(name: str) -> str:
    form = "projects/PROJECT/locations/LOCATION/jobs/JOB/executions/EXECUTION"
    return _checked(name, _EXECUTION, form)


def check_task(name: str) -> str:
    form = "projects/PROJECT/locations/LOCATION/jobs/JOB/executions/EXECUTION/tasks/TASK"
    return _checked(name, _TASK, form)


def check_service(name: str) -> str:
    return _checked(name, _SERVICE, "projects/PROJECT/locations/LOCATION/services/SERVICE")


def check_revision(name: str) -> str:
    form = "projects/PROJECT/locations/LOCATION/services/SERVICE/revisions/REVISION"
    return _checked(name, _REVISION, form)


def check_executions_parent(name: str) -> str:
    """Accept a job's name, or `-` in its place for all jobs."""
    if name.endswith("/jobs/-"):
        check_location(name.removesuffix("/jobs/-"))
        return name
    return check_job(name)


def check_tasks_parent(name: str) -> str:
    """Accept an execution's name, with `-` for any execution or any job."""
    if not name.endswith("/executions/-"):
        return check_execution(name)
    check_executions_parent(name.removesuffix("/executions/-"))
    return name


def is_under(name: str, parent: str) -> bool:
    """Tell whether a resource is one of a parent's, whose parts may be `-`."""
    parts = zip(name.split("/"), parent.split("/"), strict=False)
    return all(wanted in {"-", part} for part, wanted in parts)


def short(name: str) -> str:
    return name.rsplit("/", 1)[-1]


def parent(name: str) -> str:
    return name.rsplit("/", 2)[0]


def new_execution(job: str) -> str:
    suffix = "".join(secrets.choice(_SUFFIX_ALPHABET) for _ in range(5))
    return f"{job}/executions/{short(job)}-{suffix}"


def new_revision(service: str, generation: int) -> str:
    suffix = "".join(secrets.choice(_SUFFIX_ALPHABET) for _ in range(3))
    return f"{service}/revisions/{short(service)}-{generation:05d}-{suffix}"


def _checked(name: str, pattern: str, form: str) -> str:
    if re.fullmatch(pattern, name) is None:
        raise invalid(f"Resource name {name!r} is malformed; it must have the form {form}.")
    return name
