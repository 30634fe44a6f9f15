"""A task of a pull with an exchange that is a dictionary: who is told what, and what happens when others publish."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from candlewick.errors import Invalid, Unavailable
from candlewick.market_data import feather
from candlewick.market_data.manifest import CandleFile, CandleType, Gap, Manifest
from candlewick.market_data.publishing import Published, current_manifest
from candlewick.market_data.timeframes import Series
from candlewick.pulling.pull import Pull, Result, Share
from candlewick.pulling.universe import universe_from
from tests.unit.market_data.memory import InMemoryObjects
from tests.unit.market_data.older import forget_tick_sizes
from tests.unit.market_data.test_importer import frame_of, put

START = datetime(2025, 1, 1, tzinfo=UTC)
NOW = START + timedelta(days=1)
PAIRS = [f"C{number}/USDT" for number in range(8)]


@dataclass
class Exchange:
    """Gives the same candles of every pair, and of futures the same rates; `closed` pairs are listed, and not open."""

    candles: pd.DataFrame
    rates: pd.DataFrame = field(default_factory=lambda: rates_of(3))
    closed: set[str] = field(default_factory=set)
    tiers: dict[str, Any] = field(default_factory=dict)
    created: datetime | None = None
    pairs: list[str] = field(default_factory=lambda: list(PAIRS))
    down: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    title: str = "Exchange"
    timeframes: list[str] = field(default_factory=lambda: ["5m", "1h"])

    @property
    def markets(self) -> Mapping[str, Any]:
        return {
            pair: {
                "spot": ":" not in pair,
                "swap": ":" in pair,
                "linear": ":" in pair,
                "symbol": pair,
                "active": pair not in self.closed,
                "created": None if self.created is None else self.created.timestamp() * 1_000,
            }
            for pair in self.pairs
        }

    @property
    def companions(self) -> list[tuple[str, CandleType]]:
        if all(":" not in pair for pair in self.pairs):
            return []
        return [("1h", CandleType.MARK), ("1h", CandleType.FUNDING_RATE)]

    def leverage_tiers(self) -> Mapping[str, Any]:
        return self.tiers

    def now(self) -> datetime:
        return NOW

    def download(
        self,
        series: Series,
        since: datetime,
        until: datetime,
        known: pd.DataFrame | None = None,
    ) -> pd.DataFrame:
        self.asked.append(series.pair)
        if series.pair in self.down:
            raise Unavailable("It is down.")
        first = since if known is None else known["date"].iloc[0]
        is_rate = series.candle_type is CandleType.FUNDING_RATE
        candles = self.rates if is_rate else self.candles
        if series.timeframe == "1h" and not is_rate:
            candles = candles[candles["date"].dt.minute == 0]
        within = (candles["date"] >= first) & (candles["date"] < until)
        return candles[within].reset_index(drop=True)

    def ask_again(self, series: Series, gap: Gap) -> pd.DataFrame:
        assert series.pair in self.pairs
        assert gap.candles > 0
        is_rate = series.candle_type is CandleType.FUNDING_RATE
        return (self.rates if is_rate else self.candles).iloc[:0]


def rates_of(count: int, every: str = "8h") -> pd.DataFrame:
    dates = pd.date_range(START, periods=count, freq=every).as_unit("ms")
    return pd.DataFrame({"date": dates, "funding_rate": -0.0001})


def pull(store: InMemoryObjects, exchange: Exchange, **settings: Any) -> Result:
    changes = settings.pop("universe", {})
    universe = universe_from(
        {
            "exchange": "binance",
            "quote": "USDT",
            "timeframes": ["5m"],
            "start": "2025-01-01",
            **changes,
        }
    )
    task = Pull(store=store, universe=universe, source="by a test", clock=lambda: NOW, **settings)
    return task.run(exchange, task.universe.kinds[0])


def current(store: InMemoryObjects) -> Manifest:
    found = current_manifest(store, "binance")
    assert found is not None
    return found


def test_whoever_listens_is_told_of_each_revision_and_its_files() -> None:
    told: list[tuple[str, list[str]]] = []

    def on_published(published: Published, files: list[CandleFile]) -> None:
        told.append((published.revision, [file.pair for file in files]))

    result = pull(InMemoryObjects(), Exchange(frame_of()), batch=3, on_published=on_published)

    assert [pairs for _, pairs in told] == [PAIRS[:3], PAIRS[3:6], PAIRS[6:]]
    assert told[-1][0] == result.revision


def test_an_exchange_that_is_away_is_not_asked_for_every_pair() -> None:
    exchange = Exchange(frame_of(), down=set(PAIRS))

    result = pull(InMemoryObjects(), exchange)

    assert exchange.asked == PAIRS[:3]
    assert [each.series.pair for each in result.missed] == PAIRS
    assert result.missed[-1].reason == "Exchange gives no answers any more."
    assert result.revision is None


def test_pairs_that_fail_now_and_then_do_not_stop_a_pull() -> None:
    exchange = Exchange(frame_of(), down=set(PAIRS[::2]))
    store = InMemoryObjects()

    result = pull(store, exchange)

    assert exchange.asked == PAIRS
    assert [file.pair for file in current(store).files] == PAIRS[1::2]
    assert len(result.missed) == 4


def test_a_pull_and_an_import_at_the_same_time_lose_nothing() -> None:
    """An operator brings in the same pair, with candles of another day, while the pull is about to publish."""
    earlier = frame_of(50).assign(
        date=pd.date_range("2024-12-01", periods=50, freq="5min", tz="UTC")
    )

    class Interrupted(InMemoryObjects):
        others = 1

        def replace_generation(
            self, name: str, data: bytes, *, content_type: str, generation: int
        ) -> int:
            if self.others:
                self.others -= 1
                put(self, {"C0_USDT-5m.feather": earlier, "NEW_USDT-5m.feather": frame_of(7)})
            return super().replace_generation(
                name, data, content_type=content_type, generation=generation
            )

    store = Interrupted()

    pull(store, Exchange(frame_of(100), pairs=PAIRS[:2]))

    found = {file.pair: file for file in current(store).files}
    assert {pair: file.candles for pair, file in found.items()} == {
        "C0/USDT": 150,
        "C1/USDT": 100,
        "NEW/USDT": 7,
    }
    frame = feather.read(store.objects[found["C0/USDT"].object_name])
    assert frame["date"].min() == earlier["date"].min()


def test_a_timeframe_that_the_exchange_lacks_is_refused_before_anything_is_asked() -> None:
    exchange = Exchange(frame_of())

    with pytest.raises(Invalid, match="Exchange has no 3m candles; it has 5m, 1h"):
        pull(InMemoryObjects(), exchange, universe={"timeframes": ["3m", "5m"]})

    assert exchange.asked == []


def test_a_pair_without_candles_is_missed_and_stores_nothing() -> None:
    store = InMemoryObjects()

    result = pull(store, Exchange(frame_of().iloc[:0], pairs=PAIRS[:1]))

    assert "no finished candles since 2025-01-01" in result.missed[0].reason
    assert store.writes == []


def test_candles_that_are_not_over_are_left_for_the_next_pull() -> None:
    store = InMemoryObjects()
    running = frame_of(289)

    pull(store, Exchange(running, pairs=PAIRS[:1]))

    (file,) = current(store).files
    assert (file.candles, file.until, file.quality) == (288, NOW, [])


def test_a_delisted_pair_keeps_its_candles_and_the_day_it_was_last_seen() -> None:
    store = InMemoryObjects()
    pull(store, Exchange(frame_of(), pairs=PAIRS[:2]))

    result = pull(store, Exchange(frame_of(), pairs=PAIRS[:1]))

    gone = current(store).listings[1]
    assert result.is_whole
    assert [file.pair for file in current(store).files] == PAIRS[:2]
    assert (gone.pair, gone.active, gone.last_seen) == (PAIRS[1], False, NOW.date())


def test_tick_sizes_of_pairs_that_are_gone_or_closed_are_told_of_files_that_stay_as_they_are() -> (
    None
):
    store = InMemoryObjects()
    pull(store, Exchange(frame_of(), pairs=PAIRS[:4]))
    expected = current(store).files
    forget_tick_sizes(store, "binance")
    assert {file.tick_sizes for file in current(store).files} == {None}
    store.reads.clear()
    left = Exchange(frame_of(), pairs=PAIRS[:2], closed={PAIRS[1]})

    result = pull(store, left, batch=1)

    assert result.is_whole
    assert current(store).files == expected
    gone = [file.object_name for file in expected if file.pair in PAIRS[2:4]]
    assert [name for name in store.reads if name in gone] == gone
    store.reads.clear()
    pull(store, left)
    assert not {*gone} & {*store.reads}


def test_tick_sizes_of_a_pair_that_another_task_looks_after_are_left_to_it() -> None:
    store = InMemoryObjects()
    pull(store, Exchange(frame_of(), pairs=PAIRS[:4]))
    forget_tick_sizes(store, "binance")
    here = Share(index=0, count=2)

    pull(store, Exchange(frame_of(), pairs=[]), share=here)

    told = {file.pair for file in current(store).files if file.tick_sizes}
    assert told == {pair for pair in PAIRS[:4] if here.has(pair)} != set()
    assert told != set(PAIRS[:4])


def test_mark_prices_and_funding_rates_of_a_contract_that_is_gone_have_no_tick_sizes() -> None:
    store = InMemoryObjects()
    pull(store, Exchange(frame_of(), pairs=SWAPS, tiers=TIERS), universe=FUTURES)
    expected = current(store).files
    forget_tick_sizes(store, "binance")
    told: list[list[str]] = []

    pull(
        store,
        Exchange(frame_of(), pairs=SWAPS[:1], tiers=TIERS),
        universe=FUTURES,
        on_published=lambda _published, files: told.append([file.file_name for file in files]),
    )

    assert current(store).files == expected
    assert "futures/C1_USDT_USDT-5m-futures.feather" in told[-1]
    assert "futures/C1_USDT_USDT-1h-mark.feather" not in told[-1]


def test_what_is_done_is_published_even_when_the_task_is_told_to_stop() -> None:
    store = InMemoryObjects()
    exchange = Exchange(frame_of())

    def stop(series: Series) -> None:
        if series.pair == PAIRS[4]:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pull(store, exchange, on_series=stop)

    assert [file.pair for file in current(store).files] == PAIRS[:5]


FUTURES: dict[str, Any] = {"market_types": ["futures"]}
SWAPS = ["C0/USDT:USDT", "C1/USDT:USDT"]
TIERS = {pair: [{"tier": 1}] for pair in SWAPS}


def test_the_series_of_a_futures_pair_are_counted_with_what_goes_with_them() -> None:
    store = InMemoryObjects()
    told: list[int] = []
    seen: list[str] = []

    result = pull(
        store,
        Exchange(frame_of(), pairs=SWAPS),
        universe=FUTURES,
        on_total=told.append,
        on_series=lambda series: seen.append(series.title),
    )

    assert (told, result.series, result.is_whole) == ([6], 6, True)
    assert seen[:3] == [
        "C0/USDT:USDT 5m",
        "C0/USDT:USDT 1h mark prices",
        "C0/USDT:USDT 1h funding rates",
    ]


def test_leverage_tiers_of_pairs_that_are_gone_stay_and_others_are_the_newest() -> None:
    store = InMemoryObjects()
    pull(
        store,
        Exchange(frame_of(), pairs=SWAPS, tiers=TIERS),
        universe=FUTURES,
    )

    newer = {SWAPS[0]: [{"tier": 2}], "ELSE/USDT:USDT": []}
    pull(store, Exchange(frame_of(), pairs=SWAPS[:1], tiers=newer), universe=FUTURES)

    stored = current(store).leverage_tiers
    assert stored is not None
    assert json.loads(store.objects[stored.object_name]) == {
        SWAPS[0]: [{"tier": 2}],
        SWAPS[1]: [{"tier": 1}],
    }


def test_a_pull_of_spot_leaves_the_leverage_tiers_alone() -> None:
    store = InMemoryObjects()
    pull(store, Exchange(frame_of(), pairs=SWAPS, tiers=TIERS), universe=FUTURES)
    before = current(store).leverage_tiers

    pull(store, Exchange(frame_of(), pairs=PAIRS[:1]))

    assert current(store).leverage_tiers == before
    assert len(current(store).files) == 7


@pytest.mark.parametrize("running", [1, 0])
def test_a_pair_whose_first_candle_is_not_over_is_not_missing(running: int) -> None:
    store = InMemoryObjects()
    late = frame_of(1).assign(date=[NOW - timedelta(minutes=2 * running)]).iloc[:running]

    result = pull(store, Exchange(late, pairs=PAIRS[:1], closed=set(PAIRS[running:])))

    assert result.is_whole
    assert store.writes == []


def test_candles_with_a_name_of_their_own_say_whose_rules_they_follow() -> None:
    store = InMemoryObjects()
    own = {"store_as": "replay", "simulated": True}

    pull(store, Exchange(frame_of(), pairs=PAIRS[:1]), universe=own)
    pull(store, Exchange(frame_of(), pairs=PAIRS[:1]))

    replayed = current_manifest(store, "replay")
    assert replayed is not None
    assert (replayed.rules_of, current(store).rules_of) == ("binance", None)


@pytest.mark.parametrize(("hours", "missed"), [(7, 0), (30, 1)])
def test_a_contract_that_has_paid_no_funding_yet_is_not_missing_it_on_its_first_day(
    hours: int, missed: int
) -> None:
    listed = NOW - timedelta(hours=hours)
    exchange = Exchange(frame_of(), pairs=SWAPS[:1], rates=rates_of(0), created=listed)

    result = pull(InMemoryObjects(), exchange, universe=FUTURES)

    assert len(result.missed) == missed
    assert result.series == 2
