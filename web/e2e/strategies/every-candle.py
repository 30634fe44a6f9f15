from freqtrade.strategy import IStrategy
from pandas import DataFrame


class EveryCandle(IStrategy):
    """Buys on every second candle and sells BTC on the others; what else it buys, it keeps."""

    timeframe = "5m"
    startup_candle_count = 1
    minimal_roi = {"0": 100}
    stoploss = -0.99

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe["is_even"] = dataframe["date"].dt.minute // 5 % 2 == 0
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[dataframe["is_even"], ["enter_long", "enter_tag"]] = (1, "even")
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        if metadata["pair"] == "BTC/USDT":
            dataframe.loc[~dataframe["is_even"], "exit_long"] = 1
        return dataframe
