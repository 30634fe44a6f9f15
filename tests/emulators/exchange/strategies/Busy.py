# ruff: noqa: ARG002 - the signatures are Freqtrade's
"""Trades often: buys after a fall, sells after a rise, at a small profit, or by its stop."""

from typing import Any, ClassVar

from freqtrade.strategy import IStrategy
from pandas import DataFrame


class Busy(IStrategy):  # type: ignore[misc]  # Freqtrade's types are not followed
    INTERFACE_VERSION = 3
    timeframe = "5m"
    can_short = False
    minimal_roi: ClassVar = {"0": 0.006, "60": 0.002}
    stoploss = -0.006
    startup_candle_count = 3
    process_only_new_candles = True

    def populate_indicators(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        dataframe["change"] = dataframe["close"].diff()
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        dataframe.loc[dataframe["change"] < 0, ["enter_long", "enter_tag"]] = (1, "fell")
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        rose = (dataframe["change"] > 0) & (dataframe["change"].shift() > 0)
        dataframe.loc[rose, ["exit_long", "exit_tag"]] = (1, "rose")
        return dataframe
