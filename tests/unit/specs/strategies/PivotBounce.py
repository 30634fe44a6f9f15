from freqtrade.strategy import IStrategy
from pandas import DataFrame
import talib.abstract as ta
import freqtrade.vendor.qtpylib.indicators as qtpylib


class PivotBounce(IStrategy):
    """Yesterday's pivot."""
    INTERFACE_VERSION = 3
    timeframe = '1h'
    minimal_roi = {"0": 0.03}
    stoploss = -0.05

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        daily = dataframe.rolling(24).agg({'high': 'max', 'low': 'min', 'close': 'mean'}).shift(1)
        pivot = (daily['high'] + daily['low'] + daily['close']) / 3
        dataframe['pivot'] = pivot
        dataframe['s1'] = 2 * pivot - daily['high']
        dataframe['r1'] = 2 * pivot - daily['low']
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[(dataframe['low'] < dataframe['s1']) & (dataframe['close'] > dataframe['s1']), 'enter_long'] = 1
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[dataframe['close'] > dataframe['r1'], 'exit_long'] = 1
        return dataframe
