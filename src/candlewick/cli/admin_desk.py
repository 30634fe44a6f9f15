"""Makes what `candlewick admin` works with, from the operator's own credentials and the environment."""

import functools
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import requests
from google.api_core.exceptions import GoogleAPIError
from google.auth.credentials import Credentials
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError
from google.cloud import firestore

from candlewick.accounts.firestore import FirestoreAccountStore, FirestoreTokenStore
from candlewick.accounts.models import UserId
from candlewick.admin.firestore import FirestoreAccountDesk, FirestoreRunSearch
from candlewick.admin.runs import RunDesk
from candlewick.admin.users import SignIns, UserDesk
from candlewick.audit import AuditEntry
from candlewick.backtests.firestore import FirestoreRunStore
from candlewick.backtests.ports import TaskQueue
from candlewick.errors import Unauthenticated, Unavailable
from candlewick.gcp import clients
from candlewick.gcp.audit import list_audit
from candlewick.gcp.operators import operator_email
from candlewick.gcp.tasks import CloudTaskQueue
from candlewick.settings import AdminSettings

AuditLog = Callable[[UserId | None, int], Sequence[AuditEntry]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the sub-commands use."""

    settings: AdminSettings
    operator: str
    runs: RunDesk
    users: UserDesk
    audit: AuditLog


def open_desk(env: Mapping[str, str]) -> Desk:
    """Return the desk of whoever is logged in; `AppError` says in a sentence what is missing."""
    settings = AdminSettings.from_env(env)
    client = clients.firestore_client(settings.project)
    return desk_over(
        settings,
        client,
        operator=operator_email(my_credentials()),
        sign_ins=_sign_ins(settings.project),
        queue=_queue(settings),
    )


def my_credentials() -> Credentials:
    try:
        return clients.credentials()
    except DefaultCredentialsError as error:
        raise Unauthenticated(
            "There are no Google credentials here; run `gcloud auth application-default login`."
        ) from error


def desk_over(
    settings: AdminSettings,
    client: firestore.Client,
    *,
    operator: str,
    sign_ins: SignIns,
    queue: TaskQueue | None,
) -> Desk:
    """Return the desk over a database."""
    accounts, runs = FirestoreAccountStore(client), FirestoreRunStore(client)
    run_desk = RunDesk(
        runs=runs,
        everyone=FirestoreRunSearch(client),
        accounts=accounts,
        queue=queue,
        operator=operator,
        now=now,
        new_id=new_id,
    )
    users = UserDesk(
        accounts=accounts,
        desk=FirestoreAccountDesk(client),
        tokens=FirestoreTokenStore(client),
        sign_ins=sign_ins,
        runs=runs,
        run_desk=run_desk,
        operator=operator,
        now=now,
        new_id=new_id,
    )
    return Desk(
        settings=settings,
        operator=operator,
        runs=run_desk,
        users=users,
        audit=lambda owner, limit: list_audit(client, owner=owner, limit=limit),
    )


@contextmanager
def google_errors() -> Iterator[None]:
    """Say in a sentence what Google's clients raise."""
    try:
        yield
    except (GoogleAPIError, GoogleAuthError, requests.RequestException) as error:
        raise Unavailable(f"Google does not answer, or refuses: {error}") from error


def now() -> datetime:
    return datetime.now(UTC)


def new_id() -> str:
    # Ids of the audit log sort by time when they are listed by name.
    return f"{now():%Y%m%dt%H%M%S}-{secrets.token_hex(8)}"


def _queue(settings: AdminSettings) -> TaskQueue | None:
    if settings.queue is None:
        return None
    return CloudTaskQueue(
        client=clients.tasks_client(settings.queue.endpoint),
        queue=settings.queue.path,
        url=settings.queue.tasks_url,
        identity=settings.queue.tasks_identity,
        audience=settings.queue.tasks_url,
    )


@functools.cache
def _sign_ins(project: str) -> SignIns:
    # firebase_admin is slow to import, and knows one app of a name in a process.
    import firebase_admin  # noqa: PLC0415

    from candlewick.gcp.sign_ins import FirebaseSignIns  # noqa: PLC0415

    app = firebase_admin.initialize_app(options={"projectId": project}, name="candlewick-admin")
    return FirebaseSignIns(app)
