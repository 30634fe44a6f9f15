"""The chart of a strategy, from the panes that the registry gives its indicators."""

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from candlewick.indicators.models import Output, Pane
from candlewick.indicators.registry import INDICATORS
from candlewick.specs.base import CodeBlock
from candlewick.specs.models import StrategySpec
from candlewick.specs.panes import pane_of, title_of
from candlewick.specs.scope import Scope


def plot_config(spec: StrategySpec) -> Mapping[str, Any] | None:
    """Return Freqtrade's `plot_config`; None where code makes columns of its own, which it would hide."""
    lists = [spec.indicators, *(frame.indicators for frame in spec.informatives)]
    blocks = [block for found in lists for block in found]
    if not blocks or any(isinstance(block, CodeBlock) for block in blocks):
        return None
    main: dict[str, Any] = {}
    below: dict[str, dict[str, Any]] = {}
    for column, title, output in _columns(spec):
        lines = main if title is None else below.setdefault(title, {})
        lines[column] = {"type": "bar"} if output.name == "histogram" else {}
    return {"main_plot": main, "subplots": below}


def plot_literal(value: Mapping[str, Any] | str) -> ast.expr:
    if isinstance(value, str):
        return ast.Constant(value)
    keys: list[ast.expr | None] = [ast.Constant(key) for key in value]
    return ast.Dict(keys=keys, values=[plot_literal(each) for each in value.values()])


def is_generated(said: object, spec: StrategySpec) -> bool:
    """Whether a plot configuration says nothing but what the panes say, perhaps not yet all of it."""
    return _is_within(said, plot_config(spec))


def _is_within(said: object, expected: object) -> bool:
    if not (isinstance(said, Mapping) and isinstance(expected, Mapping)):
        return said == expected
    return all(key in expected and _is_within(each, expected[key]) for key, each in said.items())


def _columns(spec: StrategySpec) -> Iterator[tuple[str, str | None, Output]]:
    """Yield each column with the title of its pane; None over the candles."""
    scope = Scope(spec)
    for frame in scope.indicators:
        end = "" if frame is None else f"_{frame}"
        for column, use, name in scope.columns(frame):
            outputs = INDICATORS[use.indicator].outputs
            output = next(each for each in outputs if each.name == name)
            is_over = pane_of(scope, frame, use, output) is Pane.PRICE
            yield f"{column}{end}", None if is_over else title_of(scope, frame, use), output
