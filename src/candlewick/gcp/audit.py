"""The operators' log in Firestore: audit/{id}, written with the change that it tells of."""

from collections.abc import Sequence

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from candlewick.audit import AuditEntry
from candlewick.gcp.documents import from_document, to_document


def add_audit(
    client: firestore.Client, transaction: firestore.Transaction, entry: AuditEntry | None
) -> None:
    """Add an entry to a transaction; one that exists under the same id is never replaced."""
    if entry is not None:
        transaction.create(client.document("audit", entry.id), to_document(entry))


def add_audit_alone(client: firestore.Client, entry: AuditEntry) -> None:
    """Store an entry about something that changed no document."""
    client.document("audit", entry.id).create(to_document(entry))


def list_audit(
    client: firestore.Client, *, owner: str | None = None, limit: int = 50
) -> Sequence[AuditEntry]:
    """Return the latest entries, the newest first; of one user if `owner` is given."""
    query = client.collection("audit")
    chosen = query if owner is None else query.where(filter=FieldFilter("owner", "==", owner))
    newest = chosen.order_by("at", direction=firestore.Query.DESCENDING).limit(limit)
    return [from_document(found.to_dict() or {}, AuditEntry) for found in newest.stream()]
