"""Fingerprints of published versions in Firestore: fingerprints/{listing}-{version}, which no client may read."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from google.api_core.exceptions import AlreadyExists
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from candlewick.gcp.documents import from_document, to_document
from candlewick.marketplace.copies.service import Marked

_COLLECTION = "fingerprints"
_MOST_CANDIDATES = 300


@dataclass(frozen=True, slots=True)
class FirestoreMarkStore:
    client: firestore.Client

    def add(self, marked: Marked) -> None:
        place = self.client.collection(_COLLECTION).document(f"{marked.listing}-{marked.version}")
        with suppress(AlreadyExists):
            place.create({**to_document(marked), "createdAt": firestore.SERVER_TIMESTAMP})

    def alike(self, bands: Sequence[str]) -> Sequence[Marked]:
        shared = FieldFilter("bands", "array_contains_any", list(bands))
        query = self.client.collection(_COLLECTION).where(filter=shared)
        found = query.limit(_MOST_CANDIDATES).stream()
        documents = sorted(
            (each.to_dict() or {} for each in found), key=lambda each: each["createdAt"]
        )
        return [from_document(each, Marked) for each in documents]
