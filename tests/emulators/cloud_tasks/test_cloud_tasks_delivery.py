import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import requests
from google.auth import exceptions as auth_exceptions
from google.auth.transport.requests import Request
from google.cloud import tasks_v2
from google.oauth2 import id_token

from emulators.cloud_tasks.courier import KNOWN_FAULTS, Courier
from emulators.cloud_tasks.oidc import Issuer, load_key
from emulators.cloud_tasks.retry import Outcome
from emulators.cloud_tasks.store import StoredTask
from emulators.faults import Faults
from emulators.times import moment
from tests.emulators.cloud_tasks.conftest import Cloud
from tests.emulators.cloud_tasks.target import Received, Target
from tests.emulators.emulator_process import eventually

pytestmark = pytest.mark.emulator
EMAIL = "tasks@demo-candlewick.iam.gserviceaccount.com"


def test_a_task_arrives_as_it_was_made_with_the_headers_of_cloud_tasks(
    tasks: Cloud, target: Target
) -> None:
    queue = tasks.new_queue()
    request = {
        "body": b'{"a": 1}',
        "headers": {"Content-Type": "application/json", "X-Mine": "yes"},
    }

    tasks.create(queue, f"{target.url}/it?b=1", http_request=request, name=f"{queue}/tasks/mine")
    received = eventually(lambda: target.of("/it?b=1"))[0]

    assert (received.method, received.body) == ("POST", b'{"a": 1}')
    assert received.headers["content-type"] == "application/json"
    assert received.headers["x-mine"] == "yes"
    assert received.headers["user-agent"] == "Google-Cloud-Tasks"
    assert received.headers["x-cloudtasks-queuename"] == queue.rpartition("/")[2]
    assert received.headers["x-cloudtasks-taskname"] == "mine"
    assert received.headers["x-cloudtasks-taskretrycount"] == "0"
    assert received.headers["x-cloudtasks-taskexecutioncount"] == "0"
    assert abs(float(received.headers["x-cloudtasks-tasketa"]) - datetime.now(UTC).timestamp()) < 10
    assert "x-cloudtasks-taskpreviousresponse" not in received.headers
    assert "x-cloudtasks-taskretryreason" not in received.headers


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_task_uses_the_method_that_it_names(tasks: Cloud, target: Target, method: str) -> None:
    tasks.create(tasks.new_queue(), f"{target.url}/m", http_request={"http_method": method})

    assert eventually(lambda: target.of("/m"))[0].method == method


def test_headers_that_are_not_the_callers_to_set_are_replaced(tasks: Cloud, target: Target) -> None:
    forged = {
        "X-CloudTasks-TaskName": "forged",
        "x-cloudtasks-other": "forged",
        "X-Google-Something": "forged",
        "X-AppEngine-QueueName": "forged",
        "User-Agent": "forged",
        "Host": "forged",
        "Content-Length": "5000",
        "Transfer-Encoding": "chunked",
    }

    tasks.create(
        tasks.new_queue(), f"{target.url}/f", http_request={"headers": forged, "body": b"x"}
    )
    received = eventually(lambda: target.of("/f"))[0]

    assert "forged" not in received.headers.values()
    assert received.headers["content-length"] == "1"
    assert received.body == b"x"


def test_a_failed_task_is_tried_again_and_told_why(tasks: Cloud, target: Target) -> None:
    target.plans["/r"] = [500, 404]
    task = tasks.create(tasks.new_queue(), f"{target.url}/r")

    eventually(lambda: tasks.is_gone(task.name))
    first, second, third = (item.headers for item in target.of("/r"))

    assert first["x-cloudtasks-taskretrycount"] == "0"
    assert second["x-cloudtasks-taskretrycount"] == "1"
    assert second["x-cloudtasks-taskexecutioncount"] == "0"
    assert second["x-cloudtasks-taskpreviousresponse"] == "500"
    assert third["x-cloudtasks-taskretrycount"] == "2"
    assert third["x-cloudtasks-taskexecutioncount"] == "1"
    assert third["x-cloudtasks-taskpreviousresponse"] == "404"
    assert "404" in third["x-cloudtasks-taskretryreason"]


def test_the_waits_between_attempts_follow_the_queues_settings(
    tasks: Cloud, target: Target
) -> None:
    queue = tasks.new_queue(
        min_backoff={"nanos": 100_000_000}, max_backoff={"nanos": 350_000_000}, max_doublings=1
    )
    target.plans["/b"] = [500] * 4

    tasks.create(queue, f"{target.url}/b")
    eventually(lambda: len(target.of("/b")) == 5)

    waits = [later.at - earlier.at for earlier, later in pairwise(target.of("/b"))]
    for wait, least in zip(waits, (0.1, 0.2, 0.35, 0.35), strict=True):
        assert least <= wait < least + 0.25


def test_a_task_is_given_up_after_its_attempts_and_its_name_stays_taken(
    tasks: Cloud, target: Target
) -> None:
    queue = tasks.new_queue(max_attempts=3)
    target.plans["/never"] = [500] * 10
    name = f"{queue}/tasks/never"

    tasks.create(queue, f"{target.url}/never", name=name)
    eventually(lambda: tasks.is_gone(name))

    assert len(target.of("/never")) == 3
    assert len(target.plans["/never"]) == 7


def test_a_tasks_own_retry_settings_win_over_the_queues(tasks: Cloud, target: Target) -> None:
    queue = tasks.new_queue(max_attempts=50)
    target.plans["/own"] = [500] * 10

    task = tasks.create(queue, f"{target.url}/own", retry_config={"max_attempts": 1})
    eventually(lambda: tasks.is_gone(task.name))

    assert len(target.of("/own")) == 1


def test_a_waiting_task_shows_its_last_attempt(tasks: Cloud, target: Target) -> None:
    queue = tasks.new_queue(min_backoff={"seconds": 60}, max_backoff={"seconds": 60})
    target.plans["/seen"] = [500]
    name = tasks.create(queue, f"{target.url}/seen").name

    task = eventually(lambda: _with_response(tasks, name))

    assert (task.dispatch_count, task.response_count) == (1, 1)
    assert task.last_attempt.response_status.message == "HTTP status code 500"
    assert moment(task.schedule_time) > datetime.now(UTC) + timedelta(seconds=50)


def test_a_handler_that_nobody_runs_is_tried_again(tasks: Cloud, target: Target) -> None:
    queue = tasks.new_queue(min_backoff={"seconds": 60}, max_backoff={"seconds": 60})
    task = tasks.create(queue, "http://127.0.0.1:9/")

    waiting = eventually(lambda: _after_attempt(tasks, task.name))

    assert waiting.response_count == 0
    assert waiting.last_attempt.response_status.message.startswith("UNAVAILABLE")


def test_an_overloaded_handler_decides_when_it_is_tried_again(tasks: Cloud, target: Target) -> None:
    target.plans["/busy"] = [429]
    target.answer_headers["Retry-After"] = "60"

    name = tasks.create(tasks.new_queue(), f"{target.url}/busy").name
    task = eventually(lambda: _with_response(tasks, name))

    assert moment(task.schedule_time) > datetime.now(UTC) + timedelta(seconds=50)


def test_a_redirect_is_a_failure_and_not_followed(tasks: Cloud, target: Target) -> None:
    queue = tasks.new_queue(max_attempts=1)
    target.plans["/from"] = [302]
    target.answer_headers["Location"] = f"{target.url}/to"

    task = tasks.create(queue, f"{target.url}/from")
    eventually(lambda: tasks.is_gone(task.name))

    assert [item.path for item in target.received] == ["/from"]


def test_a_task_waits_for_its_time(tasks: Cloud, target: Target) -> None:
    due = datetime.now(UTC) + timedelta(seconds=0.6)
    tasks.create(tasks.new_queue(), f"{target.url}/later", schedule_time=due)

    eventually(lambda: target.of("/later"))

    assert due <= datetime.now(UTC) < due + timedelta(seconds=1)


def test_a_queue_dispatches_no_faster_than_its_rate(tasks: Cloud, target: Target) -> None:
    queue = tasks.new_queue(rate=5)

    for _ in range(10):
        tasks.create(queue, f"{target.url}/rate")
    eventually(lambda: len(target.of("/rate")) == 10)

    received = target.of("/rate")
    assert received[4].at - received[0].at < 0.5
    assert received[9].at - received[0].at >= 0.9


def test_a_queue_keeps_to_its_concurrent_dispatches(tasks: Cloud, target: Target) -> None:
    queue = tasks.new_queue()
    limits = {"max_concurrent_dispatches": 2}
    tasks.client.update_queue(request={"queue": {"name": queue, "rate_limits": limits}})
    held = target.hold("/c")
    for _ in range(5):
        tasks.create(queue, f"{target.url}/c")
    eventually(lambda: target.active == 2)

    held.set()
    eventually(lambda: len(target.of("/c")) == 5)

    assert target.most_active == 2


def test_a_deadline_ends_the_listening_and_the_attempt_has_failed(target: Target) -> None:
    target.hold("/slow")
    task = tasks_v2.Task(
        name="projects/p/locations/l/queues/q/tasks/t",
        http_request={"url": f"{target.url}/slow", "http_method": "POST"},
        dispatch_deadline={"nanos": 200_000_000},
        dispatch_count=1,
        schedule_time=datetime.now(UTC),
    )

    outcome = asyncio.run(_deliver(task))

    assert outcome.status is None
    assert outcome.reason.startswith("DEADLINE_EXCEEDED")
    assert len(target.of("/slow")) == 1


def test_an_identity_token_is_verified_by_googles_own_library(tasks: Cloud, target: Target) -> None:
    claims = _claims(tasks, _delivered_with_token(tasks, target, {}), "certs", f"{target.url}/id")

    assert claims["iss"] == tasks.emulator.http_url
    assert claims["email"] == EMAIL
    assert claims["email_verified"] is True
    assert claims["sub"] == claims["azp"]
    assert claims["exp"] - claims["iat"] == 3600


def test_an_identity_token_is_verified_with_the_key_set_too(tasks: Cloud, target: Target) -> None:
    received = _delivered_with_token(tasks, target, {"audience": "https://tasks.example"})

    assert _claims(tasks, received, "jwks", "https://tasks.example")["email"] == EMAIL


def test_an_identity_token_for_one_audience_is_refused_by_another(
    tasks: Cloud, target: Target
) -> None:
    received = _delivered_with_token(tasks, target, {"audience": "https://tasks.example"})

    with pytest.raises((auth_exceptions.GoogleAuthError, ValueError), match="audience"):
        _claims(tasks, received, "certs", "https://other.example")


def test_the_discovery_document_leads_to_the_keys(tasks: Cloud) -> None:
    url = f"{tasks.emulator.http_url}/.well-known/openid-configuration"

    document = requests.get(url, timeout=5).json()

    assert document["issuer"] == tasks.emulator.http_url
    keys = requests.get(document["jwks_uri"], timeout=5).json()["keys"]
    assert [key["kty"] for key in keys] == ["RSA"]
    assert "d" not in keys[0]


def test_a_token_replaces_an_authorization_header(tasks: Cloud, target: Target) -> None:
    request = {
        "headers": {"authorization": "Bearer forged"},
        "oidc_token": {"service_account_email": EMAIL},
    }

    tasks.create(tasks.new_queue(), f"{target.url}/auth", http_request=request)

    assert "forged" not in eventually(lambda: target.of("/auth"))[0].headers["authorization"]


def test_a_signing_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "oidc.pem"

    first, second = (Issuer(url="", key=load_key(file)) for _ in range(2))

    assert first.key_id == second.key_id
    assert file.stat().st_mode & 0o077 == 0


def _claims(tasks: Cloud, received: Received, form: str, audience: str) -> dict[str, Any]:
    token = received.headers["authorization"].removeprefix("Bearer ")
    url = f"{tasks.emulator.http_url}/oidc/{form}"
    with requests.Session() as session:
        return dict(
            id_token.verify_token(token, Request(session), audience=audience, certs_url=url)
        )


def _delivered_with_token(tasks: Cloud, target: Target, extra: dict[str, str]) -> Received:
    oidc = {"service_account_email": EMAIL} | extra
    tasks.create(tasks.new_queue(), f"{target.url}/id", http_request={"oidc_token": oidc})
    return eventually(lambda: target.of("/id"))[0]


def _with_response(tasks: Cloud, name: str) -> tasks_v2.Task | None:
    task = tasks.client.get_task(name=name)
    return task if task.response_count else None


def _after_attempt(tasks: Cloud, name: str) -> tasks_v2.Task | None:
    task = tasks.client.get_task(name=name)
    return task if task.last_attempt.response_status.code else None


async def _deliver(task: tasks_v2.Task) -> Outcome:
    courier = Courier(Issuer(url="", key=load_key(None)), Faults(KNOWN_FAULTS))
    try:
        return await courier.deliver(StoredTask(task=task))
    finally:
        await courier.close()
