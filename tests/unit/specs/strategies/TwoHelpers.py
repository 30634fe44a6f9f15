from freqtrade.strategy import IStrategy
from pandas import DataFrame
import talib.abstract as ta
import freqtrade.vendor.qtpylib.indicators as qtpylib


class TwoHelpers(IStrategy):
    """Methods that add columns."""
    INTERFACE_VERSION = 3
    timeframe = '1h'
    minimal_roi = {"0": 0.05}
    stoploss = -0.1

    @staticmethod
    def is_up(dataframe: DataFrame):
        return dataframe['ema_8'] > dataframe['ema_24']

    def add_trend(self, dataframe: DataFrame) -> DataFrame:
        for n in (8, 24):
            dataframe[f'ema_{n}'] = ta.EMA(dataframe, timeperiod=n)
        return dataframe

    def add_momentum(self, dataframe: DataFrame, length: int = 10) -> DataFrame:
        dataframe['mom'] = ta.MOM(dataframe, timeperiod=length)
        return dataframe

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe = self.add_trend(dataframe)
        dataframe = self.add_momentum(dataframe, length=10)
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[self.is_up(dataframe) & (dataframe['mom'] > 0), 'enter_long'] = 1
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[~self.is_up(dataframe), 'exit_long'] = 1
        return dataframe
