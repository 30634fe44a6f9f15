"""Finds the next candle that can change an open trade.

Every bound is a superset: a candle too many is shown to Freqtrade, which then does nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from freqtrade.persistence import LocalTrade
from freqtrade.strategy import IStrategy
from numpy.typing import NDArray

from candlewick.engine.skipping.candles import Candles

# Freqtrade rounds profits to 8 digits, and stops to ticks.
_MARGIN = 1e-6
_FIRST_LOOK = 64
_NEVER = np.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Rates: a candle that reaches neither its `adverse` nor its `favourable` one changes nothing."""

    adverse: float
    favourable: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Extremes:
    """The rates that each of a pair's candles reaches in its smaller ones."""

    high: NDArray[np.float64]
    low: NDArray[np.float64]


class Watch:
    """One pair's candles, with where its exit signals and its funding times are."""

    def __init__(
        self,
        candles: Candles,
        *,
        minutes: int,
        funding_s: int | None,
        extremes: Extremes | None = None,
    ) -> None:
        self.candles = candles
        reached = extremes or candles
        self._high, self._low = reached.high, reached.low
        self._has_smaller = extremes is not None
        self._minutes = minutes
        self._exits = {
            False: np.flatnonzero(candles.truthy("exit_long")),
            True: np.flatnonzero(candles.truthy("exit_short")),
        }
        self._funding = _funding_times(candles, funding_s, minutes if extremes else 0)

    def next_event(self, trade: LocalTrade, strategy: IStrategy, start: int) -> int:
        """Return the first row from `start` on that can change the trade; the number of rows if none can."""
        if not trade.stop_loss and abs(strategy.stoploss) < (trade.leverage or 1.0):
            return start  # Freqtrade takes a stop of zero for none, and sets one
        limit = min(len(self.candles), _next(self._funding, start))
        if strategy.use_exit_signal:
            limit = min(limit, _next(self._exits[trade.is_short], start))
        age = self._minutes_open(trade, start)
        for begin, end, roi in _roi_spans(strategy.minimal_roi, age, self._minutes):
            low, high = start + begin, limit if end is None else min(limit, start + end)
            if low >= limit:
                break
            found = self._reached(trade, _bounds(trade, strategy, roi), low, high)
            if found < high:
                return found
            if self._has_smaller and end is not None and start + end == high:
                return high - 1  # the next return may hold from the middle of it on
        return limit

    def keep_extremes(self, trade: LocalTrade, begin: int, end: int) -> None:
        """Tell the trade of the rates of rows that it was not shown."""
        if end == begin + 1:
            trade.adjust_min_max_rates(self._high.item(begin), self._low.item(begin))
        elif begin < end:
            highest, lowest = np.max(self._high[begin:end]), np.min(self._low[begin:end])
            trade.adjust_min_max_rates(float(highest), float(lowest))

    def _minutes_open(self, trade: LocalTrade, row: int) -> int:
        now = self.candles.moment(row).timestamp() if row < len(self.candles) else 0.0
        return int((now - trade.open_date_utc.timestamp()) // 60)

    def _reached(self, trade: LocalTrade, bounds: Bounds, begin: int, end: int) -> int:
        look = _FIRST_LOOK
        while begin < end:
            until = min(end, begin + look)
            high, low = self._high[begin:until], self._low[begin:until]
            if trade.is_short:
                hits = (high >= bounds.adverse) | (low < bounds.favourable)
            else:
                hits = (low <= bounds.adverse) | (high > bounds.favourable)
            place = int(np.argmax(hits))
            if hits[place]:
                return begin + place
            begin, look = until, look * 4
        return end


def _bounds(trade: LocalTrade, strategy: IStrategy, roi: float | None) -> Bounds:
    stops = [trade.stop_loss or 0.0]
    if trade.liquidation_price:
        stops.append(trade.liquidation_price)
    gains = [] if roi is None else [trade.calc_close_rate_for_roi(roi)]
    if strategy.trailing_stop:
        gains.append(_trails_from(trade, strategy))
    if trade.is_short:
        nearest = max(gains, default=-_NEVER)
        return Bounds(adverse=min(stops), favourable=nearest + abs(nearest) * _MARGIN)
    nearest = min(gains, default=_NEVER)
    return Bounds(adverse=max(stops), favourable=nearest - abs(nearest) * _MARGIN)


def _trails_from(trade: LocalTrade, strategy: IStrategy) -> float:
    """Return the rate beyond which the trailing stop can move.

    Freqtrade trails at the stop's own distance, from the offset on if it is told to, and beyond the offset at the
    positive distance. Stops lie on the exchange's ticks, so that one which is rounded up from below stays where it is.
    """
    nearest, farthest = (max, min) if trade.is_short else (min, max)
    offset: float = trade.calc_close_rate_for_roi(strategy.trailing_stop_positive_offset)
    beyond = _moves_stop(trade, strategy.stoploss)
    if strategy.trailing_only_offset_is_reached:
        beyond = farthest(beyond, offset)
    if strategy.trailing_stop_positive is None:
        return beyond
    return nearest(beyond, farthest(_moves_stop(trade, strategy.trailing_stop_positive), offset))


def _moves_stop(trade: LocalTrade, distance: float) -> float:
    """Return the rate whose stop at this distance is the trade's own."""
    share, stop = abs(distance / (trade.leverage or 1.0)), trade.stop_loss or 0.0
    if trade.is_short:
        return float(stop / (1 + share))
    # A stop of more than all would lie below zero, where nothing here holds: every candle is shown.
    return float(stop / (1 - share)) if share < 1 else 0.0


def _roi_spans(
    table: dict[int, float], age: int, minutes: int
) -> Iterator[tuple[int, int | None, float | None]]:
    """Yield `(first, end, roi)` in candles from now: what the table asks for while the trade grows older."""
    starts = sorted(table)
    reached = [start for start in starts if start <= age]
    roi = table[reached[-1]] if reached else None
    begin = 0
    for start in starts[len(reached) :]:
        end = -(-(start - age) // minutes)
        if end > begin:
            yield begin, end, roi
        begin, roi = end, table[start]
    yield begin, None, roi


def _funding_times(candles: Candles, every_s: int | None, lasts_min: int) -> NDArray[np.intp]:
    """Return the candles at whose beginning fees are due; where `lasts_min` is given, those within which they are."""
    if every_s is None:
        return np.empty(0, dtype=np.intp)
    seconds = candles.dates.as_unit("s").asi8
    return np.flatnonzero(-seconds % every_s < max(lasts_min * 60, 1))


def _next(places: NDArray[Any], start: int) -> int:
    at = int(np.searchsorted(places, start))
    return int(places[at]) if at < len(places) else np.iinfo(np.int64).max
