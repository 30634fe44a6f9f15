"""From an examination's runs to its report."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from candlewick.backtests.models import BacktestRun, RunState
from candlewick.backtests.probes import LookaheadFacts, RecursiveFacts
from candlewick.backtests.wire import Wire
from candlewick.marketplace.exams.models import Exam, Part, PlannedRun
from candlewick.strategies.models import Finding
from candlewick.trust.evidence import ResultFiles
from candlewick.trust.examined import Examined, Neighbour
from candlewick.trust.lines import lines_of_columns
from candlewick.trust.report import Report, report
from candlewick.trust.truncation import Truncation, compare
from candlewick.trust.windows import Window, walk_forward

_WINDOWS = 5
# What these do within the candle of the cut, such a candle does not show.
_WITHIN_CANDLES = {
    "custom_entry_price", "adjust_entry_price", "adjust_order_price", "adjust_trade_position",
}  # fmt: skip
_TOLD = {
    Part.LOOKAHEAD: "Freqtrade's lookahead-analysis",
    Part.RECURSIVE: "Freqtrade's recursive-analysis",
    Part.START: "a run that begins later",
    Part.NEIGHBOUR: "a run with a parameter moved",
    Part.TRUNCATED: "a run on candles that end early",
    Part.BASE: "the run as its author made it",
}

Facts = TypeVar("Facts", bound=Wire)
Done = Sequence[tuple[PlannedRun, BacktestRun]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examiners:
    """What the evaluation reads beside the runs: their files, the code, its findings, the lineage's other runs."""

    files: ResultFiles
    code: str
    code_findings: Sequence[Finding]
    attempts: Sequence[BacktestRun]


def evaluate(exam: Exam, runs: Mapping[str, BacktestRun], found: Examiners) -> Report:
    """Return the report on the base run, with what all the others add to it."""
    done = [
        (planned, runs[name])
        for name, planned in exam.runs.items()
        if runs[name].state is RunState.SUCCEEDED
    ]
    base = runs["base"]
    variants = [
        (planned, found.files.returns(run))
        for planned, run in done
        if planned.part is Part.NEIGHBOUR
    ]
    returns = found.files.returns(base)
    same = [each for _, each in variants if len(each) == len(returns)]
    examined = Examined(
        lookahead=_facts(done, Part.LOOKAHEAD, LookaheadFacts, found.files),
        truncations=list(_truncations(done, base, found)),
        recursive=_facts(done, Part.RECURSIVE, RecursiveFacts, found.files),
        profit=_profit(returns),
        starts=_starts(done, returns, found.files),
        neighbours=[_neighbour(planned, _profit(each)) for planned, each in variants],
        windows=_windows([returns, *same]),
        lines=lines_of_columns(found.code),
        missing=tuple(_missing(exam, runs)),
    )
    evidence = found.files.evidence(
        base,
        attempts=found.attempts,
        others=same,
        code_findings=found.code_findings,
        examined=examined,
    )
    return report(evidence)


def _of(done: Done, part: Part) -> Sequence[BacktestRun]:
    return [run for planned, run in done if planned.part is part]


def _facts(done: Done, part: Part, shape: type[Facts], files: ResultFiles) -> Facts | None:
    found = _of(done, part)
    return shape.model_validate(files.file(found[0], "probe")) if found else None


def _truncations(done: Done, base: BacktestRun, found: Examiners) -> Iterator[Truncation]:
    whole = found.files.trades(base)
    also_at_cut = not _WITHIN_CANDLES & _functions(found.code)
    for run in _of(done, Part.TRUNCATED):
        probe = run.spec.probe
        if probe is not None and probe.cut_at is not None:
            at = int(probe.cut_at.timestamp() * 1_000)
            yield compare(whole, found.files.trades(run), at, also_at_cut=also_at_cut)


def _functions(code: str) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(code)) if isinstance(node, ast.FunctionDef)}


def _starts(done: Done, returns: Sequence[float], files: ResultFiles) -> Sequence[float]:
    """Return the profit over the days that the run as it is and all that began later have in common."""
    later = [files.returns(run) for run in _of(done, Part.START)]
    days = min((len(each) for each in later), default=0)
    if days == 0:
        return ()
    return [_profit(each[-days:]) for each in (returns, *later)]


def _windows(variants: Sequence[Sequence[float]]) -> Sequence[Window]:
    return walk_forward(np.column_stack(variants), _WINDOWS)


def _profit(returns: Sequence[float]) -> float:
    return float(np.prod(1 + np.asarray(returns)) - 1)


def _neighbour(planned: PlannedRun, profit: float) -> Neighbour:
    return Neighbour(parameter=planned.parameter, value=planned.value, profit=profit)


def _missing(exam: Exam, runs: Mapping[str, BacktestRun]) -> Iterator[str]:
    for name, planned in exam.runs.items():
        run = runs[name]
        if run.state is not RunState.SUCCEEDED:
            why = run.failure.message if run.failure else f"the run was {run.state}"
            yield f"{_TOLD[planned.part][:1].upper()}{_TOLD[planned.part][1:]} did not finish: {why[:300]}"
