"""Whoever publishes at the same time loses nothing, and a reader never finds half of a revision."""

from datetime import UTC, datetime
from functools import partial

import pytest

from candlewick.errors import Unavailable
from candlewick.market_data import feather
from candlewick.market_data.importer import Source, import_candles
from candlewick.market_data.manifest import Manifest
from candlewick.market_data.publishing import publish
from candlewick.market_data.store import CandleStore
from tests.unit.market_data.memory import InMemoryObjects
from tests.unit.market_data.test_importer import NOW, frame_of, put

SPOT, OTHER = "BTC_USDT-5m.feather", "ETH_USDT-5m.feather"


class Interrupted(InMemoryObjects):
    """Another publishes while the first writes its pointer."""

    def __init__(self, others: int = 1) -> None:
        super().__init__()
        self.others = others

    def replace_generation(
        self, name: str, data: bytes, *, content_type: str, generation: int
    ) -> int:
        if self.others:
            self.others -= 1
            put(self, {OTHER: frame_of(100 + self.others)})
        return super().replace_generation(
            name, data, content_type=content_type, generation=generation
        )


@pytest.mark.parametrize("others", [1, 3])
def test_two_imports_at_the_same_time_lose_nothing(others: int) -> None:
    objects = Interrupted(others)

    imported = put(objects, {SPOT: frame_of()})

    current = CandleStore(objects).current("binance")
    assert imported.revision == current.revision
    assert [file.file_name for file in current.manifest.files] == [SPOT, OTHER]


def test_it_is_given_up_when_others_never_stop() -> None:
    class Busy(InMemoryObjects):
        def read_generation(self, name: str) -> tuple[bytes, int]:
            data, generation = super().read_generation(name)
            return data, generation - 1

    objects = Busy()
    put(objects, {SPOT: frame_of()})

    with pytest.raises(Unavailable, match="Others keep publishing"):
        put(objects, {OTHER: frame_of()})


def test_the_pointer_is_written_last() -> None:
    objects = InMemoryObjects()

    put(objects, {SPOT: frame_of()})

    assert [name.split("/")[1] for name in objects.writes] == [
        "candles",
        "markets",
        "manifests",
        "current.json",
    ]


def test_what_changes_nothing_makes_no_revision() -> None:
    objects = InMemoryObjects()
    first = put(objects, {SPOT: frame_of()})
    later = datetime(2026, 2, 1, tzinfo=UTC)

    def same(previous: Manifest | None) -> Manifest:
        assert previous is not None
        return previous.model_copy(update={"created_at": later})

    again = publish(objects, "binance", same)

    assert (again.changed, again.revision) == (False, first.revision)
    assert again.manifest.created_at == NOW


def test_a_manifest_from_before_listings_is_read() -> None:
    objects = InMemoryObjects()
    source = Source(exchange="old", title="Old", note="test")
    made = import_candles(
        objects, source, {SPOT: partial(feather.write, frame_of())}, now=NOW
    ).manifest
    written = made.model_dump(mode="json", by_alias=True)
    del written["listings"]
    for file in written["files"]:
        del file["askedSince"]

    read = Manifest.model_validate(written)

    assert (read.listings, read.files[0].asked_since) == ([], None)
