"""One scripted Vertex AI for the tests of a worker."""

from collections.abc import Iterator

import pytest

from tests.emulators.storage.servers import serving
from tests.unit.assistant.scripted import Scripted
from tests.world import World


@pytest.fixture(scope="session")
def vertex_url() -> Iterator[str]:
    with serving("emulators.vertex") as address:
        yield address


@pytest.fixture
def gemini(vertex_url: str, world: World) -> Scripted:
    scripted = Scripted(url=vertex_url, world=world)
    scripted.says()
    return scripted
