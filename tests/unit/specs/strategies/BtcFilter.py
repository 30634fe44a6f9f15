from freqtrade.strategy import IStrategy, informative
from pandas import DataFrame
import talib.abstract as ta


class BtcFilter(IStrategy):
    INTERFACE_VERSION = 3
    timeframe = "5m"
    minimal_roi = {"0": 0.02, "180": 0.005}
    stoploss = -0.03

    @informative("1h", "BTC/{stake}", fmt="{column}_btc_1h")
    def populate_indicators_btc_1h(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe["ema"] = ta.EMA(dataframe, timeperiod=12)
        return dataframe

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe["rsi"] = ta.RSI(dataframe, timeperiod=14)
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        btc_rises = dataframe["close_btc_1h"] > dataframe["ema_btc_1h"]
        dataframe.loc[btc_rises & (dataframe["rsi"] < 40), "enter_long"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[dataframe["close_btc_1h"] < dataframe["ema_btc_1h"], "exit_long"] = 1
        return dataframe
