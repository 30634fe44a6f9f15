"""When a rule holds: a tree of conditions."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, field_validator

from candlewick.specs.base import CodeBlock, FrameName, Name, Number, Part
from candlewick.specs.operands import Operand

Sign = Literal[">", ">=", "<", "<=", "==", "!="]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Clock = Annotated[str, StringConstraints(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]


class All(Part):
    """Every one holds. One directly inside another is the same as its conditions in its place."""

    kind: Literal["all"] = "all"
    conditions: tuple["Condition", ...] = Field(min_length=2)

    @field_validator("conditions", mode="before")
    @classmethod
    def _flat(cls, conditions: Any) -> Any:
        return list(_flattened(conditions, "all"))


class AnyOf(Part):
    """At least one holds."""

    kind: Literal["any"] = "any"
    conditions: tuple["Condition", ...] = Field(min_length=2)

    @field_validator("conditions", mode="before")
    @classmethod
    def _flat(cls, conditions: Any) -> Any:
        return list(_flattened(conditions, "any"))


class Not(Part):
    kind: Literal["not"] = "not"
    condition: "Condition"


class Compare(Part):
    kind: Literal["compare"] = "compare"
    left: Operand
    sign: Sign
    right: Operand


class Crosses(Part):
    """`left` comes from the other side of `right` in this candle."""

    kind: Literal["crosses"] = "crosses"
    left: Operand
    direction: Literal["above", "below"]
    right: Operand


class Moves(Part):
    """Each of the last candles is above (below) the one before it."""

    kind: Literal["moves"] = "moves"
    operand: Operand
    direction: Literal["rising", "falling"]
    candles: Number = 1


class Within(Part):
    """The condition held in this candle or one of the last ones."""

    kind: Literal["within"] = "within"
    condition: "Condition"
    candles: Number


class Between(Part):
    kind: Literal["between"] = "between"
    operand: Operand
    low: Operand
    high: Operand


class Distance(Part):
    """How far one value is from another in percent: at least above, at least below, at most away."""

    kind: Literal["distance"] = "distance"
    operand: Operand
    reference: Operand
    side: Literal["above", "below", "near"]
    percent: Number


class Pattern(Part):
    """A candle pattern, which is an indicator of the strategy, says up or down."""

    kind: Literal["pattern"] = "pattern"
    name: Name
    direction: Literal["bullish", "bearish"]
    frame: FrameName | None = None


class TimeOfDay(Part):
    """The candle opened at or after `start` and before `end`, UTC."""

    kind: Literal["time"] = "time"
    start: Clock
    end: Clock


class Weekdays(Part):
    kind: Literal["weekdays"] = "weekdays"
    days: tuple[Weekday, ...] = Field(min_length=1, max_length=7)

    @field_validator("days")
    @classmethod
    def _sorted(cls, days: tuple[Weekday, ...]) -> tuple[Weekday, ...]:
        return tuple(day for day in WEEKDAYS if day in days)


class Switch(Part):
    """A parameter that is true or false is true: in every candle, or in none."""

    kind: Literal["switch"] = "switch"
    name: Name


Condition = Annotated[
    All
    | AnyOf
    | Not
    | Compare
    | Crosses
    | Moves
    | Within
    | Between
    | Distance
    | Pattern
    | TimeOfDay
    | Weekdays
    | Switch
    | CodeBlock,
    Field(discriminator="kind"),
]

for _model in (All, AnyOf, Not, Within):
    _model.model_rebuild()


def _flattened(conditions: Any, kind: str) -> Iterator[Any]:
    for condition in conditions if isinstance(conditions, list | tuple) else ():
        found = condition if isinstance(condition, dict) else vars(condition)
        if found.get("kind") == kind and isinstance(found.get("conditions"), list | tuple):
            yield from _flattened(found["conditions"], kind)
        else:
            yield condition
