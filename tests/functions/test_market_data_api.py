"""/api/v1/market-data."""

from datetime import date

import pytest

from candlewick.market_data.manifest import CandleType, Gap, Listing, QualityNote, TickSize
from tests.factories import CANDLES_END, CANDLES_START, a_candle_file, a_manifest, store_candles
from tests.functions.answers import ok, problem, wrong_fields
from tests.world import World

MARKET = "/api/v1/market-data/exchanges"
WINDOW = {
    "pair": "BTC/USDT",
    "timeframe": "5m",
    "start": "2025-01-01T00:00:00Z",
    "end": "2025-01-01T01:00:00Z",
}


def test_exchanges_say_what_they_have_and_what_is_simulated(world: World) -> None:
    (exchange,) = ok(world.api(world.alice).get(MARKET))["items"]

    assert exchange == {
        "name": "simulated",
        "title": "Simulated market",
        "isSimulated": True,
        "revision": world.revision,
        "note": "Made for tests.",
        "pairs": 2,
        "timeframes": ["1h", "5m"],
    }


def test_coverage_can_be_narrowed_and_shows_gaps(world: World) -> None:
    gap = Gap(start=CANDLES_START, until=CANDLES_END, candles=3)
    file = a_candle_file("XRP/USDT", "5m", gaps=[gap], missing_candles=3)
    store_candles(world.candles, a_manifest(file, a_candle_file("BTC/USDT", "5m")))
    narrow = {"pair": "XRP/USDT", "timeframe": "5m"}

    covered = ok(world.api(world.alice).get(f"{MARKET}/simulated/coverage", query_string=narrow))

    (item,) = covered["items"]
    assert item["missingCandles"] == 3
    assert item["gaps"][0]["candles"] == 3
    assert item["candles"] == 576


def test_coverage_says_what_cleaning_found_and_that_a_pair_was_delisted(world: World) -> None:
    note = QualityNote(rule="spike", action="flagged", count=2)
    file = a_candle_file("WAVES/USDT", "5m", quality=[note])
    gone = Listing(
        pair="WAVES/USDT", active=False, first_seen=date(2024, 1, 1), last_seen=date(2025, 6, 30)
    )
    manifest = a_manifest(file, a_candle_file("BTC/USDT", "5m"), listings=[gone])
    store_candles(world.candles, manifest)

    covered = ok(world.api(world.alice).get(f"{MARKET}/simulated/coverage"))

    waves, btc = covered["items"]
    assert waves["findings"] == [{"rule": "spike", "action": "flagged", "candles": 2}]
    assert waves["listing"] == {
        "isActive": False,
        "firstSeen": "2024-01-01",
        "lastSeen": "2025-06-30",
    }
    assert (btc["findings"], btc["listing"]) == ([], None)


def test_coverage_and_candles_say_in_which_steps_prices_move(world: World) -> None:
    sizes = [
        TickSize(since=date(2024, 11, 1), tick_size=0.1),
        TickSize(since=date(2025, 1, 1), tick_size=0.01),
        TickSize(since=date(2025, 2, 1), tick_size=0.001),
    ]
    file = a_candle_file("BTC/USDT", "5m", tick_sizes=sizes)
    store_candles(world.candles, a_manifest(file, a_candle_file("XRP/USDT", "5m")))
    reader = world.api(world.alice)
    before = WINDOW | {"start": "2024-12-31T23:00:00Z", "end": "2025-01-01T00:00:00Z"}

    btc, xrp = ok(reader.get(f"{MARKET}/simulated/coverage"))["items"]
    found = ok(reader.get(f"{MARKET}/simulated/candles", query_string=WINDOW))
    earlier = ok(reader.get(f"{MARKET}/simulated/candles", query_string=before))

    assert btc["tickSizes"][1] == {"since": "2025-01-01", "tickSize": 0.01}
    assert xrp["tickSizes"] is None
    assert (found["tickSize"], earlier["tickSize"]) == (0.01, 0.1)


def test_candles_come_as_columns(world: World) -> None:
    found = ok(world.api(world.alice).get(f"{MARKET}/simulated/candles", query_string=WINDOW))

    assert len(found["date"]) == len(found["close"]) == 12
    assert found["date"][0] == CANDLES_START.timestamp() * 1_000
    assert (found["merged"], found["candleSeconds"]) == (1, 300)


def test_a_long_window_is_merged(world: World) -> None:
    window = WINDOW | {"end": "2025-01-03T00:00:00Z", "maxCandles": "10"}

    found = ok(world.api(world.alice).get(f"{MARKET}/simulated/candles", query_string=window))

    assert len(found["date"]) <= 10
    assert found["merged"] > 1


def test_a_window_without_candles_has_empty_columns(world: World) -> None:
    window = WINDOW | {"start": "2030-01-01", "end": "2030-01-02"}

    found = ok(world.api(world.alice).get(f"{MARKET}/simulated/candles", query_string=window))

    assert found["date"] == found["close"] == []


def test_a_named_revision_gives_its_own_candles_and_may_be_kept(world: World) -> None:
    first = world.revision
    store_candles(world.candles, a_manifest(a_candle_file("XRP/USDT", "5m")))
    query = WINDOW | {"revision": first}

    response = world.api(world.alice).get(f"{MARKET}/simulated/candles", query_string=query)

    assert len(ok(response)["date"]) == 12
    assert response.headers["Cache-Control"] == "private, max-age=86400, immutable"


@pytest.mark.parametrize("exchange", ["simulated", "kraken", ".."])
def test_a_revision_that_is_not_there_is_not_found(world: World, exchange: str) -> None:
    query = WINDOW | {"revision": "0" * 64}

    response = world.api(world.alice).get(f"{MARKET}/{exchange}/candles", query_string=query)

    problem(response, 404, "not_found")


def test_another_exchanges_revision_is_not_found(world: World) -> None:
    world.api(world.alice).get(f"{MARKET}/simulated/candles", query_string=WINDOW)
    query = WINDOW | {"revision": world.revision}

    response = world.api(world.alice).get(f"{MARKET}/kraken/candles", query_string=query)

    problem(response, 404, "not_found")


@pytest.mark.parametrize("path", ["coverage", "candles"])
@pytest.mark.parametrize("exchange", ["kraken", "..", "a.b"])
def test_an_exchange_without_candles_is_not_found(world: World, path: str, exchange: str) -> None:
    query = WINDOW if path == "candles" else {}

    response = world.api(world.alice).get(f"{MARKET}/{exchange}/{path}", query_string=query)

    problem(response, 404, "not_found")


@pytest.mark.parametrize("changes", [{"pair": "DOGE/USDT"}, {"timeframe": "1w"}])
def test_candles_that_are_not_there_are_named(world: World, changes: dict[str, str]) -> None:
    response = world.api(world.alice).get(
        f"{MARKET}/simulated/candles", query_string=WINDOW | changes
    )

    assert next(iter(changes.values())) in problem(response, 404, "not_found")["detail"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"pair": "btc"}, "pair"),
        ({"timeframe": "five"}, "timeframe"),
        ({"start": "soon"}, "start"),
        ({"end": "0001-01-01T00:00:00+14:00"}, "end"),
        ({"maxCandles": "9"}, "maxCandles"),
        ({"maxCandles": "5001"}, "maxCandles"),
        ({"candleType": "tick"}, "candleType"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_an_unfit_window_is_refused(world: World, changes: dict[str, str], field: str) -> None:
    response = world.api(world.alice).get(
        f"{MARKET}/simulated/candles", query_string=WINDOW | changes
    )

    assert wrong_fields(response) == {field}


def test_a_reversed_window_is_refused(world: World) -> None:
    window = WINDOW | {"start": WINDOW["end"], "end": WINDOW["start"]}

    response = world.api(world.alice).get(f"{MARKET}/simulated/candles", query_string=window)

    assert "before it begins" in problem(response, 422, "invalid")["detail"]


def test_funding_rates_are_no_candles(world: World) -> None:
    pair = "BTC/USDT:USDT"
    file = a_candle_file(pair, "1h", candle_type=CandleType.FUNDING_RATE)
    store_candles(world.candles, a_manifest(file))
    window = WINDOW | {"pair": pair, "timeframe": "1h", "candleType": "funding_rate"}

    response = world.api(world.alice).get(f"{MARKET}/simulated/candles", query_string=window)

    problem(response, 422, "invalid")


def test_candles_are_rate_limited(world: World) -> None:
    world.limiter.exhausted.add("candles")

    response = world.api(world.alice).get(f"{MARKET}/simulated/candles", query_string=WINDOW)

    problem(response, 429, "rate_limited")


SWAP = "BTC/USDT:USDT"
SERIES = [
    ("5m", CandleType.FUTURES),
    ("1h", CandleType.MARK),
    ("1h", CandleType.FUNDING_RATE),
]


@pytest.fixture
def futures(world: World) -> World:
    """A perpetual contract as a pull leaves it."""
    files = [a_candle_file(SWAP, timeframe, candle_type=kind) for timeframe, kind in SERIES]
    store_candles(world.candles, a_manifest(*files))
    return world


def test_what_goes_with_futures_is_covered_and_no_timeframe_to_choose(futures: World) -> None:
    reader = futures.api(futures.alice)

    (exchange,) = ok(reader.get(MARKET))["items"]
    covered = ok(reader.get(f"{MARKET}/simulated/coverage", query_string={"pair": SWAP}))

    assert (exchange["timeframes"], exchange["pairs"]) == (["5m"], 1)
    assert [(item["timeframe"], item["candleType"]) for item in covered["items"]] == [
        (timeframe, kind.value) for timeframe, kind in SERIES
    ]


@pytest.mark.parametrize("kind", ["futures", "mark"])
def test_candles_and_mark_prices_of_futures_are_charted(futures: World, kind: str) -> None:
    timeframe = "5m" if kind == "futures" else "1h"
    query = WINDOW | {"pair": SWAP, "timeframe": timeframe, "candleType": kind}

    found = ok(futures.api(futures.alice).get(f"{MARKET}/simulated/candles", query_string=query))

    assert len(found["date"]) == (12 if kind == "futures" else 1)


def test_futures_are_no_spot_pairs(futures: World) -> None:
    response = futures.api(futures.alice).get(
        f"{MARKET}/simulated/candles", query_string=WINDOW | {"pair": SWAP}
    )

    assert "no 5m candles (spot) for BTC/USDT:USDT" in problem(response, 404, "not_found")["detail"]
