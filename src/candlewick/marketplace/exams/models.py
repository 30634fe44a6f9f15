"""An examination: which runs the house makes of a version, and what has become of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from candlewick.accounts.models import UserId
from candlewick.backtests.models import BacktestSpec, RunId, StrategyRef
from candlewick.marketplace.models import ExamId, ExamState, ListingId, house_of

PATIENCE = timedelta(hours=3)
REPORT_TYPE = "application/json"


class Part(StrEnum):
    """What a run of the examination is for."""

    BASE = "base"  # as its author ran it
    START = "start"  # begun later
    NEIGHBOUR = "neighbour"  # one parameter moved a little
    LOOKAHEAD = "lookahead"
    RECURSIVE = "recursive"
    TRUNCATED = "truncated"  # on candles that end early


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRun:
    """`parameter` and `value` are what a neighbour moves."""

    part: Part
    spec: BacktestSpec
    parameters: Mapping[str, object] | None = None
    parameter: str = ""
    value: object = None
    run: RunId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exam:
    """`runs` by name. They are planned in two steps: what needs the base run's trades comes after it."""

    id: ExamId
    listing: ListingId
    version: int
    author: UserId
    strategy: StrategyRef
    runs: Mapping[str, PlannedRun]
    is_planned_whole: bool
    state: ExamState
    created_at: datetime
    message: str = ""

    @property
    def house(self) -> UserId:
        return house_of(self.listing)

    @property
    def report_name(self) -> str:
        """Where the report lies in the results bucket."""
        return f"{self.house}/exams/{self.id}.json"

    def sent(self, runs: Mapping[str, RunId]) -> "Exam":
        """Return the examination with the runs that were submitted."""
        return replace(
            self,
            runs={
                name: replace(planned, run=runs.get(name, planned.run))
                for name, planned in self.runs.items()
            },
        )

    def planned_further(self, more: Mapping[str, PlannedRun]) -> "Exam":
        return replace(self, runs={**self.runs, **more}, is_planned_whole=True)

    def ended(self, state: ExamState, message: str = "") -> "Exam":
        return replace(self, state=state, message=message)
