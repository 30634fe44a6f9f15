"""What conditions compare: candles, indicators, numbers, and arithmetic over them."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Discriminator, Field, StrictFloat, StrictInt, Tag

from candlewick.specs.base import FrameName, Name, Number, ParameterUse, Part

Field_ = Literal["open", "high", "low", "close", "volume"]


class Price(Part):
    """A column of the candles; `ago` counts candles back, `frame` names an informative timeframe."""

    kind: Literal["price"] = "price"
    field: Field_ = "close"
    frame: FrameName | None = None
    ago: Number = 0


class IndicatorValue(Part):
    """An output of an indicator of the strategy."""

    kind: Literal["indicator"] = "indicator"
    name: Name
    output: Name | Literal[""] = ""
    frame: FrameName | None = None
    ago: Number = 0


class Math(Part):
    kind: Literal["math"] = "math"
    sign: Literal["+", "-", "*", "/"]
    left: "Operand"
    right: "Operand"


def _tag(value: object) -> str | None:
    if isinstance(value, int | float):
        return "number"
    kind = value.get("kind") if isinstance(value, Mapping) else getattr(value, "kind", None)
    return kind if isinstance(kind, str) else None


Operand = Annotated[
    Annotated[StrictInt | StrictFloat, Tag("number")]
    | Annotated[ParameterUse, Tag("parameter")]
    | Annotated[Price, Tag("price")]
    | Annotated[IndicatorValue, Tag("indicator")]
    | Annotated[Math, Tag("math")],
    Discriminator(_tag),
]
Column = Annotated[Price | IndicatorValue, Field(discriminator="kind")]

Math.model_rebuild()


def has_column(operand: "Operand") -> bool:
    """Whether an operand changes from candle to candle."""
    if isinstance(operand, Math):
        return has_column(operand.left) or has_column(operand.right)
    return isinstance(operand, Price | IndicatorValue)
