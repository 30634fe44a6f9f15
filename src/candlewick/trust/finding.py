"""One thing that a trust report looked at, and what it weighs."""

from dataclasses import dataclass
from enum import StrEnum


class Weight(StrEnum):
    """`FAILED` ends belief, `WEAK` and `DOUBTFUL` lower it, `GOOD` does not raise it."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    WEAK = "weak"
    FAILED = "failed"


class Grade(StrEnum):
    A, B, C, D, F = "A", "B", "C", "D", "F"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `line` is the line of the strategy's code that causes it, if one does."""

    name: str
    weight: Weight
    text: str
    line: int | None = None
    is_of_code: bool = False  # whether the text quotes the code
