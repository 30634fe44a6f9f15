from datetime import datetime
from freqtrade.persistence import Trade
from freqtrade.strategy import IStrategy, stoploss_from_open
from pandas import DataFrame
import talib.abstract as ta


class SteppedStop(IStrategy):
    """Locks profit in steps."""
    INTERFACE_VERSION = 3
    timeframe = '1h'
    minimal_roi = {"0": 100}
    stoploss = -0.08
    use_custom_stoploss = True

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe['rsi'] = ta.RSI(dataframe, timeperiod=7)
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[dataframe['rsi'] < 30, ['enter_long', 'enter_tag']] = (1, 'low')
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        return dataframe

    def custom_stoploss(self, pair: str, trade: 'Trade', current_time: datetime, current_rate: float,
                        current_profit: float, **kwargs) -> float:
        # evaluate highest to lowest, so that highest possible stop is used
        if current_profit > 0.04:
            return stoploss_from_open(0.025, current_profit, is_short=trade.is_short, leverage=trade.leverage)
        elif current_profit > 0.02:
            return stoploss_from_open(0.01, current_profit, is_short=trade.is_short, leverage=trade.leverage)
        # return maximum stoploss value, keeping current stoploss price unchanged
        return 1
