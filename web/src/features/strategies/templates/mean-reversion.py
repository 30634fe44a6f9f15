import talib.abstract as ta
from freqtrade.strategy import DecimalParameter, IntParameter, IStrategy
from pandas import DataFrame


class MeanReversion(IStrategy):
    """Buys what fell far below its average while it is oversold, and sells at the average."""

    INTERFACE_VERSION = 3
    timeframe = "5m"
    startup_candle_count = 100
    process_only_new_candles = True

    minimal_roi = {"0": 0.04, "120": 0.02, "480": 0}
    stoploss = -0.08

    buy_rsi = IntParameter(10, 40, default=30, space="buy")
    buy_width = DecimalParameter(1.0, 3.5, default=2.0, decimals=1, space="buy")
    window = IntParameter(10, 100, default=40, space="buy")

    plot_config = {
        "main_plot": {"lower": {"color": "steelblue"}, "middle": {"color": "gray"}},
        "subplots": {"RSI": {"rsi": {"color": "orange"}}},
    }

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        width = float(self.buy_width.value)
        bands = ta.BBANDS(dataframe, timeperiod=self.window.value, nbdevup=width, nbdevdn=width)
        dataframe["lower"] = bands["lowerband"]
        dataframe["middle"] = bands["middleband"]
        dataframe["rsi"] = ta.RSI(dataframe, timeperiod=14)
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        wanted = dataframe["close"] < dataframe["lower"]
        wanted &= dataframe["rsi"] < self.buy_rsi.value
        wanted &= dataframe["volume"] > 0
        dataframe.loc[wanted, ["enter_long", "enter_tag"]] = (1, "oversold")
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        wanted = dataframe["close"] > dataframe["middle"]
        wanted &= dataframe["volume"] > 0
        dataframe.loc[wanted, ["exit_long", "exit_tag"]] = (1, "back at the mean")
        return dataframe
