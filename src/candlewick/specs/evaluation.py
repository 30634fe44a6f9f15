"""Evaluates rules on a frame of candles and indicators, candle by candle, without running strategy code.

It shares nothing with the compiler but the spec and the names of columns, so that each can be held against the
other; and it says of each condition what its operands were.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from candlewick.indicators.registry import INDICATORS
from candlewick.specs.base import CodeBlock, Number, ParameterUse
from candlewick.specs.conditions import (
    WEEKDAYS,
    All,
    AnyOf,
    Between,
    Compare,
    Condition,
    Crosses,
    Distance,
    Moves,
    Not,
    Pattern,
    Switch,
    TimeOfDay,
    Weekdays,
    Within,
)
from candlewick.specs.models import Rule, StrategySpec
from candlewick.specs.operands import Column, IndicatorValue, Math, Operand
from candlewick.specs.scope import Scope

Floats = NDArray[np.float64]
Truth = NDArray[np.bool_]
_PERCENT = 100.0


class CannotEvaluate(Exception):
    """A part is code, which only Python can evaluate, or needs a `column` that the frame lacks."""

    def __init__(self, column: str | None = None) -> None:
        super().__init__(column)
        self.column = column


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Evaluates a spec's rules; `parameters` go before the parameters' defaults."""

    spec: StrategySpec
    frame: pd.DataFrame
    parameters: Mapping[str, float] = field(default_factory=dict)
    _known: dict[int, Truth] = field(default_factory=dict, init=False, repr=False, compare=False)

    def signals(self) -> pd.DataFrame:
        """Return Freqtrade's signal columns: 1 where a rule holds, and the tag of the last such rule."""
        found: dict[str, Any] = {}
        rows = len(self.frame)
        for way, steps in (("enter", self.spec.entries), ("exit", self.spec.exits)):
            tags = np.full(rows, "", dtype=object)
            for side in ("long", "short"):
                found[f"{way}_{side}"] = np.zeros(rows, dtype=bool)
            for step in steps:
                if not isinstance(step, Rule):
                    raise CannotEvaluate
                holds = self.condition(step.when)
                found[f"{way}_{step.side}"] |= holds
                if step.tag:
                    tags[holds] = step.tag
            found[f"{way}_tag"] = tags
        return pd.DataFrame(found, index=self.frame.index)

    def condition(self, condition: Condition) -> Truth:
        """Return whether the condition holds, for each candle."""
        # By identity: the spec keeps its conditions, and comparing trees takes as long as evaluating them.
        if id(condition) not in self._known:
            self._known[id(condition)] = self._condition(condition)
        return self._known[id(condition)]

    def _condition(self, condition: Condition) -> Truth:  # noqa: C901, PLR0911, PLR0912 - one case for each kind
        match condition:
            case All():
                return _each(self.condition(c) for c in condition.conditions)
            case AnyOf():
                return _one(self.condition(c) for c in condition.conditions)
            case Not():
                return ~self.condition(condition.condition)
            case Compare():
                return _compared(
                    condition.sign, self.operand(condition.left), self.operand(condition.right)
                )
            case Crosses():
                return self._crosses(condition)
            case Moves():
                return self._moves(condition)
            case Within():
                holds = self.condition(condition.condition)
                candles = int(self.number(condition.candles))
                return _last(holds, candles) > 0
            case Between():
                value = self.operand(condition.operand)
                low, high = self.operand(condition.low), self.operand(condition.high)
                return (value >= low) & (value <= high)
            case Distance():
                return self._distance(condition)
            case Pattern():
                value = self._column(IndicatorValue(name=condition.name, frame=condition.frame))
                return value > 0 if condition.direction == "bullish" else value < 0
            case TimeOfDay():
                opened = self._dates().dt.strftime("%H:%M").to_numpy()
                found: Truth = (opened >= condition.start) & (opened < condition.end)
                return found
            case Weekdays():
                days = [WEEKDAYS.index(day) for day in condition.days]
                return np.isin(self._dates().dt.day_of_week.to_numpy(), days)
            case Switch():
                return np.full(
                    len(self.frame), bool(self.number(ParameterUse(name=condition.name)))
                )
            case CodeBlock():
                raise CannotEvaluate

    def operand(self, operand: Operand) -> Floats:
        """Return the operand's value in each candle."""
        match operand:
            case int() | float() | ParameterUse():
                return np.full(len(self.frame), float(self.number(operand)))
            case Math():
                left, right = self.operand(operand.left), self.operand(operand.right)
                with np.errstate(all="ignore"):
                    return _computed(operand.sign, left, right)
            case _:
                return self._column(operand)

    def number(self, number: Number) -> float:
        if isinstance(number, ParameterUse) and number.name in self.parameters:
            return self.parameters[number.name]
        return Scope(self.spec).default(number)

    def column_name(self, column: Column) -> str:
        """Return the name under which the strategy's own frame has a column."""
        name = column.name if isinstance(column, IndicatorValue) else column.field
        if isinstance(column, IndicatorValue):
            use = Scope(self.spec).indicator(column.frame, column.name)
            known = INDICATORS.get(use.indicator) if use else None
            name = known.column(name, column.output) if known else name
        return name if column.frame is None else f"{name}_{column.frame}"

    def _column(self, column: Column) -> Floats:
        name = self.column_name(column)
        if name not in self.frame:
            raise CannotEvaluate(name)
        values = self.frame[name].to_numpy(np.float64)
        return _shifted(values, int(self.number(column.ago)))

    def _dates(self) -> "pd.Series[pd.Timestamp]":
        dates: pd.Series[pd.Timestamp] = self.frame["date"]
        return dates

    def _crosses(self, condition: Crosses) -> Truth:
        left, right = self.operand(condition.left), self.operand(condition.right)
        before = _shifted(left, 1), _shifted(right, 1)
        if condition.direction == "above":
            return (left > right) & (before[0] <= before[1])
        return (left < right) & (before[0] >= before[1])

    def _moves(self, condition: Moves) -> Truth:
        value = self.operand(condition.operand)
        before = _shifted(value, 1)
        moved = value > before if condition.direction == "rising" else value < before
        candles = int(self.number(condition.candles))
        found: Truth = _last(moved, candles) == candles
        return found

    def _distance(self, condition: Distance) -> Truth:
        value, reference = self.operand(condition.operand), self.operand(condition.reference)
        with np.errstate(all="ignore"):
            percent = (value / reference - 1.0) * _PERCENT
        limit = self.number(condition.percent)
        match condition.side:
            case "above":
                return percent >= limit
            case "below":
                return percent <= -limit
            case _:
                return np.abs(percent) <= limit


def _each(parts: Iterable[Truth]) -> Truth:
    found: Truth = np.all(np.stack(list(parts)), axis=0)
    return found


def _one(parts: Iterable[Truth]) -> Truth:
    found: Truth = np.any(np.stack(list(parts)), axis=0)
    return found


def _shifted(values: Floats, candles: int) -> Floats:
    if candles == 0:
        return values
    found = np.full(len(values), np.nan)
    found[candles:] = values[: len(values) - candles]
    return found


def _last(holds: Truth, candles: int) -> NDArray[np.int64]:
    """Return in how many of the last candles it held."""
    found = np.cumsum(holds, dtype=np.int64)
    found[candles:] -= found[:-candles].copy()
    return found


def _computed(sign: str, left: Floats, right: Floats) -> Floats:
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case _:
            return left / right


def _compared(sign: str, left: Floats, right: Floats) -> Truth:
    operations = {
        ">": np.greater, ">=": np.greater_equal, "<": np.less, "<=": np.less_equal,
        "==": np.equal, "!=": np.not_equal,
    }  # fmt: skip
    found: Truth = operations[sign](left, right)
    return found
