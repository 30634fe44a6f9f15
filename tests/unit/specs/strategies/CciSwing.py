from freqtrade.strategy import IStrategy
from pandas import DataFrame
import talib.abstract as ta
import freqtrade.vendor.qtpylib.indicators as qtpylib


class CciSwing(IStrategy):
    """
    Two CCIs of different length.

    Author: nobody in particular
    """
    INTERFACE_VERSION = 3
    timeframe = '1h'
    minimal_roi = {"0": 0.1}
    stoploss = -0.02

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe['cci_one'] = ta.CCI(dataframe, timeperiod=34)
        dataframe['cci_two'] = ta.CCI(dataframe, timeperiod=13)
        dataframe['rsi'] = ta.RSI(dataframe)
        dataframe['mfi'] = ta.MFI(dataframe)
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[
            (dataframe['cci_one'] < -50)
            & (dataframe['cci_two'] < -50)
            & (dataframe['mfi'] < 40),
            'enter_long'] = 1
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[
            (dataframe['cci_one'] > 100)
            & (dataframe['cci_two'] > 100),
            'exit_long'] = 1
        return dataframe
