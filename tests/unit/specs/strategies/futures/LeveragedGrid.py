from freqtrade.strategy import IStrategy
from pandas import DataFrame
import talib.abstract as ta
import freqtrade.vendor.qtpylib.indicators as qtpylib


class LeveragedGrid(IStrategy):
    INTERFACE_VERSION = 3
    timeframe = '1h'
    can_short = True
    minimal_roi = {"0": 0.03}
    stoploss = -0.5
    position_adjustment_enable = True
    max_entry_position_adjustment = 2

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe['willr'] = ta.WILLR(dataframe, timeperiod=14)
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[dataframe['willr'] < -90, 'enter_long'] = 1
        dataframe.loc[dataframe['willr'] > -5, 'enter_short'] = 1
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        return dataframe

    def adjust_trade_position(self, trade, current_time, current_rate, current_profit, min_stake, max_stake, **kwargs):
        if current_profit < -0.02 * trade.nr_of_successful_entries and not trade.has_open_orders:
            return trade.stake_amount / trade.nr_of_successful_entries
        if current_profit > 0.02:
            return -trade.stake_amount / 2
        return None

    def leverage(self, *args, **kwargs) -> float:
        return 2.0
