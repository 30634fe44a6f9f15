"""Collects what the trust report rests on: the run's stored files, and the strategy's other runs."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

from candlewick.accounts.models import UserId
from candlewick.backtests.models import BacktestRun, Listed, RunId, RunState
from candlewick.backtests.ports import RunFilter, VerifiedRuns
from candlewick.errors import NotFound
from candlewick.strategies.models import Finding, StrategyId, Version
from candlewick.trust.report import Evidence, Report, report, without_lines

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
        attempts = list(self._attempts(owner, run))
        trades = [trade for trade in self._file(run, "trades")["trades"] if not trade["isOpen"]]
        alike = [each for each in attempts if _is_alike(each, run)][:_MOST_VARIANTS]
        pairs: dict[str, float] = {}
        for trade in trades:
            pairs[trade["pair"]] = pairs.get(trade["pair"], 0.0) + trade["profit"]
        found = report(
            Evidence(
                seed=int(run.identity[:8], 16),
                start=float(run.spec.wallet),
                profits=[trade["profit"] for trade in trades],
                turnovers=[_turnover(trade) for trade in trades],
                pairs=pairs,
                returns=self._returns(run),
                others=[self._returns(each) for each in alike],
                sharpes=[
                    ratio for each in (run, *attempts) if (ratio := _sharpe(each)) is not None
                ],
                certificate=self._file(run, "certificate"),
                code_findings=self._code_findings(owner, run),
            )
        )
        return without_lines(found) if run.strategy.is_closed else found

    def _attempts(self, owner: UserId, run: BacktestRun) -> Iterator[BacktestRun]:
        """Yield the other runs of the strategy that gave a result of their own, the newest first."""
        wanted = RunFilter(state=RunState.SUCCEEDED, strategy_id=run.strategy.id)
        seen, cursor = {run.identity}, None
        for _ in range(_MOST_RUNS // _PAGE):
            page = self.runs.list(owner, wanted, cursor=cursor, size=_PAGE)
            for found in page.items:
                if found.identity not in seen and found.result is not None:
                    seen.add(found.identity)
                    yield found
            cursor = page.next_cursor
            if cursor is None:
                return

    def _returns(self, run: BacktestRun) -> Sequence[float]:
        """Return daily returns, fractions."""
        balances = [float(run.spec.wallet), *self._file(run, "equity")["days"]["balance"]]
        return [after / before - 1 if before > 0 else 0.0 for before, after in pairwise(balances)]

    def _code_findings(self, owner: UserId, run: BacktestRun) -> Sequence[Finding]:
        try:
            if run.strategy.listed is not None:
                return self.listed.findings(run.strategy.listed)
            version = self.versions.version(owner, run.strategy.id, run.strategy.version)
        except NotFound:
            return ()  # the strategy is gone, its results are not
        return version.report.findings

    def _file(self, run: BacktestRun, name: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = json.loads(self.read(f"{run.files}/{name}.json"))
        return found


def _is_alike(one: BacktestRun, other: BacktestRun) -> bool:
    """Whether two runs simulated the same time and pairs, so that their days can be compared."""
    return (one.spec.start, one.spec.until, set(one.spec.pairs)) == (
        other.spec.start, other.spec.until, set(other.spec.pairs),
    )  # fmt: skip


def _sharpe(run: BacktestRun) -> float | None:
    found = None if run.result is None else run.result.headline.get("sharpe")
    return float(found) if isinstance(found, int | float) else None


def _turnover(trade: Mapping[str, Any]) -> float:
    return float(sum(abs(order["amount"] * order["price"]) for order in trade["orders"]))
