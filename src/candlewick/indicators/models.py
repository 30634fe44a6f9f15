"""An indicator as the registry knows it: what it takes, gives and means, and how its code reads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Values = Mapping[str, float]

CANDLE_COLUMNS = ("open", "high", "low", "close", "volume")


class Group(StrEnum):
    TREND = "trend"
    MOMENTUM = "momentum"
    VOLATILITY = "volatility"
    VOLUME = "volume"
    STATISTICS = "statistics"
    PATTERN = "pattern"


class Pane(StrEnum):
    PRICE = "price"  # over the candles
    OWN = "own"  # below them


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A number that an indicator takes. `keyword` is its name in the code."""

    name: str
    title: str
    keyword: str
    default: float
    low: float
    high: float

    @property
    def is_whole(self) -> bool:
        return isinstance(self.default, int)


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """A column that an indicator gives; `name` is empty where it is the only one."""

    name: str
    title: str
    pane: Pane


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One entry of the registry.

    `function` is what the code calls. An indicator with
    a source is computed from one column, `close` if nothing else is said; else from the candles' own columns.
    """

    name: str
    title: str
    meaning: str
    group: Group
    function: str
    settings: tuple[Setting, ...]
    outputs: tuple[Output, ...]
    warm_up: Callable[[Values], int]  # candles before the first value that can be relied on
    inputs: tuple[str, ...] = ()  # the candles' columns that it reads besides its source
    has_source: bool = False
    is_recursive: bool = False  # every candle before has a share in the value, a fading one
    is_cumulative: bool = False  # counts from the first candle: only its changes mean anything
    keys: tuple[str | int, ...] = ()  # under which the call returns several outputs
    # What the library takes for settings that a call leaves out, where it is not the default.
    omitted: Values = field(default_factory=dict)

    def setting(self, name: str) -> Setting | None:
        return next((setting for setting in self.settings if setting.name == name), None)

    @property
    def defaults(self) -> Values:
        return {setting.name: setting.default for setting in self.settings}

    def column(self, label: str, output: str) -> str:
        """Return the name of an output's column for an indicator that is called `label`."""
        return f"{label}_{output}" if output else label

    def columns(self, label: str) -> tuple[str, ...]:
        return tuple(self.column(label, output.name) for output in self.outputs)
