from freqtrade.strategy import IStrategy
from pandas import DataFrame
import talib.abstract as ta
import freqtrade.vendor.qtpylib.indicators as qtpylib


def ewo(dataframe, ema_length=5, ema2_length=35):
    """Elliott wave oscillator."""
    df = dataframe.copy()
    ema1 = ta.EMA(df, timeperiod=ema_length)
    ema2 = ta.EMA(df, timeperiod=ema2_length)
    emadif = (ema1 - ema2) / df['close'] * 100
    return emadif


class ModuleHelpers(IStrategy):
    INTERFACE_VERSION = 3
    timeframe = '5m'
    minimal_roi = {"0": 0.02, "40": 0.005}
    stoploss = -0.06
    ewo_high = 0.15
    fast_ewo = 50

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe['EWO'] = ewo(dataframe, self.fast_ewo, 100)
        dataframe['rsi_fast'] = ta.RSI(dataframe, timeperiod=4)
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[
            (dataframe['rsi_fast'] < 35) & (dataframe['EWO'] > self.ewo_high),
            ['enter_long', 'enter_tag']] = (1, 'ewo1')
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[dataframe['rsi_fast'] > 85, ['exit_long', 'exit_tag']] = (1, 'fast')
        return dataframe


# kept for later
# class Old: pass
