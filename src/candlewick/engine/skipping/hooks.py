"""What a strategy makes its own, and so which candles must be shown to it one by one."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

from freqtrade.strategy import IStrategy


class Path(StrEnum):
    """How the candles are gone through."""

    STOCK = "stock"  # all of them, by Freqtrade's own loop
    TRADES = "trades"  # those with an entry signal, and all while a trade is open
    EVENTS = "events"  # those with an entry signal, and those that can change an open trade


# Called, or looked at, for each candle of an open trade.
_OF_OPEN_TRADES: Final[Mapping[str, str]] = {
    "custom_exit": "use_exit_signal",
    "custom_stoploss": "use_custom_stoploss",
    "custom_roi": "use_custom_roi",
    "adjust_trade_position": "position_adjustment_enable",
    "should_exit": "",
    "ft_stoploss_adjust": "",
    "ft_stoploss_reached": "",
    "min_roi_reached": "",
    "min_roi_reached_entry": "",
    "ft_check_timed_out": "",
    "_adjust_trade_position_internal": "position_adjustment_enable",
}
# Called only where something happens; they may look at what Freqtrade knows at that moment.
_AT_EVENTS: Final = (
    *("custom_entry_price", "custom_exit_price", "custom_stake_amount", "leverage"),
    *("confirm_trade_entry", "confirm_trade_exit", "order_filled"),
    *("adjust_entry_price", "adjust_exit_price", "adjust_order_price"),
    *("check_entry_timeout", "check_exit_timeout"),
)
# What decides where something can happen; a strategy may change it while it runs.
_RULES: Final = (
    *("stoploss", "trailing_stop", "trailing_stop_positive", "trailing_stop_positive_offset"),
    *("trailing_only_offset_is_reached", "use_exit_signal", "use_custom_stoploss"),
    *("use_custom_roi", "position_adjustment_enable"),
)


def overridden(strategy: IStrategy, names: Iterable[str]) -> list[str]:
    """Return which of these methods are the strategy's own."""
    return [
        name
        for name in names
        if name in vars(strategy)
        or getattr(type(strategy), name, None) is not getattr(IStrategy, name, None)
    ]


def looked_at_each_candle(strategy: IStrategy) -> list[str]:
    """Return the hooks because of which an open trade must be shown every candle."""
    return [
        name
        for name in overridden(strategy, _OF_OPEN_TRADES)
        if not _OF_OPEN_TRADES[name] or getattr(strategy, _OF_OPEN_TRADES[name])
    ]


def has_callbacks(strategy: IStrategy) -> bool:
    return bool(overridden(strategy, (*_OF_OPEN_TRADES, *_AT_EVENTS)))


def rules(strategy: IStrategy) -> tuple[Any, ...]:
    """Return the values by which events are found, to see when a strategy changes them."""
    return (*(getattr(strategy, name) for name in _RULES), dict(strategy.minimal_roi))
