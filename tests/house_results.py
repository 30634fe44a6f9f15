"""Ends the house's runs as the job and the verifier would, with figures that a test chooses."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from candlewick.backtests.models import BacktestRun, RunId, RunState
from candlewick.backtests.probes import LookaheadFacts, RecursiveFacts
from candlewick.backtests.wire import Failure, FailureKind, ProbeKind
from candlewick.gcp.documents import to_document
from candlewick.marketplace.exams.models import Exam, Part, PlannedRun
from candlewick.marketplace.models import ExamId, ExamState, Listing, house_of
from candlewick.trust.evidence import ResultFiles
from candlewick.trust.report import report
from tests.factories import CANDLES_START, a_result, a_run, a_spec
from tests.fakes import START
from tests.world import World

DAY_MS = 86_400_000
START_MS = int(CANDLES_START.timestamp() * 1_000)
SETTINGS = {"stoploss": -0.1, "minimal_roi": {"0": 0.04}}
_FACTS = {
    ProbeKind.LOOKAHEAD: LookaheadFacts(trades=20, is_decided=True),
    ProbeKind.RECURSIVE: RecursiveFacts(startup=30, drifts={"rsi": 0.001}),
}


def a_closed_trade(opened_at: int, profit: float = 1.0, **changes: Any) -> dict[str, Any]:
    trade = {
        "pair": "BTC/USDT",
        "isShort": False,
        "isOpen": False,
        "openedAt": opened_at,
        "closedAt": opened_at + 600_000,
        "openRate": 100.0,
        "closeRate": 101.0,
        "enterTag": None,
        "profit": profit,
        "orders": [{"price": 100.0, "amount": 1.0}, {"price": 101.0, "amount": 1.0}],
    }
    return trade | changes


def some_trades(count: int = 120) -> list[dict[str, Any]]:
    chance = np.random.default_rng(7)
    return [
        a_closed_trade(START_MS + place * 1_200_000, float(profit))
        for place, profit in enumerate(chance.normal(1, 2, count))
    ]


def steady(days: int = 200, mean: float = 0.004, seed: int = 3) -> list[float]:
    return list(np.random.default_rng(seed).normal(mean, 0.01, days))


def settle(
    world: World,
    run: BacktestRun,
    *,
    trades: Sequence[dict[str, Any]] | None = None,
    returns: Sequence[float] | None = None,
) -> BacktestRun:
    """Let a run succeed with these trades and daily returns, as fractions."""
    trades = some_trades() if trades is None else trades
    returns = steady() if returns is None else returns
    prefix = f"{run.owner}/{run.id}/1"
    wallet = float(run.spec.wallet)
    balances = (wallet * np.cumprod(1 + np.asarray(returns))).tolist()
    files: dict[str, Any] = {
        "summary": {
            "reported": {"settings": SETTINGS},
            "verified": {
                "closedTrades": {"total_trades": len(trades)},
                "balance": {"max_drawdown_account": 0.1},
                "tables": {
                    "pairs": [{"key": "BTC/USDT", "figures": {"total_trades": len(trades)}}],
                    "months": [{"key": "2025-01", "figures": {"total_trades": len(trades)}}],
                },
            },
        },
        "trades": {"trades": list(trades)},
        "equity": {
            "start": START_MS,
            "step": DAY_MS,
            "balance": balances,
            "positions": [0] * len(balances),
            "market": [1.0] * len(balances),
            "buyAndHold": [wallet] * len(balances),
            "days": {"balance": balances, "buyAndHold": [wallet] * len(balances)},
            "drawdowns": [],
        },
        "certificate": {
            "pairs": [{"expected": 10_000, "missing": 1}],
            "profit": {"all": 1.0, "affected": 0.0, "unaffected": 1.0, "affectedTrades": 0},
        },
    }
    if run.spec.probe is not None and run.spec.probe.kind in _FACTS:
        files["probe"] = _FACTS[run.spec.probe.kind].model_dump(by_alias=True)
    for name, content in files.items():
        world.results.stored[f"{prefix}/{name}.json"] = json.dumps(content).encode()
    result = replace(a_result(prefix), headline={"sharpe": 1.0, "total_trades": len(trades)})
    return world.runs.put(replace(run, state=RunState.SUCCEEDED, deadline_at=None, result=result))


def fail(world: World, run: BacktestRun, message: str) -> BacktestRun:
    failure = Failure(kind=FailureKind.STRATEGY_ERROR, message=message)
    return world.runs.put(replace(run, state=RunState.FAILED, deadline_at=None, failure=failure))


def put_exam(world: World, listing: Listing) -> Exam:
    """Put the examination that `DONE` names, with its base run and its report."""
    house = house_of(listing.id)
    base = settle(world, a_run(id=RunId("house-1"), owner=house, spec=a_spec()))
    exam = Exam(
        id=ExamId("e1"),
        listing=listing.id,
        version=1,
        author=listing.owner,
        strategy=base.strategy,
        runs={"base": PlannedRun(part=Part.BASE, spec=base.spec, run=base.id)},
        is_planned_whole=True,
        state=ExamState.DONE,
        created_at=START,
    )
    world.marketplace.exams.add(exam)
    evidence = ResultFiles(world.results.read).evidence(
        base, attempts=(), others=(), code_findings=()
    )
    data = json.dumps(to_document(report(evidence))).encode()
    world.results.replace(exam.report_name, data, content_type="application/json")
    return exam
