from freqtrade.strategy import IStrategy
from pandas import DataFrame
import talib.abstract as ta
import freqtrade.vendor.qtpylib.indicators as qtpylib
from datetime import datetime
from typing import Optional


class ShortOnly(IStrategy):
    """Sells strength short."""
    INTERFACE_VERSION = 3
    timeframe = '5m'
    can_short = True
    minimal_roi = {"0": 0.02, "60": 0.005}
    stoploss = -0.05

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe['rsi'] = ta.RSI(dataframe, timeperiod=14)
        dataframe['sma'] = ta.SMA(dataframe, timeperiod=20)
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[
            (
                (dataframe['rsi'] > 68) &
                (dataframe['close'] > dataframe['sma'])
            ),
            ['enter_short', 'enter_tag']] = (1, 'too high')
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[dataframe['rsi'] < 40, ['exit_short', 'exit_tag']] = (1, 'low again')
        return dataframe

    def leverage(self, pair: str, current_time: datetime, current_rate: float,
                 proposed_leverage: float, max_leverage: float, entry_tag: Optional[str], side: str,
                 **kwargs) -> float:
        """Less for the volatile one."""
        return 2.0 if pair.startswith('ETH') else min(5.0, max_leverage)
