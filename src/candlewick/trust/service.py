"""Collects what the trust report rests on: the run's stored files, and the strategy's other runs."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from candlewick.accounts.models import UserId
from candlewick.backtests.models import BacktestRun, Listed, RunId, RunState
from candlewick.backtests.ports import RunFilter, VerifiedRuns
from candlewick.errors import NotFound
from candlewick.strategies.models import Finding, StrategyId, Version
from candlewick.trust.evidence import ResultFiles
from candlewick.trust.report import Report, report, without_lines

_MOST_RUNS = 200
_PAGE = 50
_MOST_VARIANTS = 12  # whose equity is read


class Versions(Protocol):
    def version(self, owner: UserId, strategy_id: StrategyId, number: int) -> Version: ...


class ListedFindings(Protocol):
    def findings(self, listed: Listed) -> Sequence[Finding]:
        """Return what the static checks found in a listing's code, in words that may be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustService:
    """`read` returns a result's file by its name in the bucket."""

    runs: VerifiedRuns
    versions: Versions
    listed: ListedFindings
    read: Callable[[str], bytes]

    def report(self, owner: UserId, run_id: RunId) -> Report:
        """Return the report on a verified result; its owner's other runs of the strategy count as attempts."""
        run = self.runs.succeeded(owner, run_id)
        attempts = list(attempts_of(self.runs, owner, run.strategy.id, but=run.identity))
        alike = [each for each in attempts if _is_alike(each, run)][:_MOST_VARIANTS]
        files = ResultFiles(self.read)
        found = report(
            files.evidence(
                run,
                attempts=attempts,
                others=[files.returns(each) for each in alike],
                code_findings=self._code_findings(owner, run),
            )
        )
        return without_lines(found) if run.strategy.is_closed else found

    def _code_findings(self, owner: UserId, run: BacktestRun) -> Sequence[Finding]:
        try:
            if run.strategy.listed is not None:
                return self.listed.findings(run.strategy.listed)
            version = self.versions.version(owner, run.strategy.id, run.strategy.version)
        except NotFound:
            return ()  # the strategy is gone, its results are not
        return version.report.findings


def attempts_of(
    runs: VerifiedRuns, owner: UserId, strategy_id: StrategyId, *, but: str = ""
) -> Iterator[BacktestRun]:
    """Yield the runs of a strategy that gave a result of their own, the newest first, but for one identity."""
    wanted = RunFilter(state=RunState.SUCCEEDED, strategy_id=strategy_id)
    seen, cursor = {but}, None
    for _ in range(_MOST_RUNS // _PAGE):
        page = runs.list(owner, wanted, cursor=cursor, size=_PAGE)
        for found in page.items:
            if found.identity not in seen and found.result is not None:
                seen.add(found.identity)
                yield found
        cursor = page.next_cursor
        if cursor is None:
            return


def _is_alike(one: BacktestRun, other: BacktestRun) -> bool:
    """Whether two runs simulated the same time and pairs, so that their days can be compared."""
    return (one.spec.start, one.spec.until, set(one.spec.pairs)) == (
        other.spec.start, other.spec.until, set(other.spec.pairs),
    )  # fmt: skip
