"""What a batch of pulled series makes of the newest revision, whichever that is."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from candlewick.market_data.manifest import (
    CandleFile,
    Listing,
    Manifest,
    StoredObject,
    TickSize,
    files_by_name,
)
from candlewick.market_data.publishing import (
    Published,
    current_manifest,
    known_markets,
    publish,
    store_json,
    with_files,
)
from candlewick.objects import ObjectStore
from candlewick.pulling.series import Pulled
from candlewick.pulling.universe import Universe


@dataclass(slots=True, kw_only=True)
class Batch:
    """Series that wait to be published, and what is known of their exchange.

    Attributes:
        markets: ccxt's structures of the pairs that are listed, as of `today`.
        leverage_tiers: ccxt's of the same pairs, where they are futures.
        pairs: that the task looks after, those that are listed no more among them.
        tick_sizes: of files from before manifests held them, by their objects' names.
    """

    universe: Universe
    title: str
    note: str
    markets: Mapping[str, Any]
    leverage_tiers: Mapping[str, Any]
    pairs: Sequence[str]
    today: date
    pending: list[Pulled] = field(default_factory=list)
    tick_sizes: dict[str, list[TickSize]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return len(self.pending) + len(self.tick_sizes)

    def with_tick_sizes(self, file: CandleFile) -> CandleFile:
        found = self.tick_sizes.get(file.object_name)
        if file.tick_sizes is not None or found is None:
            return file
        return file.model_copy(update={"tick_sizes": found})


def publish_batch(
    store: ObjectStore, batch: Batch, now: datetime
) -> tuple[Published, list[CandleFile]] | None:
    """Publish and empty a batch; return the revision and the files that changed, `None` when there is nothing at all."""
    exchange = batch.universe.stored_as
    if not batch.pending and current_manifest(store, exchange) is None:
        return None
    changed: list[CandleFile] = []

    def change(previous: Manifest | None) -> Manifest:
        known = files_by_name(previous)
        pulled = {
            each.place.series.file_name: each.onto(known.get(each.place.series.file_name))
            for each in batch.pending
        }
        files = [batch.with_tick_sizes(file) for file in with_files(previous, pulled)]
        changed[:] = [file for file in files if file != known.get(file.file_name)]
        return Manifest(
            exchange=exchange,
            rules_of=None if batch.universe.exchange == exchange else batch.universe.exchange,
            title=batch.title,
            simulated=batch.universe.simulated,
            note=batch.note,
            created_at=now,
            files=files,
            markets=store_json(
                store, f"{exchange}/markets", _markets(store, batch, previous, files)
            ),
            leverage_tiers=_leverage_tiers(store, batch, previous, files),
            listings=_listings(batch, previous, files),
        )

    published = publish(store, exchange, change)
    batch.pending.clear()
    batch.tick_sizes.clear()
    return published, changed


def _markets(
    store: ObjectStore, batch: Batch, previous: Manifest | None, files: Sequence[CandleFile]
) -> dict[str, Any]:
    """Return the markets of the pairs that there are candles of; delisted ones stay as they last were."""
    return known_markets(store, previous) | _of_these(batch.markets, files)


def _leverage_tiers(
    store: ObjectStore, batch: Batch, previous: Manifest | None, files: Sequence[CandleFile]
) -> StoredObject | None:
    """Store the tiers of the pairs that there are candles of; those of delisted ones stay as they last were."""
    known = None if previous is None else previous.leverage_tiers
    newest = _of_these(batch.leverage_tiers, files)
    if not newest:
        return known
    before = {} if known is None else json.loads(store.read(known.object_name))
    return store_json(store, f"{batch.universe.stored_as}/leverage_tiers", before | newest)


def _of_these(told: Mapping[str, Any], files: Sequence[CandleFile]) -> dict[str, Any]:
    there = {file.pair for file in files}
    return {pair: found for pair, found in told.items() if pair in there}


def _listings(
    batch: Batch, previous: Manifest | None, files: Sequence[CandleFile]
) -> list[Listing]:
    known = {} if previous is None else {listing.pair: listing for listing in previous.listings}
    there = {file.pair for file in files}
    for pair in batch.pairs:
        if pair in there:
            known[pair] = _seen(known.get(pair), pair, batch)
    return [known[pair] for pair in sorted(known)]


def _seen(before: Listing | None, pair: str, batch: Batch) -> Listing:
    market = batch.markets.get(pair)
    active = market is not None and market.get("active") is not False
    if before is None:
        return Listing(pair=pair, active=active, first_seen=batch.today, last_seen=batch.today)
    # Another task may have looked at it later than this one.
    last = max(before.last_seen, batch.today) if active else before.last_seen
    return before.model_copy(
        update={
            "active": active if batch.today >= before.last_seen else before.active,
            "first_seen": min(before.first_seen, batch.today),
            "last_seen": last,
        }
    )
