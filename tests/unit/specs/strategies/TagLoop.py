from freqtrade.strategy import IStrategy
from pandas import DataFrame
import talib.abstract as ta
import freqtrade.vendor.qtpylib.indicators as qtpylib


class TagLoop(IStrategy):
    INTERFACE_VERSION = 3
    timeframe = '1h'
    minimal_roi = {"0": 0.04}
    stoploss = -0.08

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        for length in (7, 14, 28):
            dataframe[f'rsi_{length}'] = ta.RSI(dataframe, timeperiod=length)
        dataframe['enter_tag'] = ''
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        signals = {
            'fast ': dataframe['rsi_7'] < 25,
            'slow ': dataframe['rsi_28'] < 42,
        }
        for tag, condition in signals.items():
            dataframe.loc[condition, 'enter_tag'] += tag
            dataframe.loc[condition, 'enter_long'] = 1
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[dataframe['rsi_14'] > 70, 'exit_long'] = 1
        return dataframe
