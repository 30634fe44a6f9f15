"""What is wrong with a well-formed spec, each problem at its block."""

import ast
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from candlewick.specs import problems_indicators, problems_risk, problems_rules
from candlewick.specs.base import TIMEFRAMES, CodeBlock
from candlewick.specs.found import Problem
from candlewick.specs.models import (
    BoolParameter,
    ChoiceParameter,
    IndicatorUse,
    Parameter,
    Rule,
    StrategySpec,
)
from candlewick.specs.names import is_reserved
from candlewick.specs.scope import Scope
from candlewick.specs.warm_up import MAX_WARM_UP, warm_up

__all__ = ["Problem", "find_problems"]


def find_problems(spec: StrategySpec) -> tuple[Problem, ...]:
    """Return everything that must be changed before the spec can be compiled."""
    scope = Scope(spec)
    found = [
        *_names(spec),
        *_parameters(spec),
        *_informatives(spec),
        *problems_indicators.find(scope),
        *problems_rules.find(scope),
        *problems_risk.find(scope),
        *_code(spec),
    ]
    if (spec.startup_candles or 0) > MAX_WARM_UP:
        found.append(
            Problem("startup_candles", f"Exchanges give at most {MAX_WARM_UP:,}. Give fewer.")
        )
    if not found and (candles := warm_up(spec)) > MAX_WARM_UP:
        found.append(
            Problem(
                "indicators",
                f"The indicators need {candles:,} candles before they can be relied on; exchanges give at most "
                f"{MAX_WARM_UP:,}. Shorten the longest one.",
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Named:
    path: str
    name: str


def _names(spec: StrategySpec) -> Iterator[Problem]:
    groups: Sequence[list[_Named]] = (
        [_Named(f"parameters.{i}.name", p.name) for i, p in enumerate(spec.parameters)],
        [_Named(f"informatives.{i}.name", f.name) for i, f in enumerate(spec.informatives)],
        *(
            [
                _Named(f"{way}.{i}.tag", f"{rule.tag}, {rule.side}")
                for i, rule in enumerate(rules)
                if isinstance(rule, Rule) and rule.tag
            ]
            for way, rules in (("entries", spec.entries), ("exits", spec.exits))
        ),
    )
    for group in groups:
        seen: Counter[str] = Counter()
        for named in group:
            seen[named.name] += 1
            if seen[named.name] > 1:
                yield Problem(
                    named.path, f"There are two of the name {named.name!r}. Rename one of them."
                )


def _parameters(spec: StrategySpec) -> Iterator[Problem]:
    for number, parameter in enumerate(spec.parameters):
        path = f"parameters.{number}"
        if is_reserved(parameter.name):
            yield Problem(
                f"{path}.name",
                f"{parameter.name!r} is a name of Freqtrade's or Python's own. Choose another.",
            )
        yield from _range(path, parameter)


def _range(path: str, parameter: Parameter) -> Iterator[Problem]:
    if isinstance(parameter, BoolParameter):
        return
    if isinstance(parameter, ChoiceParameter):
        if parameter.default not in parameter.options:
            yield Problem(f"{path}.default", "The default is none of the options. Choose one.")
        return
    if parameter.low >= parameter.high:
        yield Problem(
            f"{path}.high", f"The range is empty. Give more than {parameter.low} as its upper end."
        )
    elif not parameter.low <= parameter.default <= parameter.high:
        yield Problem(
            f"{path}.default",
            f"The default {parameter.default} is out of range. Give a number from {parameter.low} to {parameter.high}.",
        )


def _informatives(spec: StrategySpec) -> Iterator[Problem]:
    own = TIMEFRAMES.index(spec.timeframe)
    for number, frame in enumerate(spec.informatives):
        place = TIMEFRAMES.index(frame.timeframe)
        path = f"informatives.{number}.timeframe"
        if place < own:
            yield Problem(
                path,
                f"{frame.timeframe} is shorter than the strategy's {spec.timeframe}. Choose {spec.timeframe} or longer.",
            )
        elif place == own and frame.pair is None:
            yield Problem(
                path,
                f"{frame.timeframe} is the strategy's own timeframe. Choose a longer one, or name another pair.",
            )


def _code(spec: StrategySpec) -> Iterator[Problem]:
    places: list[tuple[str, str]] = [
        (f"code.{i}.code", block.code) for i, block in enumerate(spec.code)
    ]
    lists: list[tuple[str, tuple[IndicatorUse | Rule | CodeBlock, ...]]] = [
        ("indicators", spec.indicators),
        ("entries", spec.entries),
        ("exits", spec.exits),
        *(
            (f"informatives.{i}.indicators", frame.indicators)
            for i, frame in enumerate(spec.informatives)
        ),
    ]
    for name, blocks in lists:
        places += [
            (f"{name}.{i}.code", block.code)
            for i, block in enumerate(blocks)
            if isinstance(block, CodeBlock)
        ]
    for path, code in places:
        try:
            # A block may hold `return`, which only a function can.
            ast.parse("def _():\n pass\n" + "".join(f" {line}\n" for line in code.split("\n")))
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            yield Problem(path, f"Python cannot read this code: {error}. Correct or remove it.")
