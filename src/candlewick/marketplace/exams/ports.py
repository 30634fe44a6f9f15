"""What examinations need from the outside."""

from collections.abc import Callable, Sequence
from typing import Protocol

from candlewick.accounts.models import UserId
from candlewick.backtests.models import BacktestRun
from candlewick.marketplace.exams.models import Exam
from candlewick.marketplace.models import ExamId, ListingId, Verdict
from candlewick.strategies.models import StrategyId, Version


class ExamStore(Protocol):
    def add(self, exam: Exam) -> None: ...
    def get(self, exam_id: ExamId) -> Exam | None: ...
    def change(self, exam_id: ExamId, decide: Callable[[Exam], Exam | None]) -> Exam | None:
        """Apply `decide` in a transaction; `None` when it declines or the examination is gone."""

    def running(self, *, limit: int) -> Sequence[ExamId]: ...


class AuthorVersions(Protocol):
    """The strategies service."""

    def version(self, owner: UserId, strategy_id: StrategyId, number: int) -> Version: ...
    def code(self, owner: UserId, version: Version) -> str: ...


class Lineage(Protocol):
    def attempts(self, listing: ListingId, but: str) -> Sequence[BacktestRun]:
        """Return all runs of the listing's strategy, its ancestors' and its forks', but for one identity."""


class Verdicts(Protocol):
    def settle(self, listing: ListingId, version: int, verdict: Verdict) -> None:
        """Store what an examination came to with the version. Doing it twice is harmless."""
