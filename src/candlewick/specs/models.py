"""The strategy spec: the one model that blocks, chat and code edit."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StringConstraints,
    field_validator,
    model_validator,
)

from candlewick.indicators.models import Setting
from candlewick.indicators.registry import INDICATORS
from candlewick.specs.base import Code, CodeBlock, FrameName, Name, Number, Part, Plain, Timeframe
from candlewick.specs.conditions import Condition
from candlewick.specs.operands import Column, Price
from candlewick.specs.risk import Orders, Position, Protection, Risk

VERSION = 1
MAX_SPEC_BYTES = 256 * 1024

_IN_DOCSTRINGS = str.maketrans({'"': "'", "\\": "/"})

Space = Literal["buy", "sell", "protection"]
Text = Annotated[str, StringConstraints(max_length=2_000)]
Tag = Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9][A-Za-z0-9 _.,:%+<>=-]{0,59})?$")]
PairName = Annotated[
    str, StringConstraints(pattern=r"^[A-Z0-9]{1,20}/([A-Z0-9]{1,20}|\{stake\})(:[A-Z0-9]{1,20})?$")
]


class IntParameter(Part):
    kind: Literal["int"] = "int"
    name: Name
    low: StrictInt
    high: StrictInt
    default: StrictInt
    space: Space = "buy"
    optimize: StrictBool = True


class DecimalParameter(Part):
    kind: Literal["decimal"] = "decimal"
    name: Name
    low: StrictFloat
    high: StrictFloat
    default: StrictFloat
    decimals: Annotated[StrictInt, Field(ge=0, le=8)] = 3
    space: Space = "buy"
    optimize: StrictBool = True


class ChoiceParameter(Part):
    """One of some numbers."""

    kind: Literal["choice"] = "choice"
    name: Name
    options: tuple[Plain, ...] = Field(min_length=2, max_length=50)
    default: Plain
    space: Space = "buy"
    optimize: StrictBool = True


class BoolParameter(Part):
    """A switch, which conditions of the kind switch read."""

    kind: Literal["bool"] = "bool"
    name: Name
    default: StrictBool
    space: Space = "buy"
    optimize: StrictBool = True


Parameter = Annotated[
    IntParameter | DecimalParameter | ChoiceParameter | BoolParameter, Field(discriminator="kind")
]


class IndicatorUse(Part):
    """An indicator of the registry with its settings, under a name that conditions use."""

    kind: Literal["indicator"] = "indicator"
    name: Name
    indicator: str
    settings: dict[str, Number] = Field(default_factory=dict)
    source: Column = Price()

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, given: Any) -> Any:
        """Fill in the settings that are not given, in the registry's order."""
        if not isinstance(given, Mapping):
            return given
        known = INDICATORS.get(str(given.get("indicator")))
        settings = given.get("settings", {})
        if known is None or not isinstance(settings, Mapping):
            return given
        completed = {
            setting.name: _as_meant(setting, settings.get(setting.name, setting.default))
            for setting in known.settings
        }
        return {**given, "settings": completed | {**settings, **completed}}


def _as_meant(setting: Setting, value: Any) -> Any:
    is_plain_int = isinstance(value, int) and not isinstance(value, bool)
    return float(value) if is_plain_int and not setting.is_whole else value


Computed = Annotated[IndicatorUse | CodeBlock, Field(discriminator="kind")]


class Informative(Part):
    """Candles of a longer timeframe or of another pair, with indicators of their own."""

    name: FrameName
    timeframe: Timeframe
    pair: PairName | None = None
    indicators: tuple[Computed, ...] = Field(default=(), max_length=100)


class Rule(Part):
    """Opens or closes trades of one side when its condition holds; `tag`, which may be empty, is what reports call it."""

    kind: Literal["rule"] = "rule"
    tag: Tag
    side: Literal["long", "short"] = "long"
    when: Condition


Step = Annotated[Rule | CodeBlock, Field(discriminator="kind")]


class ClassCode(Part):
    """Unknown code in the module or the class, and what it stands behind."""

    place: Literal["module", "class"]
    after: Annotated[str, StringConstraints(max_length=100)] = ""
    code: Code


class StrategySpec(Part):
    version: Literal[1] = 1
    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,79}$")]
    description: Text = ""
    timeframe: Timeframe
    can_short: StrictBool = False
    startup_candles: Annotated[StrictInt, Field(ge=0, le=100_000)] | None = None
    parameters: tuple[Parameter, ...] = Field(default=(), max_length=100)
    informatives: tuple[Informative, ...] = Field(default=(), max_length=10)
    indicators: tuple[Computed, ...] = Field(default=(), max_length=100)
    entries: tuple[Step, ...] = Field(default=(), max_length=50)
    exits: tuple[Step, ...] = Field(default=(), max_length=50)
    risk: Risk = Risk()
    position: Position = Position()
    protections: tuple[Protection, ...] = Field(default=(), max_length=20)
    orders: Orders | None = None
    code: tuple[ClassCode, ...] = Field(default=(), max_length=200)

    @field_validator("description")
    @classmethod
    def _as_docstring(cls, text: str) -> str:
        """Keep what a docstring can say plainly, so that code gives it back unchanged."""
        plain = text.translate(_IN_DOCSTRINGS)
        lines = (" ".join(line.split()) for line in plain.splitlines())
        return "\n".join(lines).strip()
