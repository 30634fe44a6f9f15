from freqtrade.strategy import IStrategy
from pandas import DataFrame
import talib.abstract as ta
import freqtrade.vendor.qtpylib.indicators as qtpylib
from freqtrade.strategy import IntParameter
import pandas as pd


class RangedEmas(IStrategy):
    INTERFACE_VERSION = 3
    timeframe = '5m'
    minimal_roi = {"0": 0.02}
    stoploss = -0.05
    buy_ema_short = IntParameter(3, 6, default=5)
    buy_ema_long = IntParameter(15, 18, default=17)

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        """Generate all indicators used by the strategy"""
        frames = [dataframe]
        # Calculate all ema_short values
        for val in self.buy_ema_short.range:
            frames.append(DataFrame({f'ema_short_{val}': ta.EMA(dataframe, timeperiod=val)}))
        for val in self.buy_ema_long.range:
            frames.append(DataFrame({f'ema_long_{val}': ta.EMA(dataframe, timeperiod=val)}))
        # Combine all dataframes, and reassign the original dataframe column
        dataframe = pd.concat(frames, axis=1)
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        conditions = []
        conditions.append(qtpylib.crossed_above(
            dataframe[f'ema_short_{self.buy_ema_short.value}'], dataframe[f'ema_long_{self.buy_ema_long.value}']
        ))
        from functools import reduce
        if conditions:
            dataframe.loc[
                reduce(lambda x, y: x & y, conditions),
                'enter_long'] = 1
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[qtpylib.crossed_above(
            dataframe[f'ema_long_{self.buy_ema_long.value}'], dataframe[f'ema_short_{self.buy_ema_short.value}']
        ), 'exit_long'] = 1
        return dataframe
