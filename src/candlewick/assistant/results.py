"""A verified run as the chat shows it: figures, what they rest on, and what they do not say."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from candlewick.accounts.models import UserId
from candlewick.assistant.metrics import HEADLINE, METRICS
from candlewick.assistant.parts import Figure, Result
from candlewick.backtests.models import BacktestRun, RunId, RunState
from candlewick.backtests.ports import RunFilter, VerifiedRuns
from candlewick.errors import NotFound
from candlewick.ids import is_id
from candlewick.objects import ObjectStore
from candlewick.strategies.models import StrategyId
from candlewick.verification.reading import MissingFunding, missing_funding

_UNKNOWN = "-"
_MANY_TRADES = 30
RISK = (
    "Past results do not show what will come; fees, slippage and gaps can make live trading worse. "
    "Never risk money that you cannot lose."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResults:
    runs: VerifiedRuns
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
            risk=_few_trades(run) + RISK,
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
        origin = "simulated candles" if run.is_simulated else f"candles at {run.spec.exchange}"
        funding = _of_funding(missing_funding(found), run.spec.stake_currency)
        return (
            f"Data certificate: {origin} of {_counted(len(pairs), 'pair')}; "
            f"{_counted(missing, 'candle')} missing, {_counted(affected, 'trade')} on bad data. {funding}"
            "Every figure was recomputed by Candlewick."
        )


def _of_funding(missing: MissingFunding, currency: str) -> str:
    if not missing.times:
        return ""
    lacking = missing.of_trades(currency)
    times = _counted(missing.times, "time")
    return f"Funding is missing {times}, and Freqtrade took it as 0{lacking and f'; {lacking}'}. "


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _few_trades(run: BacktestRun) -> str:
    trades = _headline(run).get("total_trades")
    if not isinstance(trades, int) or trades >= _MANY_TRADES:
        return ""
    return f"Only {_counted(trades, 'closed trade')}: these figures are mostly chance. "


def _headline(run: BacktestRun) -> Mapping[str, Any]:
    return {} if run.result is None else run.result.headline


def _title(run: BacktestRun) -> str:
    spec = run.spec
    days = (spec.until - spec.start).days
    pairs = ", ".join(spec.pairs[:3]) + (" …" if len(spec.pairs) > 3 else "")  # noqa: PLR2004 - three fit
    return (
        f"{run.strategy.name}, version {run.strategy.version}: {pairs}, {spec.timeframe}, "
        f"{days} days from {spec.start:%Y-%m-%d}"
    )


def _figures(run: BacktestRun) -> Iterator[Figure]:
    headline = _headline(run)
    for name in HEADLINE:
        metric, value = METRICS[name], headline.get(name)
        shown = metric.show(value) if isinstance(value, int | float) else _UNKNOWN
        # Without a losing trade Freqtrade writes 0, which reads like the opposite.
        if name == "profit_factor" and headline.get("winrate") == 1:
            shown = "no losing trade"
        yield Figure(name=name, title=metric.title, value=shown)
