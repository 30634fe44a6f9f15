"""Freqtrade's own hooks are called as they are, a user's through Freqtrade's wrapper."""

from typing import Any, ClassVar

import pytest
from freqtrade.optimize import backtesting
from freqtrade.persistence import LocalTrade
from freqtrade.strategy import IStrategy, interface

from candlewick.engine import unhooked


class Usual(IStrategy):  # type: ignore[misc]  # Freqtrade's types are not followed
    """Leaves everything to Freqtrade."""

    stoploss = -0.1
    minimal_roi: ClassVar[dict[str, float]] = {}
    timeframe = "5m"

    def populate_indicators(self, dataframe: Any, metadata: Any) -> Any:
        raise NotImplementedError

    populate_entry_trend = populate_exit_trend = populate_indicators


class Selling(Usual):
    """Is asked through the hook's old name."""

    def custom_sell(self, *_: Any, **__: Any) -> Any:
        raise ValueError("colour")


class Leaving(Usual):
    """Has a hook of its own."""

    def custom_exit(self, *, trade: Any, **_: Any) -> Any:
        return trade


_ENTRY = {"entry_tag": None, "side": "long"}
_ORDER = {"order_type": "limit", "amount": 1.0, "rate": 2.5, "time_in_force": "GTC"}
_NOW = {"current_rate": 2.5, "current_profit": 0.1}
GIVEN: dict[str, dict[str, Any]] = {
    "custom_entry_price": _ENTRY | {"proposed_rate": 2.5},
    "custom_exit_price": {"proposed_rate": 2.5, "current_profit": 0.1, "exit_tag": None},
    "custom_stake_amount": _ENTRY
    | {"current_rate": 2.5, "proposed_stake": 7.0, "min_stake": 1.0, "max_stake": 9.0}
    | {"leverage": 1.0},
    "leverage": _ENTRY | {"current_rate": 2.5, "proposed_leverage": 3.0, "max_leverage": 5.0},
    "confirm_trade_entry": _ENTRY | _ORDER,
    "confirm_trade_exit": _ORDER | {"exit_reason": "roi"},
    "order_filled": {"order": None},
    "bot_loop_start": {},
    "custom_roi": _ENTRY | {"trade_duration": 5},
    "custom_stoploss": _NOW | {"after_fill": False},
    "custom_exit": _NOW,
    "adjust_trade_position": _NOW
    | {"min_stake": 1.0, "max_stake": 9.0}
    | dict.fromkeys(("current_entry_rate", "current_exit_rate"), 2.5)
    | dict.fromkeys(("current_entry_profit", "current_exit_profit"), 0.1),
}


@pytest.mark.parametrize("name", GIVEN)
def test_a_hook_of_freqtrades_own_answers_the_same_without_its_wrapper(name: str) -> None:
    hook = getattr(Usual({}), name)
    arguments = {"pair": "A/B", "current_time": None, "trade": LocalTrade(), **GIVEN[name]}
    wrapped = unhooked.wrapped(hook, default_retval="a default", supress_error=True)

    theirs = interface.strategy_safe_wrapper(hook, default_retval="a default", supress_error=True)

    assert wrapped == hook
    assert wrapped(**arguments) == theirs(**arguments)


def test_a_users_hook_is_given_a_copy_of_the_trade() -> None:
    trade = LocalTrade()
    wrapped = unhooked.wrapped(Leaving({}).custom_exit, default_retval=False)

    assert wrapped(pair="A/B", trade=trade) is not trade


def test_what_a_hooks_old_name_raises_is_caught() -> None:
    wrapped = unhooked.wrapped(Selling({}).custom_exit, default_retval="kept")

    assert wrapped("A/B", LocalTrade(), None, 1.0, 0.1) == "kept"


def test_a_hook_that_is_put_on_the_strategy_is_wrapped() -> None:
    strategy = Usual({})
    strategy.custom_exit = lambda **_: 1 / 0

    assert unhooked.wrapped(strategy.custom_exit, default_retval=False)() is False


def test_afterwards_the_wrapper_is_freqtrades() -> None:
    own = interface.strategy_safe_wrapper
    with unhooked.quicker():
        assert backtesting.strategy_safe_wrapper is interface.strategy_safe_wrapper is not own

    assert backtesting.strategy_safe_wrapper is interface.strategy_safe_wrapper is own
