from freqtrade.strategy import IStrategy
from pandas import DataFrame
import talib.abstract as ta
import freqtrade.vendor.qtpylib.indicators as qtpylib
from freqtrade.strategy import stoploss_from_open
from freqtrade.persistence import Trade
from datetime import datetime


class HedgedStops(IStrategy):
    INTERFACE_VERSION = 3
    timeframe = '1h'
    can_short = True
    minimal_roi = {"0": 1}
    stoploss = -0.2
    use_custom_stoploss = True

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe['cci'] = ta.CCI(dataframe, timeperiod=20)
        dataframe['adx'] = ta.ADX(dataframe, timeperiod=14)
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        for side, wanted in (('long', dataframe['cci'] < -100), ('short', dataframe['cci'] > 100)):
            dataframe.loc[wanted & (dataframe['adx'] > 15), [f'enter_{side}', 'enter_tag']] = (1, f'{side} cci')
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[(dataframe['cci'] > 150), 'exit_long'] = 1
        dataframe.loc[(dataframe['cci'] < -150), 'exit_short'] = 1
        return dataframe

    def custom_stoploss(self, pair: str, trade: Trade, current_time: datetime, current_rate: float,
                        current_profit: float, after_fill: bool, **kwargs) -> float:
        if current_profit > 0.03:
            return stoploss_from_open(0.01, current_profit, is_short=trade.is_short, leverage=trade.leverage)
        return -0.15

    def leverage(self, pair, current_time, current_rate, proposed_leverage, max_leverage, entry_tag, side, **kwargs):
        return 2
