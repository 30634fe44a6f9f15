"""What a strategy makes its own, and so which candles must be shown to it one by one."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from operator import attrgetter
from typing import Any, Final

from freqtrade.persistence import LocalTrade
from freqtrade.strategy import IStrategy


class Path(StrEnum):
    """How the candles are gone through."""

    STOCK = "stock"  # all of them, by Freqtrade's own loop
    TIMES = "times"  # those of all pairs at times at which something can happen to any
    TRADES = "trades"  # those with an entry signal, and all while a trade is open
    HOOKS = "hooks"  # as EVENTS, but the strategy's own hooks are asked at the others too
    EVENTS = "events"  # those with an entry signal, and those that can change an open trade


# Asked at each candle of an open trade while this is on.
_ASKED: Final[Mapping[str, str]] = {
    "adjust_trade_position": "position_adjustment_enable",
    "custom_stoploss": "use_custom_stoploss",
    "custom_roi": "use_custom_roi",
    "custom_exit": "use_exit_signal",
}
_AT_EACH_TIME: Final = "bot_loop_start"
# Freqtrade's own, which call the above; what else a strategy does in them can't be known.
_INNER: Final[Mapping[str, str]] = {
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
    *("check_entry_timeout", "check_exit_timeout", "check_buy_timeout", "check_sell_timeout"),
)
# Freqtrade's own `custom_exit` calls the hook by the name that it had before.
_OLD_EXIT: Final = "custom_sell"
# What decides where something can happen; a strategy may change it while it runs.
_RULES: Final = (
    *("stoploss", "trailing_stop", "trailing_stop_positive", "trailing_stop_positive_offset"),
    *("trailing_only_offset_is_reached", "use_exit_signal", "use_custom_stoploss"),
    *("use_custom_roi", "position_adjustment_enable"),
)
# What decides of a trade where something can happen to it; a strategy may change it through `Trade`'s own lists.
_TERMS: Final = (
    *("stop_loss", "stop_loss_pct", "initial_stop_loss", "initial_stop_loss_pct"),
    *("is_stop_loss_trailing", "liquidation_price", "amount", "stake_amount", "is_open"),
    *("open_date", "open_rate", "open_trade_value", "fee_open", "fee_close", "funding_fees"),
    *("leverage", "is_short"),
)
_rules_of = attrgetter(*_RULES)
terms = attrgetter(*_TERMS)


def overridden(strategy: IStrategy, names: Iterable[str]) -> list[str]:
    """Return which of these methods are the strategy's own."""
    return [
        name
        for name in names
        if name in vars(strategy)
        or getattr(type(strategy), name, None) is not getattr(IStrategy, name, None)
    ]


def inner(strategy: IStrategy) -> list[str]:
    """Return the parts of Freqtrade because of which an open trade must be shown every candle."""
    return [
        name
        for name in overridden(strategy, _INNER)
        if not _INNER[name] or getattr(strategy, _INNER[name])
    ]


def asked(strategy: IStrategy) -> list[str]:
    """Return the hooks that are asked at each candle of an open trade."""
    # Freqtrade's own `custom_stoploss` answers with the stop's distance.
    answering = {"custom_stoploss", *overridden(strategy, _ASKED)}
    if overridden(strategy, [_OLD_EXIT]):
        answering.add("custom_exit")
    return [name for name, flag in _ASKED.items() if name in answering and getattr(strategy, flag)]


def starts_each_time(strategy: IStrategy) -> list[str]:
    return overridden(strategy, [_AT_EACH_TIME])


def has_callbacks(strategy: IStrategy) -> bool:
    return bool(overridden(strategy, (*_ASKED, _OLD_EXIT, _AT_EACH_TIME, *_INNER, *_AT_EVENTS)))


def rules(strategy: IStrategy) -> tuple[Any, ...]:
    """Return the values by which events are found, to see when a strategy changes them."""
    return (*_rules_of(strategy), dict(strategy.minimal_roi))


def set_rules(strategy: IStrategy, values: tuple[Any, ...]) -> None:
    _set(strategy, (*_RULES, "minimal_roi"), values)


def set_terms(trade: LocalTrade, values: tuple[Any, ...]) -> None:
    _set(trade, _TERMS, values)


def _set(owner: object, names: tuple[str, ...], values: tuple[Any, ...]) -> None:
    for name, value in zip(names, values, strict=True):
        if getattr(owner, name) is not value:
            setattr(owner, name, value)
