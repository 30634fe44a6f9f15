"""Evaluates the rules of a spec on a strategy's frame, as far as it can be known."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from candlewick.previews.frames import NOT_RUN, StrategyFrame
from candlewick.previews.models import SIDES, WAYS, ExplainedRule, Side, Signal, Way
from candlewick.specs.base import CodeBlock
from candlewick.specs.conditions import All, AnyOf, Condition, Not, Within
from candlewick.specs.evaluation import CannotEvaluate, Evaluator
from candlewick.specs.explanation import Explained, explain_rule
from candlewick.specs.found import Problem
from candlewick.specs.models import Rule

if TYPE_CHECKING:
    import pandas as pd

_HIDDEN = "Its signals are not shown: whether it holds depends on code."


@dataclass
class Rules:
    """`problems` names what could not be evaluated by then."""

    frame: StrategyFrame
    problems: list[Problem] = field(default_factory=list)

    def signals(self, first: int) -> list[Signal]:
        """Return the signals from a row on, in the order of time."""
        dates = milliseconds(self.frame.frame["date"])
        found = [
            (row, Signal(date=dates[row], way=way, side=side, tag=tags[row]))
            for way, (holding, tags) in self._marked().items()
            for side in SIDES
            for row in np.flatnonzero(holding[side])
            if row >= first
        ]
        return [signal for _, signal in sorted(found, key=lambda each: int(each[0]))]

    def explained(self, row: int) -> Iterator[ExplainedRule]:
        """Yield every rule as it stood at a row."""
        for path, way, step, evaluator in self._steps():
            if isinstance(step, Rule):
                self._evaluated(path, step, evaluator)
                when, side, tag = explain_rule(evaluator, path, step, row), step.side, step.tag
                yield ExplainedRule(path=path, way=way, side=side, tag=tag, when=when)
            else:
                when = Explained(path=path, text=step.code, holds=None)
                yield ExplainedRule(path=path, way=way, side=None, tag=None, when=when)

    def _marked(self) -> dict[Way, tuple[dict[Side, NDArray[np.bool_]], NDArray[np.object_]]]:
        """Return Freqtrade's columns: whether a rule of a side holds, and the tag of the last one that does."""
        rows = len(self.frame.frame)
        marked: dict[Way, tuple[dict[Side, NDArray[np.bool_]], NDArray[np.object_]]] = {
            way: (
                {side: np.zeros(rows, dtype=bool) for side in SIDES},
                np.full(rows, "", dtype=object),
            )
            for way in WAYS.values()
        }
        for path, way, step, evaluator in self._steps():
            holds = self._evaluated(path, step, evaluator) if isinstance(step, Rule) else None
            if isinstance(step, Rule) and holds is not None:
                holding, tags = marked[way]
                holding[step.side] |= holds
                if step.tag:
                    tags[holds] = step.tag
        return marked

    def _steps(self) -> Iterator[tuple[str, Way, Rule | CodeBlock, Evaluator]]:
        """Yield each step with the frame as it finds it: exits see what entries did to it."""
        made = self.frame
        for name, steps in (("entries", made.spec.entries), ("exits", made.spec.exits)):
            for number, step in enumerate(steps):
                path = f"{name}.{number}"
                yield path, WAYS[name], step, Evaluator(made.spec, made.frame, made.parameters)
                if isinstance(step, CodeBlock):
                    self.problems.append(Problem(path, NOT_RUN))
                    made.changed_by(path, step.code)

    def _evaluated(self, path: str, rule: Rule, evaluator: Evaluator) -> NDArray[np.bool_] | None:
        try:
            return evaluator.condition(rule.when)
        except CannotEvaluate:
            self.problems += self._why_not(f"{path}.when", rule.when, evaluator)
            self.problems.append(Problem(path, _HIDDEN))
            return None

    def _why_not(self, path: str, condition: Condition, evaluator: Evaluator) -> Iterator[Problem]:
        match condition:
            case CodeBlock():
                yield Problem(path, NOT_RUN)
            case All() | AnyOf():
                for number, each in enumerate(condition.conditions):
                    yield from self._why_not(f"{path}.conditions.{number}", each, evaluator)
            case Not() | Within():
                yield from self._why_not(f"{path}.condition", condition.condition, evaluator)
            case _:
                try:
                    evaluator.condition(condition)
                except CannotEvaluate as error:
                    yield Problem(path, self.frame.unknown[str(error.column)])


def milliseconds(dates: "pd.Series[pd.Timestamp]") -> list[int]:
    found: list[int] = dates.dt.as_unit("ms").astype("int64").tolist()
    return found
