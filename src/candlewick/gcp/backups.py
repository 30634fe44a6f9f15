"""The backups that Firestore makes by schedule."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from google.api_core import exceptions as google_errors
from google.cloud.firestore_admin_v1 import FirestoreAdminClient
from google.cloud.firestore_admin_v1.types import Backup

from candlewick.errors import Unavailable

_TIMEOUT_S = 20


def ready_backups(client: FirestoreAdminClient, project: str, location: str) -> Sequence[datetime]:
    """Return when each usable backup in a location was taken; `Unavailable` when nobody says."""
    parent = f"projects/{project}/locations/{location}"
    try:
        answer = client.list_backups(parent=parent, timeout=_TIMEOUT_S)
    except google_errors.GoogleAPICallError as error:
        raise Unavailable(f"The list of backups cannot be read: {error.message}") from error
    ready = [item for item in answer.backups if item.state == Backup.State.READY]
    return [cast("datetime", item.snapshot_time) for item in ready]
