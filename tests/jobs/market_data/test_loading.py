"""What a pull brings is in BigQuery too, where the job is given a dataset."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from google.cloud.bigquery import Client

from tests.contracts.warehouse import DATASET, emulated_bigquery
from tests.emulators.pulling.candles import whole
from tests.emulators.storage.servers import PROJECT
from tests.jobs.market_data.conftest import World
from tests.jobs.market_data.test_job import ended, start

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("warehouse"), pytest.mark.timeout(300)]


@pytest.fixture
def tables(world: World, tmp_path: Path) -> Iterator[Client]:
    with emulated_bigquery(tmp_path, world.servers.folder / "objects") as client:
        yield client


def test_a_pull_is_loaded_once(world: World, tables: Client) -> None:
    endpoint = str(tables._connection.API_BASE_URL)
    env = world.env(
        "loaded",
        CANDLEWICK_WAREHOUSE=f"{PROJECT}.{DATASET}",
        CANDLEWICK_BIGQUERY_ENDPOINT=endpoint,
    )

    first, told = ended(start(env))
    second, again = ended(start(env))

    manifest = whole(world.store, "loaded")
    query = f"SELECT pair, timeframe, COUNT(*) AS candles FROM `{PROJECT}.{DATASET}.current_candles` WHERE exchange = 'loaded' GROUP BY pair, timeframe"  # noqa: S608 (names of our own)
    found = {(row.pair, row.timeframe): row.candles for row in tables.query(query).result()}
    assert (first, second) == (0, 0)
    assert found == {(file.pair, file.timeframe): file.candles for file in manifest.files}
    assert told["warehouse loaded"]["rows"] == sum(found.values())
    assert again["warehouse loaded"]["files"] == 0
