"""Figures as the chat shows them, with what they rest on."""

import json
from dataclasses import replace

import pytest

from candlewick.assistant.results import RunResults
from candlewick.backtests.models import BacktestRun, RunState
from candlewick.errors import Conflict, NotFound
from tests.factories import ALICE, a_run
from tests.world import World


def results(world: World) -> RunResults:
    return RunResults(runs=world.backtest_service(), files=world.results)


def with_headline(world: World, **headline: object) -> BacktestRun:
    run = a_run(RunState.SUCCEEDED)
    assert run.result is not None
    return world.put_run(replace(run, result=replace(run.result, headline=headline)))


def figures(world: World, **headline: object) -> dict[str, str]:
    run = with_headline(world, **headline)
    return {item.name: item.value for item in results(world).of_run(ALICE, run.id).figures}


def test_figures_have_their_units_and_gaps(world: World) -> None:
    found = figures(world, profit_total=-0.1234, total_trades=1_234, sharpe=1.5, winrate=None)

    assert found["profit_total"] == "-12.34 %"
    assert found["total_trades"] == "1,234"
    assert found["sharpe"] == "1.50"
    assert found["winrate"] == found["max_drawdown"] == "-"


def test_a_profit_factor_without_losses_is_not_a_nought(world: World) -> None:
    assert figures(world, profit_factor=0.0, winrate=1.0)["profit_factor"] == "no losing trade"
    assert figures(world, profit_factor=0.0, winrate=0.0)["profit_factor"] == "0.00"


@pytest.mark.parametrize(("trades", "is_said"), [(1, True), (29, True), (30, False), (500, False)])
def test_few_trades_are_called_chance(world: World, trades: int, *, is_said: bool) -> None:
    run = with_headline(world, total_trades=trades)

    assert ("mostly chance" in results(world).of_run(ALICE, run.id).risk) is is_said


def test_the_certificate_counts_what_is_missing(world: World) -> None:
    run = world.put_run(a_run(RunState.SUCCEEDED))
    certificate = {"pairs": [{"missing": 1}, {"missing": 4}], "affectedTrades": [{}]}
    world.results.stored[f"{run.files}/certificate.json"] = json.dumps(certificate).encode()

    told = results(world).of_run(ALICE, run.id).certificate

    assert "simulated candles of 2 pairs; 5 candles missing, 1 trade on bad data. Every" in told


def test_the_certificate_says_that_missing_funding_was_taken_as_nothing(world: World) -> None:
    run = world.put_run(a_run(RunState.SUCCEEDED))
    pairs = [{"funding": {"uncounted": 1}}, {"funding": None}]
    certificate = {"pairs": pairs, "affectedTrades": []}
    world.results.stored[f"{run.files}/certificate.json"] = json.dumps(certificate).encode()

    told = results(world).of_run(ALICE, run.id).certificate

    assert "Funding is missing 1 time, and Freqtrade took it as 0. Every" in told


def test_the_certificate_says_what_missing_funding_comes_to(world: World) -> None:
    run = world.put_run(a_run(RunState.SUCCEEDED))
    of_trades = {"amount": -0.5, "estimate": None, "unknown": 1}
    pairs = [{"funding": {"uncounted": 3, "ofTrades": of_trades}}]
    certificate = {"pairs": pairs, "affectedTrades": []}
    world.results.stored[f"{run.files}/certificate.json"] = json.dumps(certificate).encode()

    told = results(world).of_run(ALICE, run.id).certificate

    assert (
        "took it as 0; trades lack \u22120.5000 USDT, 1 payment unknown (below zero is what they would have paid). Every"
        in told
    )


def test_a_run_without_a_result_has_none_here(world: World) -> None:
    world.put_run(a_run(RunState.RUNNING))

    with pytest.raises(Conflict):
        results(world).of_run(ALICE, "r1")
    with pytest.raises(NotFound):
        results(world).of_run(ALICE, "../r1")
