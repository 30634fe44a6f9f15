"""Findings in words, and a grade that the worst of them decides."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from candlewick.strategies.checks import check_code
from candlewick.trust.finding import Finding, Grade, Weight
from candlewick.trust.report import Evidence, Report, grade_of, report
from tests.factories import CODE

CERTIFICATE: dict[str, Any] = {
    "pairs": [{"expected": 10_000, "missing": 1}],
    "profit": {"all": 100.0, "affected": 0.0, "unaffected": 100.0, "affectedTrades": 0},
}


def evidence(**changes: Any) -> Evidence:
    """A strategy that is good in every way that can be told."""
    chance = np.random.default_rng(1)
    profits = chance.normal(1, 2, 200)
    good = Evidence(
        currency="USDT",
        seed=1,
        start=1_000.0,
        profits=list(profits),
        turnovers=[200.0] * 200,
        pairs={"BTC/USDT": float(profits[:100].sum()), "ETH/USDT": float(profits[100:].sum())},
        returns=list(chance.normal(0.004, 0.01, 365)),
        others=[],
        sharpes=[3.0],
        certificate=CERTIFICATE,
        code_findings=check_code(CODE).findings,
    )
    return replace(good, **changes)


def finding(found: Report, name: str) -> Finding:
    return next(each for each in found.findings if each.name == name)


def test_what_is_good_in_every_way_is_a_b_since_not_all_was_looked_at() -> None:
    found = report(evidence())

    assert {each.weight for each in found.findings} == {Weight.GOOD}
    assert found.grade is Grade.B
    assert any("walk-forward" in text for text in found.not_examined)


def test_looking_ahead_fails_at_its_line_whatever_else_is_good() -> None:
    code = CODE.replace(
        "        return dataframe\n",
        '        dataframe["x"] = dataframe["close"].shift(-1)\n        return dataframe\n',
        1,
    )
    line = code[: code.index("shift(-1)")].count("\n") + 1

    found = report(evidence(code_findings=check_code(code).findings))

    assert found.grade is Grade.F
    assert finding(found, "Look-ahead").line == line


@pytest.mark.parametrize(
    ("count", "grade"), [(0, Grade.F), (20, Grade.C), (60, Grade.B), (200, Grade.B)]
)
def test_few_trades_lower_the_grade(count: int, grade: Grade) -> None:
    found = report(evidence(profits=[1.0] * count, turnovers=[100.0] * count, pairs={}))

    assert found.grade is grade


def test_a_hundred_runs_of_noise_are_said_to_be_noise() -> None:
    chance = np.random.default_rng(3)
    runs = chance.normal(0, 0.01, size=(100, 365))
    sharpes = runs.mean(axis=1) / runs.std(axis=1, ddof=1) * np.sqrt(365)
    best = int(sharpes.argmax())

    found = report(
        evidence(
            returns=list(runs[best]),
            sharpes=list(sharpes),
            others=[list(run) for number, run in enumerate(runs[:20]) if number != best],
        )
    )

    assert found.deflated is not None
    assert found.deflated < 0.8
    assert "given 100 runs of this strategy" in finding(found, "Skill or chance").text
    assert finding(found, "Choice of the best").weight is not Weight.GOOD
    assert found.grade in {Grade.C, Grade.D}


def test_thin_profits_break_at_small_costs() -> None:
    found = report(evidence(turnovers=[10_000.0] * 200))

    assert finding(found, "Costs").weight is Weight.WEAK
    assert "basis points" in finding(found, "Costs").text


def test_a_profit_of_a_few_lucky_trades_is_weak() -> None:
    profits = [-1.0] * 195 + [50.0] * 5

    found = report(evidence(profits=profits))

    assert finding(found, "Few good trades").weight is Weight.WEAK


def test_a_profit_that_rests_on_gaps_is_weak() -> None:
    profit = {"all": 100.0, "affected": 120.0, "unaffected": -20.0, "affectedTrades": 3}

    found = report(evidence(certificate={**CERTIFICATE, "profit": profit}))

    assert finding(found, "Data").weight is Weight.WEAK
    assert "nothing is left" in finding(found, "Data").text


def test_funding_that_was_taken_as_nothing_is_doubted() -> None:
    (pair,) = CERTIFICATE["pairs"]
    pairs = [{**pair, "funding": {"uncounted": 4}}]

    sound = report(evidence())
    found = report(evidence(certificate={**CERTIFICATE, "pairs": pairs}))

    assert finding(sound, "Data").weight is Weight.GOOD
    assert finding(found, "Data").weight is Weight.DOUBTFUL
    assert "Funding is missing 4 times, and was taken as 0." in finding(found, "Data").text


@pytest.mark.parametrize(
    ("amount", "estimate", "weight", "said"),
    [
        (-1.23, None, Weight.DOUBTFUL, "trades lack \u22121.2300 USDT (below zero is what they would have paid)."),
        (-60.0, -40.5, Weight.WEAK, "\u221260.0000 USDT, about \u221240.5000 USDT (below zero is what they would have paid), and with it nothing is left of the profit."),
        (None, -99.9, Weight.DOUBTFUL, "trades lack about \u221299.9000 USDT ("),
        (40.0, 2.0, Weight.DOUBTFUL, "+40.0000 USDT, about +2.0000 USDT ("),
    ],
)  # fmt: skip
def test_what_missing_funding_leaves_of_the_profit_is_said(
    amount: float | None, estimate: float | None, weight: Weight, said: str
) -> None:
    (pair,) = CERTIFICATE["pairs"]
    of_trades = {"amount": amount, "estimate": estimate, "unknown": 0}
    pairs = [{**pair, "funding": {"uncounted": 4, "ofTrades": of_trades}}]
    profit = {**CERTIFICATE["profit"], "all": 100.0, "unaffected": 100.0}

    found = report(evidence(certificate={**CERTIFICATE, "pairs": pairs, "profit": profit}))

    assert finding(found, "Data").weight is weight
    assert f"was taken as 0; {'' if said.startswith('trades') else 'trades lack '}{said}" in (
        finding(found, "Data").text
    )


def test_one_pair_that_earned_everything_is_doubted() -> None:
    found = report(evidence(pairs={"BTC/USDT": 300.0, "ETH/USDT": -100.0}))

    assert finding(found, "Spread over pairs").weight is Weight.DOUBTFUL


@pytest.mark.parametrize(
    ("weights", "grade"),
    [
        ([], Grade.B),
        ([Weight.GOOD] * 20 + [Weight.FAILED], Grade.F),
        ([Weight.GOOD] * 20 + [Weight.WEAK], Grade.C),
        ([Weight.WEAK] * 2, Grade.D),
        ([Weight.DOUBTFUL] * 2, Grade.B),
        ([Weight.DOUBTFUL] * 3, Grade.C),
    ],
)
def test_no_good_finding_lifts_a_grade_over_a_bad_one(weights: list[Weight], grade: Grade) -> None:
    assert grade_of([Finding("x", weight, "x.") for weight in weights]) is grade


def test_each_finding_is_a_sentence() -> None:
    for each in report(evidence()).findings:
        assert each.text[0].isupper() or each.text[0].isdigit()
        assert each.text.endswith(".")
