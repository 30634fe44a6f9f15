"""The stand-ins for a bucket keep what `tests/cloud` holds Cloud Storage to."""

import pytest

from candlewick.errors import Conflict, NotFound
from candlewick.objects import ObjectStore
from tests import fakes
from tests.unit.market_data import memory

STORES = [fakes.InMemoryObjects, memory.InMemoryObjects]


@pytest.fixture(params=STORES)
def objects(request: pytest.FixtureRequest) -> ObjectStore:
    store: ObjectStore = request.param()
    return store


def test_a_generation_is_replaced_once(objects: ObjectStore) -> None:
    objects.create("a", b"first", content_type="text/plain")
    _, generation = objects.read_generation("a")

    newer = objects.replace_generation(
        "a", b"second", content_type="text/plain", generation=generation
    )

    assert objects.read_generation("a") == (b"second", newer)
    with pytest.raises(Conflict):
        objects.replace_generation("a", b"third", content_type="text/plain", generation=generation)


def test_another_write_makes_another_generation(objects: ObjectStore) -> None:
    objects.create("a", b"first", content_type="text/plain")
    _, generation = objects.read_generation("a")
    objects.replace("a", b"second", content_type="text/plain")

    with pytest.raises(Conflict):
        objects.replace_generation("a", b"third", content_type="text/plain", generation=generation)


def test_generation_zero_is_written_over_nothing(objects: ObjectStore) -> None:
    with pytest.raises(NotFound):
        objects.read_generation("a")
    objects.replace_generation("a", b"first", content_type="text/plain", generation=0)

    with pytest.raises(Conflict):
        objects.replace_generation("a", b"second", content_type="text/plain", generation=0)
