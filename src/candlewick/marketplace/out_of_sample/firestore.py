"""Followed versions in Firestore: outOfSample/{listing}-{version}, which no client may read."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from google.api_core.exceptions import AlreadyExists
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from candlewick.gcp.documents import from_document, to_document
from candlewick.gcp.transactions import change_document
from candlewick.marketplace.out_of_sample.models import Followed

_COLLECTION = "outOfSample"


@dataclass(frozen=True, slots=True)
class FirestoreFollowedStore:
    client: firestore.Client

    def add(self, followed: Followed) -> None:
        with suppress(AlreadyExists):
            self._place(followed.key).create(to_document(followed))

    def get(self, key: str) -> Followed | None:
        found = self._place(key).get()
        return from_document(found.to_dict() or {}, Followed) if found.exists else None

    def due(self, now: datetime, *, limit: int) -> Sequence[Followed]:
        query = self.client.collection(_COLLECTION).where(filter=FieldFilter("dueAt", "<=", now))
        found = query.order_by("dueAt").limit(limit).stream()
        return [from_document(each.to_dict() or {}, Followed) for each in found]

    def change(self, key: str, decide: Callable[[Followed], Followed | None]) -> Followed | None:
        return change_document(self.client, self._place(key), Followed, decide)

    def _place(self, key: str) -> firestore.DocumentReference:
        return self.client.collection(_COLLECTION).document(key)
