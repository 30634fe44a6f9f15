"""Pulls through real HTTP, Freqtrade's downloader and ccxt: what is stored is what the exchange has, whatever goes wrong."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from candlewick.errors import Invalid
from candlewick.pulling.downloading import SOURCE, Access, Downloader
from candlewick.pulling.pull import Pull, Share
from candlewick.pulling.universe import universe_from
from tests.emulators.exchange.venue import BTC, ETH, Venue, running
from tests.emulators.pulling import candles as market
from tests.emulators.pulling.candles import (
    HOLE,
    PAST,
    assert_same,
    given,
    manifest,
    pull,
    stored,
    universe,
    whole,
)
from tests.unit.market_data.memory import InMemoryObjects

if TYPE_CHECKING:
    from candlewick.market_data.manifest import CandleFile
    from candlewick.market_data.publishing import Published

pytestmark = [
    pytest.mark.emulator,
    pytest.mark.xdist_group("pulling"),
    # Freqtrade's.
    pytest.mark.filterwarnings("ignore:The inplace keyword"),
]
KLINES = {"path": "/api/v3/klines"}


def asked(venue: Venue) -> int:
    """Return how many times candles were asked for."""
    requests = venue.control("GET", "requests")
    return len([each for each in requests if each["path"] == "/api/v3/klines"])


def test_a_pull_brings_what_the_exchange_has(exchange: Venue, candles: Path) -> None:
    store = InMemoryObjects()

    result = pull(store, exchange, timeframes=["1h", "5m"])

    found = whole(store)
    assert result.is_whole
    assert (result.series, result.candles) == (4, sum(file.candles for file in found.files))
    for pair in (BTC, ETH):
        assert_same(stored(store, pair), given(candles, pair))
    assert_same(
        stored(store, ETH, "1h").iloc[1:].reset_index(drop=True), market.longer(candles, ETH, "1h")
    )
    assert {file.missing_candles for file in found.files if file.pair == BTC} == {len(HOLE), 0}
    assert (found.title, found.simulated, found.exchange) == ("Binance", True, "replay")
    assert [(each.pair, each.active) for each in found.listings] == [(BTC, True), (ETH, True)]


@pytest.mark.parametrize(
    "fault",
    [
        {"fault": "rate_limit", "count": 2, "seconds": 1},
        {"fault": "error", "count": 3},
        {"fault": "error_after", "count": 2},
        {"fault": "error", "status": 503, "count": 2},
        {"fault": "cut_before", "count": 2},
        {"fault": "cut_after", "count": 2},
        {"fault": "slow_after", "count": 2, "seconds": 0.5},
        {"fault": "missing_candles", "candles": 7, "skip": 1},
        {"fault": "missing_candles", "candles": 300, "skip": 2},
        {"fault": "repeated_candles", "candles": 5, "count": 4},
    ],
    ids=lambda fault: "-".join(map(str, fault.values())),
)
def test_no_fault_costs_a_candle(exchange: Venue, candles: Path, fault: dict[str, Any]) -> None:
    store = InMemoryObjects()
    exchange.faults({**KLINES, **fault})

    result = pull(store, exchange)

    assert exchange.control("GET", "faults")[0]["hits"] == fault.get("count", 1)
    assert result.missed == []
    whole(store)
    for pair in (BTC, ETH):
        assert_same(stored(store, pair), given(candles, pair))


def test_an_answer_that_does_not_come_is_asked_for_again(exchange: Venue, candles: Path) -> None:
    store = InMemoryObjects()
    exchange.faults({**KLINES, "fault": "slow", "seconds": 60})

    result = pull(store, exchange, access={"timeout_s": 4}, pairs=[BTC])

    assert result.is_whole
    assert_same(stored(store, BTC), given(candles, BTC))


def test_a_ban_is_waited_for(candles: Path) -> None:
    store = InMemoryObjects()
    waited: list[float] = []
    with running(candles, "--stepped") as venue:

        async def sleep(seconds: float) -> None:
            waited.append(seconds)
            venue.advance(int(seconds * 1_000))

        venue.faults({**KLINES, "fault": "ban", "seconds": 120})
        result = pull(store, venue, pace={"sleep": sleep})
        statuses = {each["status"] for each in venue.control("GET", "requests")}

    assert result.is_whole
    assert 120 in waited
    assert statuses == {200, 418}
    assert_same(stored(store, BTC), given(candles, BTC))


def test_who_is_told_to_stay_away_for_long_asks_nothing_more(exchange: Venue) -> None:
    exchange.faults({**KLINES, "fault": "rate_limit", "count": 0, "seconds": 3_600})

    result = pull(InMemoryObjects(), exchange)

    assert asked(exchange) <= 4
    assert [str(each.series.pair) for each in result.missed] == [BTC, ETH]
    assert "it wants no requests for the next 3,600 s" in result.missed[1].reason


def test_a_series_that_fails_stops_no_other(exchange: Venue, candles: Path) -> None:
    store = InMemoryObjects()
    exchange.faults({**KLINES, "fault": "error", "count": 0, "parameters": {"symbol": "BTCUSDT"}})

    failed = pull(store, exchange)
    exchange.faults()
    again = pull(store, exchange)

    assert [(each.series.pair, failed.is_whole) for each in failed.missed] == [(BTC, False)]
    assert "6 requests came to nothing" in failed.missed[0].reason
    assert (again.is_whole, again.candles) == (True, len(given(candles, BTC)))
    for pair in (BTC, ETH):
        assert_same(stored(store, pair), given(candles, pair))


def test_a_young_gap_is_filled_by_a_later_pull(exchange: Venue, candles: Path) -> None:
    store = InMemoryObjects()
    exchange.faults({**KLINES, "fault": "missing_candles", "candles": 200, "count": 0})

    pull(store, exchange, pairs=[ETH])
    holed = manifest(store).files[0].missing_candles
    exchange.faults()
    pull(store, exchange, pairs=[ETH])

    assert holed > 0
    assert_same(stored(store, ETH), given(candles, ETH))


def test_the_next_pull_asks_only_for_what_is_new(candles: Path) -> None:
    store = InMemoryObjects()
    with running(candles, "--stepped") as venue:
        pull(store, venue)
        first = manifest(store)
        venue.control("DELETE", "requests")
        venue.advance(50 * 300_000)

        result = pull(store, venue)

        # One request each, and one more for the hole in one of them, which is young, and one for what follows it.
        assert (result.candles, asked(venue)) == (100, 4)
    until = "2025-05-01T04:10:00+00:00"
    for pair in (BTC, ETH):
        assert_same(stored(store, pair), given(candles, pair, until))
    assert first.files[0].object_name in store.objects


def test_a_delisted_pair_keeps_its_last_candle(candles: Path) -> None:
    store = InMemoryObjects()
    with running(candles, "--stepped") as venue:
        venue.control("PUT", "clock", {"to": "2025-06-01T00:00"})
        pull(store, venue)

    for pair in (BTC, ETH):
        assert_same(stored(store, pair), given(candles, pair, "2025-06-01T00:00+00:00"))
    assert [each.active for each in manifest(store).listings] == [False, False]


def test_a_pull_without_news_makes_no_revision(exchange: Venue) -> None:
    store = InMemoryObjects()
    first = pull(store, exchange, timeframes=["5m", "1h"])
    told: list[Published] = []
    with Downloader(Access(exchange="binance", url=exchange.url)) as downloader:
        downloader.load_markets()
        again = Pull(
            store=store,
            universe=universe_from(universe(timeframes=["5m", "1h"])),
            source=SOURCE,
            on_published=lambda published, _files: told.append(published),
        ).run(downloader)

    assert (again.revision, again.candles, told) == (first.revision, 0, [])


def test_what_the_exchange_gives_no_more_stays_and_what_it_changes_is_noted(
    exchange: Venue, tmp_path: Path, candles: Path
) -> None:
    store = InMemoryObjects()
    pull(store, exchange)
    changed = PAST - 20
    market.write(tmp_path, pairs=(BTC,), opened={changed: 200_000.0})

    with running(tmp_path, "--stepped") as other:
        pull(store, other)

    found = whole(store)
    (noted,) = [note for file in found.files for note in file.quality if note.rule == "changed"]
    assert (noted.action, noted.count) == ("replaced", 1)
    assert [(each.pair, each.active) for each in found.listings] == [(BTC, True), (ETH, False)]
    assert_same(stored(store, ETH), given(candles, ETH))
    assert_same(stored(store, BTC), given(tmp_path, BTC))


def test_an_earlier_start_brings_what_lies_before(exchange: Venue, candles: Path) -> None:
    store = InMemoryObjects()
    pull(store, exchange, start="2025-04-29")
    late = len(stored(store, ETH))

    pull(store, exchange, start="2025-01-01")

    assert late < len(given(candles, ETH))
    for pair in (BTC, ETH):
        assert_same(stored(store, pair), given(candles, pair))


def test_longer_candles_that_the_shorter_do_not_make_are_noted(
    exchange: Venue, tmp_path: Path
) -> None:
    store = InMemoryObjects()
    pull(store, exchange, pairs=[BTC], timeframes=["1h"])
    market.write(tmp_path, opened={PAST - 2_000: 200_000.0})

    with running(tmp_path, "--stepped") as other:
        other.advance(3_600_000)
        pull(store, other, pairs=[BTC], timeframes=["5m", "1h"])

    notes = {file.timeframe: [note.rule for note in file.quality] for file in manifest(store).files}
    assert "resampled" in notes["1h"]
    assert "resampled" not in notes["5m"]


def test_tasks_share_a_universe_and_lose_nothing(exchange: Venue, candles: Path) -> None:
    store = InMemoryObjects()
    told: list[CandleFile] = []

    for index in range(3):
        with Downloader(Access(exchange="binance", url=exchange.url, share=3)) as downloader:
            downloader.load_markets()
            Pull(
                store=store,
                universe=universe_from(universe(pairs=[], quote="USDT")),
                source=SOURCE,
                share=Share(index=index, count=3),
                on_published=lambda _published, files: told.extend(files),
            ).run(downloader)

    assert sorted(file.pair for file in told) == [BTC, ETH]
    whole(store)
    for pair in (BTC, ETH):
        assert_same(stored(store, pair), given(candles, pair))


def test_a_task_asks_at_its_part_of_the_limit() -> None:
    with (
        Downloader(Access(exchange="binance")) as alone,
        Downloader(Access(exchange="binance", share=3)) as one_of_three,
    ):
        api, slower = alone.pace.api, one_of_three.pace.api

    assert slower.rateLimit == 3 * api.rateLimit
    assert slower.throttler.config["refillRate"] == pytest.approx(
        api.throttler.config["refillRate"] / 3
    )


def test_freqtrade_is_quiet_only_while_an_exchange_is_asked() -> None:
    logger = logging.getLogger("freqtrade.exchange")
    before = logger.getEffectiveLevel()

    with Downloader(Access(exchange="binance")):
        asked = logger.getEffectiveLevel()
    with pytest.raises(Invalid):
        Downloader(Access(exchange="coinlist"))

    assert (asked, logger.getEffectiveLevel()) == (logging.CRITICAL, before)


def test_an_unknown_pair_is_told_and_the_others_are_pulled(exchange: Venue) -> None:
    store = InMemoryObjects()

    result = pull(store, exchange, pairs=[BTC, "ETH/USTD"])

    assert result.unknown == ["Binance lists no ETH/USTD. Did you mean ETH/USDT or BTC/USDT?"]
    assert (result.series, result.is_whole) == (1, False)
    assert [file.pair for file in manifest(store).files] == [BTC]
