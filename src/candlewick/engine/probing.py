"""Runs Freqtrade's own lookahead-analysis and recursive-analysis offline, and keeps what they found as JSON.

The strategy runs in the same process, so a hostile one could falsify it. What cannot be falsified is a backtest on cut candles,
which is an ordinary run; these two say which indicator is to blame.
"""

import math
import zipfile
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

from freqtrade.optimize.analysis import lookahead
from freqtrade.optimize.analysis.lookahead import LookaheadAnalysis
from freqtrade.optimize.analysis.lookahead_helpers import LookaheadAnalysisSubFunctions
from freqtrade.optimize.analysis.recursive import RecursiveAnalysis
from freqtrade.util import get_progress_tracker

from candlewick.backtests.kinds import Phase, ProbeKind
from candlewick.backtests.probes import PROBE_MEMBER, LookaheadFacts, RecursiveFacts
from candlewick.engine.exchange import offline_exchange
from candlewick.engine.skipping.backtesting import SkippingBacktesting
from candlewick.engine.snapshot import Snapshot

_FEWEST_TRADES = 5
_TRADES = 20
_LONGEST_STARTUP = 1_999


def probe(
    kind: ProbeKind,
    config: dict[str, Any],
    snapshot: Snapshot,
    on_progress: Callable[[Phase, float], None],
) -> Path:
    """Analyse `config["strategy"]`; return an archive with one member, `PROBE_MEMBER`, in the scratch folder."""
    on_progress(Phase.ANALYSING, 0.1)
    config["pairs"] = list(config["exchange"]["pair_whitelist"])
    run = _lookahead if kind is ProbeKind.LOOKAHEAD else _recursive
    facts = run(config, snapshot)
    archive = Path(config["exportdirectory"]) / "probe.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as members:
        members.writestr(PROBE_MEMBER, facts.model_dump_json(by_alias=True))
    return archive


def _lookahead(config: dict[str, Any], snapshot: Snapshot) -> LookaheadFacts:
    config |= {"minimum_trade_amount": _FEWEST_TRADES, "targeted_trade_amount": _TRADES}
    LookaheadAnalysisSubFunctions.calculate_config_overrides(config)
    analysis = LookaheadAnalysis(config, _named(config))
    analysis.exchange = offline_exchange(config, snapshot)
    lookahead.Backtesting = SkippingBacktesting  # the same trades, sooner
    with get_progress_tracker(disable=True) as progress:
        analysis.start(progress)
    found = analysis.current_analysis
    return LookaheadFacts(
        trades=found.total_signals,
        is_decided=not analysis.failed_bias_check,
        false_entries=found.false_entry_signals,
        false_exits=found.false_exit_signals,
        columns=[str(name)[:64] for name in found.false_indicators][:100],
    )


def _recursive(config: dict[str, Any], snapshot: Snapshot) -> RecursiveFacts:
    analysis = RecursiveAnalysis(config, _named(config))
    analysis.exchange = offline_exchange(config, snapshot)
    startup = _startup_candles(config, snapshot)
    if startup < 1:
        return RecursiveFacts(startup=0)
    analysis._startup_candle = sorted({startup, _LONGEST_STARTUP})  # noqa: SLF001 - only a command line sets it
    with get_progress_tracker(disable=True) as progress:
        analysis.start(progress)
    drifts = {
        str(name)[:64]: abs(values[startup])
        for name, values in analysis.dict_recursive.items()
        if startup in values and math.isfinite(values[startup])
    }
    return RecursiveFacts(startup=startup, drifts=dict(list(drifts.items())[:100]))


def _startup_candles(config: dict[str, Any], snapshot: Snapshot) -> int:
    backtesting = SkippingBacktesting(deepcopy(config), offline_exchange(config, snapshot))
    return int(backtesting.strategylist[0].startup_candle_count)


def _named(config: dict[str, Any]) -> dict[str, Any]:
    return {"name": config["strategy"], "location": Path(f"{config['strategy']}.py")}
