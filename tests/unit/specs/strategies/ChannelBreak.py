from freqtrade.strategy import IStrategy
from pandas import DataFrame
import talib.abstract as ta
import freqtrade.vendor.qtpylib.indicators as qtpylib


class ChannelBreak(IStrategy):
    INTERFACE_VERSION = 3
    timeframe = '1h'
    minimal_roi = {"0": 0.5}
    stoploss = -0.05
    trailing_stop = True
    LENGTH = 24
    EXIT = LENGTH // 2

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe['upper'] = dataframe['high'].rolling(self.LENGTH).max().shift()
        dataframe['lower'] = dataframe['low'].rolling(self.EXIT).min().shift()
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[dataframe['close'] > dataframe['upper'], 'enter_long'] = 1
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[dataframe['close'] < dataframe['lower'], 'exit_long'] = 1
        return dataframe
