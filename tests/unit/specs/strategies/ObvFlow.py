from freqtrade.strategy import IStrategy
from pandas import DataFrame
import talib.abstract as ta
import freqtrade.vendor.qtpylib.indicators as qtpylib


class ObvFlow(IStrategy):
    INTERFACE_VERSION = 3
    timeframe = '1h'
    minimal_roi = {"0": 0.05}
    stoploss = -0.07

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe['obv'] = ta.OBV(dataframe)
        dataframe['obv_ema'] = ta.EMA(dataframe['obv'], timeperiod=21)
        dataframe['vol_mean'] = dataframe['volume'].rolling(20).mean()
        dataframe['spike'] = (dataframe['volume'] > dataframe['vol_mean'] * 1.2).astype(int)
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[
            (dataframe['obv'] > dataframe['obv_ema']) & (dataframe['spike'] == 1),
            ['enter_long', 'enter_tag']] = 1, 'flow'
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[dataframe['obv'] < dataframe['obv_ema'], 'exit_long'] = 1
        return dataframe
