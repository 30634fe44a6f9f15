"""Strategies written to use each of Freqtrade's hooks and options, alone and together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from textwrap import dedent, indent
from typing import Any

_HEAD = """\
from datetime import timedelta

from freqtrade.persistence import Trade
from freqtrade.strategy import IStrategy, stoploss_from_open


class Probe(IStrategy):
    INTERFACE_VERSION = 3
    timeframe = "5m"
    startup_candle_count = 30
    minimal_roi = {"0": 0.03, "60": 0.015, "240": 0.0}
    stoploss = -0.02
    calls = 0

    def populate_indicators(self, dataframe, metadata):
        dataframe["fast"] = dataframe["close"].rolling(8).mean()
        dataframe["slow"] = dataframe["close"].rolling(25).mean()
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        above = dataframe["fast"] > dataframe["slow"]
        rising = above & ~above.shift(1, fill_value=True)
        falling = ~above & above.shift(1, fill_value=False)
        dataframe.loc[rising, ["enter_long", "enter_tag"]] = (1, "up")
        if self.can_short:
            dataframe.loc[falling, ["enter_short", "enter_tag"]] = (1, "down")
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        low = dataframe["close"] < dataframe["slow"] * 0.996
        dataframe.loc[low, ["exit_long", "exit_tag"]] = (1, "far below")
        if self.can_short:
            dataframe.loc[dataframe["close"] > dataframe["slow"] * 1.004, "exit_short"] = 1
        return dataframe
"""


@dataclass(frozen=True, kw_only=True)
class Probe:
    """What a strategy has beside the above, and the configuration beside the usual one."""

    body: str = ""
    config: Mapping[str, Any] = field(default_factory=dict)
    path: str = "events"

    def source(self) -> str:
        return _HEAD + "\n" + indent(dedent(self.body).strip("\n"), "    ") + "\n"


_CUSTOM_STOP = """
use_custom_stoploss = True
def custom_stoploss(self, pair, trade, current_time, current_rate, current_profit, after_fill, **kwargs):
    if current_time - trade.open_date_utc > timedelta(hours=2):
        return stoploss_from_open(-0.002, current_profit, is_short=trade.is_short, leverage=trade.leverage)
    return None
"""
_ADDS = """
position_adjustment_enable = True
max_entry_position_adjustment = 2
def adjust_trade_position(self, trade, current_time, current_rate, current_profit, min_stake, max_stake, **kwargs):
    if current_profit < -0.004 and trade.nr_of_successful_entries < 3:
        return trade.stake_amount / 2, "lower"
    if current_profit > 0.006 and trade.nr_of_successful_exits == 0:
        return -trade.stake_amount / 2, "half"
    return None
"""
_BELOW = """
def custom_entry_price(self, pair, trade, current_time, proposed_rate, entry_tag, side, **kwargs):
    return proposed_rate * (0.999 if side == "long" else 1.001)
"""
_ALWAYS = """
def populate_entry_trend(self, dataframe, metadata):
    dataframe["enter_long"] = 1
    return dataframe
"""
_LOCKS = """
@property
def protections(self):
    return [{"method": "CooldownPeriod", "stop_duration_candles": 9}]
"""
SHORT = "can_short = True\n"
LEVERAGE = """
def leverage(self, pair, current_time, current_rate, proposed_leverage, max_leverage, entry_tag, side, **kwargs):
    return 5.0
"""

SPOT: dict[str, Probe] = {
    "plain": Probe(),
    "no table of returns": Probe(body="minimal_roi = {}"),
    "a return after a while": Probe(body='minimal_roi = {"30": 0.004}'),
    "many returns": Probe(body='minimal_roi = {"0": 0.02, "7": 0.012, "23": 0.008, "61": 0.004, "122": -0.01}'),
    "out after an hour": Probe(body='minimal_roi = {"0": 0.02, "60": -1}'),
    "out at once": Probe(body='minimal_roi = {"0": -1}'),
    "no exit signals": Probe(body="use_exit_signal = False"),
    "exit signals alone": Probe(body="minimal_roi = {}\nstoploss = -0.99"),
    "exits in profit only": Probe(body="exit_profit_only = True\nminimal_roi = {}"),
    "exits above an offset": Probe(body="exit_profit_only = True\nexit_profit_offset = 0.004\nminimal_roi = {}"),
    "returns wait for the signal": Probe(body='ignore_roi_if_entry_signal = True\nminimal_roi = {"0": 0.002}'),
    "a close stop": Probe(body="stoploss = -0.003"),
    "a stop of more than all": Probe(body="stoploss = -1.5\ntrailing_stop = True"),
    "trailing": Probe(body="trailing_stop = True\nstoploss = -0.01\nminimal_roi = {}"),
    "trailing closer in profit": Probe(body="trailing_stop = True\ntrailing_stop_positive = 0.003\nminimal_roi = {}"),
    "trailing closer beyond an offset": Probe(
        body="trailing_stop = True\ntrailing_stop_positive = 0.003\ntrailing_stop_positive_offset = 0.008\nminimal_roi = {}"
    ),
    "trailing beyond an offset only": Probe(
        body="trailing_stop = True\ntrailing_stop_positive = 0.003\ntrailing_stop_positive_offset = 0.006\n"
        "trailing_only_offset_is_reached = True\nminimal_roi = {}"
    ),
    "trailing farther in profit": Probe(
        body="trailing_stop = True\nstoploss = -0.004\ntrailing_stop_positive = 0.009\ntrailing_stop_positive_offset = 0.01"
    ),
    "one trade at a time": Probe(config={"max_open_trades": 1}),
    "one trade at a time, signals kept": Probe(config={"max_open_trades": 1, "export": "signals"}),
    "one trade at a time, pairs locked": Probe(body=_LOCKS + _ALWAYS, config={"max_open_trades": 1, "enable_protections": True}),
    "one trade at a time, always a signal": Probe(body=_ALWAYS, config={"max_open_trades": 1}),
    "coins in the wallet, one trade at a time": Probe(
        body=_ALWAYS,
        config={"max_open_trades": 1, "dry_run_wallet": {"USDT": 1_000, "BTC": 1.0, "ADA": 50.0}},
    ),
    "any number of trades": Probe(config={"max_open_trades": -1}),
    "the whole wallet": Probe(config={"stake_amount": "unlimited"}),
    "a wallet that runs out": Probe(config={"stake_amount": 400, "dry_run_wallet": 900}),
    "coins in the wallet": Probe(config={"dry_run_wallet": {"USDT": 1_000, "ETH": 2.0}}),
    "dear orders": Probe(config={"fee": 0.004}),
    "free orders": Probe(config={"fee": 0.0}),
    "market orders": Probe(
        body='order_types = {"entry": "market", "exit": "market", "stoploss": "market", "stoploss_on_exchange": False}',
        config={name: {"price_side": "other", "use_order_book": True} for name in ("entry_pricing", "exit_pricing")},
    ),
    "a signal every candle": Probe(
        body="""
        def populate_entry_trend(self, dataframe, metadata):
            dataframe["enter_long"] = 1
            return dataframe
        """
    ),
    "no signal ever": Probe(
        body="""
        def populate_entry_trend(self, dataframe, metadata):
            return dataframe
        """
    ),
    "signals that are true or false": Probe(
        body="""
        def populate_entry_trend(self, dataframe, metadata):
            dataframe["enter_long"] = dataframe["fast"] > dataframe["slow"]
            return dataframe
        def populate_exit_trend(self, dataframe, metadata):
            dataframe["exit_long"] = dataframe["fast"] < dataframe["slow"]
            return dataframe
        """
    ),
    "entry and exit at once": Probe(
        body="""
        def populate_exit_trend(self, dataframe, metadata):
            dataframe["exit_long"] = dataframe["enter_long"].fillna(0) if "enter_long" in dataframe else 0
            return dataframe
        """
    ),
    "protections": Probe(
        body="""
        @property
        def protections(self):
            return [
                {"method": "CooldownPeriod", "stop_duration_candles": 20},
                {"method": "StoplossGuard", "lookback_period_candles": 200, "trade_limit": 2, "stop_duration_candles": 60},
                {"method": "LowProfitPairs", "lookback_period_candles": 300, "trade_limit": 2, "stop_duration": 60,
                 "required_profit": 0.002},
            ]
        """,
        config={"enable_protections": True},
    ),
    "its own exits": Probe(
        body="""
        def custom_exit(self, pair, trade, current_time, current_rate, current_profit, **kwargs):
            if current_time - trade.open_date_utc > timedelta(minutes=95):
                return "old"
        """,
        path="hooks",
    ),
    "its own exits, unused": Probe(
        body="""
        use_exit_signal = False
        def custom_exit(self, pair, trade, current_time, current_rate, current_profit, **kwargs):
            return "never asked for"
        """
    ),
    "its own stop": Probe(body=_CUSTOM_STOP, path="hooks"),
    "its own stop, unused": Probe(body=_CUSTOM_STOP.replace("= True", "= False")),
    "its own stop beside a trailing one": Probe(body=_CUSTOM_STOP + "trailing_stop = True\n", path="hooks"),
    "its own returns": Probe(
        body="""
        use_custom_roi = True
        def custom_roi(self, pair, trade, current_time, trade_duration, entry_tag, side, **kwargs):
            return 0.001 if trade_duration > 100 else None
        """,
        path="hooks",
    ),
    "its own stake": Probe(
        body="""
        def custom_stake_amount(self, pair, current_time, current_rate, proposed_stake, min_stake, max_stake, **kwargs):
            self.calls += 1
            return proposed_stake * (0.5 + (self.calls % 3) / 4)
        """
    ),
    "adds and takes": Probe(body=_ADDS, path="hooks"),
    "adds and takes, unused": Probe(body=_ADDS.replace("enable = True", "enable = False")),
    "adds at its own price": Probe(body=_ADDS + _BELOW, path="hooks"),
    "entries below the market": Probe(body=_BELOW),
    "entries far below, that time out": Probe(
        body=_BELOW.replace("0.999", "0.99"), config={"unfilledtimeout": {"entry": 25, "exit": 10, "unit": "minutes"}}
    ),
    "entries that follow the market": Probe(
        body=_BELOW
        + """
def adjust_entry_price(self, trade, order, pair, current_time, proposed_rate, current_order_rate, entry_tag, side, **kwargs):
    age = current_time - order.order_date_utc
    return None if age > timedelta(minutes=40) else proposed_rate * 0.999
"""
    ),
    "entries that it times out itself": Probe(
        body=_BELOW.replace("0.999", "0.996")
        + """
def check_entry_timeout(self, pair, trade, order, current_time, **kwargs):
    return current_time - order.order_date_utc > timedelta(minutes=12)
"""
    ),
    "exits above the market": Probe(
        body="""
        def custom_exit_price(self, pair, trade, current_time, proposed_rate, current_profit, exit_tag, **kwargs):
            return proposed_rate * 1.001
        """,
        config={"unfilledtimeout": {"entry": 10, "exit": 15, "unit": "minutes"}},
    ),
    "refused entries": Probe(
        body="""
        def confirm_trade_entry(self, pair, order_type, amount, rate, time_in_force, current_time, **kwargs):
            self.calls += 1
            return self.calls % 2 == 0
        """
    ),
    "refused exits": Probe(
        body="""
        trailing_stop = True
        def confirm_trade_exit(self, pair, trade, order_type, amount, rate, time_in_force, exit_reason, current_time, **kwargs):
            return current_time - trade.open_date_utc > timedelta(minutes=50)
        """
    ),
    "remembers its fills": Probe(
        body="""
        def order_filled(self, pair, trade, order, current_time, **kwargs):
            trade.set_custom_data("fills", (trade.get_custom_data("fills") or 0) + 1)
        def confirm_trade_exit(self, pair, trade, order_type, amount, rate, time_in_force, exit_reason, current_time, **kwargs):
            return trade.get_custom_data("fills") == 1
        """
    ),
    "looks around": Probe(
        body="""
        def confirm_trade_entry(self, pair, order_type, amount, rate, time_in_force, current_time, **kwargs):
            seen = 0
            for other in self.dp.current_whitelist():
                frame, _ = self.dp.get_analyzed_dataframe(other, self.timeframe)
                seen += len(frame) + int(frame["close"].iloc[-1] * 100 if len(frame) else 0)
            for trade in Trade.get_trades_proxy(is_open=True):
                seen += int((trade.max_rate or 0) * 100) + int((trade.min_rate or 0) * 100)
            return seen % 3 > 0
        """
    ),
    "changes its mind": Probe(
        body="""
        def confirm_trade_exit(self, pair, trade, order_type, amount, rate, time_in_force, exit_reason, current_time, **kwargs):
            self.calls += 1
            self.minimal_roi = {0: 0.004} if self.calls % 2 else {0: 0.02, 45: 0.0}
            self.use_exit_signal = self.calls % 3 > 0
            self.trailing_stop = self.calls % 4 > 1
            return True
        """
    ),
    "changes its stop": Probe(
        body=_CUSTOM_STOP.replace("= True", "= False")
        + """
def confirm_trade_entry(self, pair, order_type, amount, rate, time_in_force, current_time, **kwargs):
    self.calls += 1
    self.use_custom_stoploss = self.calls % 2 == 0
    return True
"""
    ),
    "looks at each loop": Probe(
        body="""
        def bot_loop_start(self, current_time, **kwargs):
            self.calls += 1
            self.stoploss = -0.01 if self.calls % 2 else -0.02
        """,
        path="hooks",
    ),
    "hours": Probe(body='timeframe = "1h"', config={"timeframe": "1h"}),
    "everything that is looked at": Probe(body=_CUSTOM_STOP + _ADDS + _BELOW, path="hooks"),
}  # fmt: skip

FUTURES: dict[str, Probe] = {
    "both ways": Probe(body=SHORT),
    "both ways with leverage": Probe(body=SHORT + LEVERAGE),
    "until it is liquidated": Probe(
        body=SHORT + LEVERAGE.replace("5.0", "20.0") + "stoploss = -3.0\nminimal_roi = {'720': -1}\nuse_exit_signal = False"
    ),
    "trailing both ways": Probe(
        body=SHORT + "trailing_stop = True\ntrailing_stop_positive = 0.004\ntrailing_stop_positive_offset = 0.01\nminimal_roi = {}"
    ),
    "trailing with leverage beyond an offset only": Probe(
        body=SHORT + LEVERAGE + "trailing_stop = True\nstoploss = -0.08\ntrailing_stop_positive = 0.01\n"
        "trailing_stop_positive_offset = 0.02\ntrailing_only_offset_is_reached = True\nminimal_roi = {}"
    ),
    "turns around": Probe(
        body=SHORT
        + """
minimal_roi = {}
def populate_exit_trend(self, dataframe, metadata):
    dataframe["exit_long"] = dataframe["enter_short"]
    dataframe["exit_short"] = dataframe["enter_long"]
    return dataframe
"""
    ),
    "its own stop both ways": Probe(body=SHORT + LEVERAGE + _CUSTOM_STOP, path="hooks"),
    "adds both ways": Probe(body=SHORT + _ADDS, path="hooks"),
    "long on futures": Probe(body=LEVERAGE),
    "orders aside both ways": Probe(body=SHORT + _BELOW),
    "all in one margin": Probe(body=SHORT + LEVERAGE, config={"margin_mode": "cross"}),
}  # fmt: skip
