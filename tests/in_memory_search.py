"""The search index's shards in memory. The contract tests hold them to what Firestore's adapter does."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from candlewick.accounts.models import UserId
from candlewick.marketplace.models import Listing, ListingId, ListingVersion
from candlewick.marketplace.search.firestore import shard_of
from candlewick.marketplace.search.ports import Changes, Found, Shard
from candlewick.marketplace.search.rows import is_found, pack, row_of
from tests.fakes import START


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
    """`FoundReader` and `Suspensions`."""

    def __init__(self) -> None:
        self.pairs: dict[ListingId, tuple[Listing, ListingVersion]] = {}
        self.suspensions: set[UserId] = set()

    def read(self, wanted: Sequence[tuple[ListingId, int, UserId]]) -> Mapping[ListingId, Found]:
        return {
            listing_id: Found(*self.pairs[listing_id], owner in self.suspensions)
            for listing_id, number, owner in wanted
            if listing_id in self.pairs and self.pairs[listing_id][1].number == number
        }

    def suspended(self) -> frozenset[UserId]:
        return frozenset(self.suspensions)
