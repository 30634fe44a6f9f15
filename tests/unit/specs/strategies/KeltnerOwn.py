from freqtrade.strategy import IStrategy
from pandas import DataFrame
import talib.abstract as ta
import freqtrade.vendor.qtpylib.indicators as qtpylib


class KeltnerOwn(IStrategy):
    """Keltner channel by hand."""
    INTERFACE_VERSION = 3
    timeframe = '1h'
    minimal_roi = {"0": 0.06}
    stoploss = -0.07

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        keltner = qtpylib.keltner_channel(dataframe, window=20, atrs=1)
        dataframe["kc_upper"] = keltner["upper"]
        dataframe["kc_lower"] = keltner["lower"]
        dataframe["kc_middle"] = keltner["mid"]
        dataframe["uo"] = ta.ULTOSC(dataframe)
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[(dataframe["close"] > dataframe["kc_upper"]) & (dataframe["uo"] > 45), ["enter_long", "enter_tag"]] = (1, "kc up")
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[dataframe["close"] < dataframe["kc_middle"], ["exit_long", "exit_tag"]] = (1, "kc mid")
        return dataframe
