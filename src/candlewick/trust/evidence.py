"""Reads what a trust report rests on from a verified run's files."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from candlewick.backtests.models import BacktestRun
from candlewick.strategies.models import Finding
from candlewick.trust.examined import Examined
from candlewick.trust.report import Evidence


@dataclass(frozen=True, slots=True)
class ResultFiles:
    """`read` returns a result's file by its name in the bucket."""

    read: Callable[[str], bytes]

    def file(self, run: BacktestRun, name: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = json.loads(self.read(f"{run.files}/{name}.json"))
        return found

    def trades(self, run: BacktestRun) -> Sequence[Mapping[str, Any]]:
        trades: Sequence[Mapping[str, Any]] = self.file(run, "trades")["trades"]
        return trades

    def returns(self, run: BacktestRun) -> Sequence[float]:
        """Return daily returns, fractions."""
        return daily_returns(float(run.spec.wallet), self.file(run, "equity")["days"]["balance"])

    def evidence(
        self,
        run: BacktestRun,
        *,
        attempts: Sequence[BacktestRun],
        others: Sequence[Sequence[float]],
        code_findings: Sequence[Finding],
        examined: Examined | None = None,
    ) -> Evidence:
        """Collect the evidence on `run`.

        Args:
            run: a verified one.
            attempts: the other runs that count as tries.
            others: daily returns of variants over the same time and pairs.
            code_findings: of the static checks.
            examined: what the house's runs found, where there were some.
        """
        trades = [trade for trade in self.trades(run) if not trade["isOpen"]]
        pairs: dict[str, float] = {}
        for trade in trades:
            pairs[trade["pair"]] = pairs.get(trade["pair"], 0.0) + trade["profit"]
        return Evidence(
            seed=int(run.identity[:8], 16),
            currency=run.spec.stake_currency,
            start=float(run.spec.wallet),
            profits=[trade["profit"] for trade in trades],
            turnovers=[_turnover(trade) for trade in trades],
            pairs=pairs,
            returns=self.returns(run),
            others=others,
            sharpes=[ratio for each in (run, *attempts) if (ratio := sharpe_of(each)) is not None],
            certificate=self.file(run, "certificate"),
            code_findings=code_findings,
            examined=examined,
        )


def daily_returns(wallet: float, balances: Sequence[float]) -> Sequence[float]:
    """Return what each day did to the balance, fractions; the first day began with the wallet."""
    whole = [wallet, *balances]
    return [after / before - 1 if before > 0 else 0.0 for before, after in pairwise(whole)]


def sharpe_of(run: BacktestRun) -> float | None:
    found = None if run.result is None else run.result.headline.get("sharpe")
    return float(found) if isinstance(found, int | float) else None


def _turnover(trade: Mapping[str, Any]) -> float:
    return float(sum(abs(order["amount"] * order["price"]) for order in trade["orders"]))
