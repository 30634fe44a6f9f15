"""Cloud Tasks: a name is taken for good, time and size have limits, a missing queue says so."""

from datetime import UTC, datetime, timedelta

import pytest
from google.api_core import exceptions
from google.cloud import tasks_v2

pytestmark = pytest.mark.emulator
ANYWHERE = "https://example.org/"


def task(queue: str, name: str | None = None, *, days: float = 1 / 24) -> dict[str, object]:
    when = datetime.now(UTC) + timedelta(days=days)
    named = {} if name is None else {"name": f"{queue}/tasks/{name}"}
    made = {"http_request": {"url": ANYWHERE}, "schedule_time": when, **named}
    return {"parent": queue, "task": made}


def test_the_name_of_a_waiting_and_of_a_deleted_task_is_taken(
    tasks: tasks_v2.CloudTasksClient, queue: str
) -> None:
    for name in ("waiting", "deleted"):
        tasks.create_task(request=task(queue, name))
    tasks.delete_task(name=f"{queue}/tasks/deleted")

    for name in ("waiting", "deleted"):
        with pytest.raises(exceptions.AlreadyExists):
            tasks.create_task(request=task(queue, name))


def test_a_task_may_wait_for_thirty_days_and_no_longer(
    tasks: tasks_v2.CloudTasksClient, queue: str
) -> None:
    tasks.create_task(request=task(queue, days=29.9))

    with pytest.raises(exceptions.InvalidArgument):
        tasks.create_task(request=task(queue, days=30.1))


@pytest.mark.parametrize("deadline", [14, 1801])
def test_a_dispatch_has_fifteen_seconds_to_half_an_hour(
    tasks: tasks_v2.CloudTasksClient, queue: str, deadline: int
) -> None:
    wrong = task(queue)
    wrong["task"] |= {"dispatch_deadline": {"seconds": deadline}}  # type: ignore[operator]

    with pytest.raises(exceptions.InvalidArgument):
        tasks.create_task(request=wrong)


def test_a_missing_queue_is_not_found(tasks: tasks_v2.CloudTasksClient, queue: str) -> None:
    with pytest.raises(exceptions.NotFound):
        tasks.create_task(request=task(f"{queue}-none"))


def test_a_paused_queue_keeps_its_tasks(tasks: tasks_v2.CloudTasksClient, queue: str) -> None:
    request = task(queue, "due")
    request["task"].pop("schedule_time")  # type: ignore[attr-defined]
    tasks.create_task(request=request)

    assert [found.name for found in tasks.list_tasks(parent=queue)] == [f"{queue}/tasks/due"]
