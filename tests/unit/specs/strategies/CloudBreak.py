from freqtrade.strategy import IStrategy
from pandas import DataFrame
import talib.abstract as ta
import freqtrade.vendor.qtpylib.indicators as qtpylib
from technical.indicators import ichimoku


class CloudBreak(IStrategy):
    INTERFACE_VERSION = 3
    timeframe = '1h'
    startup_candle_count = 120
    minimal_roi = {"0": 0.1}
    stoploss = -0.1

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        cloud = ichimoku(dataframe, conversion_line_period=9, base_line_periods=26, laggin_span=52, displacement=26)
        dataframe['tenkan'] = cloud['tenkan_sen']
        dataframe['kijun'] = cloud['kijun_sen']
        dataframe['senkou_a'] = cloud['senkou_span_a']
        dataframe['senkou_b'] = cloud['senkou_span_b']
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[
            (dataframe['close'] > dataframe['senkou_a'])
            & (dataframe['close'] > dataframe['senkou_b'])
            & (dataframe['tenkan'] > dataframe['kijun']),
            'enter_long'] = 1
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[qtpylib.crossed_below(dataframe['tenkan'], dataframe['kijun']), 'exit_long'] = 1
        return dataframe
