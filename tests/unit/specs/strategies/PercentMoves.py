from freqtrade.strategy import IStrategy
from pandas import DataFrame
import talib.abstract as ta
import freqtrade.vendor.qtpylib.indicators as qtpylib


class PercentMoves(IStrategy):
    """Percent changes without any indicator."""
    INTERFACE_VERSION = 3
    timeframe = '5m'
    minimal_roi = {"0": 0.015, "60": 0}
    stoploss = -0.03

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe['change'] = dataframe['close'].pct_change(periods=6)
        dataframe['range'] = (dataframe['high'] - dataframe['low']) / dataframe['low']
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[
            (dataframe['change'] < -0.004)
            & (dataframe['range'] > 0.001)
            & (dataframe['close'] < dataframe['close'].shift(1)),
            ['enter_long', 'enter_tag']] = (1, 'drop')
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[(dataframe['change'] > 0.008), 'exit_long'] = 1
        return dataframe
