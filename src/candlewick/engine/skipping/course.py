"""What every way through the loop's times needs: where each pair's candles stand, and what is known of them."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import overload

import numpy as np
import pandas as pd
from freqtrade.optimize.backtesting import Backtesting
from freqtrade.persistence import LocalTrade
from numpy.typing import NDArray

from candlewick.engine.skipping.candles import Candles
from candlewick.engine.skipping.captures import Captures
from candlewick.engine.skipping.slices import Reached, show_slices
from candlewick.engine.skipping.watching import Extremes, Watch

NEVER = int(np.iinfo(np.int64).max)


class Times(Sequence[datetime]):
    """`first`, `first + step`, …, each made when it is looked at."""

    def __init__(self, first: datetime, step: timedelta, count: int) -> None:
        self._first, self._step, self._places = first, step, range(count)

    @classmethod
    def between(cls, start: datetime, end: datetime, step: timedelta) -> "Times":
        """Return what Freqtrade's `_time_generator` yields."""
        return cls(start + step, step, max(0, (end - start) // step))

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> datetime: ...
    @overload
    def __getitem__(self, index: slice) -> list[datetime]: ...
    def __getitem__(self, index: int | slice) -> datetime | list[datetime]:
        if isinstance(index, slice):
            return [self._first + self._step * place for place in self._places[index]]
        return self._first + self._step * self._places[index]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A backtest's times and candles.

    Attributes:
        backtesting: whose loop it is.
        times: of the loop.
        candles: by pair, in the loop's order.
        places: at which time each pair's first row stands.
        extremes: by pair, what its candles reach where that is not their own highest and lowest rate.
    """

    backtesting: Backtesting
    times: Sequence[datetime]
    candles: dict[str, Candles]
    places: dict[str, int]
    extremes: Mapping[str, Extremes]


class Course:
    """One strategy's way through the candles of all pairs."""

    def __init__(self, span: Span) -> None:
        self._backtesting = span.backtesting
        self._strategy = span.backtesting.strategy
        self._times, self._candles, self._places = span.times, span.candles, span.places
        self._pairs = list(span.candles)
        self._watches = {pair: _watch(span, pair) for pair in self._pairs}
        self._entries: dict[str, list[int]] = {
            pair: entries(span.candles[pair], span.backtesting).tolist() for pair in self._pairs
        }
        self._shown = dict.fromkeys(self._pairs, 0)  # rows that the pair's trades know
        self._reached = Reached(span.candles, span.places)
        self._changes = self._find_changes()
        self._captures = Captures(
            wallets=span.backtesting.wallets,
            stake=self._strategy.config["stake_currency"],
            times=span.times,
            candles=span.candles,
            places=span.places,
            single=span.backtesting.wallet_captures,
        )

    def wallet(self) -> pd.DataFrame:
        """Return what Freqtrade would have noted of the wallet at every candle."""
        return self._captures.table()

    def _begin_course(self) -> None:
        """Freqtrade closes what is left in the order in which it first looked at the pairs."""
        by_start = sorted(self._pairs, key=lambda pair: self._places[pair])
        for pair in by_start:
            if len(self._candles[pair]):
                LocalTrade.bt_trades_open_pp[pair]
        startup = self._backtesting.required_startup
        show_slices(self._backtesting.dataprovider, self._reached, startup)

    def _find_changes(self) -> list[int]:
        """Return when rows begin or are over; captures of a gap hold for all of it."""
        begins = set(self._places.values())
        ends = {self._places[pair] + len(self._candles[pair]) for pair in self._pairs}
        return sorted(begins | ends, reverse=True)

    def _next_change(self, done: int) -> int:
        while self._changes and self._changes[-1] <= done:
            self._changes.pop()
        return self._changes[-1] if self._changes else NEVER

    def _order(self) -> list[str]:
        return list(dict.fromkeys([t.pair for t in LocalTrade.bt_trades_open] + self._pairs))

    def _row_of_entry(self, pair: str, row: int) -> int:
        places = self._entries[pair]
        at = bisect_left(places, row)
        return places[at] if at < len(places) else NEVER

    def _row_of_trade(self, pair: str, trade: LocalTrade, row: int, *, shows_all: bool) -> int:
        """Return the first row from this one on at which the trade must be looked at: itself, when all are."""
        is_usual = trade.has_open_position and trade.initial_stop_loss_pct is not None
        if shows_all or trade.has_open_orders or not is_usual:
            return row
        return self._watches[pair].next_event(trade, self._strategy, row)

    def _tell_all(self) -> None:
        """Let callbacks see every trade as it was before this time."""
        for trade in LocalTrade.bt_trades_open:
            self._show(trade.pair, self._reached.rows(trade.pair))

    def _show(self, pair: str, rows: int) -> None:
        for trade in LocalTrade.bt_trades_open_pp[pair]:
            self._watches[pair].keep_extremes(trade, self._shown[pair], rows)
        self._shown[pair] = max(self._shown[pair], rows)


def _watch(span: Span, pair: str) -> Watch:
    return Watch(
        span.candles[pair],
        minutes=span.backtesting.timeframe_min,
        funding_s=getattr(span.backtesting, "funding_fee_timeframe_secs", None),
        extremes=span.extremes.get(pair),
    )


def entries(candles: Candles, backtesting: Backtesting) -> NDArray[np.intp]:
    """Return the rows in which Freqtrade's `check_for_trade_entry` finds a direction."""
    enter_long, exit_long = candles.signal("enter_long"), candles.signal("exit_long")
    if not backtesting._can_short:  # noqa: SLF001
        return np.flatnonzero(enter_long & ~exit_long)
    enter_short, exit_short = candles.signal("enter_short"), candles.signal("exit_short")
    long = enter_long & ~exit_long & ~enter_short
    return np.flatnonzero(long | (enter_short & ~exit_short & ~enter_long))
