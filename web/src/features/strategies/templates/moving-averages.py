import talib.abstract as ta
from freqtrade.strategy import IntParameter, IStrategy
from pandas import DataFrame
from technical import qtpylib


class MovingAverages(IStrategy):
    """Buys when a fast average crosses above a slow one, and sells when it crosses back."""

    INTERFACE_VERSION = 3
    timeframe = "1h"
    startup_candle_count = 200
    process_only_new_candles = True

    # The exit signal decides. The stop is for the day when it comes too late.
    minimal_roi = {"0": 10}
    stoploss = -0.12

    fast = IntParameter(5, 50, default=20, space="buy")
    slow = IntParameter(30, 200, default=80, space="buy")

    plot_config = {"main_plot": {"fast": {"color": "orange"}, "slow": {"color": "steelblue"}}}

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe["fast"] = ta.EMA(dataframe, timeperiod=self.fast.value)
        dataframe["slow"] = ta.EMA(dataframe, timeperiod=self.slow.value)
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        wanted = qtpylib.crossed_above(dataframe["fast"], dataframe["slow"])
        wanted &= dataframe["volume"] > 0
        dataframe.loc[wanted, ["enter_long", "enter_tag"]] = (1, "cross up")
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        wanted = qtpylib.crossed_below(dataframe["fast"], dataframe["slow"])
        wanted &= dataframe["volume"] > 0
        dataframe.loc[wanted, ["exit_long", "exit_tag"]] = (1, "cross down")
        return dataframe
