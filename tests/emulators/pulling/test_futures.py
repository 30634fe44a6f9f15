"""Pulls of perpetuals: candles, mark prices, funding rates, leverage tiers and markets, whatever goes wrong on the way."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from freqtrade.exchange import binance

from candlewick.market_data.manifest import CandleType, Manifest
from candlewick.pulling.downloading import SOURCE, Access, Downloader
from candlewick.pulling.pull import Pull, Share
from candlewick.pulling.universe import MarketType, universe_from
from tests.emulators.exchange.venue import ETH as ETH_SPOT
from tests.emulators.exchange.venue import Venue, running
from tests.emulators.pulling.candles import HOLE, manifest, universe, whole
from tests.emulators.pulling.contracts import BTC, ETH, PATHS, assert_whole, pull
from tests.unit.market_data.memory import InMemoryObjects

pytestmark = [
    pytest.mark.emulator,
    pytest.mark.xdist_group("pulling-futures"),
    # Freqtrade's.
    pytest.mark.filterwarnings("ignore:The inplace keyword"),
]
KINDS = [CandleType.FUTURES, CandleType.MARK, CandleType.FUNDING_RATE]


def series(found: Manifest) -> list[tuple[str, str, str]]:
    return [(file.pair, file.timeframe, file.candle_type.value) for file in found.files]


def asked(venue: Venue) -> dict[str, int]:
    """Return how often each kind was asked for."""
    counts = Counter(each["path"] for each in venue.control("GET", "requests"))
    return {kind.value: counts[PATHS[kind]] for kind in KINDS}


def test_a_pull_brings_all_that_a_futures_backtest_reads(exchange: Venue) -> None:
    store = InMemoryObjects()

    result = pull(store, exchange, timeframes=["1h", "5m"])

    found = whole(store)
    assert result.is_whole
    assert (result.series, result.candles) == (8, sum(file.candles for file in found.files))
    assert series(found) == [
        (pair, timeframe, kind)
        for pair in (BTC, ETH)
        for timeframe, kind in (
            *(("1h", "funding_rate"), ("1h", "futures"), ("1h", "mark")),
            ("5m", "futures"),
        )
    ]
    assert_whole(store, exchange, found)
    missing = {file.file_name: file.missing_candles for file in found.files if file.gaps}
    assert missing == {"futures/BTC_USDT_USDT-5m-futures.feather": len(HOLE)}
    assert [(each.pair, each.active) for each in found.listings] == [(BTC, True), (ETH, True)]


def test_its_markets_and_leverage_tiers_are_those_of_the_day(exchange: Venue) -> None:
    store = InMemoryObjects()

    pull(store, exchange, timeframes=["1h"])

    found = whole(store)
    assert found.leverage_tiers is not None
    markets = json.loads(store.read(found.markets.object_name))
    tiers = json.loads(store.read(found.leverage_tiers.object_name))
    shipped = json.loads(
        (Path(binance.__file__).parent / "binance_leverage_tiers.json").read_text()
    )
    assert {pair: (market["type"], market["settle"]) for pair, market in markets.items()} == {
        BTC: ("swap", "USDT"),
        ETH: ("swap", "USDT"),
    }
    assert tiers == {pair: shipped[pair] for pair in (BTC, ETH)}


@pytest.mark.parametrize(
    "fault",
    [
        {"fault": "rate_limit", "seconds": 1},
        {"fault": "error", "count": 3},
        {"fault": "error_after", "count": 2},
        {"fault": "error", "status": 503, "count": 2},
        {"fault": "cut_before", "count": 2},
        {"fault": "cut_after", "count": 2},
        {"fault": "slow_after", "seconds": 0.5},
        {"fault": "missing_candles", "candles": 7},
        {"fault": "repeated_candles", "candles": 5},
    ],
    ids=lambda fault: "-".join(map(str, fault.values())),
)
def test_no_fault_costs_a_candle_or_a_rate(exchange: Venue, fault: dict[str, Any]) -> None:
    store = InMemoryObjects()
    # Of a new pair's candles the first answer says only since when there are any.
    skipped = {CandleType.FUNDING_RATE: 0}
    exchange.faults(
        *({"skip": skipped.get(kind, 1), **fault, "path": PATHS[kind]} for kind in KINDS)
    )

    result = pull(store, exchange, pairs=[ETH])

    hits = [rule["hits"] for rule in exchange.control("GET", "faults")]
    exchange.faults()
    assert hits == [fault.get("count", 1)] * 3
    assert result.missed == []
    assert_whole(store, exchange, whole(store))


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_that_does_not_come_is_asked_for_again(exchange: Venue, kind: CandleType) -> None:
    store = InMemoryObjects()
    access = Access(
        exchange="binance", market_type=MarketType.FUTURES, url=exchange.url, timeout_s=4
    )
    wanted = universe_from(universe(pairs=[ETH], start="2025-04-23"))
    exchange.faults({"path": PATHS[kind], "fault": "slow", "seconds": 60})

    with Downloader(access, pace={"backoff_s": 0.01}) as downloader:
        downloader.load_markets()
        task = Pull(store=store, universe=wanted, source=SOURCE)
        result = task.run(downloader, MarketType.FUTURES)

    assert result.is_whole
    assert exchange.control("GET", "faults")[0]["hits"] == 1
    assert_whole(store, exchange, whole(store))


@pytest.mark.parametrize("kind", KINDS)
def test_a_ban_is_waited_for(candles: Path, kind: CandleType) -> None:
    store = InMemoryObjects()
    waited: list[float] = []
    with running(candles, "--stepped", "--weight-limit", "1000000") as venue:

        async def sleep(seconds: float) -> None:
            waited.append(seconds)
            venue.advance(int(seconds * 1_000))

        venue.faults({"path": PATHS[kind], "fault": "ban", "seconds": 120})
        result = pull(store, venue, pairs=[ETH], pace={"sleep": sleep})
        statuses = {each["status"] for each in venue.control("GET", "requests")}

        assert result.is_whole
        assert 120 in waited
        assert statuses == {200, 418}
        assert_whole(store, venue, whole(store))


def test_a_series_that_fails_stops_no_other(exchange: Venue) -> None:
    store = InMemoryObjects()
    exchange.faults({"path": PATHS[CandleType.FUNDING_RATE], "fault": "error", "count": 0})

    failed = pull(store, exchange, pairs=[ETH])
    exchange.faults()
    again = pull(store, exchange, pairs=[ETH])

    assert [each.series.title for each in failed.missed] == [f"{ETH} 1h funding rates"]
    assert again.is_whole
    assert_whole(store, exchange, whole(store))


def test_a_young_gap_is_filled_by_a_later_pull(exchange: Venue) -> None:
    store = InMemoryObjects()
    exchange.faults(
        *(
            {"path": PATHS[kind], "fault": "missing_candles", "candles": candles, "count": 0}
            for kind, candles in ((CandleType.MARK, 50), (CandleType.FUNDING_RATE, 9))
        )
    )

    pull(store, exchange, pairs=[ETH])
    holed = {file.candle_type: file.missing_candles for file in manifest(store).files}
    exchange.faults()
    pull(store, exchange, pairs=[ETH])

    assert (holed[CandleType.MARK] > 0, holed[CandleType.FUNDING_RATE] > 0) == (True, True)
    assert_whole(store, exchange, whole(store))


def test_the_next_pull_asks_only_for_what_is_new(candles: Path) -> None:
    store = InMemoryObjects()
    with running(candles, "--stepped") as venue:
        pull(store, venue, pairs=[ETH])
        venue.control("DELETE", "requests")
        venue.advance(9 * 3_600_000)

        result = pull(store, venue, pairs=[ETH])

        assert asked(venue) == {"futures": 1, "mark": 1, "funding_rate": 1}
        assert result.candles == 9 * 12 + 9 + 2
        assert_whole(store, venue, whole(store))


def test_a_pull_without_news_makes_no_revision(exchange: Venue) -> None:
    store = InMemoryObjects()
    first = pull(store, exchange)
    writes = len(store.writes)

    again = pull(store, exchange)

    assert (again.revision, again.candles) == (first.revision, 0)
    # The markets, the tiers and the downloads are stored under their hashes, where they are already.
    assert [name for name in store.writes[writes:] if "/candles/" in name] == []


def test_a_contract_that_ended_keeps_its_last_candle_and_rate(candles: Path) -> None:
    store = InMemoryObjects()
    with running(candles, "--stepped") as venue:
        venue.control("PUT", "clock", {"to": "2025-05-03T00:00"})

        pull(store, venue)

        assert_whole(store, venue, whole(store))
    assert [each.active for each in manifest(store).listings] == [False, False]


def test_an_earlier_start_brings_what_lies_before(exchange: Venue) -> None:
    store = InMemoryObjects()
    pull(store, exchange, pairs=[ETH], start="2025-04-29")
    late = sum(file.candles for file in manifest(store).files)

    pull(store, exchange, pairs=[ETH])

    assert late < sum(file.candles for file in manifest(store).files)
    assert_whole(store, exchange, whole(store))


def test_spot_and_futures_share_a_revision(exchange: Venue) -> None:
    store = InMemoryObjects()
    both: dict[str, Any] = {"pairs": [ETH_SPOT], "quote": "USDT", "market_types": ["futures"]}

    pull(store, exchange, timeframes=["1h"], **both)

    found = whole(store)
    assert {(file.pair, file.candle_type.value) for file in found.files} == {
        (ETH_SPOT, "spot"),
        *((pair, kind.value) for pair in (BTC, ETH) for kind in KINDS),
    }
    assert_whole(store, exchange, found)
    assert [each.pair for each in found.listings] == [BTC, ETH_SPOT, ETH]


def test_tasks_share_a_universe_of_futures_and_lose_nothing(exchange: Venue) -> None:
    store = InMemoryObjects()

    for index in range(3):
        pull(store, exchange, timeframes=["1h"], share=Share(index=index, count=3))

    assert len(whole(store).files) == 6
    assert_whole(store, exchange, whole(store))


def test_weekly_candles_begin_on_mondays(candles: Path) -> None:
    store = InMemoryObjects()
    with running(candles, "--stepped", "--weight-limit", "1000000") as venue:
        wanted: dict[str, Any] = {
            "pairs": [ETH, ETH_SPOT],
            "timeframes": ["1h", "1w"],
            "start": "2025-04-14",
        }
        pull(store, venue, **wanted)
        first = {file.file_name: file.candles for file in whole(store).files}
        venue.control("PUT", "clock", {"to": "2025-05-05T00:00"})

        pull(store, venue, **wanted)

        weekly = [file for file in whole(store).files if file.timeframe == "1w"]
        assert [(file.start.weekday(), file.missing_candles) for file in weekly] == [(0, 0)] * 2
        assert [file.candles - first[file.file_name] for file in weekly] == [1, 1]
        assert [note.rule for file in weekly for note in file.quality] == []
        assert_whole(store, venue, whole(store))
