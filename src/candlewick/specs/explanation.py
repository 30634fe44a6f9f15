"""Why there was a trade at a candle, or none: each condition's operands and truth."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from candlewick.specs.base import Number, ParameterUse
from candlewick.specs.conditions import All, AnyOf, Condition, Not, Pattern, Within
from candlewick.specs.evaluation import CannotEvaluate, Evaluator
from candlewick.specs.models import Rule
from candlewick.specs.operands import IndicatorValue, Math, Operand, Price
from candlewick.specs.sentences import Sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A condition at one candle: its path in the spec, how it reads, and whether it held (None: code decides).

    An operand without a value has none yet, or only code would tell it.
    """

    path: str
    text: str
    holds: bool | None
    operands: tuple[tuple[str, float | None], ...] = ()
    conditions: tuple["Explained", ...] = ()


def explain(evaluator: Evaluator, row: int) -> tuple[Explained, ...]:
    """Return every rule as it stood at a row of the evaluator's frame."""
    found = []
    for way, steps in (("entries", evaluator.spec.entries), ("exits", evaluator.spec.exits)):
        for number, step in enumerate(steps):
            path = f"{way}.{number}"
            if isinstance(step, Rule):
                found.append(explain_rule(evaluator, path, step, row))
            else:
                found.append(Explained(path=path, text=step.code, holds=None))
    return tuple(found)


def explain_rule(evaluator: Evaluator, path: str, rule: Rule, row: int) -> Explained:
    """Return one rule's condition as it stood at a row of the evaluator's frame."""
    return _Explaining(evaluator, row).condition(f"{path}.when", rule.when)


class _Explaining:
    def __init__(self, evaluator: Evaluator, row: int) -> None:
        self._evaluator = evaluator
        self._row = row
        self._sentences = Sentences(evaluator.spec)

    def condition(self, path: str, condition: Condition) -> Explained:
        inner = tuple(self._inner(path, condition))
        return Explained(
            path=path,
            text=self._sentences.condition(condition),
            holds=self._holds(condition, inner),
            operands=tuple(self._operands(condition)),
            conditions=inner,
        )

    def _inner(self, path: str, condition: Condition) -> Iterator[Explained]:
        if isinstance(condition, All | AnyOf):
            for number, each in enumerate(condition.conditions):
                yield self.condition(f"{path}.conditions.{number}", each)
        elif isinstance(condition, Not | Within):
            yield self.condition(f"{path}.condition", condition.condition)

    def _holds(self, condition: Condition, inner: Sequence[Explained]) -> bool | None:
        parts = [each.holds for each in inner]
        if isinstance(condition, All) and False in parts:
            return False
        if isinstance(condition, AnyOf) and True in parts:
            return True
        try:
            return bool(self._evaluator.condition(condition)[self._row])
        except CannotEvaluate:
            return None

    def _operands(self, condition: Condition) -> Iterator[tuple[str, float | None]]:
        if isinstance(condition, Pattern):
            column = IndicatorValue(name=condition.name, frame=condition.frame)
            yield condition.name, self._value(column)
        for name in ("left", "right", "operand", "reference", "low", "high"):
            operand = getattr(condition, name, None)
            if isinstance(operand, Price | IndicatorValue | Math | ParameterUse):
                yield self._sentences.operand(operand), self._value(operand)

    def _value(self, operand: Operand | Number) -> float | None:
        try:
            value = float(self._evaluator.operand(operand)[self._row])
        except CannotEvaluate:
            return None
        return value if np.isfinite(value) else None
