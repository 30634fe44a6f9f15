"""What is previewed, and what a preview holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from candlewick.backtests.models import TradingMode
from candlewick.indicators.models import Pane
from candlewick.specs.explanation import Explained
from candlewick.specs.found import Problem
from candlewick.specs.models import StrategySpec

if TYPE_CHECKING:
    import pandas as pd

Way = Literal["enter", "exit"]
Side = Literal["long", "short"]
WAYS: Mapping[str, Way] = {"entries": "enter", "exits": "exit"}
SIDES: tuple[Side, ...] = ("long", "short")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A spec and the candles to show it on: the last ones that open before `until`."""

    spec: StrategySpec
    exchange: str
    pair: str
    trading_mode: TradingMode = TradingMode.SPOT
    revision: str | None = None
    until: datetime | None = None
    candles: int = 400
    parameters: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One output of an indicator, with a value for each candle of the window."""

    column: str
    name: str
    output: str
    frame: str | None
    title: str
    pane: Pane
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What Freqtrade would be told at a candle; `date` is when it opened, in milliseconds."""

    date: int
    way: Way
    side: Side
    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """`window` holds the candles; so many of its first ones have too little history in the store."""

    revision: str
    is_simulated: bool
    tick_size: float | None
    startup_candles: int
    warming_up: int
    window: "pd.DataFrame"
    lines: tuple[Line, ...]
    signals: tuple[Signal, ...]
    not_evaluated: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedRule:
    """A rule at one candle; a block of code has no side and no tag."""

    path: str
    way: Way
    side: Side | None
    tag: str | None
    when: Explained


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    revision: str
    date: int
    is_warming_up: bool
    rules: tuple[ExplainedRule, ...]
    not_evaluated: tuple[Problem, ...]
