"""What is in BigQuery is what the newest revision's files say, whatever happened on the way."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from google.cloud.bigquery import Client

from candlewick.cli import data
from candlewick.errors import Conflict
from candlewick.gcp.storage import BucketStore
from candlewick.gcp.warehouse import BigQueryTables
from candlewick.market_data import feather
from candlewick.market_data.importer import Source, import_candles
from candlewick.market_data.manifest import Manifest
from candlewick.market_data.warehouse import loading
from candlewick.market_data.warehouse.loading import Loaded, load
from tests.contracts.warehouse import DATASET, emulated_bigquery
from tests.emulators.storage.servers import PROJECT, running

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("warehouse")]

BUCKET = "candlewick-candles"
BEGIN = pd.Timestamp("2025-01-01", tz="UTC")
DAY = 288


def made(count: int, *, without: range = range(0), spike_at: int | None = None) -> pd.DataFrame:
    """Return 5m candles that wander, every 50th without volume."""
    steps = np.random.default_rng(7).integers(-9, 10, count)
    opened = 1_000 + np.cumsum(steps) / 10
    closed = opened + steps / 20
    frame = pd.DataFrame(
        {
            "date": pd.date_range(BEGIN, periods=count, freq="5min").as_unit("ms"),
            "open": opened,
            "high": np.maximum(opened, closed) + 0.2,
            "low": np.minimum(opened, closed) - 0.2,
            "close": closed,
            "volume": np.where(np.arange(count) % 50 == 0, 0.0, 10.0 + steps),
        }
    )
    if spike_at is not None:
        frame["high"] *= np.where(np.arange(count) == spike_at, 1.5, 1.0)
    return frame.drop(index=without).reset_index(drop=True)


class Warehouse:
    """A store and its tables; each test's exchange is its own."""

    def __init__(self, store: BucketStore, client: Client, env: dict[str, str]) -> None:
        self.store = store
        self.client = client
        self.env = env
        self.tables = BigQueryTables(client, f"{PROJECT}.{DATASET}", BUCKET)
        self._day = 0

    def bring(self, exchange: str, frames: dict[str, pd.DataFrame]) -> Manifest:
        """Import files, each time a day later."""
        self._day += 1
        now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=self._day)
        source = Source(exchange=exchange, title="Any", note="Made for a test.", cleans=True)
        files = {name: lambda frame=frame: feather.write(frame) for name, frame in frames.items()}
        return import_candles(self.store, source, files, now=now).manifest

    def load(self, exchange: str, *, after: timedelta = timedelta()) -> Loaded:
        return load(self.store, self.tables, exchange, clock=lambda: datetime.now(UTC) + after)

    def rows(self, view: str, exchange: str, order: str = "1") -> list[dict[str, Any]]:
        query = f"SELECT * FROM `{PROJECT}.{DATASET}.{view}` WHERE exchange = '{exchange}' ORDER BY {order}"  # noqa: S608
        return [
            dict(row.items()) for row in self.client.query(query, timeout=30).result(timeout=60)
        ]

    def candles(self, exchange: str) -> pd.DataFrame:
        found = pd.DataFrame(self.rows("current_candles", exchange, "opened_at"))
        return found.rename(columns={"opened_at": "date"})[list(feather.OHLCV)]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    folder = tmp_path_factory.mktemp("warehouse")
    with (
        running(folder) as servers,
        emulated_bigquery(folder, folder / "objects") as client,
        closing(servers.client("operator")) as storage,
    ):
        storage.create_bucket(BUCKET)
        store = BucketStore(storage, BUCKET, servers.credentials("operator"))
        endpoint = {"CANDLEWICK_BIGQUERY_ENDPOINT": str(client._connection.API_BASE_URL)}
        yield Warehouse(
            store,
            client,
            env={
                "GOOGLE_APPLICATION_CREDENTIALS": str(servers.key_file("operator")),
                "GOOGLE_CLOUD_PROJECT": PROJECT,
                "CANDLEWICK_STORAGE_ENDPOINT": servers.url,
                "CANDLEWICK_CANDLES_BUCKET": BUCKET,
                "CANDLEWICK_WAREHOUSE": f"{PROJECT}.{DATASET}",
                **endpoint,
            },
        )


def assert_same(found: pd.DataFrame, wanted: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(
        found, wanted.reset_index(drop=True), check_dtype=False, check_exact=True
    )


def test_the_views_say_of_a_revision_what_its_manifest_and_its_candles_say(
    warehouse: Warehouse,
) -> None:
    btc = made(2 * DAY, without=range(100, 110), spike_at=300)
    manifest = warehouse.bring(
        "one", {"BTC_USDT-5m.feather": btc, "ETH_USDT-5m.feather": made(DAY)}
    )

    done = warehouse.load("one")

    assert (done.files, done.rows) == (2, 2 * DAY - 10 + DAY)
    (file, _) = manifest.files
    coverage, gaps = warehouse.rows("coverage", "one", "pair"), warehouse.rows("gaps", "one")
    assert [(row["pair"], row["candles"], row["missing_candles"]) for row in coverage] == [
        ("BTC/USDT", 566, 10),
        ("ETH/USDT", 288, 0),
    ]
    assert (coverage[0]["start"], coverage[0]["until"]) == (file.start, file.until)
    (gap,) = file.gaps
    assert [(row["start"], row["until"], row["candles"]) for row in gaps] == [
        (gap.start, gap.until, gap.candles)
    ]
    (quality, _) = warehouse.rows("quality", "one", "pair")
    flagged = sum(note.count for note in file.quality if note.action == "flagged")
    assert flagged > 1
    assert quality["flagged"] == flagged
    assert quality["without_volume"] == (btc["volume"] == 0).sum()
    turnover = warehouse.rows("daily_turnover", "one", "pair, day")
    first = btc[btc["date"] < BEGIN + timedelta(days=1)]
    prices = first[["open", "high", "low", "close"]].mean(axis=1)
    assert turnover[0]["turnover"] == pytest.approx((first["volume"] * prices).sum())
    assert [row["candles"] for row in turnover] == [278, 288, 288]


def test_a_later_revision_adds_what_changed_and_keeps_what_was(warehouse: Warehouse) -> None:
    before = made(DAY)
    after = made(DAY + 12).drop(index=[50]).reset_index(drop=True)
    after["close"] = after["close"].where(after.index != 10, after["high"])
    warehouse.bring("two", {"BTC_USDT-5m.feather": before})
    warehouse.load("two")
    again = warehouse.load("two")
    warehouse.bring("two", {"BTC_USDT-5m.feather": after})

    done = warehouse.load("two")

    assert (again.files, again.rows) == (0, 0)
    assert done.rows == 1 + 12 + 1
    assert_same(warehouse.candles("two"), after)
    rows = warehouse.rows("candles", "two", "recorded_at, opened_at")
    assert len(rows) == DAY + 14
    assert [row["close"] for row in rows[:DAY]] == before["close"].tolist()


def test_what_comes_twice_is_there_once(warehouse: Warehouse) -> None:
    candles = made(DAY)
    warehouse.bring("three", {"BTC_USDT-5m.feather": candles})
    warehouse.load("three")
    warehouse.store.delete_prefix("three/warehouse.json")

    warehouse.load("three")

    assert len(warehouse.rows("candles", "three")) in {DAY, 2 * DAY}  # Google loads a name once
    assert_same(warehouse.candles("three"), candles)


def test_futures_bring_their_candles_and_mark_prices_and_say_what_rates_there_are(
    warehouse: Warehouse,
) -> None:
    hours = made(48).assign(date=pd.date_range(BEGIN, periods=48, freq="h").as_unit("ms"))
    # No exchange's own, but imports may have them: a volume that is not there at all.
    marks = hours.assign(volume=np.nan)
    rates = pd.DataFrame(
        {"date": hours["date"].iloc[::8].reset_index(drop=True), "funding_rate": -0.0001}
    )
    files = {
        "futures/BTC_USDT_USDT-1h-futures.feather": hours,
        "futures/BTC_USDT_USDT-1h-mark.feather": marks,
        "futures/BTC_USDT_USDT-1h-funding_rate.feather": rates,
    }
    warehouse.bring("futures", files)
    warehouse.load("futures")
    later = {**files, "futures/BTC_USDT_USDT-1h-mark.feather": marks.iloc[:-1]}
    warehouse.bring("futures", later)

    done = warehouse.load("futures")

    # The mark price that is gone, and nothing of those that have no volume still.
    assert (done.files, done.rows) == (1, 1)
    coverage = warehouse.rows("coverage", "futures", "candle_type")
    assert [(row["candle_type"], row["candles"]) for row in coverage] == [
        ("futures", 48),
        ("mark", 47),
    ]
    quality = warehouse.rows("quality", "futures", "candle_type")
    assert [row["without_volume"] for row in quality] == [(hours["volume"] == 0).sum(), 0]
    turnover = warehouse.rows("daily_turnover", "futures", "day")
    assert {row["candle_type"] for row in turnover} == {"futures"}
    series = warehouse.rows("series", "futures", "recorded_at, candle_type")
    assert [(row["candle_type"], row["candles"], row["missing_candles"]) for row in series[:3]] == [
        ("funding_rate", 6, 0),
        ("futures", 48, 0),
        ("mark", 48, 0),
    ]


def test_a_load_that_was_cut_off_is_made_whole_by_the_next(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    candles = made(DAY)
    warehouse.bring("four", {"BTC_USDT-5m.feather": candles})
    tables_load = warehouse.tables.load

    def stop_at_series(table: str, objects: list[str], *, name: str) -> None:
        if table == "series":
            raise KeyboardInterrupt
        tables_load(table, objects, name=name)

    monkeypatch.setattr(warehouse.tables, "load", stop_at_series)
    with pytest.raises(KeyboardInterrupt):
        warehouse.load("four")
    monkeypatch.undo()

    warehouse.load("four")

    assert_same(warehouse.candles("four"), candles)
    assert [row["candles"] for row in warehouse.rows("quality", "four")] == [DAY]


def test_what_is_published_while_another_loads_comes_with_its_load_and_once(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = made(DAY), made(DAY + 12)
    warehouse.bring("six", {"BTC_USDT-5m.feather": first})
    tables_load = warehouse.tables.load

    def publish_meanwhile(table: str, objects: list[str], *, name: str) -> None:
        monkeypatch.undo()
        warehouse.bring("six", {"BTC_USDT-5m.feather": second})
        with pytest.raises(Conflict, match="Somebody else is loading"):
            warehouse.load("six")
        tables_load(table, objects, name=name)

    monkeypatch.setattr(warehouse.tables, "load", publish_meanwhile)

    done = warehouse.load("six")

    assert (done.rows, done.files) == (DAY + 12, 2)
    assert len(warehouse.rows("candles", "six")) == DAY + 12
    assert_same(warehouse.candles("six"), second)


def test_the_step_of_whoever_was_killed_is_loaded_by_the_same_names_before_the_next(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse.bring("seven", {"BTC_USDT-5m.feather": made(DAY)})
    names: list[str] = []
    tables_load = warehouse.tables.load

    def killed(_table: str, _objects: list[str], *, name: str) -> None:
        names.append(name)
        raise KeyboardInterrupt

    def noted(table: str, objects: list[str], *, name: str) -> None:
        names.append(name)
        tables_load(table, objects, name=name)

    with monkeypatch.context() as patch:
        patch.setattr(warehouse.tables, "load", killed)
        patch.setattr(loading, "give_back", lambda *_: None)
        with pytest.raises(KeyboardInterrupt):
            warehouse.load("seven")
    warehouse.bring("seven", {"BTC_USDT-5m.feather": made(DAY + 12)})
    with pytest.raises(Conflict):
        warehouse.load("seven")
    monkeypatch.setattr(warehouse.tables, "load", noted)

    done = warehouse.load("seven", after=timedelta(hours=2))

    candles = [name for name in names if name.startswith("candles-")]
    assert candles[0] == candles[1] != candles[2]
    assert done.rows == DAY + 12
    assert_same(warehouse.candles("seven"), made(DAY + 12))


def test_the_table_is_partitioned_by_day_and_clustered(warehouse: Warehouse) -> None:
    table = warehouse.client.get_table(f"{PROJECT}.{DATASET}.candles", timeout=30)

    assert table.time_partitioning is not None
    assert (table.time_partitioning.type_, table.time_partitioning.field) == ("DAY", "opened_at")
    assert table.clustering_fields == ["exchange", "pair", "timeframe"]


def test_the_command_line_loads_once_and_says_what_it_did(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    warehouse.bring("five", {"BTC_USDT-5m.feather": made(DAY)})
    for name, value in warehouse.env.items():
        monkeypatch.setenv(name, value)

    codes = [data.run(["load", "--exchange", "five"]) for _ in range(2)]

    assert codes == [0, 0]
    said = capsys.readouterr().out
    assert "288 candles of 1 files were added" in said
    assert "BigQuery has revision" in said
    assert len(warehouse.candles("five")) == DAY
