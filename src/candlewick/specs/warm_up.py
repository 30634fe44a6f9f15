"""How many candles a strategy needs before its signals can be relied on: what `startup_candle_count` is for."""

import math

from candlewick.specs.base import Number
from candlewick.specs.conditions import (
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
    Within,
)
from candlewick.specs.models import IndicatorUse, Rule, StrategySpec
from candlewick.specs.operands import Column, IndicatorValue, Math, Operand, Price
from candlewick.specs.scope import Frame, Scope

MAX_WARM_UP = 4_999  # what Freqtrade loads from an exchange with 1,000 candles a call


def startup(spec: StrategySpec) -> int:
    """Return the strategy's `startup_candle_count`: its own, or as many candles as it needs."""
    return warm_up(spec) if spec.startup_candles is None else spec.startup_candles


def warm_up(spec: StrategySpec) -> int:
    """Return the longest look-back of all indicators and rules, parameters at their longest."""
    return _WarmUp(Scope(spec)).all()


def warm_up_of(spec: StrategySpec, frame: Frame) -> int:
    """Return the longest look-back of one frame's indicators."""
    return _WarmUp(Scope(spec)).of(frame)


class _WarmUp:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def all(self) -> int:
        indicators = [self.of(frame) for frame in self._scope.indicators]
        rules = [
            self._condition(rule.when)
            for rule in (*self._scope.spec.entries, *self._scope.spec.exits)
            if isinstance(rule, Rule)
        ]
        return max([*indicators, *rules], default=0)

    def of(self, frame: Frame) -> int:
        uses = self._scope.indicators[frame]
        longest = max((self._indicator(frame, name) for name in uses), default=0)
        # The last informative candle that has closed is the one before that which is open.
        return longest + 1 if longest and frame is not None else longest

    def _longest(self, number: Number) -> int:
        bounds = self._scope.bounds(number)
        return math.ceil(bounds[1]) if bounds else 0

    def _indicator(self, frame: Frame, name: str) -> int:
        use = self._scope.indicator(frame, name)
        known = self._scope.known(use) if use else None
        if use is None or known is None:
            return 0
        ends = [self._scope.bounds(number) or (0, 0) for number in use.settings.values()]
        # Not every warm-up grows with its setting: that of an acceleration falls.
        longest = max(
            known.warm_up(dict(zip(use.settings, values, strict=True)))
            for values in (
                tuple(end[0] for end in ends),
                tuple(end[1] for end in ends),
            )
        )
        return longest + self._source(frame, use)

    def _source(self, frame: Frame, use: IndicatorUse) -> int:
        return self._column(use.source, frame if use.source.frame is None else use.source.frame)

    def _column(self, column: Column, frame: Frame) -> int:
        ago = self._longest(column.ago)
        return ago + (
            self._indicator(frame, column.name) if isinstance(column, IndicatorValue) else 0
        )

    def _operand(self, operand: Operand) -> int:
        if isinstance(operand, Math):
            return max(self._operand(operand.left), self._operand(operand.right))
        if isinstance(operand, Price | IndicatorValue):
            return self._column(operand, operand.frame)
        return 0

    def _condition(self, condition: Condition) -> int:  # noqa: C901, PLR0911 - one line for each kind
        match condition:
            case All() | AnyOf():
                return max(self._condition(inner) for inner in condition.conditions)
            case Not():
                return self._condition(condition.condition)
            case Within():
                return self._longest(condition.candles) + self._condition(condition.condition)
            case Compare():
                return self._most(condition.left, condition.right)
            case Crosses():
                return 1 + self._most(condition.left, condition.right)
            case Moves():
                return self._longest(condition.candles) + self._operand(condition.operand)
            case Between():
                return self._most(condition.operand, condition.low, condition.high)
            case Distance():
                return self._most(condition.operand, condition.reference)
            case Pattern():
                return self._indicator(condition.frame, condition.name)
            case _:
                return 0

    def _most(self, *operands: Operand) -> int:
        return max(self._operand(operand) for operand in operands)
