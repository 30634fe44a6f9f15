"""Short forms in which the examples are written."""

from typing import Any, Literal

from candlewick.specs.base import Number, ParameterUse
from candlewick.specs.conditions import All, AnyOf, Compare, Condition, Crosses, Moves, Sign
from candlewick.specs.models import (
    IndicatorUse,
    Informative,
    IntParameter,
    Rule,
    Space,
    StrategySpec,
)
from candlewick.specs.operands import IndicatorValue, Operand, Price
from candlewick.specs.risk import Risk, Target

CLOSE, VOLUME = Price(), Price(field="volume")
HIGH, LOW, OPEN = Price(field="high"), Price(field="low"), Price(field="open")


def value(name: str, output: str = "", *, frame: str | None = None, ago: int = 0) -> IndicatorValue:
    return IndicatorValue(name=name, output=output, frame=frame, ago=ago)


def use(
    name: str, indicator: str, source: Price | IndicatorValue = CLOSE, **settings: Any
) -> IndicatorUse:
    return IndicatorUse.model_validate(
        {"name": name, "indicator": indicator, "settings": settings, "source": source.model_dump()}
    )


def compare(left: Operand, sign: Sign, right: Operand) -> Condition:
    return Compare(left=left, sign=sign, right=right)


def crosses(left: Operand, direction: Literal["above", "below"], right: Operand) -> Condition:
    return Crosses(left=left, direction=direction, right=right)


def rises(operand: Operand, candles: Number = 1) -> Condition:
    return Moves(operand=operand, direction="rising", candles=candles)


def falls(operand: Operand, candles: Number = 1) -> Condition:
    return Moves(operand=operand, direction="falling", candles=candles)


def every(*conditions: Condition) -> Condition:
    return All(conditions=conditions)


def either(*conditions: Condition) -> Condition:
    return AnyOf(conditions=conditions)


def when(tag: str, *conditions: Condition) -> Rule:
    return Rule(tag=tag, when=conditions[0] if len(conditions) == 1 else every(*conditions))


def whole(name: str, low: int, default: int, high: int, space: Space = "buy") -> IntParameter:
    return IntParameter(name=name, low=low, high=high, default=default, space=space)


def parameter(name: str) -> ParameterUse:
    return ParameterUse(name=name)


def risk(stop_loss: float, *targets: tuple[int, float], **more: Any) -> Risk:
    made = tuple(Target(minutes=minutes, profit=profit) for minutes, profit in targets)
    return Risk(stop_loss=stop_loss, targets=made, **more)


def example(name: str, description: str, **parts: Any) -> StrategySpec:
    """Return a spec on hourly candles, if the parts do not say otherwise."""
    return StrategySpec.model_validate(
        {"name": name, "description": description, "timeframe": "1h", **parts}
    )


def hourly(*indicators: IndicatorUse, name: str = "1h", pair: str | None = None) -> Informative:
    return Informative(name=name, timeframe="1h", pair=pair, indicators=indicators)
