"""The names of a strategy: what its blocks may refer to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from candlewick.indicators.models import Indicator
from candlewick.indicators.registry import INDICATORS
from candlewick.specs.base import Number, ParameterUse
from candlewick.specs.models import (
    BoolParameter,
    ChoiceParameter,
    IndicatorUse,
    Parameter,
    StrategySpec,
)

Frame = str | None  # an informative's name; None for the strategy's own candles


@dataclass(frozen=True)
class Scope:
    spec: StrategySpec

    @cached_property
    def parameters(self) -> Mapping[str, Parameter]:
        return {parameter.name: parameter for parameter in self.spec.parameters}

    @cached_property
    def indicators(self) -> Mapping[Frame, Mapping[str, IndicatorUse]]:
        return {
            None: _by_name(self.spec.indicators),
            **{frame.name: _by_name(frame.indicators) for frame in self.spec.informatives},
        }

    def indicator(self, frame: Frame, name: str) -> IndicatorUse | None:
        return self.indicators.get(frame, {}).get(name)

    def known(self, use: IndicatorUse) -> Indicator | None:
        return INDICATORS.get(use.indicator)

    def bounds(self, number: Number) -> tuple[float, float] | None:
        """Return the least and the greatest value; None for a parameter that there is not, or that is no number."""
        if not isinstance(number, ParameterUse):
            return number, number
        parameter = self.parameters.get(number.name)
        if parameter is None or isinstance(parameter, BoolParameter):
            return None
        if isinstance(parameter, ChoiceParameter):
            return min(parameter.options), max(parameter.options)
        return parameter.low, parameter.high

    def is_whole(self, number: Number) -> bool:
        if not isinstance(number, ParameterUse):
            return isinstance(number, int)
        parameter = self.parameters.get(number.name)
        if isinstance(parameter, ChoiceParameter):
            return all(isinstance(option, int) for option in parameter.options)
        return parameter is not None and parameter.kind == "int"

    def default(self, number: Number) -> float:
        """Return a number's value, a parameter's default."""
        return self.parameters[number.name].default if isinstance(number, ParameterUse) else number

    def columns(self, frame: Frame) -> Iterator[tuple[str, IndicatorUse, str]]:
        """Yield each column that indicators make: its name, the indicator, its output."""
        for use in self.indicators.get(frame, {}).values():
            known = INDICATORS.get(use.indicator)
            for output in known.outputs if known else ():
                yield known.column(use.name, output.name), use, output.name  # type: ignore[union-attr]  # known by the line above


def _by_name(items: tuple[object, ...]) -> Mapping[str, IndicatorUse]:
    return {item.name: item for item in items if isinstance(item, IndicatorUse)}
