"""The search index's shards in memory. The contract tests hold them to what Firestore's adapter does."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from candlewick.accounts.models import UserId
from candlewick.marketplace.models import Listing, ListingId, ListingVersion
from candlewick.marketplace.search.firestore import shard_of
from candlewick.marketplace.search.ports import Changes, Found, Shard
from candlewick.marketplace.search.rows import is_found, pack, row_of
from tests.fakes import START
from tests.in_memory_marketplace import InMemoryListings


class InMemoryShards:
    def __init__(self) -> None:
        self._rows: dict[int, dict[ListingId, bytes]] = {}
        self._stamps: dict[int, int] = {}

    def write(self, listing: Listing, version: ListingVersion | None) -> None:
        number = shard_of(listing.id)
        rows = self._rows.setdefault(number, {})
        self._stamps[number] = self._stamps.get(number, 0) + 1
        if version is not None and is_found(listing, version):
            rows[listing.id] = pack(row_of(listing, version))
        else:
            rows.pop(listing.id, None)

    def read(self, known: Mapping[int, object], since: datetime | None) -> Changes:
        changed = [number for number, stamp in self._stamps.items() if known.get(number) != stamp]
        shards = [Shard(number, self._stamps[number], dict(self._rows[number])) for number in changed]  # fmt: skip
        return Changes(shards, START if shards else since)


class InMemoryFound:
    """`FoundReader` and `Suspensions` over the other stores."""

    def __init__(self, listings: InMemoryListings, suspensions: Mapping[UserId, datetime]) -> None:
        self._listings, self._suspensions = listings, suspensions

    def read(self, wanted: Sequence[tuple[ListingId, int, UserId]]) -> Mapping[ListingId, Found]:
        found = {}
        for listing_id, number, owner in wanted:
            listing = self._listings.get(listing_id)
            version = self._listings.version(listing_id, number)
            if listing is not None and version is not None:
                found[listing_id] = Found(listing, version, owner in self._suspensions)
        return found

    def suspended(self) -> frozenset[UserId]:
        return frozenset(self._suspensions)
