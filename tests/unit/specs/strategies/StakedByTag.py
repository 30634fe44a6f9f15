from freqtrade.strategy import IStrategy
from pandas import DataFrame
import talib.abstract as ta
import freqtrade.vendor.qtpylib.indicators as qtpylib


class StakedByTag(IStrategy):
    """Stakes more on the better tag."""
    INTERFACE_VERSION = 3
    timeframe = '1h'
    minimal_roi = {"0": 0.04}
    stoploss = -0.1

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe['rsi'] = ta.RSI(dataframe, timeperiod=14)
        dataframe['ema'] = ta.EMA(dataframe, timeperiod=50)
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[dataframe['rsi'] < 45, ['enter_long', 'enter_tag']] = (1, 'normal')
        dataframe.loc[(dataframe['rsi'] < 40) & (dataframe['close'] < dataframe['ema']), ['enter_long', 'enter_tag']] = (1, 'deep')
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[dataframe['rsi'] > 60, ['exit_long', 'exit_tag']] = (1, 'up again')
        return dataframe

    def custom_stake_amount(self, pair, current_time, current_rate, proposed_stake, min_stake, max_stake,
                            leverage, entry_tag, side, **kwargs):
        return proposed_stake * 2 if entry_tag == 'deep' else proposed_stake
