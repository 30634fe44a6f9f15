import talib.abstract as ta
from freqtrade.strategy import (
    BooleanParameter,
    CategoricalParameter,
    IntParameter,
    IStrategy,
    informative,
)
from pandas import DataFrame
from technical import qtpylib


class TrendFilter(IStrategy):
    """Trades MACD crosses of the 5-minute chart, but only with the trend of the 1-hour chart."""

    INTERFACE_VERSION = 3
    timeframe = "5m"
    startup_candle_count = 240
    process_only_new_candles = True

    minimal_roi = {"0": 0.06, "360": 0.02, "1440": 0}
    stoploss = -0.06
    trailing_stop = True
    trailing_stop_positive = 0.015
    trailing_stop_positive_offset = 0.03
    trailing_only_offset_is_reached = True

    trend_average = CategoricalParameter(["EMA", "SMA", "KAMA"], default="EMA", space="buy")
    trend_candles = IntParameter(10, 100, default=40, space="buy")
    buy_below_zero = BooleanParameter(default=True, space="buy")

    plot_config = {
        "main_plot": {"trend_1h": {"color": "orange"}},
        "subplots": {"MACD": {"macd": {"color": "steelblue"}, "signal": {"color": "orange"}}},
    }

    @informative("1h")
    def populate_indicators_1h(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        averages = {"EMA": ta.EMA, "SMA": ta.SMA, "KAMA": ta.KAMA}
        average = averages[self.trend_average.value]
        dataframe["trend"] = average(dataframe, timeperiod=self.trend_candles.value)
        return dataframe

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        macd = ta.MACD(dataframe)
        dataframe["macd"] = macd["macd"]
        dataframe["signal"] = macd["macdsignal"]
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        wanted = qtpylib.crossed_above(dataframe["macd"], dataframe["signal"])
        wanted &= dataframe["close"] > dataframe["trend_1h"]
        wanted &= dataframe["volume"] > 0
        if self.buy_below_zero.value:
            wanted &= dataframe["macd"] < 0
        dataframe.loc[wanted, ["enter_long", "enter_tag"]] = (1, "with the trend")
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        wanted = dataframe["close"] < dataframe["trend_1h"]
        wanted &= dataframe["volume"] > 0
        dataframe.loc[wanted, ["exit_long", "exit_tag"]] = (1, "trend lost")
        return dataframe
