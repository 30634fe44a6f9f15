"""Calls the hooks that a strategy leaves to Freqtrade without the wrapper that catches what users' code raises."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import MethodType
from typing import Any

from freqtrade.optimize import backtesting
from freqtrade.strategy import IStrategy, interface
from freqtrade.strategy.strategy_wrapper import strategy_safe_wrapper

from candlewick.engine.swaps import swapped

# Freqtrade's own of these give back a value, or what they were given, and do nothing else.
_PLAIN = (
    *("custom_entry_price", "custom_exit_price", "custom_stake_amount", "leverage"),
    *("confirm_trade_entry", "confirm_trade_exit", "order_filled", "bot_loop_start"),
    *("custom_roi", "custom_stoploss", "adjust_trade_position"),
)
_own = frozenset(getattr(IStrategy, name) for name in _PLAIN)
_custom_exit, _custom_sell = IStrategy.custom_exit, IStrategy.custom_sell


@contextmanager
def quicker() -> Iterator[None]:
    """Let Freqtrade's backtesting call hooks by `wrapped`."""
    with ExitStack() as swaps:
        for module in (backtesting, interface):
            swaps.enter_context(swapped(module, "strategy_safe_wrapper", wrapped))
        yield


def wrapped(hook: Any, *args: Any, **kwargs: Any) -> Callable[..., Any]:
    """Return what calls the hook as `strategy_safe_wrapper`'s does."""
    if type(hook) is MethodType and (
        hook.__func__ in _own or (hook.__func__ is _custom_exit and _sells_nothing(hook.__self__))
    ):
        return hook
    found: Callable[..., Any] = strategy_safe_wrapper(hook, *args, **kwargs)
    return found


def _sells_nothing(strategy: Any) -> bool:
    """Whether `custom_sell`, which Freqtrade's own `custom_exit` calls, is Freqtrade's own too."""
    return getattr(strategy.custom_sell, "__func__", None) is _custom_sell
