"""A revision's candles as rows of the table: what is new, what changed, what is gone."""

import io
import json
from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from candlewick.market_data.feather import OHLCV
from candlewick.market_data.manifest import CandleFile, Manifest
from candlewick.market_data.timeframes import duration

# A load may touch 4,000 partitions, which are days.
_DAYS_OF_A_LOAD: Final = 3_650
_TIME: Final = pa.timestamp("us", tz="UTC")
_PRICES: Final = OHLCV[1:]


def changes(old: pd.DataFrame | None, new: pd.DataFrame) -> pd.DataFrame:
    """Return the candles of `new` that `old` has not or has otherwise, and those that only `old` has, as `removed`.

    Both have `date` and the prices; `date` occurs once.
    """
    wanted: pd.DataFrame = new[["date", *_PRICES]]
    if old is None:
        every: pd.DataFrame = wanted.assign(removed=False)
        return every
    before = old.set_index("date")[list(_PRICES)].reindex(wanted["date"]).to_numpy()
    now = wanted[list(_PRICES)].to_numpy()
    # An empty volume is the same empty volume.
    same = ((before == now) | (np.isnan(before) & np.isnan(now))).all(axis=1)
    gone = old.loc[~old["date"].isin(wanted["date"]), ["date", *_PRICES]]
    found = pd.concat(
        [wanted[~same].assign(removed=False), gone.assign(removed=True)], ignore_index=True
    )
    ordered: pd.DataFrame = found.sort_values("date", ignore_index=True)
    return ordered


def parquet(
    found: pd.DataFrame, file: CandleFile, revision: str, manifest: Manifest
) -> Iterator[tuple[int, bytes]]:
    """Yield Parquet files of the rows, each with the number of the load that it belongs to."""
    days = found["date"].dt.as_unit("s").astype("int64") // 86_400
    for load, part in found.groupby(days // _DAYS_OF_A_LOAD):
        columns = _columns(part, file, revision, manifest)
        out = io.BytesIO()
        pq.write_table(pa.table(columns), out, compression="zstd")
        yield int(str(load)), out.getvalue()


def _columns(
    found: pd.DataFrame, file: CandleFile, revision: str, manifest: Manifest
) -> dict[str, pa.Array]:
    """Return the table's columns, in its order (`terraform/market_data/candles.json`)."""
    count = len(found)

    def text(value: str) -> pa.Array:
        return pa.array([value] * count, pa.string())

    return {
        "exchange": text(manifest.exchange),
        "candle_type": text(str(file.candle_type)),
        "pair": text(file.pair),
        "timeframe": text(file.timeframe),
        "step_s": pa.array([int(duration(file.timeframe).total_seconds())] * count, pa.int64()),
        "opened_at": pa.array(found["date"], _TIME, from_pandas=True),
        **{name: pa.array(found[name], pa.float64()) for name in _PRICES},
        "removed": pa.array(found["removed"], pa.bool_()),
        "revision": text(revision),
        "recorded_at": pa.array([manifest.created_at] * count, _TIME),
    }


def series_lines(revision: str, manifest: Manifest) -> bytes:
    """Return a revision's files, a line of JSON each."""
    return _lines(
        {
            **_named(file, manifest),
            "step_s": int(duration(file.timeframe).total_seconds()),
            "candles": file.candles,
            "missing_candles": file.missing_candles,
            "start": file.start.isoformat(),
            "until": file.until.isoformat(),
            **_of(revision, manifest),
        }
        for file in manifest.files
    )


def finding_lines(revision: str, manifest: Manifest) -> bytes:
    """Return what cleaning found in a revision's files, a line of JSON each."""
    return _lines(
        {
            **_named(file, manifest),
            "rule": note.rule,
            "action": note.action,
            "count": note.count,
            **_of(revision, manifest),
        }
        for file in manifest.files
        for note in file.quality
    )


def _named(file: CandleFile, manifest: Manifest) -> dict[str, str]:
    return {
        "exchange": manifest.exchange,
        "candle_type": str(file.candle_type),
        "pair": file.pair,
        "timeframe": file.timeframe,
    }


def _of(revision: str, manifest: Manifest) -> dict[str, str]:
    return {"revision": revision, "recorded_at": manifest.created_at.isoformat()}


def _lines(rows: Iterable[dict[str, object]]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()
