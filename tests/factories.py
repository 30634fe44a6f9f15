"""Valid objects, overridable by keyword."""

import functools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd

from candlewick.accounts.models import UserId, hash_secret
from candlewick.backtests.models import (
    BacktestRun,
    BacktestSpec,
    Claim,
    RunId,
    RunState,
    StoredResult,
    StrategyRef,
    deadline,
    result_prefix,
)
from candlewick.backtests.plots import PairColumns, PlotConfig, StoredPlot, Style, values_file
from candlewick.market_data import feather
from candlewick.market_data.manifest import CandleFile, CandleType, Manifest, StoredObject
from candlewick.market_data.timeframes import Series, duration
from candlewick.objects import ObjectStore, sha256_hex
from candlewick.shares.models import ShareLink, ShareToken
from candlewick.strategies.models import StrategyId
from tests.fakes import START

ALICE, BOB = UserId("alice"), UserId("bob")
SECRET = "run-secret-run-secret-run-secret"
HOLDER = "holder-0123456789"
ENGINE = "freqtrade-2026.1"
CANDLES_START = datetime(2025, 1, 1, tzinfo=UTC)
CANDLES_END = datetime(2025, 1, 3, tzinfo=UTC)

CODE = """\
from freqtrade.strategy import IStrategy


class Buyer(IStrategy):
    timeframe = "5m"
    startup_candle_count = 10

    def populate_indicators(self, dataframe, metadata):
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        dataframe["enter_long"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        return dataframe
"""
BROKEN_CODE = "import socket\n" + CODE


def a_share(owner: UserId = ALICE, run_id: str = "r1", **changes: Any) -> ShareLink:
    share = ShareLink(
        token=ShareToken("5ha4e"), owner=owner, run_id=RunId(run_id), title="", created_at=START, expires_at=None
    )  # fmt: skip
    return replace(share, **changes)


def a_spec(**changes: Any) -> BacktestSpec:
    spec = BacktestSpec(
        exchange="simulated",
        pairs=("BTC/USDT",),
        timeframe="5m",
        start=CANDLES_START,
        until=CANDLES_END,
        stake_amount=None,
        wallet=Decimal(1000),
        max_open_trades=3,
    )
    return replace(spec, **changes)


def a_strategy_ref(**changes: Any) -> StrategyRef:
    reference = StrategyRef(
        id=StrategyId("s1"),
        name="Buyer",
        version=1,
        class_name="Buyer",
        code_hash=sha256_hex(CODE.encode()),
    )
    return replace(reference, **changes)


def a_run(state: RunState = RunState.QUEUED, **changes: Any) -> BacktestRun:
    """Return a run that has just entered `state`, with the claim that it would have by then."""
    is_claimed = state not in {RunState.QUEUED, RunState.STARTING}
    claim = Claim(
        epoch=0 if state is RunState.QUEUED else 1,
        token_hash=None if state is RunState.QUEUED else hash_secret(SECRET),
        holder=HOLDER if is_claimed else None,
        task_attempt=0 if is_claimed else -1,
        execution="execution-1" if is_claimed else None,
    )
    has_result = state in {RunState.VERIFYING, RunState.SUCCEEDED}
    run_id = changes.get("id", RunId("r1"))
    prefix = result_prefix(changes.get("owner", ALICE), run_id, 1)
    run = BacktestRun(
        id=run_id,
        owner=ALICE,
        spec=a_spec(),
        strategy=a_strategy_ref(),
        identity=sha256_hex(b"identity"),
        candle_revision=sha256_hex(b"revision"),
        is_simulated=True,
        engine=ENGINE,
        state=state,
        claim=claim,
        created_at=START,
        deadline_at=deadline(state, START),
        entered_at={RunState.QUEUED: START, state: START},
        result=a_result(prefix) if has_result else None,
        tasks_sent=1,
    )
    return replace(run, **changes)


def a_result(prefix: str) -> StoredResult:
    return StoredResult(
        prefix=prefix,
        archive_sha256=sha256_hex(b"archive"),
        archive_bytes=7,
        headline={"total_trades": 3, "profit_total": 0.05},
    )


def a_candle_file(pair: str = "BTC/USDT", timeframe: str = "5m", **changes: Any) -> CandleFile:
    kind = changes.get("candle_type", CandleType.SPOT)
    name = Series(pair=pair, timeframe=timeframe, candle_type=kind).file_name
    fields: dict[str, Any] = {
        "pair": pair,
        "timeframe": timeframe,
        "candle_type": kind,
        "file_name": name,
        "object_name": f"simulated/candles/{name}",
        "sha256": sha256_hex(name.encode()),
        "size_bytes": 1,
        "candles": (CANDLES_END - CANDLES_START) // duration(timeframe),
        "start": CANDLES_START,
        "until": CANDLES_END,
        "gaps": [],
        "missing_candles": 0,
    }
    return CandleFile(**fields | changes)


def a_manifest(*files: CandleFile, **changes: Any) -> Manifest:
    given = files or tuple(
        a_candle_file(pair, timeframe)
        for pair in ("BTC/USDT", "ETH/USDT")
        for timeframe in ("5m", "1h")
    )
    fields: dict[str, Any] = {
        "exchange": "simulated",
        "title": "Simulated market",
        "simulated": True,
        "note": "Made for tests.",
        "created_at": START,
        "files": list(given),
        "markets": a_stored_object("markets"),
    }
    return Manifest(**fields | changes)


def a_stored_object(name: str) -> StoredObject:
    return StoredObject(
        object_name=f"simulated/{name}.json", sha256=sha256_hex(name.encode()), size_bytes=2
    )


def store_candles(objects: ObjectStore, manifest: Manifest) -> str:
    """Put a manifest and its candles into a bucket; return the revision."""
    data = manifest.model_dump_json(by_alias=True).encode()
    revision = sha256_hex(data)
    folder = manifest.exchange
    objects.replace(f"{folder}/manifests/{revision}.json", data, content_type="")
    pointer = f'{{"revision": "{revision}"}}'.encode()
    objects.replace(f"{folder}/current.json", pointer, content_type="")
    for file in manifest.files:
        objects.replace(file.object_name, _candles(duration(file.timeframe)), content_type="")
    return revision


def store_indicators(
    results: ObjectStore, prefix: str, spec: BacktestSpec, *, column: str = "rsi"
) -> StoredPlot:
    """Put a plot with a column (0, 1, 2, …; the third value is missing) of every pair below a result's prefix."""
    step = duration(spec.timeframe)
    rows = (spec.until - spec.start) // step
    start = int(spec.start.timestamp() * 1_000)
    plot = StoredPlot(
        step=int(step.total_seconds() * 1_000),
        plot_config=PlotConfig(subplots={"RSI": {column: Style(color="red")}}),
        pairs=[
            PairColumns(pair=pair, start=start, rows=rows, columns=[column]) for pair in spec.pairs
        ],
    )
    data = plot.model_dump_json(by_alias=True).encode()
    results.replace(f"{prefix}/plot.json", data, content_type="application/json")
    values = pd.DataFrame({column: range(rows)}, dtype="float32")
    values.loc[2, column] = None
    for number in range(len(spec.pairs)):
        name = f"{prefix}/{values_file(number)}"
        results.replace(name, feather.write(values), content_type="application/octet-stream")
    return plot


@functools.cache
def _candles(step: timedelta) -> bytes:
    dates = pd.date_range(CANDLES_START, CANDLES_END, freq=step, inclusive="left")
    prices = dict.fromkeys(("open", "high", "low", "close", "volume"), 100.0)
    return feather.write(pd.DataFrame({"date": dates, **prices}))
