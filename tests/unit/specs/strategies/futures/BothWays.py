from freqtrade.strategy import IStrategy
from pandas import DataFrame
import talib.abstract as ta
import freqtrade.vendor.qtpylib.indicators as qtpylib


class BothWays(IStrategy):
    INTERFACE_VERSION = 3
    timeframe = '1h'
    # Can this strategy go short?
    can_short: bool = True
    minimal_roi = {"0": 0.06}
    stoploss = -0.1
    startup_candle_count: int = 40

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe['fast'] = ta.EMA(dataframe, timeperiod=8)
        dataframe['slow'] = ta.EMA(dataframe, timeperiod=21)
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[qtpylib.crossed_above(dataframe['fast'], dataframe['slow']), ['enter_long', 'enter_tag']] = (1, 'up')
        dataframe.loc[qtpylib.crossed_below(dataframe['fast'], dataframe['slow']), ['enter_short', 'enter_tag']] = (1, 'down')
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[qtpylib.crossed_below(dataframe['fast'], dataframe['slow']), 'exit_long'] = 1
        dataframe.loc[qtpylib.crossed_above(dataframe['fast'], dataframe['slow']), 'exit_short'] = 1
        return dataframe

    def leverage(self, pair: str, current_time, current_rate: float, proposed_leverage: float, max_leverage: float,
                 entry_tag, side: str, **kwargs) -> float:
        return 3.0
