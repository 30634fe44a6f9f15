"""What cleaning found, and what it did about it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import pandas as pd


class Rule(StrEnum):
    """What may be wrong with candles."""

    TIME_ZONE = "time_zone"  # times in another zone, or as numbers
    UNIT = "unit"  # prices as text, whole numbers or decimals
    LATE = "late"  # funding times some milliseconds after the hour
    ORDER = "order"
    DUPLICATE = "duplicate"  # the same candle twice
    CONFLICT = "conflict"  # one time, other values: the later download counts
    OFF_GRID = "off_grid"  # does not begin at a multiple of the timeframe
    IMPOSSIBLE = "impossible"  # high below low, no price, nothing finite
    UNFINISHED = "unfinished"  # the last candle was still under way
    SPIKE = "spike"  # far off both neighbours
    NO_VOLUME = "no_volume"
    CHANGED = "changed"  # the exchange gives other values than it once did
    RESAMPLED = "resampled"  # not what the shorter candles make


class Action(StrEnum):
    """`CONVERTED` keeps the meaning, `REMOVED` leaves a gap, `REPLACED` takes the newer values, `FLAGGED` changes nothing."""

    CONVERTED = "converted"
    REMOVED = "removed"
    REPLACED = "replaced"
    FLAGGED = "flagged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """How often a rule was broken; `at` holds the first moments."""

    rule: Rule
    action: Action
    count: int
    at: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A step's outcome: the candles that go on, and what it found."""

    frame: pd.DataFrame
    found: Found | None = None


@dataclass(frozen=True, slots=True)
class Cleaned:
    """`frame`: `date` (UTC, ms) and the candle type's columns (float64), in time's order, each time once."""

    frame: pd.DataFrame
    found: tuple[Found, ...]

    def count(self, rule: Rule) -> int:
        return sum(each.count for each in self.found if each.rule is rule)


MOST_MOMENTS = 200


def found(rule: Rule, action: Action, dates: "pd.Series[pd.Timestamp]") -> Found | None:
    """Return what a step found; `None` where it found nothing."""
    if dates.empty:
        return None
    first = tuple(moment.to_pydatetime() for moment in dates.iloc[:MOST_MOMENTS])
    return Found(rule=rule, action=action, count=len(dates), at=first)
