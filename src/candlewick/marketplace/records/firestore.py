"""All versions of an author, whatever listing they belong to: one query over all listings' versions."""

from collections.abc import Sequence
from dataclasses import dataclass

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from candlewick.accounts.models import UserId
from candlewick.gcp.documents import from_document
from candlewick.marketplace.models import ListingVersion


@dataclass(frozen=True, slots=True)
class FirestoreOwnedVersions:
    client: firestore.Client

    def of_owner(self, owner: UserId) -> Sequence[ListingVersion]:
        # Strategies' own versions have the same collection's name, and no owner.
        owned = FieldFilter("owner", "==", owner)
        query = self.client.collection_group("versions").where(filter=owned)
        return [from_document(found.to_dict() or {}, ListingVersion) for found in query.stream()]
