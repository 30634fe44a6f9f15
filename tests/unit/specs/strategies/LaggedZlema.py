from freqtrade.strategy import IStrategy
from pandas import DataFrame
import talib.abstract as ta
import freqtrade.vendor.qtpylib.indicators as qtpylib
from freqtrade.strategy import IntParameter


class LaggedZlema(IStrategy):
    """Zero lag written by hand."""
    INTERFACE_VERSION = 3
    timeframe = '5m'
    minimal_roi = {"0": 0.02}
    stoploss = -0.05
    buy_length = IntParameter(10, 60, default=30, space='buy', optimize=True)

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        lag = int((self.buy_length.value - 1) / 2)
        shifted = dataframe['close'] + (dataframe['close'] - dataframe['close'].shift(lag))
        dataframe['zlema'] = ta.EMA(shifted, timeperiod=self.buy_length.value)
        dataframe['linreg'] = ta.LINEARREG(dataframe, timeperiod=14)
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[
            (dataframe['zlema'] > dataframe['zlema'].shift(1)) & (dataframe['zlema'].shift(1) < dataframe['zlema'].shift(2)),
            ['enter_long', 'enter_tag']] = (1, 'turn')
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[(dataframe['close'] < dataframe['linreg']) & (dataframe['zlema'] < dataframe['zlema'].shift(1)), 'exit_long'] = 1
        return dataframe
