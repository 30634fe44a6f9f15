"""Keeps what a strategy's hooks are called with, in which order, and what they can see meanwhile."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from freqtrade.persistence import LocalTrade

from candlewick.engine.open_trades import ObservedBacktesting

Call = tuple[Any, ...]
_HOOKS = (
    *("bot_loop_start", "custom_exit", "custom_stoploss", "custom_roi", "adjust_trade_position"),
    *("custom_entry_price", "custom_exit_price", "custom_stake_amount", "leverage"),
    *("confirm_trade_entry", "confirm_trade_exit", "order_filled", "adjust_entry_price"),
    *("check_entry_timeout", "check_exit_timeout"),
    *("custom_sell", "check_buy_timeout", "check_sell_timeout"),
)


def keep_journal(backtesting: ObservedBacktesting) -> list[Call]:
    """Return a list to which each call of a hook will be added."""
    calls: list[Call] = []
    for strategy in backtesting.strategylist:
        own = type(strategy)
        for name in set(_HOOKS) & vars(own).keys():
            setattr(own, name, _noted(vars(own)[name], backtesting, calls))
    return calls


def _noted(
    hook: Callable[..., Any], backtesting: ObservedBacktesting, calls: list[Call]
) -> Callable[..., Any]:
    @wraps(hook)
    def noted(self: Any, *args: Any, **kwargs: Any) -> Any:
        calls.append(
            (hook.__name__, _plain(args), _plain(kwargs.items()), *_seen(backtesting), _open())
        )
        return hook(self, *args, **kwargs)

    return noted


def _plain(values: Any) -> tuple[Any, ...]:
    return tuple(
        _trade(value) if isinstance(value, LocalTrade) else _named(value) for value in values
    )


def _named(value: Any) -> Any:
    """Return an argument's name and value, a trade's values for itself."""
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[1], LocalTrade):
        return value[0], _trade(value[1])
    if isinstance(value, tuple) and value[0] == "order":
        return value[0], _order(value[1])
    return value


def _trade(trade: LocalTrade) -> tuple[Any, ...]:
    values = {name: value for name, value in vars(trade).items() if name != "orders"}
    return (*values.items(), *(_order(order) for order in trade.orders))


def _order(order: Any) -> tuple[Any, ...]:
    left_out = ("_sa_instance_state", "_trade_bt")
    return tuple(item for item in vars(order).items() if item[0] not in left_out)


def _open() -> tuple[Any, ...]:
    return tuple(
        (trade.pair, trade.max_rate, trade.min_rate, trade.stop_loss)
        for trade in LocalTrade.bt_trades_open
    )


def _seen(backtesting: ObservedBacktesting) -> tuple[Any, ...]:
    provider = vars(backtesting.dataprovider)
    slices = provider["_DataProvider__slice_index"]
    return (
        [slices.get(pair) for pair in backtesting.pairlists.whitelist],
        provider["_DataProvider__slice_date"],
        backtesting.wallets.get_free(backtesting.config["stake_currency"]),
    )
