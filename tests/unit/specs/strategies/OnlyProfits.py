from freqtrade.strategy import IStrategy
from pandas import DataFrame
import talib.abstract as ta
import freqtrade.vendor.qtpylib.indicators as qtpylib


class OnlyProfits(IStrategy):
    """Sells with profit only."""
    INTERFACE_VERSION = 3
    timeframe = '1h'
    minimal_roi = {"0": 0.2}
    stoploss = -0.15
    exit_profit_only = True
    exit_profit_offset = 0.005
    process_only_new_candles = True

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe['mfi'] = ta.MFI(dataframe, timeperiod=14)
        dataframe['cmo'] = ta.CMO(dataframe, timeperiod=14)
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[(dataframe['mfi'] < 35) | (dataframe['cmo'] < -30), ['enter_long', 'enter_tag']] = (1, 'cheap')
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[(dataframe['mfi'] > 55), ['exit_long', 'exit_tag']] = (1, 'dear')
        return dataframe
