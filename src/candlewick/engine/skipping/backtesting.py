"""Freqtrade's Backtesting over the candles in which something can happen."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from ccxt import TICK_SIZE
from freqtrade.enums import BacktestState
from freqtrade.optimize import backtesting as module

from candlewick.engine import (
    beside,
    exact,
    loading,
    orders,
    reports,
    tables,
    trade_table,
    trades,
    unhooked,
    wallets,
)
from candlewick.engine.analysing import Analysis
from candlewick.engine.skipping import hooks, profits
from candlewick.engine.skipping.asking import Asking
from candlewick.engine.skipping.candles import Candles, has_prices, place_of
from candlewick.engine.skipping.course import Span, Times
from candlewick.engine.skipping.hooks import Path
from candlewick.engine.skipping.trade_copies import cheap_copies
from candlewick.engine.skipping.walk import Step, Walk
from candlewick.engine.skipping.whole_times import WholeTimes, extremes_of
from candlewick.engine.ticks import TickSizes


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which path was taken, and why not a faster one."""

    path: Path
    reason: str = ""

    def sentence(self) -> str:
        because = f", because of {self.reason}" if self.reason else ""
        return f"{_SENTENCES[self.path]}{because}."


_SENTENCES = {
    Path.STOCK: "Freqtrade's loop went through every candle",
    Path.TIMES: "Times at which nothing can happen to any pair were skipped",
    Path.TRADES: "Candles without a signal were skipped, but for those of open trades",
    Path.HOOKS: "Candles in which nothing can happen were skipped, but for the strategy's own hooks",
    Path.EVENTS: "Candles in which nothing can happen were skipped",
}


class SkippingBacktesting(module.Backtesting):  # type: ignore[misc]  # Freqtrade's types are not followed
    """Gives Freqtrade's results: whatever happens is done by Freqtrade's own `backtest_loop`.

    `choices` names each strategy's path. With `skips` off, Freqtrade's own loop goes through all candles.
    """

    def __init__(self, *args: Any, skips: bool = True, **kwargs: Any) -> None:
        self.skips = skips
        self.choices: dict[str, Choice] = {}
        self._whole: WholeTimes | None = None
        self._tick_sizes: dict[str, TickSizes] = {}
        self._analysis = Analysis(self)
        self._loaded: dict[str, pd.DataFrame] = {}
        self._tables: tables.Tables | None = None
        super().__init__(*args, **kwargs)

    def start(self) -> None:
        with ExitStack() as stack:
            if self.skips:
                stack.enter_context(beside.helper())
                stack.enter_context(loading.quicker())
                stack.enter_context(self._analysis.quicker())
                self._tables = stack.enter_context(reports.quicker())
            super().start()

    def load_bt_data(self) -> Any:
        if not self.skips:
            return super().load_bt_data()
        with self._analysis.loading(self._tables.market.change if self._tables else None):
            self._loaded, timerange = super().load_bt_data()
        return self._loaded, timerange

    def get_pair_precision(self, pair: str, current_time: datetime) -> Any:
        sizes = self.price_pair_prec.get(pair) if self.skips else None
        if sizes is None:
            return super().get_pair_precision(pair, current_time)
        if pair not in self._tick_sizes or self._tick_sizes[pair].sizes is not sizes:
            self._tick_sizes[pair] = TickSizes(sizes)
        size = self._tick_sizes[pair].at(current_time)
        if size is None:
            return super().get_pair_precision(pair, current_time)
        return size, TICK_SIZE

    def backtest(self, *args: Any, **kwargs: Any) -> Any:
        if not self.skips:
            return super().backtest(*args, **kwargs)
        self._asking = Asking(self)
        with ExitStack() as stack:
            for quicker in (
                unhooked.quicker,  # before the answers, which go through it
                self._asking.answers_given,
                cheap_copies,
                exact.quicker,
                orders.quicker,
                trades.quicker,
                profits.quicker,
                trade_table.quicker,
                wallets.quicker,
            ):
                stack.enter_context(quicker())
            return super().backtest(*args, **kwargs)

    def time_pair_generator(
        self, start_date: datetime, end_date: datetime, pairs: list[str], data: dict[str, Any]
    ) -> Iterator[Step]:
        self._whole = None
        self._analysis.ask(self._loaded, start_date, end_date)
        times = Times.between(start_date, end_date, self.timeframe_td)
        candles = {pair: rows for pair, rows in data.items() if isinstance(rows, Candles)}
        places = {
            pair: place_of(rows, times[0], self.timeframe_td) if times else 0
            for pair, rows in candles.items()
        }
        choice = self._choice(candles, places)
        self.choices[self.strategy.get_strategy_name()] = choice
        if choice.path is Path.STOCK or not times:
            yield from super().time_pair_generator(start_date, end_date, pairs, data)
            return
        found = {pair: place for pair, place in places.items() if place is not None}
        span = Span(
            backtesting=self,
            times=times,
            candles=candles,
            places=found,
            extremes=extremes_of(candles, self.detail_data, self.timeframe_td),
        )
        if choice.path is Path.TIMES:
            self._whole = WholeTimes(span)
            yield from super().time_pair_generator(start_date, end_date, pairs, data)
            self._keep_wallet(self._whole.wallet(), start_date, end_date)
            self._whole = None
            return
        total = int((end_date - start_date) / self.timeframe_td)
        self._set_progress_step(BacktestState.BACKTEST, total)
        walk = Walk(span, self._asking)
        yield from walk.steps()
        self._keep_wallet(walk.wallet(), start_date, end_date)

    def _keep_wallet(self, table: pd.DataFrame, start: datetime, end: datetime) -> None:
        # From here on nothing is noted; Freqtrade makes a table of it, which takes a table as well.
        self.wallet_captures = table
        if self._tables is not None:
            self._tables.begin_wallet(table)
            # What no other process has found is computed from here on: beside the loop it would slow it by as much.
            self._tables.market.begin(self._loaded, start, end, self._analysis.answer())

    def _time_generator(self, start_date: datetime, end_date: datetime) -> Iterator[datetime]:
        if self._whole is None:
            return super()._time_generator(start_date, end_date)  # type: ignore[no-any-return]
        return self._whole.times()

    def _sync_pair_index(
        self, data: dict[str, Any], pair: str, row_index: int, current_time: datetime
    ) -> int:
        if self._whole is None:
            return super()._sync_pair_index(data, pair, row_index, current_time)  # type: ignore[no-any-return]
        return self._whole.row_at_hand(pair)

    def _get_ohlcv_as_lists(self, processed: dict[str, pd.DataFrame]) -> Any:
        if not self.skips:
            return super()._get_ohlcv_as_lists(processed)
        self._set_progress_step(BacktestState.CONVERT, len(processed))
        found = {}
        with self._analysis.signals(self.strategy, processed) as signalled:
            for pair in processed:
                self.check_abort()
                self._increment_progress()
                found[pair] = self._converted(processed, pair, signalled(pair))
        return found

    def _converted(
        self, processed: dict[str, pd.DataFrame], pair: str, analyzed: pd.DataFrame
    ) -> Candles:
        kind = self.config["candle_type_def"]
        self.dataprovider._set_cached_df(pair, self.timeframe, analyzed, kind)  # noqa: SLF001
        startup = self.required_startup
        processed[pair] = loading.trim(analyzed, self.timerange, startup)
        return Candles(processed[pair])

    def _choice(self, candles: dict[str, Candles], places: dict[str, int | None]) -> Choice:
        reason = self._why_stock(candles, places)
        if reason:
            return Choice(path=Path.STOCK, reason=reason)
        inner, asked = hooks.inner(self.strategy), hooks.asked(self.strategy)
        wholes = self._wholes()
        for path, own in (
            (Path.TIMES, wholes and [*wholes, *inner, *asked]),
            (Path.TRADES, inner),
            (Path.HOOKS, hooks.starts_each_time(self.strategy) + asked),
        ):
            if own:
                return Choice(path=path, reason=", ".join(own))
        return Choice(path=Path.EVENTS)

    def _wholes(self) -> list[str]:
        """Return why times are skipped for all pairs or for none."""
        reasons = {
            "a detail timeframe": bool(self.timeframe_detail),
            "position stacking": self._position_stacking,
        }
        return [reason for reason, holds in reasons.items() if holds]

    def _why_stock(self, candles: dict[str, Candles], places: dict[str, int | None]) -> str:
        reasons = {
            "the option --engine stock": not self.skips,
            "a dynamic pairlist": self.dynamic_pairlist,
            "bot_loop_start with " + " and ".join(self._wholes()): bool(
                self._wholes() and hooks.starts_each_time(self.strategy)
            ),
            "detail candles without prices": not all(map(_is_whole, self.detail_data.values())),
            "FreqAI": bool(self.config.get("freqai", {}).get("enabled", False)),
            "a timeframe below a minute": self.timeframe_min < 1,
            "candles that are out of step": any(place is None for place in places.values()),
            "prices that are not above zero": not all(map(has_prices, candles.values())),
        }
        return next((reason for reason, holds in reasons.items() if holds), "")


def _is_whole(detail: pd.DataFrame) -> bool:
    prices = detail[["open", "high", "low", "close"]]
    return bool((prices > 0).all(axis=None))
