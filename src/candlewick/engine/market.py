"""How the market has changed: of all candles in a few steps, by whoever has time for it."""

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
Prices = NDArray[np.float64]

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

    def begin(
        self, frames: Frames, start: datetime, end: datetime, found: Change | None = None
    ) -> None:
        """Have it computed, unless it was, or somebody else has found it. The candles are not changed any more."""
        if self._span is not None and self._span.is_of(frames, start, end):
            return
        self._span = _Span(dict(frames), start, end)
        self._found, self._task = found, None
        if found is None:
            self._task = beside.do(partial(self.change, self._span.frames, start, end))

    def change(self, frames: Frames, start: datetime, end: datetime) -> Change | None:
        """Compute it; return nothing where Freqtrade would have to sort, or to do without a price.

        Of all pairs at once: beside the run each step is waited for.
        """
        several = list(frames.values())
        if not several or not all(_is_plain(frame, several[0]["date"].dtype) for frame in several):
            return None
        dates = pd.DatetimeIndex(max(several, key=len)["date"], name="date")
        prices = _prices(dates.asi8, several)
        first, last = dates.searchsorted(pd.DatetimeIndex([start, end]))
        if prices is None:
            return None
        is_there = ~np.isnan(prices[:, first:])
        if not is_there.any(axis=1).all():
            return None
        table = _table(dates[first:last], prices[:, first:last])
        return Change(_mean(prices[:, first:], is_there), table, self.compress(table))

    def mean(self, frames: Frames, column: str = "close", min_date: Any = None) -> float:
        """Return what `calculate_market_change` returns."""
        if self._span is not None and column == "close":
            found = self._known(frames, min_date, self._span.end)
            if found:
                return found.mean
        mean: float = _change(_narrow(frames, column), column, min_date)
        return mean

    def table(self, frames: Frames, fromdt: Any, todt: Any, column: str = "close") -> pd.DataFrame:
        """Return what `combined_dataframes_with_rel_mean` returns."""
        if metrics.combine_dataframes_by_column is _by_column and column == "close":
            found = self._known(frames, fromdt, todt)
            if found:
                return found.table
        table: pd.DataFrame = _combined(_narrow(frames, column), fromdt, todt, column)
        return table

    def content(self, table: pd.DataFrame) -> bytes | None:
        """Return the table as the archive keeps it, if it is the one from here."""
        return self._found.content if self._found and self._found.table is table else None

    def _known(self, frames: Frames, start: Any, end: Any) -> Change | None:
        if self._span is None or not self._span.is_of(frames, start, end):
            return None
        if self._task is not None:
            self._found, self._task = self._task.result(), None
        return self._found


def _narrow(candles: Frames, column: str) -> dict[str, pd.DataFrame]:
    """Return of each pair's candles only what is looked at: parts are taken of all that there is."""
    return {pair: frame[["date", column]] for pair, frame in candles.items()}


def _is_plain(frame: pd.DataFrame, dtype: Any) -> bool:
    return (
        len(frame) > 0
        and isinstance(dtype, pd.DatetimeTZDtype)
        and frame["date"].dtype == dtype
        and frame["close"].dtype == np.float64
    )


def _prices(dates: NDArray[np.int64], frames: list[pd.DataFrame]) -> Prices | None:
    """Return each pair's closes at these dates, NaN where there is none; nothing if a pair has others."""
    own = [frame["date"].array.asi8 for frame in frames]
    closes = [frame["close"].to_numpy() for frame in frames]
    rows = sum(map(len, frames))
    if rows == len(frames) * len(dates):
        found = np.stack(closes)
        is_known = bool((np.stack(own) == dates).all())
    else:
        found = np.full((len(frames), len(dates)), np.nan)
        is_known = all(map(partial(_put, dates), found, own, closes))
    is_in_order = bool((dates[1:] > dates[:-1]).all())
    is_whole = np.count_nonzero((found > 0) & (found < np.inf)) == rows
    return found if is_known and is_in_order and is_whole else None


def _put(dates: NDArray[np.int64], row: Prices, own: NDArray[np.int64], closes: Prices) -> bool:
    places = np.minimum(dates.searchsorted(own), len(dates) - 1)
    row[places] = closes
    return bool((dates[places] == own).all() and (places[1:] > places[:-1]).all())


def _mean(prices: Prices, is_there: NDArray[np.bool_]) -> float:
    """Return the mean of what the pairs' prices have changed from their first to their last."""
    pairs = np.arange(len(prices))
    first = prices[pairs, is_there.argmax(axis=1)]
    last = prices[pairs, -1 - is_there[:, ::-1].argmax(axis=1)]
    return float(np.mean((last - first) / first))


def _table(dates: pd.DatetimeIndex, prices: Prices) -> pd.DataFrame:
    means, counts = _means(prices)
    changes = np.full(prices.shape, np.nan)
    np.divide(prices[:, 1:], prices[:, :-1], out=changes[:, 1:])
    changes -= 1
    changed, _ = _means(changes)
    rel_mean = np.cumsum(np.where(np.isnan(changed), 0.0, changed))
    return pd.DataFrame({"mean": means, "rel_mean": rel_mean, "count": counts}, index=dates)


def _means(values: Prices) -> tuple[Prices, NDArray[np.int64]]:
    """Return those of what there is at each time, as pandas adds columns, and how many there are."""
    is_there = ~np.isnan(values)
    counts = is_there.sum(axis=0, dtype=np.int64)
    sums = np.zeros(len(counts))
    for row in np.where(is_there, values, 0.0):
        sums += row
    found: Prices = np.full(len(counts), np.nan)
    np.divide(sums, counts, out=found, where=counts > 0)
    return found, counts
