"""Reads a verified result's plot configuration, and a window of its indicators.

Light to import: pyarrow is loaded when values are.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from candlewick.backtests.plots import PLOT_FILE, PairColumns, StoredPlot, values_file
from candlewick.errors import Invalid, NotFound
from candlewick.market_data.timeframes import origin
from candlewick.objects import ObjectStore

if TYPE_CHECKING:
    import pyarrow as pa

_KEPT_BYTES: Final = 64 * 1024 * 1024
MAX_ROWS: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorWindow:
    """Columns as JSON arrays. Value n belongs to the (merged) candle opened at `start + n * step` (milliseconds)."""

    start: int
    step: int
    columns: dict[str, str]


@dataclass(frozen=True, slots=True)
class Span:
    """Candles that open in [start, until), `merged` of them taken as one."""

    start: datetime
    until: datetime
    merged: int = 1


class PlotStore:
    """Safe to share between threads; results never change, so what is cached stays true."""

    def __init__(self, results: ObjectStore) -> None:
        self._results = results
        self._lock = threading.Lock()
        self._tables: OrderedDict[str, pa.Table] = OrderedDict()

    def plot(self, prefix: str) -> StoredPlot:
        """Return what there is to draw; nothing for a result from before indicators were kept."""
        try:
            data = self._results.read(f"{prefix}/{PLOT_FILE}")
        except NotFound:
            why = "This result was made before indicators were kept; run the backtest again to see them."
            return StoredPlot(left_out=[why])
        return StoredPlot.model_validate_json(data)

    def window(self, prefix: str, pair: str, span: Span, columns: Sequence[str]) -> IndicatorWindow:
        """Return the values of the candles that open in the span and have some.

        Merged candles get the value of the last one in them, as the market-data API merges them: at whole
        multiples of their duration since 1970, weeks since its first Monday.

        Args:
            prefix: the result's.
            pair: one of the plot's.
            span: at most `MAX_ROWS` (merged) candles of values lie in it.
            columns: names; none: all.

        Raises:
            Invalid: the span is too long, or ends before it begins.
            NotFound: there are no such values.
        """
        plot = self.plot(prefix)
        number = next((n for n, item in enumerate(plot.pairs) if item.pair == pair), None)
        if number is None:
            raise NotFound(f"This result has no indicators of {pair}.")
        item = plot.pairs[number]
        missing = [name for name in columns if name not in item.columns]
        if missing:
            raise NotFound(f"{pair} has no indicators {', '.join(missing)} in this result.")
        rows, start = _rows(item, plot.step, span)
        table = self._table(f"{prefix}/{values_file(number)}")
        return IndicatorWindow(
            start=start,
            step=plot.step * span.merged,
            columns={name: _as_json(table[name], rows) for name in columns or item.columns},
        )

    def _table(self, name: str) -> "pa.Table":
        # Imported here: most requests of the functions need no values, and pyarrow takes long to start.
        import pyarrow as pa  # noqa: PLC0415
        from pyarrow import feather  # noqa: PLC0415

        with self._lock:
            known = self._tables.get(name)
        if known is not None:
            return known
        table = feather.read_table(pa.BufferReader(self._results.read(name)))
        with self._lock:
            self._tables[name] = table
            while len(self._tables) > 1 and _size(self._tables) > _KEPT_BYTES:
                self._tables.popitem(last=False)
        return table


def _rows(item: PairColumns, step: int, span: Span) -> tuple[range, int]:
    """Return the rows to read, each the last of its merged candles, and the open time of the first."""
    start, until = (int(moment.timestamp() * 1_000) for moment in (span.start, span.until))
    if start >= until:
        raise Invalid("The window ends before it begins.")
    first = min(max(0, -((item.start - start) // step)), item.rows)
    last = max(first, min(item.rows, -((item.start - until) // step)))
    opened = item.start + first * step
    since = int(origin(timedelta(milliseconds=step)).total_seconds()) * 1_000
    bucket = opened - (opened - since) % (step * span.merged) if span.merged > 1 else opened
    rows = range(first + (bucket - opened) // step + span.merged - 1, last, span.merged)
    if len(rows) > MAX_ROWS:
        raise Invalid(f"Ask for at most {MAX_ROWS:,} candles at once.")
    return rows, bucket


def _size(tables: OrderedDict[str, Any]) -> int:
    return sum(table.nbytes for table in tables.values())


def _as_json(column: "pa.ChunkedArray", rows: range) -> str:
    """Return rows of a float32 column as a JSON array: the shortest digits that mean the value, or null."""
    import pyarrow as pa  # noqa: PLC0415

    if rows.step == 1:
        taken = column.slice(rows.start, len(rows))
    else:
        taken = column.take(pa.array(rows, type=pa.int64()))
    return f"[{','.join(taken.cast(pa.string()).fill_null('null').to_pylist())}]"
