"""An instance's copy of the index: whole once, then what changed, and never older than it was."""

import logging
import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import pytest

from candlewick.marketplace.models import Standing
from candlewick.marketplace.search import live as live_module
from candlewick.marketplace.search.live import LiveIndex
from candlewick.marketplace.search.ports import Changes
from candlewick.marketplace.search.query import Query
from tests.fakes import Clock
from tests.in_memory_marketplace import InMemoryListings
from tests.in_memory_search import InMemoryFound, InMemoryShards
from tests.marketplace.catalogue import catalogue


class CountingShards(InMemoryShards):
    """Counts the shards that were read, and can be held up before it answers."""

    def __init__(self) -> None:
        super().__init__()
        self.shards_read: list[int] = []
        self.gate: threading.Event | None = None
        self.is_waiting = threading.Event()

    def read(self, known: Mapping[int, object], since: datetime | None) -> Changes:
        found = super().read(known, since)
        self.shards_read.append(len(found.shards))
        gate, self.gate = self.gate, None
        if gate is not None:
            self.is_waiting.set()
            assert gate.wait(60)
        return found


@pytest.fixture
def shards() -> CountingShards:
    made = CountingShards()
    for listing, version in catalogue():
        made.write(listing, version)
    return made


@pytest.fixture
def live(shards: CountingShards) -> LiveIndex:
    return LiveIndex(shards=shards, suspensions=InMemoryFound(InMemoryListings(), {}), now=Clock())


def total(live: LiveIndex, text: str = "") -> int:
    with live.current() as (index, hidden):
        return index.search(Query(text=text), hidden).total


def test_it_reads_everything_once_and_then_what_changed(
    live: LiveIndex, shards: CountingShards
) -> None:
    assert (total(live), total(live)) == (36, 36)
    first, *others = shards.shards_read
    assert (first > 20, set(others)) == (True, {0})

    listing, version = next(catalogue())
    shards.write(replace(listing, standing=Standing.WITHDRAWN), version)

    assert total(live) == 35
    assert shards.shards_read[-1] == 1


def test_an_answer_that_was_under_way_brings_nothing_older_back(
    live: LiveIndex, shards: CountingShards
) -> None:
    listing, version = next(catalogue())
    total(live)
    shards.write(replace(listing, terms=replace(listing.terms, title="Zugzwang one")), version)
    shards.gate = gate = threading.Event()
    late = threading.Thread(target=total, args=(live,))
    late.start()
    assert shards.is_waiting.wait(60)

    shards.write(replace(listing, terms=replace(listing.terms, title="Zugzwang two")), version)
    assert total(live, "zugzwang two") == 1
    gate.set()
    late.join(60)

    assert (total(live, "zugzwang one"), total(live, "zugzwang two")) == (0, 1)


def test_many_beginning_at_once_read_the_whole_once(
    live: LiveIndex, shards: CountingShards
) -> None:
    shards.gate = gate = threading.Event()
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(total(live))) for _ in range(5)]
    for thread in threads:
        thread.start()
    assert shards.is_waiting.wait(60)
    gate.set()
    for thread in threads:
        thread.join(60)

    assert found == [36] * 5
    assert sum(count > 20 for count in shards.shards_read) == 1


def test_a_shard_that_fills_up_is_said(
    live: LiveIndex, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(live_module, "_FULL", 300)

    with caplog.at_level(logging.WARNING):
        total(live)

    assert "search shard is filling" in caplog.text


def test_an_empty_marketplace_finds_nothing() -> None:
    empty = LiveIndex(
        shards=InMemoryShards(), suspensions=InMemoryFound(InMemoryListings(), {}), now=Clock()
    )

    assert (total(empty), total(empty, "rsi")) == (0, 0)
