from datetime import datetime

import talib.abstract as ta
from freqtrade.persistence import Trade
from freqtrade.strategy import DecimalParameter, IntParameter, IStrategy, stoploss_from_absolute
from pandas import DataFrame


class Breakout(IStrategy):
    """Buys a new high of many candles, and trails a stop a few average ranges below the price."""

    INTERFACE_VERSION = 3
    timeframe = "1h"
    startup_candle_count = 120
    process_only_new_candles = True

    minimal_roi = {"0": 10}
    stoploss = -0.15
    use_custom_stoploss = True

    entry_candles = IntParameter(10, 100, default=48, space="buy")
    exit_candles = IntParameter(5, 50, default=24, space="sell")
    stop_ranges = DecimalParameter(1.0, 6.0, default=3.0, decimals=1, space="sell")

    plot_config = {"main_plot": {"highest": {"color": "orange"}, "lowest": {"color": "steelblue"}}}

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        # Shifted by one: a candle is compared with those before it, never with itself.
        dataframe["highest"] = dataframe["high"].rolling(self.entry_candles.value).max().shift(1)
        dataframe["lowest"] = dataframe["low"].rolling(self.exit_candles.value).min().shift(1)
        dataframe["range"] = ta.ATR(dataframe, timeperiod=14)
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        wanted = dataframe["close"] > dataframe["highest"]
        wanted &= dataframe["volume"] > 0
        dataframe.loc[wanted, ["enter_long", "enter_tag"]] = (1, "new high")
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        wanted = dataframe["close"] < dataframe["lowest"]
        wanted &= dataframe["volume"] > 0
        dataframe.loc[wanted, ["exit_long", "exit_tag"]] = (1, "new low")
        return dataframe

    def custom_stoploss(
        self,
        pair: str,
        trade: Trade,
        current_time: datetime,
        current_rate: float,
        current_profit: float,
        after_fill: bool,
        **kwargs,
    ) -> float | None:
        dataframe, _ = self.dp.get_analyzed_dataframe(pair, self.timeframe)
        # In a backtest this frame ends with the last candle that was closed at that time.
        last = dataframe.iloc[-1].squeeze()
        stop = current_rate - self.stop_ranges.value * last["range"]
        return stoploss_from_absolute(
            stop, current_rate, is_short=trade.is_short, leverage=trade.leverage
        )
