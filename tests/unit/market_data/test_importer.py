"""An import takes only sound candles, takes all or nothing, and twice is once."""

import json
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from candlewick.errors import Invalid, NotFound
from candlewick.market_data import feather
from candlewick.market_data.importer import Imported, Source, files_in, import_candles
from candlewick.market_data.manifest import CandleType, Manifest, TickSize
from candlewick.market_data.store import CandleStore, find_files
from tests.unit.market_data.memory import InMemoryObjects

NOW = datetime(2026, 1, 1, tzinfo=UTC)
_SPOT = "BTC_USDT-5m.feather"


def frame_of(candles: int = 100, **changes: Any) -> pd.DataFrame:
    dates = pd.date_range("2025-01-01", periods=candles, freq="5min", tz="UTC")
    closes = 100.0 + np.arange(candles) * 0.25
    frame = pd.DataFrame(
        {
            "date": dates,
            "open": closes - 0.25,
            "high": closes + 0.5,
            "low": closes - 0.5,
            "close": closes,
            "volume": 12.5,
        }
    )
    return frame.assign(**changes)


def put(
    store: InMemoryObjects,
    files: dict[str, pd.DataFrame],
    *,
    now: datetime = NOW,
    **source: Any,
) -> Imported:
    loaders = {name: partial(feather.write, frame) for name, frame in files.items()}
    facts: dict[str, Any] = {"exchange": "binance", "title": "Binance", "note": "test", **source}
    return import_candles(store, Source(**facts), loaders, now=now)


def test_an_import_can_be_read_back_by_pair_and_window() -> None:
    objects = InMemoryObjects()
    frame = frame_of()

    imported = put(objects, {_SPOT: frame})

    store = CandleStore(objects)
    current = store.current("binance")
    (file,) = find_files(current.manifest, ["BTC/USDT"], "5m")
    window = store.window(
        file, file.start + timedelta(minutes=10), file.start + timedelta(minutes=20)
    )
    assert store.exchanges() == ["binance"]
    assert current.revision == imported.revision
    assert (file.candles, file.missing_candles) == (100, 0)
    assert file.until == datetime(2025, 1, 1, 8, 20, tzinfo=UTC)
    assert [row[4] for row in window.rows] == [100.5, 100.75]
    assert file.tick_sizes == [TickSize(since=date(2025, 1, 1), tick_size=0.01)]
    assert objects.objects[file.object_name] == feather.write(frame)


def test_a_second_import_of_the_same_changes_nothing() -> None:
    objects = InMemoryObjects()
    first = put(objects, {_SPOT: frame_of()})
    before = dict(objects.objects)
    objects.writes.clear()

    second = put(objects, {_SPOT: frame_of()}, now=NOW + timedelta(days=1))

    assert (second.changed, second.files_stored) == (False, 0)
    assert second.revision == first.revision
    assert objects.objects == before
    assert objects.writes == []


def test_an_import_adds_to_what_is_there_and_replaces_the_same_file() -> None:
    objects = InMemoryObjects()
    first = put(objects, {_SPOT: frame_of(), "ETH_USDT-5m.feather": frame_of()})

    second = put(objects, {_SPOT: frame_of(200)})

    counts = {file.pair: file.candles for file in second.manifest.files}
    assert counts == {"BTC/USDT": 200, "ETH/USDT": 100}
    assert second.revision != first.revision
    old = CandleStore(objects).manifest("binance", first.revision)
    assert {file.pair: file.candles for file in old.files} == {"BTC/USDT": 100, "ETH/USDT": 100}


def test_gaps_are_counted_and_listed() -> None:
    frame = frame_of().drop(index=[10, 11, 50])

    imported = put(InMemoryObjects(), {_SPOT: frame})

    (file,) = imported.manifest.files
    assert file.missing_candles == 3
    assert [(gap.start, gap.until, gap.candles) for gap in file.gaps] == [
        (
            datetime(2025, 1, 1, 0, 50, tzinfo=UTC),
            datetime(2025, 1, 1, 1, 0, tzinfo=UTC),
            2,
        ),
        (
            datetime(2025, 1, 1, 4, 10, tzinfo=UTC),
            datetime(2025, 1, 1, 4, 15, tzinfo=UTC),
            1,
        ),
    ]


def _with(column: str, place: int, value: float) -> pd.DataFrame:
    frame = frame_of()
    frame.loc[place, column] = value
    return frame


@pytest.mark.parametrize("cleans", [False, True])
def test_weeks_begin_on_mondays(*, cleans: bool) -> None:
    mondays = pd.date_range("2025-01-06", periods=100, freq="7D", tz="UTC").delete([40, 41])
    frame = frame_of(98).assign(date=mondays)
    source = Source(exchange="binance", title="Any", note="Any.", cleans=cleans)
    files = {"BTC_USDT-1w.feather": lambda: feather.write(frame)}

    (file,) = import_candles(
        InMemoryObjects(), source, files, now=datetime(2027, 6, 1, tzinfo=UTC)
    ).manifest.files

    assert (file.candles, file.missing_candles) == (98, 2)
    assert file.start == datetime(2025, 1, 6, tzinfo=UTC)
    assert file.gaps[0].start == mondays[39] + timedelta(days=7)


def test_weeks_of_another_day_are_refused() -> None:
    thursdays = pd.date_range("2025-01-02", periods=10, freq="7D", tz="UTC")
    source = Source(exchange="binance", title="Any", note="Any.")
    files = {"BTC_USDT-1w.feather": lambda: feather.write(frame_of(10).assign(date=thursdays))}

    with pytest.raises(Invalid, match="do not begin at a multiple of the timeframe"):
        import_candles(InMemoryObjects(), source, files, now=datetime(2027, 6, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (frame_of().iloc[::-1], "not sorted by time"),
        (pd.concat([frame_of(), frame_of().tail(1)], ignore_index=True), "1 candles twice"),
        (frame_of().drop(columns="volume"), "has no column volume"),
        (frame_of(volume=1), "volume is not float64"),
        (frame_of().assign(date=lambda f: f["date"].dt.tz_localize(None)), "not a time in UTC"),
        (_with("close", 5, np.nan), "missing or infinite values in close"),
        (_with("high", 5, 1.0), "1 candles whose high or low is not the extreme"),
        (_with("low", 5, -1.0), "prices that are not above zero"),
        (_with("volume", 5, -1.0), "negative volumes"),
        (frame_of().head(0), "has no candles"),
        (
            frame_of().assign(date=lambda f: f["date"] + pd.Timedelta(seconds=7)),
            "do not begin at a multiple",
        ),
        (
            frame_of().assign(date=lambda f: f["date"] + pd.Timedelta(days=3_650)),
            "candles from the future",
        ),
    ],
)
def test_unsound_candles_are_refused_and_nothing_is_stored(frame: pd.DataFrame, said: str) -> None:
    objects = InMemoryObjects()

    with pytest.raises(Invalid, match="Nothing was imported") as caught:
        put(objects, {"ETH_USDT-5m.feather": frame_of(), _SPOT: frame})

    assert said in str(caught.value)
    assert _SPOT in str(caught.value)
    assert objects.objects == {}


@pytest.mark.parametrize(
    "name", ["BTCUSDT-5m.feather", "BTC_USDT-5x.feather", "BTC_USDT_USDT-5m-futures.feather"]
)
def test_a_file_that_is_not_named_as_freqtrade_does_is_refused(name: str) -> None:
    with pytest.raises(Invalid, match=r"not named as Freqtrade|no timeframe"):
        put(InMemoryObjects(), {name: frame_of()})


def test_mark_prices_need_no_volume_and_funding_rates_come_late() -> None:
    funding = frame_of(3)[["date"]].assign(
        date=pd.date_range("2025-01-01", periods=3, freq="8h", tz="UTC") + pd.Timedelta("17ms"),
        funding_rate=0.0001,
    )
    files = {
        "futures/BTC_USDT_USDT-5m-futures.feather": frame_of(),
        "futures/BTC_USDT_USDT-5m-mark.feather": frame_of(volume=np.nan),
        "futures/BTC_USDT_USDT-8h-funding_rate.feather": funding,
    }

    imported = put(InMemoryObjects(), files)

    found = {file.candle_type: file for file in imported.manifest.files}
    assert set(found) == {CandleType.FUTURES, CandleType.MARK, CandleType.FUNDING_RATE}
    assert found[CandleType.FUNDING_RATE].start == datetime(2025, 1, 1, tzinfo=UTC)
    assert found[CandleType.FUNDING_RATE].missing_candles == 0
    assert found[CandleType.FUTURES].pair == "BTC/USDT:USDT"
    assert [kind for kind in found if found[kind].tick_sizes] == [CandleType.FUTURES]


def test_markets_are_derived_where_none_are_given_and_kept_where_they_are() -> None:
    objects = InMemoryObjects()
    given = {"ETH/USDT": {"symbol": "ETH/USDT", "mine": True}}

    imported = put(objects, {_SPOT: frame_of(), "ETH_USDT-5m.feather": frame_of()}, markets=given)

    markets = json.loads(objects.objects[imported.manifest.markets.object_name])
    assert imported.derived_markets == ("BTC/USDT",)
    assert markets["ETH/USDT"] == given["ETH/USDT"]
    assert markets["BTC/USDT"]["precision"] == {"price": 0.01, "amount": 0.1}
    assert markets["BTC/USDT"]["limits"]["cost"]["min"] == 5.0
    assert markets["BTC/USDT"]["taker"] == 0.001


def test_a_folder_without_candles_is_refused(tmp_path: Path) -> None:
    (tmp_path / "BTC_USDT-trades.feather").touch()

    with pytest.raises(Invalid, match="holds no feather files"):
        files_in(tmp_path)
    with pytest.raises(Invalid, match="is no folder"):
        files_in(tmp_path / "nowhere")


def test_a_long_window_is_merged_to_fewer_rows() -> None:
    objects = InMemoryObjects()
    put(objects, {_SPOT: frame_of(1_000)})
    store = CandleStore(objects)
    (file,) = find_files(store.current("binance").manifest, ["BTC/USDT"], "5m")

    window = store.window(file, file.start, file.until, max_rows=100)

    frame = frame_of(1_000)
    assert len(window.rows) <= 100
    assert window.candle_s == 300 * window.merged
    assert window.rows[0][1] == frame["open"].iloc[0]
    assert window.rows[-1][4] == frame["close"].iloc[-1]
    assert sum(row[5] for row in window.rows) == pytest.approx(frame["volume"].sum())
    assert max(row[2] for row in window.rows) == frame["high"].max()


def test_a_candle_file_is_read_once() -> None:
    objects = InMemoryObjects()
    put(objects, {_SPOT: frame_of()})
    store = CandleStore(objects)
    (file,) = find_files(store.current("binance").manifest, ["BTC/USDT"], "5m")

    for _ in range(3):
        store.window(file, file.start, file.until)

    assert objects.reads.count(file.object_name) == 1


@pytest.mark.parametrize(
    ("rows", "from_minutes", "to_minutes"), [(0, 0, 10), (10_001, 0, 10), (10, 10, 10)]
)
def test_a_window_without_bounds_is_refused(rows: int, from_minutes: int, to_minutes: int) -> None:
    objects = InMemoryObjects()
    put(objects, {_SPOT: frame_of()})
    store = CandleStore(objects)
    (file,) = find_files(store.current("binance").manifest, ["BTC/USDT"], "5m")
    start, until = (file.start + timedelta(minutes=m) for m in (from_minutes, to_minutes))

    with pytest.raises(Invalid):
        store.window(file, start, until, max_rows=rows)


def test_what_is_missing_is_named() -> None:
    objects = InMemoryObjects()
    store = CandleStore(objects)
    with pytest.raises(NotFound, match="exchange kraken"):
        store.current("kraken")
    with pytest.raises(NotFound, match=r"exchange \.\./x"):
        store.current("../x")
    manifest = put(objects, {_SPOT: frame_of()}).manifest

    with pytest.raises(NotFound, match=r"no 5m candles \(spot\) for ETH/USDT, XRP/USDT"):
        find_files(manifest, ["BTC/USDT", "ETH/USDT", "XRP/USDT"], "5m")


def test_a_manifest_is_named_by_its_own_hash() -> None:
    objects = InMemoryObjects()

    imported = put(objects, {_SPOT: frame_of()})

    data = objects.objects[f"binance/manifests/{imported.revision}.json"]
    assert Manifest.model_validate_json(data) == imported.manifest
    assert json.loads(objects.objects["binance/current.json"]) == {"revision": imported.revision}


class TestCleaning:
    def dirty(self) -> pd.DataFrame:
        frame = frame_of()
        frame.loc[3, "high"] = 1.0
        frame.loc[50, "high"] = 500.0
        return pd.concat([frame[60:], frame[:60], frame[10:12]])

    def test_without_asking_for_it_a_dirty_file_is_refused(self) -> None:
        with pytest.raises(Invalid, match="not sorted"):
            put(InMemoryObjects(), {_SPOT: self.dirty()})

    def test_a_dirty_file_is_mended_and_kept_as_it_came(self) -> None:
        objects = InMemoryObjects()

        imported = put(objects, {_SPOT: self.dirty()}, cleans=True)

        (file,) = imported.manifest.files
        frame = CandleStore(objects).frame(file)
        assert len(frame) == 99
        assert file.missing_candles == 1
        assert {note.rule: (note.action, note.count) for note in file.quality} == {
            "impossible": ("removed", 1),
            "order": ("converted", 61),
            "duplicate": ("removed", 2),
            "spike": ("flagged", 1),
        }
        raw = objects.read(f"binance/raw/{file.raw}/{_SPOT}")
        pd.testing.assert_frame_equal(
            feather.read(raw).reset_index(drop=True), self.dirty().reset_index(drop=True)
        )

    def test_the_same_download_again_changes_nothing(self) -> None:
        objects = InMemoryObjects()
        first = put(objects, {_SPOT: self.dirty()}, cleans=True)

        second = put(objects, {_SPOT: self.dirty()}, cleans=True)

        assert not second.changed
        assert second.revision == first.revision

    def test_a_file_of_which_nothing_is_left_is_refused_with_what_was_wrong(self) -> None:
        with pytest.raises(Invalid, match="None of its candles could be kept: 100 impossible"):
            put(InMemoryObjects(), {_SPOT: frame_of(high=-1.0)}, cleans=True)


def test_weeks_in_a_long_window_begin_on_mondays() -> None:
    objects = InMemoryObjects()
    weeks = pd.date_range("2015-01-05", periods=300, freq="7D", tz="UTC").as_unit("ms")
    put(objects, {"BTC_USDT-1w.feather": frame_of(300).assign(date=weeks)})
    store = CandleStore(objects)
    (file,) = find_files(store.current("binance").manifest, ["BTC/USDT"], "1w")

    window = store.window(file, file.start, file.until, max_rows=50)

    opened = [datetime.fromtimestamp(row[0] / 1_000, UTC) for row in window.rows]
    assert window.merged > 1
    assert {moment.weekday() for moment in opened} == {0}
    assert opened[0] > file.start - timedelta(weeks=window.merged)


def test_prices_without_volume_are_charted_with_none() -> None:
    objects = InMemoryObjects()
    put(objects, {"futures/BTC_USDT_USDT-5m-mark.feather": frame_of(volume=np.nan)})
    store = CandleStore(objects)
    pair = "BTC/USDT:USDT"
    (file,) = find_files(store.current("binance").manifest, [pair], "5m", CandleType.MARK)

    window = store.window(file, file.start, file.until)

    assert {row[5] for row in window.rows} == {0.0}


def test_what_goes_with_futures_is_cleaned_too() -> None:
    late = pd.date_range("2025-01-01", periods=4, freq="8h", tz="UTC") + pd.Timedelta("17ms")
    rates = pd.DataFrame({"date": late, "funding_rate": [0.1, np.nan, -0.1, 0.1]})
    older = frame_of(3).assign(date=late[:3])
    files = {
        "futures/BTC_USDT_USDT-1h-funding_rate.feather": rates,
        "futures/BTC_USDT_USDT-8h-funding_rate.feather": older,
        "futures/BTC_USDT_USDT-5m-mark.feather": frame_of(volume=np.nan).iloc[::-1],
    }
    objects = InMemoryObjects()
    source = Source(exchange="binance", title="Any", note="Any.", cleans=True)

    imported = import_candles(
        objects, source, {name: partial(feather.write, f) for name, f in files.items()}, now=NOW
    )

    found = {file.file_name: file for file in imported.manifest.files}
    notes = {name: [note.rule for note in file.quality] for name, file in found.items()}
    marks, rate, eight = sorted(found, key=lambda name: ("mark" not in name, "1h" not in name))
    assert notes == {rate: ["impossible", "late"], eight: [], marks: ["order"]}
    stored = feather.read(objects.objects[found[rate].object_name])
    assert stored["date"].tolist() == [each.floor("min") for each in late[[0, 2, 3]]]
    # As it came: Freqtrade itself renames what lies in the columns of candles.
    assert found[eight].raw is None
    assert found[rate].missing_candles == 1
