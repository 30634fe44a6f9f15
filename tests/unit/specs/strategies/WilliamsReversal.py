from freqtrade.strategy import IStrategy
from pandas import DataFrame
import talib.abstract as ta
import freqtrade.vendor.qtpylib.indicators as qtpylib


class WilliamsReversal(IStrategy):
    INTERFACE_VERSION = 3
    timeframe = '1h'
    minimal_roi = {}
    stoploss = -0.1

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe["willr"] = ta.WILLR(dataframe, timeperiod=14)
        dataframe["atr"] = ta.ATR(dataframe, timeperiod=14)
        dataframe["tema"] = ta.TEMA(dataframe, timeperiod=9)
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        oversold = (dataframe["willr"] < -80) & (dataframe["tema"] > dataframe["tema"].shift(1))
        dataframe.loc[oversold, ["enter_long", "enter_tag"]] = (1, "oversold")
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        overbought = dataframe["willr"] > -10
        dataframe.loc[overbought, ["exit_long", "exit_tag"]] = (1, "overbought")
        return dataframe
