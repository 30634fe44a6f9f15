from freqtrade.strategy import IStrategy
from pandas import DataFrame
import talib.abstract as ta
import freqtrade.vendor.qtpylib.indicators as qtpylib


class QuietVolatility(IStrategy):
    """Buys after quiet hours."""
    INTERFACE_VERSION = 3
    timeframe = '1h'
    minimal_roi = {"0": 0.05, "1440": 0}
    stoploss = -0.06

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe["stddev"] = ta.STDDEV(dataframe, timeperiod=20, nbdev=1.0)
        dataframe["quiet"] = dataframe["stddev"].rolling(48, min_periods=10).quantile(0.3)
        dataframe["roc"] = ta.ROC(dataframe, timeperiod=6)
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[
            (dataframe["stddev"] < dataframe["quiet"])  # quiet
            & (dataframe["roc"] > 0),                   # and up
            ["enter_long", "enter_tag"],
        ] = (1, "quiet up")
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[dataframe["roc"] < -1.5, ["exit_long", "exit_tag"]] = (1, "fell")
        return dataframe
