from freqtrade.strategy import IStrategy
from pandas import DataFrame
import talib.abstract as ta
import freqtrade.vendor.qtpylib.indicators as qtpylib
from freqtrade.strategy import DecimalParameter, IntParameter

ma_types = {
    'SMA': ta.SMA,
    'EMA': ta.EMA,
}


class SmaOffset(IStrategy):
    INTERFACE_VERSION = 3

    # hypered params
    buy_params = {
        "base_nb_candles_buy": 30,
        "low_offset": 0.99,
    }
    sell_params = {
        "base_nb_candles_sell": 30,
        "high_offset": 1.01,
    }

    base_nb_candles_buy = IntParameter(5, 80, default=buy_params['base_nb_candles_buy'], space='buy')
    base_nb_candles_sell = IntParameter(5, 80, default=sell_params['base_nb_candles_sell'], space='sell')
    low_offset = DecimalParameter(0.8, 0.99, default=buy_params['low_offset'], space='buy')
    high_offset = DecimalParameter(0.8, 1.1, default=sell_params['high_offset'], space='sell')

    minimal_roi = {"0": 1}
    stoploss = -0.5
    trailing_stop = True
    trailing_stop_positive = 0.005
    trailing_stop_positive_offset = 0.02
    trailing_only_offset_is_reached = True

    timeframe = '5m'
    use_exit_signal = True
    exit_profit_only = False

    process_only_new_candles = True
    startup_candle_count = 80

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        if not self.config['runmode'].value == 'hyperopt':
            dataframe['ma_offset_buy'] = ma_types['SMA'](dataframe, int(self.base_nb_candles_buy.value)) * self.low_offset.value
            dataframe['ma_offset_sell'] = ta.EMA(dataframe, timeperiod=self.base_nb_candles_sell.value) * self.high_offset.value
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[
            (
                (dataframe['close'] < dataframe['ma_offset_buy']) &
                (dataframe['volume'] > 0)
            ),
            'enter_long'] = 1
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[
            (
                (dataframe['close'] > dataframe['ma_offset_sell']) &
                (dataframe['volume'] > 0)
            ),
            'exit_long'] = 1
        return dataframe
