from freqtrade.strategy import IStrategy
from pandas import DataFrame
import talib.abstract as ta
import freqtrade.vendor.qtpylib.indicators as qtpylib
import numpy as np


class NumpySignals(IStrategy):
    """np.where everywhere."""
    INTERFACE_VERSION = 3
    timeframe = '1h'
    minimal_roi = {"0": 0.05}
    stoploss = -0.1

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe['fast'] = ta.WMA(dataframe, timeperiod=9)
        dataframe['slow'] = ta.WMA(dataframe, timeperiod=21)
        dataframe['trend'] = np.where(dataframe['fast'] > dataframe['slow'], 1, -1)
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe['enter_long'] = np.where((dataframe['trend'] == 1) & (dataframe['trend'].shift(1) == -1), 1, 0)
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe['exit_long'] = np.where(dataframe['trend'] == -1, 1, 0)
        return dataframe
