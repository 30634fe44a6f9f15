from freqtrade.strategy import IStrategy
from pandas import DataFrame
import talib.abstract as ta
import freqtrade.vendor.qtpylib.indicators as qtpylib
from datetime import datetime
from typing import Optional, Union, Tuple
import math
from freqtrade.persistence import Trade


class SafetyOrders(IStrategy):
    """DCA with growing steps, as grid bots do it."""
    INTERFACE_VERSION = 3
    timeframe = '1h'
    minimal_roi = {"0": 0.02}
    stoploss = -0.3
    position_adjustment_enable = True

    # Example specific variables
    initial_safety_order_trigger = -0.008
    max_entry_position_adjustment = 3
    safety_order_step_scale = 1.2
    safety_order_volume_scale = 1.1
    # This number is explained a bit further down
    max_dca_multiplier = 5.5

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe['rsi'] = ta.RSI(dataframe, timeperiod=14)
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[dataframe['rsi'] < 45, 'enter_long'] = 1
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[dataframe['rsi'] > 80, 'exit_long'] = 1
        return dataframe

    # This is called when placing the initial order (opening trade)
    def custom_stake_amount(self, pair: str, current_time: datetime, current_rate: float,
                            proposed_stake: float, min_stake: Optional[float], max_stake: float,
                            leverage: float, entry_tag: Optional[str], side: str,
                            **kwargs) -> float:
        # We need to leave most of the funds for possible further DCA orders
        return proposed_stake / self.max_dca_multiplier

    def adjust_trade_position(self, trade: Trade, current_time: datetime,
                              current_rate: float, current_profit: float,
                              min_stake: Optional[float], max_stake: float,
                              current_entry_rate: float, current_exit_rate: float,
                              current_entry_profit: float, current_exit_profit: float,
                              **kwargs) -> Union[Optional[float], Tuple[Optional[float], Optional[str]]]:
        if trade.has_open_orders:
            return None
        if current_profit > self.initial_safety_order_trigger:
            return None
        count_of_entries = trade.nr_of_successful_entries
        if 1 <= count_of_entries <= self.max_entry_position_adjustment:
            trigger = abs(self.initial_safety_order_trigger) * count_of_entries * self.safety_order_step_scale
            if current_profit <= -1 * abs(trigger):
                filled_entries = trade.select_filled_orders(trade.entry_side)
                stake_amount = filled_entries[0].stake_amount
                # This then calculates current safety order size
                return stake_amount * math.pow(self.safety_order_volume_scale, count_of_entries - 1), 'safety'
        return None
