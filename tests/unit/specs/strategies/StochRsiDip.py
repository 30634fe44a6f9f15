from freqtrade.strategy import IStrategy
from pandas import DataFrame
import talib.abstract as ta
import freqtrade.vendor.qtpylib.indicators as qtpylib


class StochRsiDip(IStrategy):
    INTERFACE_VERSION = 3
    timeframe = '5m'
    stoploss = -0.04
    minimal_roi = {"40": 0.0, "30": 0.01, "0": 0.04}

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        stoch = ta.STOCHRSI(dataframe, 14, 14, 3, 3)
        dataframe['srsi_fk'] = stoch['fastk']
        dataframe['srsi_fd'] = stoch['fastd']
        fast = ta.STOCHF(dataframe, fastk_period=5, fastd_period=3)
        dataframe['fastk'] = fast['fastk']
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[
            (dataframe['srsi_fk'] < 20) & (dataframe['srsi_fd'] < 20) & (dataframe['fastk'] < 30),
            'enter_long'
        ] = 1
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[dataframe['srsi_fk'] > 90, 'exit_long'] = 1
        return dataframe
