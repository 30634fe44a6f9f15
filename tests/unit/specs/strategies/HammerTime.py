from freqtrade.strategy import IStrategy
from pandas import DataFrame
import talib.abstract as ta
import freqtrade.vendor.qtpylib.indicators as qtpylib


class HammerTime(IStrategy):
    INTERFACE_VERSION = 3
    timeframe = '1h'
    minimal_roi = {"0": 0.04, "600": 0.01}
    stoploss = -0.08

    def populate_indicators(self, dataframe, metadata):
        # no annotations here
        dataframe['CDLHAMMER'] = ta.CDLHAMMER(dataframe)
        dataframe['CDLENGULFING'] = ta.CDLENGULFING(dataframe)
        dataframe['doji'] = ta.CDLDOJI(dataframe)
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        dataframe.loc[(dataframe['CDLHAMMER'] == 100) | (dataframe['CDLENGULFING'] > 0), 'enter_long'] = 1
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        dataframe.loc[dataframe['CDLENGULFING'] < 0, 'exit_long'] = 1
        return dataframe
