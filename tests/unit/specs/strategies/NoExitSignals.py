from freqtrade.strategy import IStrategy
from pandas import DataFrame
import talib.abstract as ta
import freqtrade.vendor.qtpylib.indicators as qtpylib


class NoExitSignals(IStrategy):
    """Exits by targets alone."""
    INTERFACE_VERSION = 3
    timeframe = '5m'
    minimal_roi = {"0": 0.02, "30": 0.01, "120": 0.003}
    stoploss = -0.02

    use_exit_signal = False
    ignore_roi_if_entry_signal = True

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe['adx'] = ta.ADX(dataframe, timeperiod=14)
        dataframe['ema'] = ta.EMA(dataframe, timeperiod=100)
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[(dataframe['adx'] > 20) & (qtpylib.crossed_above(dataframe['close'], dataframe['ema'])), 'enter_long'] = 1
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        pass
        return dataframe
