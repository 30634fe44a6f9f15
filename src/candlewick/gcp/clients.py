"""Makes Google's clients from endpoints. An endpoint that is not given is Google's own.

Firestore and Firebase Auth read `FIRESTORE_EMULATOR_HOST` and `FIREBASE_AUTH_EMULATOR_HOST` themselves.
The gRPC services take an endpoint `http://host:port`, which means without TLS, as emulators speak.
"""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import grpc
from google.auth.credentials import Credentials
from google.cloud import firestore, run_v2, tasks_v2
from google.cloud.run_v2.services.executions.transports import ExecutionsGrpcTransport
from google.cloud.run_v2.services.jobs.transports import JobsGrpcTransport
from google.cloud.run_v2.services.services.transports import ServicesGrpcTransport
from google.cloud.tasks_v2.services.cloud_tasks.transports import CloudTasksGrpcTransport

from candlewick.gcp.own import (
    bigquery_client,
    credentials,
    named_credentials,
    signing,
    storage_client,
)

if TYPE_CHECKING:
    from google.cloud.firestore_admin_v1 import FirestoreAdminClient
    from google.cloud.kms_v1 import KeyManagementServiceClient
    from google.genai import Client as GeminiClient

__all__ = [
    "bigquery_client",
    "credentials",
    "executions_client",
    "firestore_admin_client",
    "firestore_client",
    "gemini_client",
    "jobs_client",
    "kms_client",
    "named_credentials",
    "services_client",
    "signing",
    "storage_client",
    "tasks_client",
]


def firestore_client(project: str, database: str | None = None) -> firestore.Client:
    return firestore.Client(project=project, database=database)


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


def kms_client(endpoint: str | None) -> "KeyManagementServiceClient":
    # Two functions need it, and it is slow to import.
    from google.cloud.kms_v1 import KeyManagementServiceClient  # noqa: PLC0415
    from google.cloud.kms_v1.services.key_management_service.transports import (  # noqa: PLC0415
        KeyManagementServiceGrpcTransport,
    )

    if endpoint is None:
        return KeyManagementServiceClient()
    channel = _channel(endpoint)
    return KeyManagementServiceClient(transport=KeyManagementServiceGrpcTransport(channel=channel))


def gemini_client(
    project: str, region: str, endpoint: str | None, identity: Credentials
) -> "GeminiClient":
    """Return the client of Gemini on Vertex AI. It closes its connections when it is let go: keep it."""
    # Importing it takes a second, and nothing but the chat's first reply needs it.
    from google import genai  # noqa: PLC0415
    from google.genai import types  # noqa: PLC0415

    return genai.Client(
        vertexai=True,
        project=project,
        location=region,
        credentials=identity,
        http_options=types.HttpOptions(base_url=endpoint),
    )


def services_client(endpoint: str | None) -> run_v2.ServicesClient:
    if endpoint is None:
        return run_v2.ServicesClient()
    return run_v2.ServicesClient(transport=ServicesGrpcTransport(channel=_channel(endpoint)))


def firestore_admin_client() -> "FirestoreAdminClient":
    # Nothing but operators and the hourly look at the backups need it, and it is slow to import.
    from google.cloud.firestore_admin_v1 import FirestoreAdminClient  # noqa: PLC0415

    return FirestoreAdminClient()


def _channel(endpoint: str) -> grpc.Channel:
    # Else a server that was down for a while is refused for up to two minutes after it is back.
    options = (("grpc.max_reconnect_backoff_ms", 1000),)
    return grpc.insecure_channel(urlsplit(endpoint).netloc, options=options)
