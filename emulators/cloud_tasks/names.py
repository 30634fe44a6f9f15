"""Names of queues and tasks."""

import re

from emulators.rpc import invalid

_LOCATION = r"projects/[A-Za-z0-9:.\-]+/locations/[A-Za-z0-9\-]+"
_QUEUE = rf"{_LOCATION}/queues/[A-Za-z0-9\-]{{1,100}}"
_TASK = rf"{_QUEUE}/tasks/[A-Za-z0-9_\-]{{1,500}}"


def check_location(name: str) -> str:
    return _checked(name, _LOCATION, "projects/PROJECT_ID/locations/LOCATION_ID")


def check_queue(name: str) -> str:
    return _checked(name, _QUEUE, "projects/PROJECT_ID/locations/LOCATION_ID/queues/QUEUE_ID")


def check_task(name: str) -> str:
    form = "projects/PROJECT_ID/locations/LOCATION_ID/queues/QUEUE_ID/tasks/TASK_ID"
    return _checked(name, _TASK, form)


def short(name: str) -> str:
    return name.rsplit("/", 1)[-1]


def parent(name: str) -> str:
    """Return the name of a task's queue, or of a queue's location."""
    return name.rsplit("/", 2)[0]


def _checked(name: str, pattern: str, form: str) -> str:
    if re.fullmatch(pattern, name) is None:
        raise invalid(f"Resource name {name!r} is malformed; it must have the form {form}.")
    return name
