"""An examination goes from its first run to its verdict, whatever ends in between."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from candlewick.accounts.models import UserClass
from candlewick.backtests.models import BacktestRun, RunId, RunState
from candlewick.backtests.wire import ProbeKind
from candlewick.marketplace.exams.models import Exam, Part
from candlewick.marketplace.exams.planning import first_runs
from candlewick.marketplace.models import (
    Ancestor,
    ExamId,
    ExamState,
    ListingId,
    ListingVersion,
    Standing,
    house_of,
)
from candlewick.marketplace.out_of_sample.rank import yearly_sharpe
from candlewick.strategies.models import CodeFacts, ParameterFact, ParameterKind
from candlewick.trust.finding import Grade, Weight
from tests.factories import ALICE, BOB, CODE, a_run, a_spec, a_strategy_ref
from tests.fakes import START
from tests.house_results import fail, settle, some_trades, steady
from tests.marketplace_factories import a_listing, a_listing_version
from tests.world import World

L1 = ListingId("l1")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def version(world: World) -> ListingVersion:
    """A version of a strategy of Alice's that is about to be examined."""
    strategies = world.strategy_service()
    strategy = strategies.create(ALICE, "Buyer")
    saved = strategies.save_version(ALICE, strategy.id, CODE, parameters=None, note="")
    world.marketplace.put(
        a_listing(standing=Standing.DRAFT, strategy=strategy.id, current_version=None)
    )
    made = a_listing_version(
        strategy=strategy.id,
        strategy_version=saved.number,
        code_hash=saved.code_hash,
        parameters=None,
    )
    unexamined = replace(made.verdict, state=ExamState.RUNNING, exam=ExamId(""))
    world.marketplace.listings.change_version(
        L1, 1, lambda listing, _: (listing, replace(made, verdict=unexamined, published_at=None))
    )
    return made


def begun(world: World, version: ListingVersion) -> Exam:
    service = world.marketplace.exam_service()
    return service.get(service.begin(version))


def runs_of(world: World, exam: Exam, *parts: Part) -> list[BacktestRun]:
    service = world.marketplace.exam_service()
    now = service.get(exam.id)
    return [
        world.runs.runs[exam.house, planned.run]
        for planned in now.runs.values()
        if planned.run is not None and (not parts or planned.part in parts)
    ]


def advanced(world: World, exam: Exam) -> Exam:
    return world.marketplace.exam_service().advance(exam.id)


def done(world: World, version: ListingVersion, **base: Any) -> Exam:
    """Let every run of an examination succeed."""
    exam = begun(world, version)
    for run in runs_of(world, exam):
        settle(world, run, **base)
    advanced(world, exam)
    for run in runs_of(world, exam):
        if not run.state.is_final:
            settle(world, run, **base)
    return advanced(world, exam)


class TestPlan:
    def test_everything_that_needs_no_trades_starts_at_once(
        self, world: World, version: ListingVersion
    ) -> None:
        exam = begun(world, version)

        parts = [planned.part for planned in exam.runs.values()]
        assert parts.count(Part.BASE) == 1
        assert parts.count(Part.START) == 3
        assert {Part.LOOKAHEAD, Part.RECURSIVE} <= set(parts)
        runs = runs_of(world, exam)
        assert len(runs) == len(exam.runs)
        assert {run.owner for run in runs} == {house_of(L1)}
        assert {run.user_class for run in runs} == {UserClass.HOUSE}
        assert {run.strategy.code_owner for run in runs} == {ALICE}

    def test_once_the_base_has_run_cuts_and_risk_follow(
        self, world: World, version: ListingVersion
    ) -> None:
        exam = begun(world, version)
        (base,) = runs_of(world, exam, Part.BASE)
        settle(world, base)

        further = advanced(world, exam)

        cuts = runs_of(world, further, Part.TRUNCATED)
        assert len(cuts) == 4
        opened = {trade["openedAt"] for trade in some_trades()}
        for run in cuts:
            assert run.spec.probe is not None
            assert run.spec.probe.kind is ProbeKind.TRUNCATED
            assert run.spec.probe.cut_at is not None
            assert int(run.spec.probe.cut_at.timestamp() * 1_000) in opened
            assert run.spec.until - run.spec.probe.cut_at == timedelta(minutes=10)
        moved = [run.strategy.parameters for run in runs_of(world, further, Part.NEIGHBOUR)]
        assert {"stoploss": {"stoploss": -0.08}} in moved
        assert {"roi": {"0": 0.05}} in moved

    def test_a_parameter_is_moved_both_ways_within_its_range(self) -> None:
        facts = CodeFacts(
            class_name="A",
            parameters=(
                ParameterFact(name="period", kind=ParameterKind.INT, space="buy", low=2, high=50, default=14),
                ParameterFact(name="edge", kind=ParameterKind.DECIMAL, space="sell", low=0.5, high=1.0, default=0.5, decimals=2),
                ParameterFact(name="kept", kind=ParameterKind.INT, space="buy", low=1, high=9, default=5, load=False),
                ParameterFact(name="which", kind=ParameterKind.CATEGORICAL, space="buy", options=("a", "b")),
            ),
        )  # fmt: skip

        planned = first_runs(a_spec(), {"buy": {"period": 20}}, facts)

        moved = [each.parameters for each in planned.values() if each.part is Part.NEIGHBOUR]
        assert moved == [
            {"buy": {"period": 18}},
            {"buy": {"period": 22}},
            {"buy": {"period": 20}, "sell": {"edge": 0.55}},
        ]

    def test_it_is_planned_further_once(self, world: World, version: ListingVersion) -> None:
        exam = begun(world, version)
        settle(world, runs_of(world, exam, Part.BASE)[0])

        first = advanced(world, exam)
        count = len(world.runs.runs)
        second = advanced(world, exam)

        assert first.runs.keys() == second.runs.keys()
        assert len(world.runs.runs) == count

    def test_a_run_that_was_sent_but_not_noted_is_not_sent_twice(
        self, world: World, version: ListingVersion
    ) -> None:
        exam = begun(world, version)
        count = len(world.runs.runs)
        sent = {name: each.run for name, each in exam.runs.items()}
        forgotten = replace(
            exam, runs={name: replace(each, run=None) for name, each in exam.runs.items()}
        )
        world.marketplace.exams.change(exam.id, lambda _: forgotten)

        again = advanced(world, exam)

        assert len(world.runs.runs) == count
        noted = world.marketplace.exam_service().get(again.id)
        assert {name: each.run for name, each in noted.runs.items()} == sent


class TestVerdict:
    def test_a_good_strategy_gets_an_a_and_may_be_published(
        self, world: World, version: ListingVersion
    ) -> None:
        exam = done(world, version)

        verdict = world.marketplace.listings.version(L1, 1)
        assert exam.state is ExamState.DONE
        assert verdict is not None
        assert verdict.verdict.state is ExamState.DONE
        assert verdict.verdict.is_publishable
        assert verdict.verdict.base_run == exam.runs["base"].run
        assert verdict.verdict.headline["sharpe"] == pytest.approx(yearly_sharpe(steady()))
        assert verdict.verdict.headline["total_trades"] == len(some_trades())
        report = world.marketplace.exam_service().report(exam)
        assert {each.weight for each in report.findings} == {Weight.GOOD}
        assert report.grade is Grade.A
        assert report.not_examined == ("what came after it was published",)

    def test_other_trades_on_cut_candles_fail_it(
        self, world: World, version: ListingVersion
    ) -> None:
        exam = begun(world, version)
        settle(world, runs_of(world, exam, Part.BASE)[0])
        advanced(world, exam)
        for run in runs_of(world, exam):
            if not run.state.is_final:
                is_cut = run.spec.probe is not None and run.spec.probe.cut_at is not None
                settle(world, run, trades=some_trades()[1:] if is_cut else None)

        ended = advanced(world, exam)

        report = world.marketplace.exam_service().report(ended)
        assert report.grade is Grade.F
        failed = [each.name for each in report.findings if each.weight is Weight.FAILED]
        assert failed == ["Trades on what it cannot know"]
        found = world.marketplace.listings.version(L1, 1)
        assert found is not None
        assert not found.verdict.is_publishable

    def test_a_strategy_that_fails_has_no_report_but_the_reason(
        self, world: World, version: ListingVersion
    ) -> None:
        exam = begun(world, version)
        fail(world, runs_of(world, exam, Part.BASE)[0], "KeyError: 'rsi'")

        ended = advanced(world, exam)

        assert ended.state is ExamState.FAILED
        found = world.marketplace.listings.version(L1, 1)
        assert found is not None
        assert found.verdict.message == "KeyError: 'rsi'"

    def test_what_could_not_be_computed_is_said_and_costs_the_a(
        self, world: World, version: ListingVersion
    ) -> None:
        exam = begun(world, version)
        settle(world, runs_of(world, exam, Part.BASE)[0])
        advanced(world, exam)
        for run in runs_of(world, exam):
            if run.spec.probe is not None and run.spec.probe.kind is ProbeKind.RECURSIVE:
                fail(world, run, "It needs more candles.")
            elif not run.state.is_final:
                settle(world, run)

        report = world.marketplace.exam_service().report(advanced(world, exam))

        texts = [each.text for each in report.findings if each.name == "Not computed"]
        assert len(texts) == 1
        assert "It needs more candles." in texts[0]
        assert report.grade is Grade.B

    def test_an_examination_that_never_ends_is_our_fault(
        self, world: World, version: ListingVersion
    ) -> None:
        exam = begun(world, version)
        world.clock.move(hours=4)

        ended = advanced(world, exam)

        assert ended.state is ExamState.FAILED
        assert "our fault" in ended.message

    def test_an_end_between_report_and_verdict_is_made_good(
        self, world: World, version: ListingVersion
    ) -> None:
        exam = done(world, version)
        unsettled = replace(exam, state=ExamState.RUNNING)
        world.marketplace.exams.change(exam.id, lambda _: unsettled)

        again = advanced(world, exam)

        assert again.state is ExamState.DONE
        assert world.marketplace.exam_service().report(again).grade is Grade.A


class TestLineage:
    def test_all_runs_of_ancestors_and_forks_count_as_tries(
        self, world: World, version: ListingVersion
    ) -> None:
        """A strategy tuned a hundred times, in whatever copies, is the best of a hundred."""
        other = a_strategy_ref(id="ancestors-own")
        world.marketplace.put(a_listing(id=ListingId("l0"), owner=BOB, strategy=other.id))
        ancestor = Ancestor(listing=ListingId("l0"), version=1, is_declared=True)
        world.marketplace.listings.change(L1, lambda found: replace(found, ancestor=ancestor))
        chance = iter(steady(100, mean=1.0, seed=9))
        for number in range(100):
            run = a_run(
                RunState.SUCCEEDED,
                id=RunId(f"b{number}"),
                owner=BOB,
                identity=f"{number:064d}",
                strategy=other,
                created_at=START + timedelta(seconds=number),
            )
            assert run.result is not None
            result = replace(run.result, headline={"sharpe": next(chance) * 300 - 299})
            world.runs.put(replace(run, result=result))

        exam = done(world, version, returns=steady(mean=0.0012))

        report = world.marketplace.exam_service().report(exam)
        assert report.trials == 101
        skill = next(each for each in report.findings if each.name == "Skill or chance")
        assert "101 runs" in skill.text
        assert skill.weight is not Weight.GOOD
