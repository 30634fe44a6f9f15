"""An instance's own copy of the index: read whole once, then what changed, before every answer."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from candlewick.accounts.models import UserId
from candlewick.log import logger
from candlewick.marketplace.models import ListingId
from candlewick.marketplace.search.index import Index
from candlewick.marketplace.search.ports import Changes, Shard, ShardReader, Suspensions

log = logger(__name__)

# For so long a suspended author's listings may still be counted; the page itself never shows them.
_REMEMBERED = timedelta(seconds=30)
_FULL = 700_000  # bytes of one document, which may have a mebibyte


@dataclass(slots=True, kw_only=True)
class LiveIndex:
    shards: ShardReader
    suspensions: Suspensions
    now: Callable[[], datetime]
    _index: Index = field(default_factory=Index)
    _stamps: dict[int, Any] = field(default_factory=dict)
    _listings: dict[int, frozenset[ListingId]] = field(default_factory=dict)
    _until: datetime | None = None
    _hidden: frozenset[UserId] = frozenset()
    _hidden_until: datetime | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def current(self) -> Iterator[tuple[Index, frozenset[UserId]]]:
        """Yield the index as it is now, and whose listings are hidden.

        Requests ask the database beside each other, and search one after the other: that takes milliseconds.
        """
        self._read_whole()
        changes = self.shards.read(dict(self._stamps), self._until)
        hidden = self._suspended()
        with self._lock:
            self._take(changes)
            yield self._index, hidden

    def _read_whole(self) -> None:
        if self._until is None:
            with self._lock:
                if self._until is None:
                    self._take(self.shards.read({}, None))

    def _suspended(self) -> frozenset[UserId]:
        now = self.now()
        if self._hidden_until is None or now >= self._hidden_until:
            self._hidden, self._hidden_until = self.suspensions.suspended(), now + _REMEMBERED
        return self._hidden

    def _take(self, changes: Changes) -> None:
        is_first = self._until is None and bool(changes.shards)
        for shard in changes.shards:
            self._take_shard(shard)
        if changes.until is not None:
            self._until = max(changes.until, self._until or changes.until)
        self._index = self._index.compacted()
        if is_first:
            log.info("search index read", extra={"listings": len(self._index)})

    def _take_shard(self, shard: Shard) -> None:
        known = self._stamps.get(shard.number)
        if known is not None and shard.stamp <= known:
            return  # another request has read a later state meanwhile
        rows: Mapping[ListingId, bytes] = shard.rows
        for gone in self._listings.get(shard.number, frozenset()) - set(rows):
            self._index.put(gone, None)
        for listing, packed in rows.items():
            self._index.put(listing, packed)
        self._listings[shard.number] = frozenset(rows)
        self._stamps[shard.number] = shard.stamp
        size = sum(map(len, rows.values()))
        if size > _FULL:
            log.warning("search shard is filling", extra={"shard": shard.number, "bytes": size})
