"""Names that mean something else already, and names made from a rule's tag."""

import builtins
import keyword
import re

from candlewick.indicators.registry import INDICATORS

# What Freqtrade's IStrategy defines; a parameter of such a name would break it.
_OF_THE_STRATEGY = frozenset(
    [
        "INTERFACE_VERSION",
        "adjust_entry_price",
        "adjust_exit_price",
        "adjust_order_price",
        "adjust_trade_position",
        "advise_all_indicators",
        "advise_entry",
        "advise_exit",
        "advise_indicators",
        "analyze",
        "analyze_pair",
        "analyze_ticker",
        "bot_loop_start",
        "bot_start",
        "can_short",
        "check_buy_timeout",
        "check_entry_timeout",
        "check_exit_timeout",
        "check_sell_timeout",
        "config",
        "confirm_trade_entry",
        "confirm_trade_exit",
        "custom_entry_price",
        "custom_exit",
        "custom_exit_price",
        "custom_info",
        "custom_roi",
        "custom_sell",
        "custom_stake_amount",
        "custom_stoploss",
        "disable_dataframe_checks",
        "dp",
        "enumerate_parameters",
        "exit_profit_offset",
        "exit_profit_only",
        "feature_engineering_expand_all",
        "feature_engineering_expand_basic",
        "feature_engineering_standard",
        "freqai",
        "freqai_info",
        "ft_advise_signals",
        "ft_bot_cleanup",
        "ft_bot_start",
        "ft_check_timed_out",
        "ft_load_hyper_params",
        "ft_plot_annotations",
        "ft_set_special_params_from_file",
        "ft_stoploss_adjust",
        "ft_stoploss_reached",
        "gather_informative_pairs",
        "get_entry_signal",
        "get_exit_signal",
        "get_latest_candle",
        "get_no_optimize_params",
        "get_strategy_name",
        "hyperopt",
        "ignore_buying_expired_candle_after",
        "ignore_expired_candle",
        "ignore_roi_if_entry_signal",
        "informative_pairs",
        "is_pair_locked",
        "leverage",
        "load_freqAI_model",
        "load_params_from_file",
        "lock_pair",
        "market_direction",
        "max_entry_position_adjustment",
        "max_open_trades",
        "min_roi_reached",
        "min_roi_reached_entry",
        "minimal_roi",
        "order_filled",
        "order_time_in_force",
        "order_types",
        "params",
        "plot_annotations",
        "plot_config",
        "populate_any_indicators",
        "populate_buy_trend",
        "populate_entry_trend",
        "populate_exit_trend",
        "populate_indicators",
        "populate_sell_trend",
        "position_adjustment_enable",
        "process_only_new_candles",
        "protections",
        "set_freqai_targets",
        "should_exit",
        "stake_currency",
        "startup_candle_count",
        "stoploss",
        "timeframe",
        "trailing_only_offset_is_reached",
        "trailing_stop",
        "trailing_stop_positive",
        "trailing_stop_positive_offset",
        "unlock_pair",
        "unlock_reason",
        "use_custom_roi",
        "use_custom_stoploss",
        "use_exit_signal",
        "version",
        "wallets",
    ]
)
# Variables of the functions that rules are compiled into, and the modules and helpers in reach.
_OF_THE_CODE = frozenset(
    {
        "dataframe", "metadata", "self", "ta", "qtpylib", "rising", "falling", "within", "between", "opened_between", "opened_on", "switched_on", "percent_apart",
        "percent_from", "informative",
    }
)  # fmt: skip
# Columns that Freqtrade fills itself.
COLUMNS = frozenset(
    {
        "date", "open", "high", "low", "close", "volume", "enter_long", "enter_short", "exit_long",
        "exit_short", "enter_tag", "exit_tag", "buy", "sell", "buy_tag", "date_merge",
    }
)  # fmt: skip

# What indicators import by name: a variable of that name would hide the function that makes it.
_FUNCTIONS = frozenset(
    indicator.function for indicator in INDICATORS.values() if "." not in indicator.function
)


_LONGEST = 30


def is_reserved(name: str) -> bool:
    """Whether a parameter of this name would take something else's place."""
    return keyword.iskeyword(name) or name in _OF_THE_STRATEGY or name in _OF_THE_CODE


def variable(tag: str, taken: set[str]) -> str:
    """Return the variable that a rule's condition is kept in, unlike those that are taken."""
    name = re.sub(r"[^a-z0-9]+", "_", tag.lower()).strip("_") or "rule"
    if len(name) > _LONGEST:
        name = name[:_LONGEST].rpartition("_")[0] or name[:_LONGEST]
    if name in _FUNCTIONS:
        name = f"{name}_values"
    if (
        name[0].isdigit()
        or keyword.iskeyword(name)
        or name in _OF_THE_CODE
        or hasattr(builtins, name)
    ):
        name = f"rule_{name}"
    found, number = name, 2
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    return found
