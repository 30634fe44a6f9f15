"""A run's identity: the same inputs give the same trades, for ever."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal

from candlewick.backtests.models import BacktestSpec, StrategyRef
from candlewick.backtests.wire import Loop
from candlewick.market_data.manifest import CandleFile, StoredObject


def run_identity(
    spec: BacktestSpec,
    strategy: StrategyRef,
    files: Sequence[CandleFile],
    snapshots: Sequence[StoredObject],
    engine: str,
) -> str:
    """Return the SHA-256 over everything that decides a backtest's trades.

    Names and notes are left out: they decide nothing. The order of pairs stays in, because Freqtrade
    fills its trade slots in that order.
    """
    asked = asdict(spec)
    if spec.probe is None:
        del asked["probe"]  # so that runs of before there were probes keep their identity
    if spec.loop is Loop.SKIPPING:
        del asked["loop"]  # the same for runs of before it could be chosen
    parts = {
        "spec": asked,
        "code": strategy.code_hash,
        "class": strategy.class_name,
        "parameters": strategy.parameters,
        "candles": sorted((file.file_name, file.sha256) for file in files),
        "snapshots": sorted(item.sha256 for item in snapshots),
        "engine": engine,
    }
    canonical = json.dumps(parts, sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _plain(value: object) -> str:
    # Decimals of one amount may differ in trailing zeros, which decide nothing.
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)
