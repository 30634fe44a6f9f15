"""The trust report: findings in plain words, and one grade that no good finding lifts over a bad one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from candlewick.strategies.models import Finding as CodeFinding
from candlewick.trust import chance, overfitting, sharpe
from candlewick.trust.chance import Costs, Falls, Fan
from candlewick.trust.examined import Examined
from candlewick.trust.examined import findings as examined_findings
from candlewick.trust.finding import Finding, Grade, Weight
from candlewick.verification.reading import missing_funding

_FEW, _SOME = 30, 100
_BEST_TRADES = 5
_SURE, _LIKELY = 0.95, 0.8
_THIN_BP, _FAIR_BP = 5.0, 15.0
_MISSING_SHARE = 0.01
_LOSS_SHARE = 0.2
_DAYS_A_YEAR = 365
_SELDOM = 0.05
_HALF, _GOOD_CHOICE = 0.5, 0.2
_MANY_DOUBTS = 3
_SEVERAL = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the report rests on: the run's own files, and the strategy's other runs of the same time and pairs.

    `profits` and `turnovers` are of closed trades, in stake currency; `returns` daily, fractions; `others` the daily returns of
    the other runs, `sharpes` the yearly Sharpe ratios of all runs of the strategy, this one included.
    """

    seed: int
    currency: str
    start: float
    profits: Sequence[float]
    turnovers: Sequence[float]
    pairs: Mapping[str, float]
    returns: Sequence[float]
    others: Sequence[Sequence[float]]
    sharpes: Sequence[float]
    certificate: Mapping[str, Any]
    code_findings: Sequence[CodeFinding]
    examined: Examined | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    grade: Grade
    findings: tuple[Finding, ...]
    fan: Fan | None
    falls: Falls | None
    costs: Costs | None
    trials: int
    deflated: float | None
    overfitting: float | None
    not_examined: tuple[str, ...]


NOT_EXAMINED = (
    "how other parameters near these would have done",
    "how it would have done in each of several following windows (walk-forward)",
    "whether indicators change with the number of candles before them (recursive formulas)",
    "what came after it was published",
)


def report(evidence: Evidence) -> Report:
    """Look at a result from every side that its own files allow."""
    closed = len(evidence.profits) > 0
    fan = chance.draw(evidence.profits, evidence.start, seed=evidence.seed) if closed else None
    falls = chance.shuffle(evidence.profits, evidence.start, seed=evidence.seed) if closed else None
    costs = chance.costs(evidence.profits, evidence.turnovers) if closed else None
    deflated, luck = _deflated(evidence), _overfitting(evidence)
    findings = (
        *_of_code(evidence),
        _of_number(evidence),
        *_of_skill(evidence, deflated),
        *_of_choice(luck, len(evidence.others) + 1),
        *_of_chance(fan),
        *_of_costs(costs),
        *_of_few_trades(evidence),
        *_of_pairs(evidence),
        *_of_data(evidence.certificate, evidence.currency),
        *(() if evidence.examined is None else examined_findings(evidence.examined)),
    )
    left = _not_examined(evidence.examined)
    return Report(
        grade=grade_of(findings, is_examined=left == NOT_EXAMINED[-1:]),
        findings=findings,
        fan=fan,
        falls=falls,
        costs=costs,
        trials=len(evidence.sharpes),
        deflated=deflated,
        overfitting=luck,
        not_examined=left,
    )


def without_lines(found: Report) -> Report:
    """Return a report that says nothing of where in the code its findings come from."""
    return replace(found, findings=tuple(replace(each, line=None) for each in found.findings))


def _not_examined(examined: Examined | None) -> tuple[str, ...]:
    if examined is None:
        return NOT_EXAMINED
    neighbours, windows, recursion, later = NOT_EXAMINED
    return (
        *(() if examined.neighbours else (neighbours,)),
        *(() if examined.windows else (windows,)),
        *(() if examined.recursive else (recursion,)),
        later,
    )


def grade_of(findings: Sequence[Finding], *, is_examined: bool = False) -> Grade:
    """Return the grade: the worst finding decides. What was not examined whole is never better than B."""
    weights = [finding.weight for finding in findings]
    if Weight.FAILED in weights:
        return Grade.F
    weak, doubtful = weights.count(Weight.WEAK), weights.count(Weight.DOUBTFUL)
    if weak > 1:
        return Grade.D
    if weak == 1 or doubtful >= _MANY_DOUBTS:
        return Grade.C
    return Grade.A if is_examined and doubtful == 0 else Grade.B


def _of_code(evidence: Evidence) -> Iterator[Finding]:
    found = [each for each in evidence.code_findings if each.rule.startswith("lookahead")]
    for each in found:
        text = f"{each.message} {each.advice}"
        yield Finding("Look-ahead", Weight.FAILED, text, each.line, is_of_code=True)
    if not found:
        text = "No pattern was found in the code by which it could see candles of the future."
        yield Finding("Look-ahead", Weight.GOOD, text)


def _of_number(evidence: Evidence) -> Finding:
    count = len(evidence.profits)
    if count < _FEW:
        text = (
            f"{count} closed trades say next to nothing; {_FEW} are the least, {_SOME} are better."
        )
        return Finding("Number of trades", Weight.FAILED if count == 0 else Weight.WEAK, text)
    if count < _SOME:
        text = f"{count} closed trades are few: a handful of lucky ones would change the picture."
        return Finding("Number of trades", Weight.DOUBTFUL, text)
    return Finding(
        "Number of trades", Weight.GOOD, f"{count:,} closed trades are enough to judge by."
    )


def _deflated(evidence: Evidence) -> float | None:
    found = sharpe.moments(evidence.returns)
    if found is None:
        return None
    yearly = np.asarray(evidence.sharpes, dtype=np.float64)
    variance = float(np.var(yearly / np.sqrt(_DAYS_A_YEAR), ddof=1)) if len(yearly) > 1 else 0.0
    return sharpe.deflated(found, len(yearly), variance)


def _of_skill(evidence: Evidence, deflated: float | None) -> Iterator[Finding]:
    if deflated is None:
        yield Finding(
            "Skill or chance", Weight.WEAK, "The run has too few days to tell skill from chance."
        )
        return
    trials = len(evidence.sharpes)
    tried = "one run of this strategy" if trials < _SEVERAL else f"{trials:,} runs of this strategy"
    text = f"The probability that its Sharpe ratio is more than chance is {deflated:.0%}, given {tried} (deflated Sharpe ratio)."
    weight = (
        Weight.GOOD
        if deflated >= _SURE
        else Weight.DOUBTFUL
        if deflated >= _LIKELY
        else Weight.WEAK
    )
    yield Finding("Skill or chance", weight, text)


def _overfitting(evidence: Evidence) -> float | None:
    same = [each for each in evidence.others if len(each) == len(evidence.returns)]
    if not same:
        return None
    return overfitting.probability(np.column_stack([evidence.returns, *same]))


def _of_choice(luck: float | None, variants: int) -> Iterator[Finding]:
    if luck is None:
        return
    text = f"Of its {variants} variants, the one that was best in one half of the time was below the middle in the other in {luck:.0%} of all splits."
    weight = (
        Weight.GOOD if luck < _GOOD_CHOICE else Weight.DOUBTFUL if luck < _HALF else Weight.WEAK
    )
    yield Finding("Choice of the best", weight, text)


def _of_chance(fan: Fan | None) -> Iterator[Finding]:
    if fan is None:
        return
    text = f"Drawing its trades at random, {fan.loss:.0%} of 2,000 draws end with a loss."
    weight = (
        Weight.GOOD
        if fan.loss < _SELDOM
        else Weight.DOUBTFUL
        if fan.loss < _LOSS_SHARE
        else Weight.WEAK
    )
    yield Finding("Luck of the draw", weight, text)


def _of_costs(costs: Costs | None) -> Iterator[Finding]:
    if costs is None:
        return
    if costs.break_even is None:
        yield Finding(
            "Costs", Weight.WEAK, "Its trades lose money at the costs that were simulated already."
        )
        return
    text = f"Its profit is used up when each order costs {costs.break_even:.1f} basis points (0.01 %) more than simulated."
    weight = (
        Weight.WEAK
        if costs.break_even < _THIN_BP
        else Weight.DOUBTFUL
        if costs.break_even < _FAIR_BP
        else Weight.GOOD
    )
    yield Finding("Costs", weight, text)


def _of_few_trades(evidence: Evidence) -> Iterator[Finding]:
    total = float(np.sum(evidence.profits))
    if total <= 0 or len(evidence.profits) <= _BEST_TRADES:
        return
    left = chance.without_best(evidence.profits, _BEST_TRADES)
    if left <= 0:
        text = f"Without its {_BEST_TRADES} best trades nothing is left of the profit."
        yield Finding("Few good trades", Weight.WEAK, text)
    else:
        text = f"Without its {_BEST_TRADES} best trades {left / total:.0%} of the profit is left."
        yield Finding(
            "Few good trades", Weight.GOOD if left / total > _HALF else Weight.DOUBTFUL, text
        )


def _of_pairs(evidence: Evidence) -> Iterator[Finding]:
    if len(evidence.pairs) < _SEVERAL or float(np.sum(evidence.profits)) <= 0:
        return
    best = max(evidence.pairs, key=lambda pair: evidence.pairs[pair])
    left = sum(evidence.pairs.values()) - evidence.pairs[best]
    losing = sum(profit < 0 for profit in evidence.pairs.values())
    text = f"{losing} of {len(evidence.pairs)} pairs lost; without {best} the others made {'a profit' if left > 0 else 'a loss'}."
    yield Finding("Spread over pairs", Weight.GOOD if left > 0 else Weight.DOUBTFUL, text)


def _of_data(certificate: Mapping[str, Any], currency: str) -> Iterator[Finding]:
    pairs = certificate.get("pairs", ())
    expected = sum(pair["expected"] for pair in pairs)
    if not expected:
        return
    share = sum(pair["missing"] for pair in pairs) / expected
    profit, funding = certificate["profit"], missing_funding(certificate)
    rests = profit["all"] > 0 >= profit["unaffected"]
    is_eaten = profit["all"] > 0 >= profit["all"] + funding.worth
    text = f"{share:.2%} of the candles are missing; {profit['affectedTrades']:,} trades rest on bad data"
    text += ", and without them nothing is left of the profit." if rests else "."
    if funding.times:
        lacking = funding.of_trades(currency)
        text += f" Funding is missing {funding.times:,} times, and was taken as 0"
        text += lacking and f"; {lacking}"
        text += ", and with it nothing is left of the profit." if is_eaten else "."
    is_doubtful = share > _MISSING_SHARE or funding.times > 0
    is_weak = rests or is_eaten
    weight = Weight.WEAK if is_weak else Weight.DOUBTFUL if is_doubtful else Weight.GOOD
    yield Finding("Data", weight, text)
