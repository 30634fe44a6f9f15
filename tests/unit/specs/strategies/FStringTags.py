from freqtrade.strategy import IStrategy
from pandas import DataFrame
import talib.abstract as ta
import freqtrade.vendor.qtpylib.indicators as qtpylib


class FStringTags(IStrategy):
    """Tags from f-strings."""
    INTERFACE_VERSION = 3
    timeframe = '1h'
    minimal_roi = {"0": 0.04}
    stoploss = -0.08
    prefix = 'fast'
    level = 35
    length = 9

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe[f'{self.prefix}_rsi'] = ta.RSI(dataframe, timeperiod=self.length)
        dataframe["sma"] = ta.SMA(dataframe, timeperiod=25)  # a line's own comment
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        tag = f'{self.prefix}<{self.level}'
        dataframe.loc[dataframe[f'{self.prefix}_rsi'] < self.level, ['enter_long', 'enter_tag']] = (1, tag)
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[(dataframe["close"] > dataframe["sma"] * 1.01), ['exit_long', 'exit_tag']] = (1, f'{self.prefix}_up')
        return dataframe
