"""Makes Google's clients from endpoints. An endpoint that is not given is Google's own.

Firestore and Firebase Auth read `FIRESTORE_EMULATOR_HOST` and `FIREBASE_AUTH_EMULATOR_HOST` themselves.
The gRPC services take an endpoint `http://host:port`, which means without TLS, as emulators speak.
"""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import google.auth
import grpc
from google.api_core.client_options import ClientOptions
from google.auth.credentials import Credentials
from google.cloud import firestore, run_v2, tasks_v2
from google.cloud.run_v2.services.executions.transports import ExecutionsGrpcTransport
from google.cloud.run_v2.services.jobs.transports import JobsGrpcTransport
from google.cloud.storage import Client as StorageClient
from google.cloud.tasks_v2.services.cloud_tasks.transports import CloudTasksGrpcTransport

if TYPE_CHECKING:
    from google.cloud.firestore_admin_v1 import FirestoreAdminClient

_SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)


def credentials() -> Credentials:
    """Return the deployable's own identity (Application Default Credentials)."""
    found, _ = google.auth.default(scopes=_SCOPES)
    return found


def firestore_client(project: str, database: str | None = None) -> firestore.Client:
    return firestore.Client(project=project, database=database)


def storage_client(project: str, endpoint: str | None, identity: Credentials) -> StorageClient:
    options = None if endpoint is None else ClientOptions(api_endpoint=endpoint)
    return StorageClient(project=project, credentials=identity, client_options=options)


def tasks_client(endpoint: str | None) -> tasks_v2.CloudTasksClient:
    if endpoint is None:
        return tasks_v2.CloudTasksClient()
    return tasks_v2.CloudTasksClient(transport=CloudTasksGrpcTransport(channel=_channel(endpoint)))


def jobs_client(endpoint: str | None) -> run_v2.JobsClient:
    if endpoint is None:
        return run_v2.JobsClient()
    return run_v2.JobsClient(transport=JobsGrpcTransport(channel=_channel(endpoint)))


def executions_client(endpoint: str | None) -> run_v2.ExecutionsClient:
    if endpoint is None:
        return run_v2.ExecutionsClient()
    return run_v2.ExecutionsClient(transport=ExecutionsGrpcTransport(channel=_channel(endpoint)))


def firestore_admin_client() -> "FirestoreAdminClient":
    # Nothing but operators and the hourly look at the backups need it, and it is slow to import.
    from google.cloud.firestore_admin_v1 import FirestoreAdminClient  # noqa: PLC0415

    return FirestoreAdminClient()


def _channel(endpoint: str) -> grpc.Channel:
    return grpc.insecure_channel(urlsplit(endpoint).netloc)
