"""A verified run as the chat shows it: figures, what they rest on, and what they do not say."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from candlewick.accounts.models import UserId
from candlewick.assistant.metrics import HEADLINE, METRICS
from candlewick.assistant.parts import Figure, Result
from candlewick.backtests.models import BacktestRun, RunId, RunState
from candlewick.backtests.ports import RunFilter
from candlewick.errors import NotFound
from candlewick.ids import is_id
from candlewick.objects import ObjectStore
from candlewick.pages import Page
from candlewick.strategies.models import StrategyId

_UNKNOWN = "-"
RISK = (
    "Past results do not show what will come; fees, slippage and gaps can make live trading worse. "
    "Never risk money that you cannot lose."
)


class Runs(Protocol):
    def succeeded(self, owner: UserId, run_id: RunId) -> BacktestRun: ...
    def list(
        self, owner: UserId, wanted: RunFilter, *, cursor: str | None, size: int
    ) -> Page[BacktestRun]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResults:
    runs: Runs
    files: ObjectStore

    def of_run(self, owner: UserId, run_id: str) -> Result:
        """Return the result of one of the owner's runs; anybody else's reads as missing."""
        if not is_id(run_id):
            raise NotFound("There is no such backtest.")
        run = self.runs.succeeded(owner, RunId(run_id))
        return Result(
            run_id=run.id,
            title=_title(run),
            figures=tuple(_figures(run)),
            certificate=self._certificate(run),
            risk=RISK,
        )

    def latest(self, owner: UserId, strategy_id: StrategyId, count: int) -> Sequence[str]:
        """Return the ids of the strategy's newest runs that have a result."""
        wanted = RunFilter(strategy_id=strategy_id, state=RunState.SUCCEEDED)
        return [item.id for item in self.runs.list(owner, wanted, cursor=None, size=count).items]

    def _certificate(self, run: BacktestRun) -> str:
        try:
            found = json.loads(self.files.read(f"{run.files}/certificate.json"))
        except NotFound:
            return "This run has no data certificate."
        pairs = found.get("pairs", [])
        missing = sum(int(pair.get("missing", 0)) for pair in pairs)
        affected = len(found.get("affectedTrades", []))
        origin = "simulated candles" if run.is_simulated else f"candles of {run.spec.exchange}"
        return (
            f"Data certificate: {origin}, {len(pairs)} pairs; {missing:,} candles missing, "
            f"{affected:,} trades rest on gaps or jumps. Every figure was recomputed by Candlewick."
        )


def _title(run: BacktestRun) -> str:
    spec = run.spec
    days = (spec.until - spec.start).days
    pairs = ", ".join(spec.pairs[:3]) + (" …" if len(spec.pairs) > 3 else "")  # noqa: PLR2004 - three fit
    return (
        f"{run.strategy.name}, version {run.strategy.version}: {pairs}, {spec.timeframe}, "
        f"{days} days from {spec.start:%Y-%m-%d}"
    )


def _figures(run: BacktestRun) -> Iterator[Figure]:
    headline: Any = run.result.headline if run.result is not None else {}
    for name in HEADLINE:
        metric, value = METRICS[name], headline.get(name)
        known = isinstance(value, int | float) and not isinstance(value, bool)
        yield Figure(name=name, title=metric.title, value=metric.show(value) if known else _UNKNOWN)
