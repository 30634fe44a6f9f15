"""Goes through the loop's times, and stops where a pair must be looked at."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import numpy as np
from freqtrade.persistence import LocalTrade, PairLocks

from candlewick.engine import unhooked
from candlewick.engine.skipping import hooks
from candlewick.engine.skipping.asking import Asking, Candle
from candlewick.engine.skipping.captures import currency_of
from candlewick.engine.skipping.course import NEVER, Course, Span

Step = tuple[datetime, str, list[Any], bool, Any]
_OPEN = 1


class Walk(Course):
    """Goes pair by pair, and shows those in which something can happen.

    Args:
        asking: for the hooks of open trades.
    """

    def __init__(self, span: Span, asking: Asking) -> None:
        super().__init__(span)
        self._numbers = {pair: number for number, pair in enumerate(self._pairs)}
        self._currencies = {pair: currency_of(pair) for pair in self._pairs}
        self._by_currency: dict[str, list[str]] = {}
        for pair, currency in self._currencies.items():
            self._by_currency.setdefault(currency, []).append(pair)
        self._terms: dict[str, Any] = {}  # of the pairs' trades, when they were planned
        self._has_callbacks = hooks.has_callbacks(self._strategy)
        self._starts = bool(hooks.starts_each_time(self._strategy))
        self._asking = asking
        self._keeps_refused = span.backtesting.config.get("export", "none") == "signals"
        self._learn_rules()
        self._advanced = 0  # times of which the progress bar has not been told
        self._begun = -1  # the last time that was begun
        self._upcoming = np.full(len(self._pairs), NEVER, dtype=np.int64)

    def steps(self) -> Iterator[Step]:
        """Yield what Freqtrade's own generator yields, less what changes nothing."""
        self._begin_course()
        total, done = len(self._times), -1
        for pair in self._pairs:
            self._plan(pair, 0)
        while done + 1 < total:
            now = self._ask_until(
                done + 1, min(self._next_due(total), self._next_change(done), total)
            )
            self._refuse_until(now)
            self._backtesting.check_abort()
            self._captures.gap(done + 1, now, self._order)
            if now < total:
                yield from self._at(now)
                self._captures.shown(now)
            self._advance(min(now, total - 1) - done, total)
            done = now
        self._advance(0, total, is_last=True)
        self._end_at(total)

    def _next_due(self, total: int) -> int:
        if not self._refuses():
            return int(np.min(self._upcoming))
        busy = [self._numbers[trade.pair] for trade in LocalTrade.bt_trades_open]
        # At the last time nothing is entered, and so nothing is refused.
        return min(int(np.min(self._upcoming[busy])), total - 1)

    def _refuses(self) -> bool:
        """Whether Freqtrade can do nothing with an entry signal but count it, as long as no trade is over."""
        most = self._strategy.max_open_trades
        return (
            0 < most <= LocalTrade.bt_open_open_trade_count
            and not (self._has_callbacks or self._asks or self._keeps_refused)
            and not PairLocks.locks
        )

    def _refuse_until(self, now: int) -> None:
        """Count the entry signals before this time: there were some only if all of them are refused."""
        for number in np.flatnonzero(self._upcoming < now):
            pair = self._pairs[number]
            begins, places = self._places[pair], self._entries[pair]
            first, end = np.searchsorted(places, [self._upcoming[number] - begins, now - begins])
            self._backtesting.rejected_trades += int(end - first)
            self._upcoming[number] = places[end] + begins if end < len(places) else NEVER

    def _advance(self, steps: int, total: int, *, is_last: bool = False) -> None:
        """Tell the progress bar, but not of less than a thousandth."""
        self._advanced += steps
        if self._advanced * 1_000 >= total or is_last:
            self._backtesting._increment_progress(self._advanced)  # noqa: SLF001
            self._advanced = 0

    def _ask_until(self, begin: int, end: int) -> int:
        """Go through times at which only hooks can act; return the first at which more can happen, at most `end`."""
        if not self._starts and not (self._asks and LocalTrade.bt_trades_open):
            return end
        for now in range(begin, end):
            if not self._begin(now):
                return now
            for trade in list(LocalTrade.bt_trades_open):
                if self._reached.has_row(trade.pair) and not self._is_quiet(now, trade):
                    return now
        return end

    def _begin(self, now: int) -> bool:
        """Come to a time; whether all is as planned after the strategy has been told of it."""
        self._begun = now
        self._reached.at(now)
        as_planned = True
        if self._starts:
            self._tell_all()
            told = unhooked.wrapped(self._strategy.bot_loop_start, supress_error=True)
            told(current_time=self._times[now])
            as_planned = self._look_for_changes()
        if not self._starts or self._reached.is_lit():
            self._backtesting.dataprovider._set_dataframe_max_date(self._times[now])  # noqa: SLF001
        return as_planned

    def _is_quiet(self, now: int, trade: LocalTrade) -> bool:
        """Ask the hooks of an open trade; whether that was all there is to this candle of it."""
        pair = trade.pair
        self._reached.turned.add(pair)
        row = now - self._places[pair]
        if hooks.terms(trade) != self._terms.get(pair):
            self._plan(pair, row)
            self._upcoming[self._numbers[pair]] = now
            return False
        self._shown[pair] = row + 1
        candle = Candle(
            trade=trade,
            candles=self._candles[pair],
            row=row,
            time=self._times[now],
            rules=self._rules,
            terms=self._terms[pair],
        )
        if self._asking.is_quiet(candle):
            return True
        self._upcoming[self._numbers[pair]] = now
        return False

    def _at(self, now: int) -> Iterator[Step]:
        """Yield the pairs that are due at this time, in Freqtrade's order: those with trades first."""
        backtesting, time = self._backtesting, self._times[now]
        if self._begun != now:
            self._begin(now)
        asked = set(self._reached.turned)
        with_trades = {trade.pair for trade in LocalTrade.bt_trades_open}
        backtesting._capture_wallet(time, self._captures.stake, 1)  # noqa: SLF001
        if self._has_callbacks:
            self._tell_all()
        for pair in self._turns(now):
            if not self._reached.has_row(pair):
                continue
            is_due = self._upcoming[self._numbers[pair]] == now
            if not is_due and pair not in asked:
                is_due = not self._pass(now, pair)
            if is_due:
                yield from self._step(now, pair, pair in with_trades)
            else:
                self._capture(now, pair)

    def _turns(self, now: int) -> list[str]:
        """Return the pairs in the loop's order; while no hook can look around, only those due or in the wallet."""
        if self._has_callbacks or self._asks:
            return self._order()
        due = [self._pairs[number] for number in np.flatnonzero(self._upcoming == now)]
        wanted = {self._currencies[pair] for pair in due}
        wanted.update(self._backtesting.wallets.get_all_balances())
        looked = {pair for currency in wanted for pair in self._by_currency.get(currency, ())}
        with_trades = [trade.pair for trade in LocalTrade.bt_trades_open if trade.pair in looked]
        return list(dict.fromkeys([*with_trades, *sorted(looked, key=self._numbers.__getitem__)]))

    def _step(self, now: int, pair: str, had_trade: bool) -> Iterator[Step]:  # noqa: FBT001
        backtesting, time = self._backtesting, self._times[now]
        place = now - self._places[pair]
        row = self._candles[pair][place]
        self._reached.turned.add(pair)
        direction = backtesting.check_for_trade_entry(row)
        backtesting._capture_wallet(time, self._currencies[pair], row[_OPEN])  # noqa: SLF001
        if LocalTrade.bt_trades_open_pp[pair] or not had_trade:
            self._show(pair, place)
            yield time, pair, row, time == self._times[-1], direction
        self._shown[pair] = place + 1
        self._plan(pair, place + 1)
        if self._has_callbacks:
            self._look_for_changes()

    def _pass(self, now: int, pair: str) -> bool:
        """Go past a pair that is not due; whether it has not become due by that."""
        self._reached.turned.add(pair)
        if self._asks and LocalTrade.bt_trades_open_pp[pair]:
            return self._is_quiet(now, LocalTrade.bt_trades_open_pp[pair][0])
        if self._has_callbacks:
            self._show(pair, now - self._places[pair] + 1)
        return True

    def _capture(self, now: int, pair: str) -> None:
        currency = self._currencies[pair]
        if self._backtesting.wallets.get_total(currency):
            rate = self._candles[pair].open.item(now - self._places[pair])
            self._backtesting._capture_wallet(self._times[now], currency, rate)  # noqa: SLF001

    def _end_at(self, total: int) -> None:
        """What is left is closed as seen from the last candle."""
        self._backtesting.dataprovider._set_dataframe_max_date(self._times[-1])  # noqa: SLF001
        self._reached.at(total)
        self._tell_all()

    def _plan(self, pair: str, row: int) -> None:
        """Note when the pair must be looked at next, from this row on."""
        trades = LocalTrade.bt_trades_open_pp[pair]
        if trades:
            self._terms[pair] = hooks.terms(trades[0])
            found = self._row_of_trade(pair, trades[0], row, shows_all=self._shows_all)
        else:
            found = self._row_of_entry(pair, row)
        is_there = found < len(self._candles[pair])
        self._upcoming[self._numbers[pair]] = found + self._places[pair] if is_there else NEVER

    def _learn_rules(self) -> None:
        self._rules = hooks.rules(self._strategy)
        self._shows_all = bool(hooks.inner(self._strategy))
        self._asks = bool(hooks.asked(self._strategy)) and not self._shows_all

    def _look_for_changes(self) -> bool:
        """Look again where a strategy has changed what events depend on; whether it has not."""
        if hooks.rules(self._strategy) != self._rules:
            self._learn_rules()
            self._plan_anew(self._pairs)
            return False
        changed = [
            trade.pair
            for trade in LocalTrade.bt_trades_open
            if hooks.terms(trade) != self._terms.get(trade.pair)
        ]
        self._plan_anew(changed)
        return not changed

    def _plan_anew(self, pairs: list[str]) -> None:
        """Plan from where each pair is now."""
        for pair in pairs:
            turned = pair in self._reached.turned
            self._plan(pair, max(0, self._reached.now - self._places[pair] + turned))
