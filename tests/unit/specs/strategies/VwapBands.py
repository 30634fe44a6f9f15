import numpy as np  # noqa
import pandas as pd  # noqa
from pandas import DataFrame
from freqtrade.strategy import IStrategy
import talib.abstract as ta
from technical import qtpylib


def vwap_bands(df, window_size=20, num_of_std=1):
    """VWAP bands."""
    frame = df.copy()
    frame['vwap'] = qtpylib.rolling_vwap(frame, window=window_size)
    rolling_std = frame['vwap'].rolling(window=window_size).std()
    frame['vwap_low'] = frame['vwap'] - (rolling_std * num_of_std)
    frame['vwap_high'] = frame['vwap'] + (rolling_std * num_of_std)
    return frame['vwap_low'], frame['vwap'], frame['vwap_high']


class VwapBands(IStrategy):
    INTERFACE_VERSION = 3
    timeframe = '5m'
    minimal_roi = {"0": 0.02}
    stoploss = -0.15

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        vwap_low, vwap, vwap_high = vwap_bands(dataframe, 20, 1)
        dataframe['vwap_low'] = vwap_low
        dataframe['tcp_percent_4'] = self.top_percent_change(dataframe, 4)
        dataframe['rsi'] = ta.RSI(dataframe, timeperiod=14)
        return dataframe

    def top_percent_change(self, dataframe: DataFrame, length: int) -> float:
        if length == 0:
            return (dataframe['open'] - dataframe['close']) / dataframe['close']
        else:
            return (dataframe['open'].rolling(length).max() - dataframe['close']) / dataframe['close']

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[
            (
                (dataframe['close'] < dataframe['vwap_low']) &
                (dataframe['tcp_percent_4'] > 0.004) &
                (dataframe['rsi'] < 45)
            ),
            ['enter_long', 'enter_tag']] = (1, 'vwap')
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[(), ['exit_long', 'exit_tag']] = (0, 'no exit')
        return dataframe
