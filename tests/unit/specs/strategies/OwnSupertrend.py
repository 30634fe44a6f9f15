import logging

import numpy as np
import talib.abstract as ta
from freqtrade.strategy import IStrategy, IntParameter
from pandas import DataFrame

logger = logging.getLogger(__name__)


class OwnSupertrend(IStrategy):
    INTERFACE_VERSION = 3
    buy_params = {"buy_m1": 3, "buy_p1": 10}
    minimal_roi = {"0": 0.087, "372": 0.058, "861": 0.029}
    stoploss = -0.265
    timeframe = '1h'
    startup_candle_count = 18

    buy_m1 = IntParameter(1, 7, default=3)
    buy_p1 = IntParameter(7, 21, default=10)

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe['st_buy'] = self.supertrend(dataframe, self.buy_m1.value, self.buy_p1.value)['STX']
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[
            (dataframe['st_buy'] == 'up') & (dataframe['st_buy'].shift(1) != 'up'),
            'enter_long'] = 1
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[dataframe['st_buy'] == 'down', 'exit_long'] = 1
        return dataframe

    def supertrend(self, dataframe: DataFrame, multiplier, period):
        """Supertrend as many people copy it around."""
        df = dataframe.copy()
        atr = ta.ATR(df, timeperiod=period).to_numpy()
        middle = ((df['high'] + df['low']) / 2).to_numpy()
        close = df['close'].to_numpy()
        upper, lower = middle + multiplier * atr, middle - multiplier * atr
        trend = np.full(len(df), 'up', dtype=object)
        for i in range(period + 1, len(df)):
            if close[i] > upper[i - 1]:
                trend[i] = 'up'
            elif close[i] < lower[i - 1]:
                trend[i] = 'down'
            else:
                trend[i] = trend[i - 1]
                # bands only come nearer
                if trend[i] == 'up' and lower[i] < lower[i - 1]:
                    lower[i] = lower[i - 1]
                if trend[i] == 'down' and upper[i] > upper[i - 1]:
                    upper[i] = upper[i - 1]
        return DataFrame({'STX': trend}, index=df.index)
