"""Who a deployable is, and its way to Cloud Storage and BigQuery; apart from the other clients, which take long to import.

An endpoint that is not given is Google's own.
"""

from typing import TYPE_CHECKING

import google.auth
from google.api_core.client_options import ClientOptions
from google.auth import impersonated_credentials
from google.auth.credentials import Credentials, Signing
from google.auth.transport.requests import Request
from google.cloud.storage import Client as StorageClient

if TYPE_CHECKING:
    from google.cloud.bigquery import Client as BigQueryClient

_SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)
_NAMED = ("openid", "https://www.googleapis.com/auth/userinfo.email")


def credentials() -> Credentials:
    """Return the deployable's own identity (Application Default Credentials)."""
    found, _ = google.auth.default(scopes=_SCOPES)
    return found


def named_credentials() -> Credentials:
    """Return the same identity with the right to ask who it is; a person's credentials need it."""
    found, _ = google.auth.default(scopes=(*_SCOPES, *_NAMED))
    return found


def signing(identity: Credentials) -> Signing:
    """Return credentials that can sign: a key file's own, else the same identity through IAM's signBlob.

    In the cloud there is no key, and the metadata server's credentials sign nothing. The identity needs the
    right to create tokens for itself (`iam.serviceAccounts.signBlob`).
    """
    if isinstance(identity, Signing):
        return identity
    identity.refresh(Request())  # type: ignore[no-untyped-call]  # only then does it know its e-mail
    email: str = identity.service_account_email  # type: ignore[attr-defined]
    signer: Signing = impersonated_credentials.Credentials(  # type: ignore[no-untyped-call]
        source_credentials=identity, target_principal=email, target_scopes=list(_SCOPES)
    )
    return signer


def storage_client(project: str, endpoint: str | None, identity: Credentials) -> StorageClient:
    options = None if endpoint is None else ClientOptions(api_endpoint=endpoint)
    return StorageClient(project=project, credentials=identity, client_options=options)


def bigquery_client(project: str, endpoint: str | None, identity: Credentials) -> "BigQueryClient":
    # Here: no function asks BigQuery.
    from google.cloud.bigquery import Client  # noqa: PLC0415

    options = None if endpoint is None else ClientOptions(api_endpoint=endpoint)
    return Client(project=project, credentials=identity, client_options=options)
