"""Strategies that see the future, each by a way of its own; the line that does it, and the column that shows it."""

from dataclasses import dataclass

_HEAD = """
from freqtrade.strategy import IStrategy
import talib.abstract as ta


class Cheat(IStrategy):
    timeframe = "1h"
    startup_candle_count = 30
    minimal_roi = {"0": 0.04}
    stoploss = -0.05
    position_adjustment_enable = False
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cheat:
    """`at` is the text of the line that is to blame."""

    name: str
    body: str
    at: str
    column: str | None = None

    @property
    def code(self) -> str:
        return _HEAD + self.body

    @property
    def line(self) -> int:
        return next(n for n, text in enumerate(self.code.splitlines(), 1) if self.at in text)


_SIMPLE_EXIT = """
    def populate_exit_trend(self, dataframe, metadata):
        dataframe.loc[dataframe["rsi"] > 70, "exit_long"] = 1
        return dataframe
"""

SHIFT = Cheat(
    name="shift",
    body="""
    def populate_indicators(self, dataframe, metadata):
        dataframe["rsi"] = ta.RSI(dataframe, timeperiod=14)
        dataframe["next"] = dataframe["close"].shift(-1)
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        dataframe.loc[dataframe["next"] > dataframe["close"] * 1.002, "enter_long"] = 1
        return dataframe
"""
    + _SIMPLE_EXIT,
    at="shift(-1)",
    column="next",
)
HIDDEN_SHIFT = Cheat(
    name="shift by a number that is computed",
    body="""
    def populate_indicators(self, dataframe, metadata):
        dataframe["rsi"] = ta.RSI(dataframe, timeperiod=14)
        steps = 1 - 3
        dataframe["later"] = dataframe["close"].shift(steps)
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        dataframe.loc[dataframe["later"] > dataframe["close"] * 1.002, "enter_long"] = 1
        return dataframe
"""
    + _SIMPLE_EXIT,
    at="shift(steps)",
    column="later",
)
REVERSED = Cheat(
    name="a reversed rolling window",
    body="""
    def populate_indicators(self, dataframe, metadata):
        dataframe["rsi"] = ta.RSI(dataframe, timeperiod=14)
        dataframe["ceiling"] = dataframe["high"][::-1].rolling(6).max()[::-1]
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        dataframe.loc[dataframe["ceiling"] > dataframe["close"] * 1.01, "enter_long"] = 1
        return dataframe
"""
    + _SIMPLE_EXIT,
    at="[::-1]",
    column="ceiling",
)
WHOLE_COLUMN = Cheat(
    name="the mean of a whole column",
    body="""
    def populate_indicators(self, dataframe, metadata):
        dataframe["rsi"] = ta.RSI(dataframe, timeperiod=14)
        dataframe["level"] = dataframe["close"].to_numpy().mean()
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        crossed = (dataframe["close"] > dataframe["level"]) & (dataframe["close"].shift(1) <= dataframe["level"])
        dataframe.loc[crossed, "enter_long"] = 1
        return dataframe
"""
    + _SIMPLE_EXIT,
    at="to_numpy().mean()",
    column="level",
)
CALLBACK = Cheat(
    name="a frame kept for a callback",
    body="""
    kept = {}

    def populate_indicators(self, dataframe, metadata):
        dataframe["rsi"] = ta.RSI(dataframe, timeperiod=14)
        self.kept[metadata["pair"]] = dataframe.set_index("date")["close"]
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        dataframe.loc[dataframe["rsi"] < 45, "enter_long"] = 1
        return dataframe

    def confirm_trade_entry(self, pair, order_type, amount, rate, time_in_force, current_time, **kwargs):
        later = self.kept[pair][current_time:]
        return len(later) > 0 and later.iloc[:6].max() > rate * 1.005
"""
    + _SIMPLE_EXIT,
    at="class Cheat",
)

CHEATS = (SHIFT, HIDDEN_SHIFT, REVERSED, WHOLE_COLUMN, CALLBACK)
