"""The search index in Firestore: searchShards/{n}, each with the packed rows of some listings.

A row is written with its listing, in one transaction, without a look at the shard: rows of one shard never wait
for each other longer than a commit takes.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from candlewick.accounts.models import UserId
from candlewick.gcp.documents import from_document
from candlewick.marketplace.models import Listing, ListingId, ListingVersion
from candlewick.marketplace.search.ports import SHARDS, Changes, Found, Shard
from candlewick.marketplace.search.rows import is_found, pack, row_of

_COLLECTION = "searchShards"
# A shard's time is when its change was asked for: one that took long may turn up behind others.
_LATE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class FirestoreShards:
    """`ShardReader`, and what the marketplace's stores write through."""

    client: firestore.Client

    def write(
        self, transaction: firestore.Transaction, listing: Listing, version: ListingVersion | None
    ) -> None:
        """Bring the listing's row up to date in the caller's transaction, after all of its reads.

        `version` is the current one, as it will be; for a listing that strangers may not find the row goes.
        """
        row: object = firestore.DELETE_FIELD
        if version is not None and is_found(listing, version):
            row = pack(row_of(listing, version))
        change = {"changedAt": firestore.SERVER_TIMESTAMP, "rows": {listing.id: row}}
        transaction.set(self._place(shard_of(listing.id)), change, merge=True)

    def read(self, known: Mapping[int, object], since: datetime | None) -> Changes:
        if since is None:
            return _changes(self._shards().stream(), None)
        changed = FieldFilter("changedAt", ">", since - _LATE)
        # Their names and times first: what changed lately is mostly known already.
        stamps = self._shards().where(filter=changed).select(["changedAt"]).stream()
        new = [found for found in stamps if known.get(int(found.id)) != found.update_time]
        if not new:
            return Changes((), since)
        return _changes(self.client.get_all([found.reference for found in new]), since)

    def _shards(self) -> firestore.CollectionReference:
        return self.client.collection(_COLLECTION)

    def _place(self, number: int) -> firestore.DocumentReference:
        return self._shards().document(str(number))


@dataclass(frozen=True, slots=True)
class FirestoreFound:
    """`FoundReader` and `Suspensions`."""

    client: firestore.Client

    def read(self, wanted: Sequence[tuple[ListingId, int, UserId]]) -> Mapping[ListingId, Found]:
        if not wanted:
            return {}
        read = {
            document.reference.path: document
            for document in self.client.get_all(self._places(wanted))
        }
        found = {}
        for listing_id, number, owner in wanted:
            listing = read[f"listings/{listing_id}"]
            version = read[f"listings/{listing_id}/versions/{number}"]
            if listing.exists and version.exists:
                found[listing_id] = Found(
                    from_document(listing.to_dict() or {}, Listing),
                    from_document(version.to_dict() or {}, ListingVersion),
                    read[f"suspensions/{owner}"].exists,
                )
        return found

    def suspended(self) -> frozenset[UserId]:
        return frozenset(
            UserId(found.id) for found in self.client.collection("suspensions").select([]).stream()
        )

    def _places(
        self, wanted: Sequence[tuple[ListingId, int, UserId]]
    ) -> list[firestore.DocumentReference]:
        listings = [("listings", listing) for listing, _, _ in wanted]
        versions = [("listings", listing, "versions", str(number)) for listing, number, _ in wanted]
        owners = [("suspensions", owner) for owner in {owner for _, _, owner in wanted}]
        return [self.client.document(*path) for path in (*listings, *versions, *owners)]


def shard_of(listing: ListingId) -> int:
    return zlib.crc32(listing.encode()) % SHARDS


def _changes(documents: Iterable[Any], since: datetime | None) -> Changes:
    shards, until = [], since
    for number, found in _existing(documents):
        fields = found.to_dict() or {}
        shards.append(Shard(number, found.update_time, fields.get("rows", {})))
        changed_at = fields.get("changedAt")
        until = changed_at if until is None or (changed_at and changed_at > until) else until
    return Changes(shards, until)


def _existing(documents: Iterable[Any]) -> Iterator[tuple[int, Any]]:
    for found in documents:
        if found.exists:
            yield int(found.id), found
