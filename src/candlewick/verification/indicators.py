"""Checks the indicators that an archive claims, and makes the files that a chart reads.

They decide nothing and cannot be recomputed without running the user's code. So a wrong claim does not refuse
the result: it is left out, and `plot.json` says so.
"""

import io
from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
from pyarrow import feather

from candlewick.backtests.models import BacktestSpec
from candlewick.backtests.plots import (
    PLOT_FILE,
    VALUE_BYTES,
    ClaimedPlot,
    PairColumns,
    StoredPlot,
    values_file,
)
from candlewick.market_data.timeframes import timeframe_minutes
from candlewick.verification.archive import ClaimedIndicators
from candlewick.verification.candles import Market
from candlewick.verification.errors import Findings, ResultRefused


def indicator_files(
    claimed: ClaimedIndicators | None, spec: BacktestSpec, market: Market
) -> Mapping[str, bytes]:
    """Return `plot.json` and one feather file a pair, by name below the result's prefix."""
    step = timeframe_minutes(spec.timeframe) * 60_000
    if claimed is None:
        return _files(StoredPlot(step=step, left_out=["The result holds no indicators."]), b"")
    try:
        _check(claimed, spec, market)
    except ResultRefused as refused:
        why = f"The indicators are not shown: {'; '.join(refused.reasons)}."[:2_000]
        return _files(StoredPlot(step=step, left_out=[why]), b"")
    plot = StoredPlot.model_validate({**dict(claimed.plot), "step": step})
    return _files(plot, claimed.values)


def _check(claimed: ClaimedIndicators, spec: BacktestSpec, market: Market) -> None:
    found, plot = Findings(), claimed.plot
    names = [item.pair for item in plot.pairs]
    found.require(
        holds=len(set(names)) == len(names) and set(names) <= set(spec.pairs),
        otherwise="they name pairs that were not asked for, or one twice",
    )
    found.settle()
    for item in plot.pairs:
        _check_pair(item, spec, market, found)
    found.require(
        holds=sum(item.size_bytes for item in plot.pairs) == len(claimed.values),
        otherwise="there are more or fewer values than they say",
    )
    found.settle()


def _check_pair(item: PairColumns, spec: BacktestSpec, market: Market, found: Findings) -> None:
    candles = market.timeframe[item.pair]
    last = item.start + (item.rows - 1) * candles.step
    until = int(spec.until.timestamp() * 1_000)
    found.require(
        holds=len(candles.opened) > 0
        and int(candles.opened[0]) <= item.start
        and last <= min(int(candles.opened[-1]), until)
        and (item.start - int(candles.opened[0])) % candles.step == 0,
        otherwise=f"those of {item.pair} do not lie on its candles",
    )
    found.require(
        holds=len(set(item.columns)) == len(item.columns),
        otherwise=f"those of {item.pair} name a column twice",
    )


def _files(plot: StoredPlot, values: bytes) -> dict[str, bytes]:
    files = {PLOT_FILE: plot.model_dump_json(by_alias=True, exclude_defaults=False).encode()}
    for number, (item, data) in enumerate(_by_pair(plot, values)):
        files[values_file(number)] = _feather(item, data)
    return files


def _by_pair(plot: ClaimedPlot, values: bytes) -> Iterator[tuple[PairColumns, bytes]]:
    offset = 0
    for item in plot.pairs:
        yield item, values[offset : offset + item.size_bytes]
        offset += item.size_bytes


def _feather(item: PairColumns, data: bytes) -> bytes:
    """Return the columns as float32; what is no finite number is null."""
    columns = []
    for number in range(len(item.columns)):
        values = np.frombuffer(
            data, dtype="<f4", count=item.rows, offset=number * item.rows * VALUE_BYTES
        )
        columns.append(pa.array(values, mask=~np.isfinite(values)))
    buffer = io.BytesIO()
    feather.write_feather(
        pa.table(columns, names=item.columns),
        buffer,
        compression="lz4",
        chunksize=max(1, item.rows),
    )
    return buffer.getvalue()
