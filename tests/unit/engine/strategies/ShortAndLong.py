# ruff: noqa: ARG002 - the signatures are Freqtrade's
"""A futures strategy in both directions, with leverage."""

from typing import Any

from freqtrade.strategy import IStrategy
from pandas import DataFrame


class ShortAndLong(IStrategy):  # type: ignore[misc]  # Freqtrade's types are not followed
    INTERFACE_VERSION = 3
    timeframe = "5m"
    can_short = True
    startup_candle_count = 12
    minimal_roi = {"0": 0.2}  # noqa: RUF012 - Freqtrade's interface
    stoploss = -0.2

    def populate_indicators(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        dataframe["mean"] = dataframe["close"].rolling(12).mean()
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        dataframe.loc[dataframe["close"] < dataframe["mean"] * 0.996, "enter_long"] = 1
        dataframe.loc[dataframe["close"] > dataframe["mean"] * 1.004, "enter_short"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        dataframe.loc[dataframe["close"] > dataframe["mean"] * 1.008, "exit_long"] = 1
        dataframe.loc[dataframe["close"] < dataframe["mean"] * 0.992, "exit_short"] = 1
        return dataframe

    def leverage(self, **_: Any) -> float:
        return 3.0
