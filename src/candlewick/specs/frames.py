"""The functions that fill Freqtrade's dataframes: indicators, entries, exits."""

import ast
from collections.abc import Iterator, Sequence
from typing import cast

from candlewick.indicators.code import assignments, call
from candlewick.indicators.registry import INDICATORS
from candlewick.specs.base import CodeBlock
from candlewick.specs.items import METHOD, Item, indented
from candlewick.specs.layout import STEP, WIDTH, assignment, flat
from candlewick.specs.models import IndicatorUse, Informative, Rule, StrategySpec
from candlewick.specs.names import variable
from candlewick.specs.scope import Frame, Scope
from candlewick.specs.syntax import Syntax, number

_ARGUMENTS = "self, dataframe: DataFrame, metadata: dict"
_RETURNED = "return dataframe"
_BODY = 2 * STEP  # how far a statement in a method is indented


def frames(spec: StrategySpec) -> Iterator[Item]:
    syntax = Syntax(Scope(spec))
    for informative in spec.informatives:
        name = f"populate_indicators_{informative.name}"
        statements = list(_indicators(syntax, informative.indicators, informative.name))
        text = f"{decorator(informative)}\n{_function(name, statements)}"
        yield Item(name, text, METHOD)
    for name, statements in (
        ("populate_indicators", list(_indicators(syntax, spec.indicators, None))),
        ("populate_entry_trend", list(_rules(syntax, spec.entries, "enter"))),
        ("populate_exit_trend", list(_rules(syntax, spec.exits, "exit"))),
    ):
        yield Item(name, _function(name, statements), METHOD)


def decorator(informative: Informative) -> str:
    """Return the decorator; columns end with the informative's name, as Freqtrade's do with a timeframe."""
    arguments = [f'"{informative.timeframe}"']
    if informative.pair is not None:
        arguments.append(f'"{informative.pair}"')
    if informative.pair is not None or informative.name != informative.timeframe:
        arguments.append(f'fmt="{{column}}_{informative.name}"')
    return f"@informative({', '.join(arguments)})"


def _function(name: str, statements: Sequence[str]) -> str:
    head = f"def {name}({_ARGUMENTS}) -> DataFrame:"
    if len(head) + STEP > WIDTH:
        head = f"def {name}(\n{' ' * STEP}{_ARGUMENTS}\n) -> DataFrame:"
    body = "\n".join([*statements, _RETURNED])
    return f"{head}\n{indented(body)}"


def _indicators(
    syntax: Syntax, blocks: Sequence[IndicatorUse | CodeBlock], frame: Frame
) -> Iterator[str]:
    taken: set[str] = set()
    for block in blocks:
        if isinstance(block, CodeBlock):
            yield block.code
            continue
        known = INDICATORS[block.indicator]
        settings = {name: number(value) for name, value in block.settings.items()}
        value = call(known, settings, syntax.name(block.source, frame))
        local = variable(block.name, taken)
        for target, each in assignments(known, block.name, value, local):
            yield _statement(flat(target), each)


def _rules(syntax: Syntax, steps: Sequence[Rule | CodeBlock], way: str) -> Iterator[str]:
    taken: set[str] = set()
    for step in steps:
        if isinstance(step, CodeBlock):
            yield step.code
            continue
        name = variable(step.tag or f"{way} {step.side}", taken)
        taken.add(name)
        yield _statement(name, syntax.condition(step.when))
        columns, marked = f'"{way}_{step.side}"', cast("ast.expr", ast.Constant(1))
        if step.tag:
            columns = f'[{columns}, "{way}_tag"]'
            marked = ast.Tuple(elts=[marked, ast.Constant(step.tag)])
        yield _statement(f"dataframe.loc[{name}, {columns}]", marked)


def _statement(target: str, value: ast.expr) -> str:
    # Laid out as it stands in the method, then moved back.
    text = assignment(target, value, _BODY)
    return "\n".join(line[_BODY:] for line in text.split("\n"))
