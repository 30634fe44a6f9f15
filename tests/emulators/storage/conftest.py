"""The storage servers, started once for all tests that talk to them."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.emulators.storage.servers import BUCKETS, StorageServers, running


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StorageServers]:
    with running(tmp_path_factory.mktemp("storage")) as found:
        with closing(found.client("operator")) as client:
            for bucket in BUCKETS:
                client.create_bucket(bucket)
        yield found
