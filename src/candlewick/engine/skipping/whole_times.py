"""Leaves out whole times, where what happens to one pair at a time can't be told apart from the others.

With a detail timeframe a time's candles are gone through in smaller ones, all pairs in turn; with stacked positions a
pair has several trades. There Freqtrade's own generator goes through a time, or the time is left out for all pairs.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

import numpy as np
import pandas as pd
from freqtrade.persistence import LocalTrade

from candlewick.engine.skipping import hooks
from candlewick.engine.skipping.candles import Candles
from candlewick.engine.skipping.course import NEVER, Course, Span
from candlewick.engine.skipping.watching import Extremes


class WholeTimes(Course):
    """The times at which something can happen to any pair."""

    def __init__(self, span: Span) -> None:
        super().__init__(span)
        self._stacks = bool(span.backtesting._position_stacking)  # noqa: SLF001

    def times(self) -> Iterator[datetime]:
        """Yield those times; before each, trades and data provider are told of what was left out."""
        self._begin_course()
        backtesting, total, done = self._backtesting, len(self._times), -1
        while done + 1 < total:
            # The last is always gone through: what is left open is closed as seen from it.
            now = min(self._next_time(done + 1), total - 1)
            self._captures.gap(done + 1, now, self._order)
            self._reached.at(now)
            self._tell_all()
            backtesting._increment_progress(now - done - 1)  # noqa: SLF001
            yield self._times[now]
            self._captures.shown(now)
            self._shown.update({pair: self._rows_after(pair, now) for pair in self._pairs})
            done = now
        self._reached.at(total)
        self._tell_all()

    def row_at_hand(self, pair: str) -> int:
        """Return the pair's row at the time that was yielded; its first while it has not begun."""
        return max(0, self._reached.now - self._places[pair])

    def _rows_after(self, pair: str, now: int) -> int:
        return min(max(0, now + 1 - self._places[pair]), len(self._candles[pair]))

    def _next_time(self, begin: int) -> int:
        found = [self._next_of(pair, begin) for pair in self._pairs]
        return min(*found, self._next_change(begin - 1), NEVER)

    def _next_of(self, pair: str, begin: int) -> int:
        row, count = max(0, begin - self._places[pair]), len(self._candles[pair])
        trades = LocalTrade.bt_trades_open_pp[pair]
        shows_all = bool(trades and (hooks.inner(self._strategy) or hooks.asked(self._strategy)))
        rows = [self._row_of_trade(pair, trade, row, shows_all=shows_all) for trade in trades]
        if self._stacks or not trades:
            rows.append(self._row_of_entry(pair, row))
        first = min(rows)
        return first + self._places[pair] if first < count else NEVER


def extremes_of(
    candles: Mapping[str, Candles], details: Mapping[str, pd.DataFrame], step: pd.Timedelta
) -> dict[str, Extremes]:
    """Return what each candle reaches in its smaller ones; where it has none Freqtrade takes the candle itself."""
    return {
        pair: _extremes(candles[pair], details[pair], step) for pair in candles if pair in details
    }


def _extremes(candles: Candles, detail: pd.DataFrame, step: pd.Timedelta) -> Extremes:
    dates = pd.DatetimeIndex(detail["date"])
    begins = dates.searchsorted(candles.dates)
    ends = dates.searchsorted(candles.dates + step)
    has_some = begins < ends
    high, low = candles.high.copy(), candles.low.copy()
    if has_some.any():
        bounds = np.stack([begins[has_some], ends[has_some]], axis=1).ravel()
        for values, own, name in ((high, np.maximum, "high"), (low, np.minimum, "low")):
            # A last place behind the end is needed for the last candle's, and is left out below.
            padded = np.append(detail[name].to_numpy(dtype=np.float64), values[-1])
            values[has_some] = own.reduceat(padded, bounds)[::2]
    return Extremes(high=high, low=low)
