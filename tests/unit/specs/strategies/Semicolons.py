from freqtrade.strategy import IStrategy
from pandas import DataFrame
import talib.abstract as ta
import freqtrade.vendor.qtpylib.indicators as qtpylib


class Semicolons(IStrategy):
    """Several statements in a line."""
    INTERFACE_VERSION = 3
    timeframe = '1h'
    minimal_roi = {"0": 0.05}
    stoploss = -0.1

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe['a'] = ta.EMA(dataframe, timeperiod=5); dataframe['b'] = ta.EMA(dataframe, timeperiod=15)
        if True: dataframe['c'] = dataframe['a'] - dataframe['b']
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[dataframe['c'] > 0, 'enter_long'] = 1; dataframe.loc[dataframe['c'] > 0, 'enter_tag'] = 'up'
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[dataframe['c'] < 0, 'exit_long'] = 1
        return dataframe
