"""Published versions are followed on new candles; rank and range come from these alone."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from candlewick.backtests.models import BacktestRun, RunId, RunState
from candlewick.marketplace.models import ListingId, ListingVersion, house_of
from candlewick.marketplace.out_of_sample.models import Followed, followed_key
from candlewick.marketplace.out_of_sample.rank import is_in_range, rank, yearly_sharpe
from candlewick.verification.metrics import annualised
from tests.factories import CANDLES_END, a_candle_file, a_manifest, a_run, store_candles
from tests.house_results import fail, settle, steady
from tests.marketplace_factories import a_listing
from tests.world import World

L1 = ListingId("l1")
KEY = followed_key(L1, 1)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def version(world: World) -> ListingVersion:
    """A published version that is followed."""
    made = world.marketplace.put(a_listing())
    base = a_run(RunState.QUEUED, id=RunId("house-1"), owner=house_of(L1))
    settle(world, world.runs.put(base), returns=steady(mean=0.002))
    world.marketplace.out_of_sample().follow(made)
    return made


def days_come(world: World, count: int) -> None:
    """Let the market go on for some days."""
    until = CANDLES_END + timedelta(days=count)
    files = [a_candle_file("BTC/USDT", timeframe, until=until) for timeframe in ("5m", "1h")]
    store_candles(world.candles, a_manifest(*files))
    world.clock.move(seconds=10)


def followed(world: World) -> Followed:
    found = world.marketplace.followed.get(KEY)
    assert found is not None
    return found


def run_under_way(world: World) -> BacktestRun:
    run = followed(world).run
    assert run is not None
    return world.runs.runs[house_of(L1), run]


def advance(world: World) -> int:
    return world.marketplace.out_of_sample().advance_all()


class TestFollowing:
    def test_it_waits_for_a_whole_new_day(self, world: World, version: ListingVersion) -> None:
        advance(world)

        assert followed(world).run is None
        assert followed(world).since == CANDLES_END
        assert version.published_at is not None

    @pytest.mark.usefixtures("version")
    def test_a_new_day_is_run_from_publication_on(self, world: World) -> None:
        days_come(world, 3)

        advance(world)

        run = run_under_way(world)
        assert (run.spec.start, run.spec.until) == (CANDLES_END, CANDLES_END + timedelta(days=3))

    @pytest.mark.usefixtures("version")
    def test_what_it_did_is_stored_with_the_version_and_the_index(self, world: World) -> None:
        days_come(world, 20)
        advance(world)
        settle(world, run_under_way(world), returns=steady(20, mean=0.003))
        world.clock.move(minutes=1)

        advance(world)

        stored = world.marketplace.listings.version(L1, 1)
        assert stored is not None
        assert stored.out_of_sample is not None
        assert stored.out_of_sample.days == 20
        assert stored.out_of_sample.is_in_range
        assert stored.out_of_sample.since == CANDLES_END
        assert world.marketplace.listings.indexed[-1][1] == stored

    @pytest.mark.usefixtures("version")
    def test_the_same_candles_are_not_run_twice(self, world: World) -> None:
        days_come(world, 3)
        advance(world)
        settle(world, run_under_way(world), returns=steady(3))
        world.clock.move(minutes=1)
        advance(world)
        count = len(world.runs.runs)
        world.clock.move(days=2)

        advance(world)

        assert len(world.runs.runs) == count
        assert followed(world).run is None

    @pytest.mark.usefixtures("version")
    def test_a_run_that_fails_is_noted_and_tried_on_the_next_day(self, world: World) -> None:
        days_come(world, 3)
        advance(world)
        fail(world, run_under_way(world), "KeyError: 'rsi'")
        world.clock.move(minutes=1)
        advance(world)
        assert followed(world).failure == "KeyError: 'rsi'"

        days_come(world, 4)
        world.clock.move(days=2)
        advance(world)

        assert run_under_way(world).spec.until == CANDLES_END + timedelta(days=4)

    @pytest.mark.usefixtures("version")
    def test_two_who_advance_at_once_send_one_run(self, world: World) -> None:
        days_come(world, 3)
        before = followed(world)
        advance(world)
        first = followed(world).run
        world.marketplace.followed.change(KEY, lambda _: before)

        advance(world)

        assert followed(world).run == first

    def test_of_a_real_market_nobody_counts_what_was_known_already(self, world: World) -> None:
        late = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
        world.clock.time = late
        store_candles(world.candles, a_manifest(simulated=False))
        made = world.marketplace.put(a_listing())
        settle(
            world, world.runs.put(a_run(RunState.QUEUED, id=RunId("house-1"), owner=house_of(L1)))
        )

        world.marketplace.out_of_sample().follow(made)

        assert followed(world).since == datetime(2026, 3, 5, tzinfo=UTC)


class TestRank:
    def test_the_same_record_counts_more_when_it_is_longer(self) -> None:
        long = steady(400, mean=0.001)

        ranks = [rank(long[:days]) for days in (20, 60, 150, 400)]

        assert ranks == sorted(ranks)

    def test_the_young_stand_below_a_proven_one_and_above_nobody_for_their_youth_alone(
        self,
    ) -> None:
        proven = rank(steady(365, mean=0.002))

        lucky = rank([0.05, 0.04, 0.06])

        assert lucky < proven
        assert rank([0.0] * 9) < rank([0.0] * 300) < 0

    def test_the_error_is_that_of_the_paper(self) -> None:
        chance = np.random.default_rng(4)
        records = chance.normal(0.001, 0.01, (400, 250))

        true = 0.1 * np.sqrt(365)
        below = np.mean([rank(list(record)) < true for record in records])

        assert 0.92 <= below <= 0.98

    def test_the_ratio_is_the_one_that_results_show(self) -> None:
        days = np.asarray(steady(90))

        assert yearly_sharpe(list(days)) == pytest.approx(annualised(days.mean(), days.std()))

    def test_a_record_that_never_moves_has_no_ratio(self) -> None:
        assert yearly_sharpe([0.0] * 30) is None
        assert yearly_sharpe([0.01, 0.02]) is None


class TestRange:
    USUAL = (0.002, 0.01)

    def test_what_goes_on_as_before_is_in_range(self) -> None:
        assert is_in_range(steady(60, mean=0.002), self.USUAL)

    def test_what_falls_off_is_not(self) -> None:
        assert not is_in_range(steady(60, mean=-0.004), self.USUAL)

    def test_a_bad_day_is_no_fall(self) -> None:
        assert is_in_range([-0.015], self.USUAL)


def test_an_overfitted_one_falls_below_an_honest_one_day_by_day() -> None:
    honest = steady(120, mean=0.0015, seed=1)
    overfitted = [0.02] * 5 + steady(115, mean=-0.001, seed=2)

    gaps = [rank(honest[:days]) - rank(overfitted[:days]) for days in (30, 60, 90, 120)]

    assert gaps[0] < gaps[-1]
    assert gaps[-1] > 0
