"""Candles of a window for a chart, merged until there are no more than can be drawn."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from candlewick.market_data.timeframes import origin

if TYPE_CHECKING:
    import pandas as pd

Row = tuple[int, float, float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candles:
    """A window for a chart. A row is (open time in ms, open, high, low, close, volume).

    `merged` candles of the store are one row each, so that no more rows than asked for are sent.
    """

    rows: list[Row]
    candle_s: int
    merged: int


def merge(frame: "pd.DataFrame", step_s: int, factor: int) -> Candles:
    """Return every `factor` candles as one: the first's open, the highest, the lowest, the last's close, all volume.

    Rows begin at multiples of their length since 1970, weeks on Mondays, whatever the window, so that panning moves no candle.

    Args:
        frame: `date`, `open`, `high`, `low`, `close`, `volume`; in time's order, gaps allowed.
        step_s: how long a candle lasts.
        factor: at least 1.
    """
    if frame.empty:
        return Candles(rows=[], candle_s=step_s * factor, merged=factor)
    opened = frame["date"].dt.as_unit("ms").astype("int64").to_numpy()
    prices = {name: frame[name].to_numpy() for name in ("open", "high", "low", "close", "volume")}
    # Mark prices of some exchanges have no volume at all.
    prices["volume"] = np.nan_to_num(prices["volume"])
    if factor > 1:
        row_ms = step_s * factor * 1_000
        first_ms = int(origin(timedelta(seconds=step_s)).total_seconds()) * 1_000
        bucket = (opened - first_ms) // row_ms
        first = np.concatenate(([0], np.flatnonzero(np.diff(bucket)) + 1))
        last = np.concatenate((first[1:], [len(bucket)])) - 1
        opened = bucket[first] * row_ms + first_ms
        prices = {
            "open": prices["open"][first],
            "high": np.maximum.reduceat(prices["high"], first),
            "low": np.minimum.reduceat(prices["low"], first),
            "close": prices["close"][last],
            "volume": np.add.reduceat(prices["volume"], first),
        }
    columns = (column.tolist() for column in prices.values())
    rows = list(zip(opened.tolist(), *columns, strict=True))
    return Candles(rows=rows, candle_s=step_s * factor, merged=factor)


def merge_factor(start: datetime, until: datetime, step_s: int, max_rows: int) -> int:
    """Return how many candles become one row for a window to have at most `max_rows`."""
    # One row more may be touched at the window's edge.
    candles = int((until - start).total_seconds()) // step_s + 1
    if candles <= max_rows:
        return 1
    return -(-candles // max(1, max_rows - 1))
