"""Asks a strategy's hooks at the candles of an open trade in which nothing else can happen."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Any

from ccxt import TICK_SIZE
from freqtrade.optimize.backtesting import Backtesting
from freqtrade.persistence import LocalTrade
from freqtrade.strategy import IStrategy, interface

from candlewick.engine import unhooked
from candlewick.engine.skipping import hooks
from candlewick.engine.skipping.candles import Candles
from candlewick.engine.skipping.profits import profit_ratio
from candlewick.engine.swaps import swapped

# As Freqtrade calls them.
_DEFAULTS: dict[str, dict[str, Any]] = {
    "adjust_trade_position": {"default_retval": (None, ""), "supress_error": True},
    "custom_stoploss": {"default_retval": None, "supress_error": True},
    "custom_roi": {"default_retval": None, "supress_error": True},
    "custom_exit": {"default_retval": False},
}
_RESERVE = -0.1
_ROUNDING = 1e-9  # what floats lose here is less


@dataclass(slots=True, kw_only=True)
class Candle:
    """One of a trade's candles, at which only hooks can act."""

    trade: LocalTrade
    candles: Candles
    row: int
    time: datetime
    rules: tuple[Any, ...]
    terms: tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What a hook said, and what it left of the strategy's rules and of the trade where it changed them."""

    hook: Callable[..., Any]
    value: Any
    left: tuple[tuple[Any, ...], Any, tuple[Any, ...]] | None


class Asking:
    """Calls hooks in Freqtrade's order with Freqtrade's arguments.

    When an answer does something, Freqtrade goes through the candle itself; where it would call a hook that has been
    asked, it is given the answer, so that each is called once.
    """

    def __init__(self, backtesting: Backtesting) -> None:
        self._backtesting = backtesting
        self._strategy: IStrategy = backtesting.strategy
        self._wrapped: dict[str, tuple[Any, Callable[..., Any]]] = {}
        self._answers: list[_Answer] = []

    def is_quiet(self, candle: Candle) -> bool:
        """Ask; whether nothing comes of it. If not, the candle must be shown to Freqtrade next."""
        self._answers.clear()
        if not self._all_quiet(candle):
            self._put_back(candle)
            return False
        self._answers.clear()
        return True

    @contextmanager
    def answers_given(self) -> Iterator[None]:
        """Let Freqtrade have the answers instead of calling again."""
        with swapped(interface, "strategy_safe_wrapper", self._wrapper):
            yield

    def _all_quiet(self, candle: Candle) -> bool:
        strategy, trade, row = self._strategy, candle.trade, candle.row
        rate = candle.candles.open.item(row)
        profit = profit_ratio(trade, rate)
        if strategy.position_adjustment_enable and not self._adjusts_nothing(candle, rate, profit):
            return False
        high, low = candle.candles.high.item(row), candle.candles.low.item(row)
        trade.adjust_min_max_rates(high, low)
        bound = low if trade.is_short else high
        if strategy.use_custom_stoploss or strategy.use_custom_roi:
            best = profit_ratio(trade, bound)
            if strategy.use_custom_stoploss and not self._stop_stays(candle, bound, best):
                return False
            if self._asks_for_roi(candle) and not self._roi_is_out_of_reach(candle, best):
                return False
        return not strategy.use_exit_signal or self._stays_in(candle, rate, profit)

    def _adjusts_nothing(self, candle: Candle, rate: float, profit: float) -> bool:
        backtesting, trade = self._backtesting, candle.trade
        exchange = backtesting.exchange
        least = exchange.get_min_pair_stake_amount(trade.pair, rate, _RESERVE)
        most = exchange.get_max_pair_stake_amount(trade.pair, rate)
        answer, stands = self._ask(
            "adjust_trade_position",
            candle,
            trade=trade,
            current_time=candle.time,
            current_rate=rate,
            current_profit=profit,
            min_stake=least,
            max_stake=min(most, backtesting.wallets.get_available_stake_amount()),
            current_entry_rate=rate,
            current_exit_rate=rate,
            current_entry_profit=profit,
            current_exit_profit=profit,
        )
        stake = answer[0] if isinstance(answer, tuple) and answer else answer
        return stands and (stake is None or (isinstance(stake, int | float) and stake == 0))

    def _stop_stays(self, candle: Candle, bound: float, best: float) -> bool:
        trade = candle.trade
        answer, stands = self._ask(
            "custom_stoploss",
            candle,
            pair=trade.pair,
            trade=trade,
            current_time=candle.time,
            current_rate=bound,
            current_profit=best,
            after_fill=False,
        )
        if not stands or not (answer is None or isinstance(answer, int | float)):
            return False
        return not answer or not isfinite(answer) or _stays(trade, bound, answer)

    def _asks_for_roi(self, candle: Candle) -> bool:
        strategy = self._strategy
        if not strategy.use_custom_roi:
            return False
        side = "enter_short" if candle.trade.is_short else "enter_long"
        return not (strategy.ignore_roi_if_entry_signal and candle.candles.truthy(side)[candle.row])

    def _roi_is_out_of_reach(self, candle: Candle, best: float) -> bool:
        trade = candle.trade
        age = candle.time.timestamp() - trade.open_date_utc.timestamp()
        answer, stands = self._ask(
            "custom_roi",
            candle,
            pair=trade.pair,
            trade=trade,
            current_time=candle.time,
            trade_duration=int(age // 60),
            entry_tag=trade.enter_tag,
            side=trade.trade_direction,
        )
        if not stands or not (answer is None or isinstance(answer, int | float)):
            return False
        return answer is None or not isfinite(answer) or best <= answer

    def _stays_in(self, candle: Candle, rate: float, profit: float) -> bool:
        answer, stands = self._ask(
            "custom_exit",
            candle,
            pair=candle.trade.pair,
            trade=candle.trade,
            current_time=candle.time,
            current_rate=rate,
            current_profit=profit,
        )
        return stands and not answer

    def _ask(self, name: str, candle: Candle, **arguments: Any) -> tuple[Any, bool]:
        """Return the answer, and whether all that decides where something can happen still stands."""
        hook = getattr(self._strategy, name)
        known = self._wrapped.get(name)
        if known is None or known[0] != hook:
            known = (hook, unhooked.wrapped(hook, **_DEFAULTS[name]))
            self._wrapped[name] = known
        value = known[1](**arguments)
        rules, terms = hooks.rules(self._strategy), hooks.terms(candle.trade)
        stands = rules == candle.rules and terms == candle.terms
        left = None if stands else (rules, self._strategy.minimal_roi, terms)
        self._answers.append(_Answer(hook=hook, value=value, left=left))
        return value, stands

    def _put_back(self, candle: Candle) -> None:
        """Set what hooks have changed back to what it was when Freqtrade would have begun the candle."""
        if any(answer.left for answer in self._answers):
            hooks.set_rules(self._strategy, candle.rules)
            hooks.set_terms(candle.trade, candle.terms)

    def _wrapper(self, hook: Any, *args: Any, **kwargs: Any) -> Callable[..., Any]:
        if self._answers and self._answers[0].hook == hook:
            return self._given
        return unhooked.wrapped(hook, *args, **kwargs)

    def _given(self, *, trade: LocalTrade, **_: Any) -> Any:
        """Answer for the hook that has been asked, and do to rules and trade what it did."""
        answer = self._answers.pop(0)
        if answer.left:
            rules, returns, terms = answer.left
            hooks.set_rules(self._strategy, (*rules[:-1], returns))
            hooks.set_terms(trade, terms)
        return answer.value


def _stays(trade: LocalTrade, rate: float, distance: float) -> bool:
    """Whether Freqtrade leaves the stop where it is when it is told this distance from the rate."""
    share, stop = abs(distance / (trade.leverage or 1.0)), trade.stop_loss
    if trade.precision_mode_price == TICK_SIZE and trade.price_precision and stop > 0:
        # Stops are rounded to the next tick.
        margin = 2 * trade.price_precision + stop * _ROUNDING
        if trade.is_short:
            if rate * (1 + share) > stop + margin:
                return True
        elif rate * (1 - share) < stop - margin:
            return True
    tried: LocalTrade = LocalTrade.__new__(LocalTrade)
    vars(tried).update(vars(trade))
    tried.adjust_stop_loss(rate, distance)
    return bool(vars(tried) == vars(trade))
