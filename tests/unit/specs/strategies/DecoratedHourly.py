from freqtrade.strategy import IStrategy, informative
from pandas import DataFrame
import talib.abstract as ta


class DecoratedHourly(IStrategy):
    INTERFACE_VERSION = 3
    timeframe = '5m'
    minimal_roi = {"0": 0.03}
    stoploss = -0.04
    startup_candle_count = 30

    # Define informative upper timeframe for each pair.
    @informative('1h')
    def populate_indicators_1h(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe['rsi'] = ta.RSI(dataframe, timeperiod=14)
        return dataframe

    # Define BTC/STAKE informative pair. The stake currency comes from the config.
    @informative('1h', 'BTC/{stake}')
    def populate_indicators_btc_1h(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe['rsi'] = ta.RSI(dataframe, timeperiod=14)
        return dataframe

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        # Calculate informative columns of the strategy timeframe
        dataframe['rsi'] = ta.RSI(dataframe, timeperiod=14)
        dataframe['rsi_less'] = dataframe['rsi'] < dataframe['rsi_1h']
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        stake = self.config['stake_currency'].lower()
        dataframe.loc[
            (
                (dataframe[f'btc_{stake}_rsi_1h'] > 45)
                & (dataframe['rsi'] < 40)
                & dataframe['rsi_less']
            ),
            ['enter_long', 'enter_tag']] = (1, 'buy_signal_rsi')
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[dataframe['rsi'] > 70, ['exit_long', 'exit_tag']] = (1, 'exit_signal_rsi')
        return dataframe
