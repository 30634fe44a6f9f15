import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import tasks_v2
from google.protobuf import field_mask_pb2

from tests.emulators.cloud_tasks.conftest import LOCATION, Cloud
from tests.emulators.cloud_tasks.target import Target
from tests.emulators.emulator_process import eventually

pytestmark = pytest.mark.emulator
RUNNING, PAUSED = tasks_v2.Queue.State.RUNNING, tasks_v2.Queue.State.PAUSED
IN_AN_HOUR = {"seconds": int(datetime.now(UTC).timestamp()) + 3600}
ANYWHERE = "http://127.0.0.1:9/"


def test_a_queue_has_the_documented_defaults(tasks: Cloud) -> None:
    name = f"{LOCATION}/queues/plain-{uuid.uuid4().hex[:8]}"

    queue = tasks.client.create_queue(request={"parent": LOCATION, "queue": {"name": name}})

    assert queue == tasks.client.get_queue(name=name)
    assert queue.state == RUNNING
    assert queue.rate_limits.max_dispatches_per_second == 500
    assert queue.rate_limits.max_concurrent_dispatches == 1000
    assert queue.retry_config.max_attempts == 100
    assert queue.retry_config.max_doublings == 16


def test_a_queue_is_listed_once(tasks: Cloud) -> None:
    created = {tasks.new_queue() for _ in range(3)}

    names = [
        queue.name
        for queue in tasks.client.list_queues(request={"parent": LOCATION, "page_size": 2})
    ]

    assert created <= set(names)
    assert len(names) == len(set(names))


def test_an_update_changes_what_its_mask_names_and_nothing_else(tasks: Cloud) -> None:
    name = tasks.new_queue(max_attempts=7)

    updated = tasks.client.update_queue(
        queue=tasks_v2.Queue(name=name, rate_limits={"max_concurrent_dispatches": 3}),
        update_mask=field_mask_pb2.FieldMask(paths=["rate_limits.max_concurrent_dispatches"]),
    )

    assert updated.rate_limits.max_concurrent_dispatches == 3
    assert updated.rate_limits.max_dispatches_per_second == 500
    assert updated.retry_config.max_attempts == 7


def test_an_update_of_a_queue_that_is_not_there_creates_it(tasks: Cloud) -> None:
    name = f"{LOCATION}/queues/new-{uuid.uuid4().hex[:8]}"

    tasks.client.update_queue(request={"queue": {"name": name}})

    assert tasks.client.get_queue(name=name).state == RUNNING


def test_a_deleted_queue_is_gone_and_its_name_stays_taken(tasks: Cloud) -> None:
    name = tasks.new_queue()

    tasks.client.delete_queue(name=name)

    with pytest.raises(exceptions.NotFound):
        tasks.client.get_queue(name=name)
    with pytest.raises(exceptions.FailedPrecondition, match="existed too recently"):
        tasks.client.create_queue(request={"parent": LOCATION, "queue": {"name": name}})
    with pytest.raises(exceptions.FailedPrecondition, match="no longer exists"):
        tasks.create(name, ANYWHERE)


@pytest.mark.parametrize(
    "queue",
    [
        {"name": f"{LOCATION}/queues/under_score"},
        {"name": f"{LOCATION}/queues/{'x' * 101}"},
        {"name": "projects/p/locations/elsewhere/queues/q"},
        {"name": f"{LOCATION}/queues/a", "rate_limits": {"max_dispatches_per_second": 501}},
        {"name": f"{LOCATION}/queues/a", "rate_limits": {"max_concurrent_dispatches": 5001}},
        {"name": f"{LOCATION}/queues/a", "retry_config": {"max_attempts": -2}},
        {
            "name": f"{LOCATION}/queues/a",
            "retry_config": {"min_backoff": {"seconds": 9}, "max_backoff": {"seconds": 1}},
        },
    ],
)
def test_a_queue_that_makes_no_sense_is_refused(tasks: Cloud, queue: dict[str, Any]) -> None:
    with pytest.raises(exceptions.InvalidArgument):
        tasks.client.create_queue(request={"parent": LOCATION, "queue": queue})


def test_a_queue_can_be_created_once(tasks: Cloud) -> None:
    name = tasks.new_queue()

    with pytest.raises(exceptions.AlreadyExists):
        tasks.client.create_queue(request={"parent": LOCATION, "queue": {"name": name}})


@pytest.mark.parametrize(
    "task",
    [
        {"http_request": {"url": "ftp://127.0.0.1/"}},
        {"http_request": {"url": "http://"}},
        {"http_request": {"url": "http://127.0.0.1:port/"}},
        {"http_request": {"url": f"http://127.0.0.1/{'x' * 2083}"}},
        {"http_request": {"url": ANYWHERE, "http_method": "GET", "body": b"x"}},
        {"http_request": {"url": ANYWHERE, "headers": {"bad name": "x"}}},
        {"http_request": {"url": ANYWHERE, "headers": {"X": "a\r\nB: c"}}},
        {"http_request": {"url": ANYWHERE, "headers": {"X": "a" * 82_000}}},
        {"http_request": {"url": ANYWHERE, "body": b"x" * 1024 * 1024}},
        {"http_request": {"url": ANYWHERE, "oidc_token": {"service_account_email": ""}}},
        {"http_request": {"url": ANYWHERE}, "dispatch_deadline": {"seconds": 14}},
        {"http_request": {"url": ANYWHERE}, "dispatch_deadline": {"seconds": 1801}},
        {"http_request": {"url": ANYWHERE}, "name": "not-a-full-name"},
        {"http_request": {"url": ANYWHERE}, "name": f"{LOCATION}/queues/another/tasks/t"},
        {},
    ],
)
def test_a_task_that_makes_no_sense_is_refused(tasks: Cloud, task: dict[str, Any]) -> None:
    queue = tasks.new_queue()

    with pytest.raises(exceptions.InvalidArgument):
        tasks.client.create_task(request={"parent": queue, "task": task})
    assert list(tasks.client.list_tasks(parent=queue)) == []


def test_a_task_may_be_scheduled_30_days_ahead_and_no_further(tasks: Cloud) -> None:
    queue = tasks.new_queue()
    near, far = timedelta(days=30, minutes=-1), timedelta(days=30, minutes=1)

    created = tasks.create(queue, ANYWHERE, schedule_time=datetime.now(UTC) + near)

    assert not tasks.is_gone(created.name)
    with pytest.raises(exceptions.InvalidArgument, match="30 days"):
        tasks.create(queue, ANYWHERE, schedule_time=datetime.now(UTC) + far)


def test_a_task_of_almost_the_largest_size_is_delivered_whole(tasks: Cloud, target: Target) -> None:
    body = b"x" * (1024 * 1024 - 500)

    tasks.create(tasks.new_queue(), f"{target.url}/big", http_request={"body": body})

    assert eventually(lambda: target.of("/big"))[0].body == body


def test_a_task_for_a_queue_that_never_was_is_not_found(tasks: Cloud) -> None:
    with pytest.raises(exceptions.NotFound):
        tasks.create(f"{LOCATION}/queues/never-was", ANYWHERE)


def test_a_view_shows_the_body_only_when_it_is_full(tasks: Cloud) -> None:
    queue = tasks.new_queue()
    request = {"body": b"secret", "headers": {"A": "b"}}
    name = tasks.create(queue, ANYWHERE, http_request=request, schedule_time=IN_AN_HOUR).name

    basic = tasks.client.get_task(name=name)
    full = tasks.client.get_task(request={"name": name, "response_view": "FULL"})

    assert (basic.http_request.body, full.http_request.body) == (b"", b"secret")
    assert basic.http_request.headers["A"] == "b"


def test_tasks_are_listed_page_by_page(tasks: Cloud) -> None:
    queue = tasks.new_queue()
    created = {tasks.create(queue, ANYWHERE, schedule_time=IN_AN_HOUR).name for _ in range(5)}

    pages = list(tasks.client.list_tasks(request={"parent": queue, "page_size": 2}).pages)

    assert [len(page.tasks) for page in pages] == [2, 2, 1]
    assert {task.name for page in pages for task in page.tasks} == created


def test_a_foreign_page_token_is_refused(tasks: Cloud) -> None:
    request = {"parent": tasks.new_queue(), "page_token": "!"}

    with pytest.raises(exceptions.InvalidArgument, match="page token"):
        tasks.client.list_tasks(request=request)


def test_the_name_of_a_waiting_a_done_and_a_deleted_task_is_taken(
    tasks: Cloud, target: Target
) -> None:
    queue = tasks.new_queue()
    waiting, done, deleted = (f"{queue}/tasks/{word}" for word in ("waiting", "done", "deleted"))
    tasks.create(queue, target.url, name=waiting, schedule_time=IN_AN_HOUR)
    tasks.create(queue, target.url, name=done)
    tasks.create(queue, target.url, name=deleted, schedule_time=IN_AN_HOUR)

    tasks.client.delete_task(name=deleted)
    eventually(lambda: tasks.is_gone(done))

    for name in (waiting, done, deleted):
        with pytest.raises(exceptions.AlreadyExists):
            tasks.create(queue, target.url, name=name)


def test_a_paused_queue_keeps_its_tasks_until_it_is_resumed(tasks: Cloud, target: Target) -> None:
    queue = tasks.new_queue()
    tasks.client.pause_queue(name=queue)
    tasks.create(queue, f"{target.url}/paused")
    tasks.create(tasks.new_queue(), f"{target.url}/other")
    eventually(lambda: target.of("/other"))

    arrived_while_paused = target.of("/paused")
    state = tasks.client.get_queue(name=queue).state
    tasks.client.resume_queue(name=queue)

    assert (arrived_while_paused, state) == ([], PAUSED)
    assert eventually(lambda: target.of("/paused"))


def test_a_purge_deletes_all_tasks_of_the_queue_and_of_no_other(tasks: Cloud) -> None:
    queue, other = tasks.new_queue(), tasks.new_queue()
    for parent in (queue, queue, other):
        tasks.create(parent, ANYWHERE, schedule_time=IN_AN_HOUR)

    purged = tasks.client.purge_queue(name=queue)

    assert "purge_time" in purged
    assert list(tasks.client.list_tasks(parent=queue)) == []
    assert len(list(tasks.client.list_tasks(parent=other))) == 1


def test_run_task_sends_a_task_before_its_time_even_when_the_queue_is_paused(
    tasks: Cloud, target: Target
) -> None:
    queue = tasks.new_queue()
    tasks.client.pause_queue(name=queue)
    task = tasks.create(queue, f"{target.url}/now", schedule_time=IN_AN_HOUR)

    shown = tasks.client.run_task(name=task.name)

    assert shown.dispatch_count == 1
    assert eventually(lambda: target.of("/now"))
    eventually(lambda: tasks.is_gone(task.name))
    with pytest.raises(exceptions.NotFound):
        tasks.client.run_task(name=task.name)


def test_a_method_that_is_not_emulated_says_so(tasks: Cloud) -> None:
    with pytest.raises(exceptions.MethodNotImplemented):
        tasks.client.get_iam_policy(request={"resource": tasks.new_queue()})
