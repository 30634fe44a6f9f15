"""How the market has changed: it depends on candles alone, so it is computed beside the loop, and its table compressed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from freqtrade.data import metrics
from freqtrade.optimize import backtesting
from freqtrade.optimize.optimize_reports import optimize_reports
from numpy.typing import NDArray

from candlewick.engine import beside

Frames = Mapping[str, pd.DataFrame]
Closes = NDArray[np.float64]

_change = optimize_reports.calculate_market_change
_combined = backtesting.combined_dataframes_with_rel_mean
_by_column = metrics.combine_dataframes_by_column


@dataclass(frozen=True, slots=True)
class Change:
    """The mean of the pairs' changes; each time's means as a table, and as the archive keeps it."""

    mean: float
    table: pd.DataFrame
    content: bytes


@dataclass(frozen=True, slots=True)
class _Span:
    frames: Frames
    start: Any
    end: Any

    def is_of(self, frames: Frames, start: Any, end: Any) -> bool:
        return (
            (start, end) == (self.start, self.end)
            and list(frames) == list(self.frames)
            and all(frame is self.frames[pair] for pair, frame in frames.items())
        )


@dataclass(slots=True)
class Market:
    """The change over the span that was begun last; any other is found by Freqtrade's functions."""

    compress: Callable[[pd.DataFrame], bytes]
    _span: _Span | None = None
    _task: beside.Task[Change | None] | None = None
    _found: Change | None = None

    def begin(self, frames: Frames, start: datetime, end: datetime) -> None:
        """Have it computed, unless it was. The candles are not changed any more."""
        if self._span is None or not self._span.is_of(frames, start, end):
            self._span = _Span(dict(frames), start, end)
            self._task = beside.do(partial(_found, self._span, self.compress))
            self._found = None

    def mean(self, frames: Frames, column: str = "close", min_date: Any = None) -> float:
        """Return what `calculate_market_change` returns."""
        if self._span is not None and column == "close":
            found = self._change(frames, min_date, self._span.end)
            if found:
                return found.mean
        mean: float = _change(_narrow(frames, column), column, min_date)
        return mean

    def table(self, frames: Frames, fromdt: Any, todt: Any, column: str = "close") -> pd.DataFrame:
        """Return what `combined_dataframes_with_rel_mean` returns."""
        if metrics.combine_dataframes_by_column is _by_column and column == "close":
            found = self._change(frames, fromdt, todt)
            if found:
                return found.table
        table: pd.DataFrame = _combined(_narrow(frames, column), fromdt, todt, column)
        return table

    def content(self, table: pd.DataFrame) -> bytes | None:
        """Return the table as the archive keeps it, if it is the one from here."""
        return self._found.content if self._found and self._found.table is table else None

    def _change(self, frames: Frames, start: Any, end: Any) -> Change | None:
        if self._span is None or not self._span.is_of(frames, start, end):
            return None
        if self._task is not None:
            self._found, self._task = self._task.result(), None
        return self._found


def _narrow(candles: Frames, column: str) -> dict[str, pd.DataFrame]:
    """Return of each pair's candles only what is looked at: parts are taken of all that there is."""
    return {pair: frame[["date", column]] for pair, frame in candles.items()}


def _found(span: _Span, compress: Callable[[pd.DataFrame], bytes]) -> Change | None:
    """Return nothing where Freqtrade would have to sort, or to do without a price."""
    frames = list(span.frames.values())
    if not frames or not all(_is_plain(frame, frames[0]["date"].dtype) for frame in frames):
        return None
    start, end = pd.Timestamp(span.start), pd.Timestamp(span.end)
    dates = pd.DatetimeIndex(max(frames, key=len)["date"], name="date")
    columns = [_at(dates, frame) for frame in frames]
    if any(
        column is None or frame["date"].iloc[-1] < start
        for column, frame in zip(columns, frames, strict=True)
    ):
        return None
    part = slice(*dates.searchsorted(pd.DatetimeIndex([start, end])))
    table = _table(dates[part], [column[part] for column in columns if column is not None])
    mean = float(np.mean([_change_since(start, frame) for frame in frames]))
    return Change(mean, table, compress(table))


def _is_plain(frame: pd.DataFrame, dtype: Any) -> bool:
    dates, prices = frame["date"], frame["close"].to_numpy()
    return (
        len(frame) > 0
        and isinstance(dtype, pd.DatetimeTZDtype)
        and dates.dtype == dtype
        and prices.dtype == np.float64
        and bool(((prices > 0) & (prices < np.inf)).all())
        and bool((np.diff(dates.array.asi8) > 0).all())
    )


def _at(dates: pd.DatetimeIndex, frame: pd.DataFrame) -> Closes | None:
    """Return the closes at these dates, NaN where there is none; nothing if there are others."""
    prices = frame["close"].to_numpy()
    own = frame["date"].array.asi8
    if len(own) == len(dates):
        return prices if (own == dates.asi8).all() else None
    places = np.minimum(dates.asi8.searchsorted(own), len(dates) - 1)
    if (dates.asi8[places] != own).any():
        return None
    found = np.full(len(dates), np.nan)
    found[places] = prices
    return found


def _change_since(start: pd.Timestamp, frame: pd.DataFrame) -> Any:
    prices = frame["close"].to_numpy()
    first = prices[frame["date"].array.searchsorted(start)]
    return (prices[-1] - first) / first


def _table(dates: pd.DatetimeIndex, columns: list[Closes]) -> pd.DataFrame:
    prices, changes = _Sums(len(dates)), _Sums(len(dates))
    for column in columns:
        prices.add(column)
        changes.add(np.concatenate([[np.nan], column[1:] / column[:-1] - 1]))
    found = {
        "mean": prices.means(),
        "rel_mean": np.cumsum(np.where(changes.counts > 0, changes.means(), 0.0)),
        "count": prices.counts,
    }
    return pd.DataFrame(found, index=dates)


class _Sums:
    """Of what there is at each time, pair by pair, as pandas adds columns."""

    def __init__(self, length: int) -> None:
        self._sums = np.zeros(length)
        self.counts = np.zeros(length, np.int64)

    def add(self, column: Closes) -> None:
        is_there = ~np.isnan(column)
        self._sums += np.where(is_there, column, 0.0)
        self.counts += is_there

    def means(self) -> Closes:
        found: Closes = np.full(len(self.counts), np.nan)
        np.divide(self._sums, self.counts, out=found, where=self.counts > 0)
        return found
