from freqtrade.strategy import IStrategy
from pandas import DataFrame
import talib.abstract as ta
import freqtrade.vendor.qtpylib.indicators as qtpylib


class BandSqueeze(IStrategy):
    """Bands inside channels."""
    INTERFACE_VERSION = 3
    timeframe = '1h'
    minimal_roi = {"0": 0.1}
    stoploss = -0.08

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        bands = ta.BBANDS(dataframe, timeperiod=20, nbdevup=2.0, nbdevdn=2.0, matype=0)
        dataframe['bb_upper'] = bands['upperband']
        dataframe['bb_lower'] = bands['lowerband']
        dataframe['atr'] = ta.ATR(dataframe, timeperiod=20)
        dataframe['mid'] = ta.EMA(dataframe, timeperiod=20)
        dataframe['kc_upper'] = dataframe['mid'] + 1.5 * dataframe['atr']
        # squeeze is on when the bands are inside of the channel
        dataframe['squeeze'] = dataframe['bb_upper'] < dataframe['kc_upper']
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[dataframe['squeeze'].shift(1).fillna(False).astype(bool) & (dataframe['close'] > dataframe['mid']), 'enter_long'] = 1
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[dataframe['close'] < dataframe['mid'], 'exit_long'] = 1
        return dataframe
