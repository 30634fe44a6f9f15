"""What our adapters ask of Google's clients, and how they read their refusals."""

import hashlib
import json
from types import SimpleNamespace
from typing import Any

import pytest
from firebase_admin import auth, exceptions
from google.api_core import exceptions as google_errors
from google.cloud import run_v2, tasks_v2

from candlewick.accounts.models import UserId
from candlewick.backtests.models import FollowUp, RunId, TaskKind
from candlewick.errors import AccountSuspended, AppError, Unauthenticated, Unavailable
from candlewick.gcp.firebase import FirebaseSessions
from candlewick.gcp.run_jobs import CloudRunJob
from candlewick.gcp.tasks import CloudTaskQueue

JOB = "projects/p/locations/l/jobs/backtest"
QUEUE = "projects/p/locations/l/queues/backtests"


class Scripted:
    """One of Google's clients: remembers its calls, answers or raises as told."""

    def __init__(self, answer: Any = None, error: Exception | None = None) -> None:
        self.calls: list[dict[str, Any]] = []
        self._answer, self._error = answer, error

    def __getattr__(self, method: str) -> Any:
        def call(*args: Any, **named: Any) -> Any:
            self.calls.append({"method": method, "args": args, **named})
            if self._error is not None:
                raise self._error
            return self._answer

        return call


def a_queue(client: Any) -> CloudTaskQueue:
    return CloudTaskQueue(
        client=client, queue=QUEUE, url="https://t", identity="tasks@p", audience="https://t"
    )


def a_job(jobs: Any, executions: Any) -> CloudRunJob:
    return CloudRunJob(jobs=jobs, executions=executions, job=JOB)


def refusal(kind: type[Exception]) -> Exception:
    return kind("no")


FOLLOW_UP = FollowUp(owner=UserId("u"), run_id=RunId("r"), kind=TaskKind.VERIFY, number=2)


def test_a_task_is_named_by_its_run_and_number_and_carries_an_identity() -> None:
    client = Scripted()

    a_queue(client).send(FOLLOW_UP)

    (call,) = client.calls
    task: tasks_v2.Task = call["task"]
    assert task.name == f"{QUEUE}/tasks/{hashlib.sha256(b'r/2').hexdigest()}"
    assert task.http_request.url == "https://t/tasks/verify"
    assert task.http_request.oidc_token.service_account_email == "tasks@p"
    assert task.http_request.oidc_token.audience == "https://t"
    assert json.loads(task.http_request.body) == {
        "owner": "u",
        "runId": "r",
        "kind": "verify",
        "number": 2,
    }


def test_a_task_that_exists_was_sent() -> None:
    a_queue(Scripted(error=refusal(google_errors.AlreadyExists))).send(FOLLOW_UP)


@pytest.mark.parametrize("error", [google_errors.ServiceUnavailable, google_errors.NotFound])
def test_a_queue_that_refuses_is_unavailable(error: type[Exception]) -> None:
    with pytest.raises(Unavailable):
        a_queue(Scripted(error=refusal(error))).send(FOLLOW_UP)


def test_a_job_gets_its_environment_and_no_silent_retry() -> None:
    jobs = Scripted(SimpleNamespace(metadata=run_v2.Execution(name="e1")))

    name = a_job(jobs, Scripted()).start({"A": "1"})

    assert name == "e1"
    (call,) = jobs.calls
    request: run_v2.RunJobRequest = call["args"][0]
    assert request.name == JOB
    (container,) = request.overrides.container_overrides
    assert [(item.name, item.value) for item in container.env] == [("A", "1")]
    assert call["retry"] is None


def test_an_execution_without_a_name_is_unknown() -> None:
    jobs = Scripted(SimpleNamespace(metadata=run_v2.Execution()))

    assert a_job(jobs, Scripted()).start({}) is None


def test_a_job_that_cannot_be_started_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        a_job(Scripted(error=refusal(google_errors.ResourceExhausted)), Scripted()).start({})


@pytest.mark.parametrize("given", ["e1", f"{JOB}/executions/e1"])
def test_an_execution_is_cancelled_by_its_short_or_full_name(given: str) -> None:
    executions = Scripted()

    a_job(Scripted(), executions).cancel(given)

    assert executions.calls[0]["name"] == f"{JOB}/executions/e1"


@pytest.mark.parametrize("error", [google_errors.NotFound, google_errors.FailedPrecondition])
def test_an_execution_that_has_ended_needs_no_cancelling(error: type[Exception]) -> None:
    a_job(Scripted(), Scripted(error=refusal(error))).cancel("e1")


def test_a_cancellation_that_fails_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        a_job(Scripted(), Scripted(error=refusal(google_errors.InternalServerError))).cancel("e1")


@pytest.mark.parametrize(
    ("error", "raised", "told"),
    [
        (auth.ExpiredIdTokenError("late", None), Unauthenticated, "expired"),
        (auth.RevokedIdTokenError("no"), Unauthenticated, "revoked"),
        (auth.UserDisabledError("no"), AccountSuspended, "suspended"),
        (auth.UserNotFoundError("no"), Unauthenticated, "not valid"),
        (auth.InvalidIdTokenError("no"), Unauthenticated, "not valid"),
        (ValueError("no"), Unauthenticated, "not valid"),
        (auth.CertificateFetchError("no", None), Unavailable, "at the moment"),
        (exceptions.UnavailableError("no"), Unavailable, "at the moment"),
    ],
)
def test_firebases_refusals_are_told_in_words(
    monkeypatch: pytest.MonkeyPatch, error: Exception, raised: type[AppError], told: str
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(auth, "verify_id_token", refuse)

    with pytest.raises(raised, match=told):
        FirebaseSessions(app=None).verify("token", check_revoked=True)


def test_a_sign_in_becomes_a_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def verify(token: str, app: object, *, check_revoked: bool, **_: Any) -> dict[str, str]:
        asked.append(check_revoked)
        return {"uid": "u1", "email": "a@b.c", "name": "Ada"}

    monkeypatch.setattr(auth, "verify_id_token", verify)

    caller = FirebaseSessions(app=None).verify("token", check_revoked=True)

    assert (caller.id, caller.email, caller.display_name) == ("u1", "a@b.c", "Ada")
    assert caller.is_session
    assert asked == [True]


@pytest.mark.parametrize("uid", ["a/b", ".", "..", "__x__", "x" * 129, ""])
def test_a_user_whose_documents_cannot_be_named_is_refused(
    monkeypatch: pytest.MonkeyPatch, uid: str
) -> None:
    monkeypatch.setattr(auth, "verify_id_token", lambda *_, **__: {"uid": uid})

    with pytest.raises(Unauthenticated):
        FirebaseSessions(app=None).verify("token", check_revoked=False)


def test_the_export_names_how_the_user_signs_in(monkeypatch: pytest.MonkeyPatch) -> None:
    user = SimpleNamespace(
        email="a@b.c", email_verified=True, provider_data=[SimpleNamespace(provider_id="password")]
    )
    monkeypatch.setattr(auth, "get_user", lambda *_: user)

    exported = FirebaseSessions(app=None).export(UserId("u"))

    assert exported == {"email": "a@b.c", "emailVerified": True, "providers": ["password"]}


def test_a_user_who_is_gone_is_erased_already(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: Any) -> None:
        raise auth.UserNotFoundError("gone")

    monkeypatch.setattr(auth, "delete_user", gone)
    monkeypatch.setattr(auth, "get_user", gone)
    sessions = FirebaseSessions(app=None)

    sessions.erase(UserId("u"))

    assert sessions.export(UserId("u")) == {}
