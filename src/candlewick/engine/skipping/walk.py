"""Goes through the loop's times, and stops where a pair must be looked at."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from freqtrade.optimize.backtesting import Backtesting
from freqtrade.persistence import LocalTrade

from candlewick.engine.skipping import hooks
from candlewick.engine.skipping.candles import Candles
from candlewick.engine.skipping.captures import Captures
from candlewick.engine.skipping.watching import Watch

Step = tuple[datetime, str, list[Any], bool, Any]
_NEVER = np.iinfo(np.int64).max
_OPEN = 1


class Walk:
    """One strategy's way through the candles of all pairs.

    Args:
        backtesting: whose loop takes the steps.
        times: of the loop.
        candles: by pair, in the loop's order.
        places: at which time each pair's first row stands.
    """

    def __init__(
        self,
        backtesting: Backtesting,
        times: Sequence[datetime],
        candles: dict[str, Candles],
        places: dict[str, int],
    ) -> None:
        self._backtesting = backtesting
        self._strategy = backtesting.strategy
        self._times, self._candles, self._places = times, candles, places
        self._pairs = list(candles)
        self._numbers = {pair: number for number, pair in enumerate(self._pairs)}
        self._watches = {pair: self._watch(pair) for pair in self._pairs}
        self._entries = {pair: _entries(candles[pair], backtesting) for pair in self._pairs}
        self._shown = dict.fromkeys(self._pairs, 0)  # rows that the pair's trade knows
        self._has_callbacks = hooks.has_callbacks(self._strategy)
        self._rules = hooks.rules(self._strategy)
        self._shows_all = bool(hooks.looked_at_each_candle(self._strategy))
        self._turns: list[str] = []  # the pairs in the order of the time at hand
        self._upcoming = np.full(len(self._pairs), _NEVER, dtype=np.int64)
        self._captures = Captures(
            wallets=backtesting.wallets,
            stake=self._strategy.config["stake_currency"],
            times=times,
            candles=candles,
            places=places,
            single=backtesting.wallet_captures,
        )

    def steps(self) -> Iterator[Step]:
        """Yield what Freqtrade's own generator yields, less what changes nothing."""
        self._introduce_pairs()
        changes = self._changes()
        done = -1
        for pair in self._pairs:
            self._plan(pair, 0)
        while (now := self._next_time(changes, done)) < len(self._times):
            self._backtesting.check_abort()
            self._captures.gap(done + 1, now, self._order)
            yield from self._at(now)
            self._captures.shown(now)
            self._backtesting._increment_progress(now - done)  # noqa: SLF001
            done = now
        self._captures.gap(done + 1, len(self._times), self._order)
        self._tell_all(len(self._times))
        self._backtesting._increment_progress(len(self._times) - 1 - done)  # noqa: SLF001

    def wallet(self) -> pd.DataFrame:
        """Return what Freqtrade would have noted of the wallet at every candle."""
        return self._captures.table()

    def _introduce_pairs(self) -> None:
        """Freqtrade closes what is left in the order in which it first looked at the pairs."""
        by_start = sorted(self._pairs, key=lambda pair: self._places[pair])
        for pair in by_start:
            if len(self._candles[pair]):
                LocalTrade.bt_trades_open_pp[pair]

    def _changes(self) -> list[int]:
        """Return when rows begin or are over; captures of a gap hold for all of it."""
        begins = set(self._places.values())
        ends = {self._places[pair] + len(self._candles[pair]) for pair in self._pairs}
        return sorted(begins | ends, reverse=True)

    def _next_time(self, changes: list[int], done: int) -> int:
        while changes and changes[-1] <= done:
            changes.pop()
        return min(int(np.min(self._upcoming)), changes[-1] if changes else _NEVER)

    def _order(self) -> list[str]:
        return list(dict.fromkeys([t.pair for t in LocalTrade.bt_trades_open] + self._pairs))

    def _at(self, now: int) -> Iterator[Step]:
        """Yield the pairs that are due at this time, in Freqtrade's order: those with trades first."""
        backtesting, time = self._backtesting, self._times[now]
        with_trades = {trade.pair for trade in LocalTrade.bt_trades_open}
        backtesting._capture_wallet(time, self._captures.stake, 1)  # noqa: SLF001
        if self._has_callbacks:
            self._tell_all(now)
        self._turns = self._order()
        for pair in self._turns:
            row = now - self._places[pair]
            if not 0 <= row < len(self._candles[pair]):
                continue
            if self._upcoming[self._numbers[pair]] == now:
                yield from self._step(now, pair, pair in with_trades)
            else:
                self._pass(time, pair, row)

    def _step(self, now: int, pair: str, had_trade: bool) -> Iterator[Step]:  # noqa: FBT001
        backtesting, time = self._backtesting, self._times[now]
        place = now - self._places[pair]
        row = self._candles[pair][place]
        self._tell_slice(pair, place + 1)
        direction = backtesting.check_for_trade_entry(row)
        backtesting._capture_wallet(time, pair.split("/", maxsplit=1)[0], row[_OPEN])  # noqa: SLF001
        backtesting.dataprovider._set_dataframe_max_date(time)  # noqa: SLF001
        if LocalTrade.bt_trades_open_pp[pair] or not had_trade:
            self._show(pair, place)
            yield time, pair, row, time == self._end, direction
        self._shown[pair] = place + 1
        self._plan(pair, place + 1)
        if self._has_callbacks and hooks.rules(self._strategy) != self._rules:
            self._plan_anew(now, pair)

    def _pass(self, time: datetime, pair: str, row: int) -> None:
        if self._backtesting.wallets.get_total(pair.split("/", maxsplit=1)[0]):
            rate = float(self._candles[pair].open[row])
            self._backtesting._capture_wallet(time, pair.split("/", maxsplit=1)[0], rate)  # noqa: SLF001
        if self._has_callbacks:
            self._tell_slice(pair, row + 1)
            self._show(pair, row + 1)

    @property
    def _end(self) -> datetime:
        return self._times[-1]

    def _plan(self, pair: str, row: int) -> None:
        """Note when the pair must be looked at next, from this row on."""
        trades = LocalTrade.bt_trades_open_pp[pair]
        found = (
            self._row_of_trade(pair, trades[0], row) if trades else self._row_of_entry(pair, row)
        )
        is_there = found < len(self._candles[pair])
        self._upcoming[self._numbers[pair]] = found + self._places[pair] if is_there else _NEVER

    def _row_of_entry(self, pair: str, row: int) -> int:
        entries = self._entries[pair]
        at = int(np.searchsorted(entries, row))
        return int(entries[at]) if at < len(entries) else _NEVER

    def _row_of_trade(self, pair: str, trade: LocalTrade, row: int) -> int:
        if self._shows_all or trade.has_open_orders or not trade.has_open_position:
            return row
        return self._watches[pair].next_event(trade, self._strategy, row)

    def _plan_anew(self, now: int, current: str) -> None:
        """A strategy has changed what events depend on: look again, from where each pair is now."""
        self._rules = hooks.rules(self._strategy)
        self._shows_all = bool(hooks.looked_at_each_candle(self._strategy))
        behind = set(self._turns[: self._turns.index(current) + 1])
        for pair in self._pairs:
            self._plan(pair, max(0, now - self._places[pair] + (pair in behind)))

    def _tell_all(self, now: int) -> None:
        """Let callbacks see every pair as it was before this time."""
        for pair in self._pairs:
            rows = min(max(0, now - self._places[pair]), len(self._candles[pair]))
            if rows:
                self._tell_slice(pair, rows)
                self._show(pair, rows)

    def _tell_slice(self, pair: str, rows: int) -> None:
        startup = self._backtesting.required_startup
        self._backtesting.dataprovider._set_dataframe_max_index(pair, startup + rows)  # noqa: SLF001

    def _show(self, pair: str, rows: int) -> None:
        for trade in LocalTrade.bt_trades_open_pp[pair]:
            self._watches[pair].keep_extremes(trade, self._shown[pair], rows)
        self._shown[pair] = max(self._shown[pair], rows)

    def _watch(self, pair: str) -> Watch:
        backtesting = self._backtesting
        funding = getattr(backtesting, "funding_fee_timeframe_secs", None)
        return Watch(self._candles[pair], minutes=backtesting.timeframe_min, funding_s=funding)


def _entries(candles: Candles, backtesting: Backtesting) -> Any:
    """Return the rows in which Freqtrade's `check_for_trade_entry` finds a direction."""
    enter_long, exit_long = candles.signal("enter_long"), candles.signal("exit_long")
    if not backtesting._can_short:  # noqa: SLF001
        return np.flatnonzero(enter_long & ~exit_long)
    enter_short, exit_short = candles.signal("enter_short"), candles.signal("exit_short")
    long = enter_long & ~exit_long & ~enter_short
    return np.flatnonzero(long | (enter_short & ~exit_short & ~enter_long))
