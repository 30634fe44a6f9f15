from freqtrade.strategy import IStrategy
from pandas import DataFrame
import talib.abstract as ta
import freqtrade.vendor.qtpylib.indicators as qtpylib


def in_session(dataframe):
    """Between eight and twenty."""
    return dataframe['date'].dt.hour.between(8, 19)


class SessionHours(IStrategy):
    """Trades in some hours only."""
    INTERFACE_VERSION = 3
    timeframe = '1h'
    minimal_roi = {"0": 0.03}
    stoploss = -0.06

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe['hour'] = dataframe['date'].dt.hour
        dataframe['sma'] = ta.SMA(dataframe, timeperiod=12)
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        in_session = (dataframe['hour'] >= 8) & (dataframe['hour'] < 20)
        dataframe.loc[in_session & (dataframe['close'] > dataframe['sma']), ['enter_long', 'enter_tag']] = (1, 'session')
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[~in_session(dataframe), 'exit_long'] = 1
        return dataframe
