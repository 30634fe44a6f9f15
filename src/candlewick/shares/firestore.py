"""Share links in Firestore: shareLinks/{token}, which no client may read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from candlewick.accounts.models import UserId
from candlewick.backtests.models import RunId
from candlewick.gcp.documents import from_document, to_document
from candlewick.gcp.transactions import run_transaction
from candlewick.shares.models import ShareLink, ShareToken

_COLLECTION = "shareLinks"


@dataclass(frozen=True, slots=True)
class FirestoreShareStore:
    client: firestore.Client

    def add(self, link: ShareLink, check: Callable[[Sequence[ShareLink]], None]) -> None:
        query = self._of_run(link.owner, link.run_id)

        def work(transaction: firestore.Transaction) -> None:
            check([_link(found) for found in transaction.get(query)])
            transaction.create(self._place(link.token), to_document(link))

        run_transaction(self.client, work, lane=link.owner)

    def get(self, token: ShareToken) -> ShareLink | None:
        found = self._place(token).get()
        return _link(found) if found.exists else None

    def of_run(self, owner: UserId, run_id: RunId) -> Sequence[ShareLink]:
        found = [_link(document) for document in self._of_run(owner, run_id).stream()]
        return sorted(found, key=lambda link: (link.created_at, link.token), reverse=True)

    def revoke(self, owner: UserId, token: ShareToken, now: datetime) -> ShareLink | None:
        place = self._place(token)

        def work(transaction: firestore.Transaction) -> ShareLink | None:
            found = place.get(transaction=transaction)
            link = _link(found) if found.exists else None
            if link is None or link.owner != owner:
                return None
            transaction.set(place, to_document(link.revoked(now)))
            return link.revoked(now)

        return run_transaction(self.client, work, lane=owner)

    def _place(self, token: ShareToken) -> firestore.DocumentReference:
        return self.client.collection(_COLLECTION).document(token)

    def _of_run(self, owner: UserId, run_id: RunId) -> firestore.Query:
        owned = self.client.collection(_COLLECTION).where(filter=FieldFilter("owner", "==", owner))
        return owned.where(filter=FieldFilter("runId", "==", run_id))


@dataclass(frozen=True, slots=True)
class ShareHolding:
    """`Holding` over a user's share links."""

    client: firestore.Client

    def export(self, owner: UserId) -> dict[str, object]:
        return {"shareLinks": [to_document(_link(found)) for found in self._owned(owner).stream()]}

    def erase(self, owner: UserId) -> None:
        for found in self._owned(owner).stream():
            found.reference.delete()

    def _owned(self, owner: UserId) -> firestore.Query:
        return self.client.collection(_COLLECTION).where(filter=FieldFilter("owner", "==", owner))


def _link(found: Any) -> ShareLink:
    return from_document(found.to_dict() or {}, ShareLink)
