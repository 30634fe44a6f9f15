"""What the offline parser answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from candlewick.specs.models import StrategySpec

Tool = Literal["backtest", "explain_metric", "look_up_indicator", "read_result", "compare_runs"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A whole strategy, and a line for each thing that was understood or assumed."""

    spec: StrategySpec
    understood: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """`text` is the whole phrase to say when this is chosen: nothing else need be remembered."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Says what was not understood, and what would be."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolUse:
    """Something to do or to look up, rather than a change to the strategy."""

    name: Tool
    arguments: Mapping[str, str | int | float] = field(default_factory=dict)


Reply = Proposal | Question | Refusal | ToolUse
