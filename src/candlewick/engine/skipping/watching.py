"""Finds the next candle that can change an open trade: one that reaches its adverse or its favourable rate.

Both are supersets: a candle too many is shown to Freqtrade, which then does nothing.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from freqtrade.persistence import LocalTrade
from freqtrade.strategy import IStrategy
from numpy.typing import NDArray

from candlewick.engine.skipping.candles import Candles
from candlewick.engine.skipping.profits import rate_for

# Freqtrade rounds profits to 8 digits, and stops to ticks.
_MARGIN = 1e-6
_FIRST_LOOK = 512
_NEVER = np.inf


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
            False: np.flatnonzero(candles.truthy("exit_long")).tolist(),
            True: np.flatnonzero(candles.truthy("exit_short")).tolist(),
        }
        funding = _funding_times(candles, funding_s, minutes if extremes else 0)
        self._funding: list[int] = funding.tolist()

    def next_event(self, trade: LocalTrade, strategy: IStrategy, start: int) -> int:
        """Return the first row from `start` on that can change the trade; the number of rows if none can."""
        if not trade.stop_loss and abs(strategy.stoploss) < (trade.leverage or 1.0):
            return start  # Freqtrade takes a stop of zero for none, and sets one
        limit = min(len(self.candles), _next(self._funding, start))
        if strategy.use_exit_signal:
            limit = min(limit, _next(self._exits[trade.is_short], start))
        spans = list(
            _roi_spans(strategy.minimal_roi, self._minutes_open(trade, start), self._minutes)
        )
        if self._has_smaller and (end := spans[0][1]) is not None:
            # The next return may hold from the middle of the last candle on.
            spans, limit = spans[:1], min(limit, start + end - 1)
        rates = [
            (start + begin, _favourable(trade, strategy, roi))
            for begin, _, roi in spans
            if start + begin < limit
        ]
        return self._first_reached(_adverse(trade), rates, start, limit, is_short=trade.is_short)

    def keep_extremes(self, trade: LocalTrade, begin: int, end: int) -> None:
        """Tell the trade of the rates of rows that it was not shown."""
        if end == begin + 1:
            trade.adjust_min_max_rates(self._high.item(begin), self._low.item(begin))
        elif begin < end:
            high: Any = self._high[begin:end]
            low: Any = self._low[begin:end]
            trade.adjust_min_max_rates(high.max().item(), low.min().item())

    def _minutes_open(self, trade: LocalTrade, row: int) -> int:
        now = self.candles.seconds(row) if row < len(self.candles) else 0.0
        return int((now - trade.open_date_utc.timestamp()) // 60)

    def _first_reached(
        self,
        adverse: float,
        spans: Sequence[tuple[int, float]],
        begin: int,
        end: int,
        *,
        is_short: bool,
    ) -> int:
        """Return the first row that reaches the rates that hold from a span's row on; the end if none does.

        Rows of all spans are looked through at once for the nearest rate, and what is found for its own.
        """
        while begin < end:
            nearest = _nearest([rate for _, rate in spans], is_short=is_short)
            found = self._reached(adverse, nearest, begin, end, is_short=is_short)
            if found == end:
                return end
            passed = sum(first <= found for first, _ in spans)
            favourable, spans = spans[passed - 1][1], spans[passed:]
            begin = spans[0][0] if spans else end
            if favourable != nearest:
                found = self._reached(adverse, favourable, found, begin, is_short=is_short)
            if found < begin:
                return found
        return end

    def _reached(
        self, adverse: float, favourable: float, begin: int, end: int, *, is_short: bool
    ) -> int:
        look = _FIRST_LOOK
        while begin < end:
            until = min(end, begin + look)
            high, low = self._high[begin:until], self._low[begin:until]
            hits: Any = (
                (high >= adverse) | (low < favourable)
                if is_short
                else (low <= adverse) | (high > favourable)
            )
            place: int = hits.argmax().item()
            if hits.item(place):
                return begin + place
            begin, look = until, look * 4
        return end


def _nearest(rates: Sequence[float], *, is_short: bool) -> float:
    """Return the favourable one that is reached first."""
    return max(rates) if is_short else min(rates)


def _adverse(trade: LocalTrade) -> float:
    stop: float = trade.stop_loss or 0.0
    if not trade.liquidation_price:
        return stop
    nearer = min if trade.is_short else max
    return float(nearer(stop, trade.liquidation_price))


def _favourable(trade: LocalTrade, strategy: IStrategy, roi: float | None) -> float:
    gains = [] if roi is None else [rate_for(trade, roi)]
    if strategy.trailing_stop:
        gains.append(_trails_from(trade, strategy))
    if trade.is_short:
        return max([gain + abs(gain) * _MARGIN for gain in gains], default=-_NEVER)
    return min([gain - abs(gain) * _MARGIN for gain in gains], default=_NEVER)


def _trails_from(trade: LocalTrade, strategy: IStrategy) -> float:
    """Return the rate beyond which the trailing stop can move.

    Freqtrade trails at the stop's own distance, from the offset on if it is told to, and beyond the offset at the
    positive distance. Stops lie on the exchange's ticks, so that one which is rounded up from below stays where it is.
    """
    nearest, farthest = (max, min) if trade.is_short else (min, max)
    offset = rate_for(trade, strategy.trailing_stop_positive_offset)
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


def _next(places: Sequence[int], start: int) -> int:
    at = bisect_left(places, start)
    return places[at] if at < len(places) else np.iinfo(np.int64).max
