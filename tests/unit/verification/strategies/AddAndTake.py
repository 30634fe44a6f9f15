# ruff: noqa: ARG002 - the signatures are Freqtrade's
"""Short and long in turn, by the clock alone: funding moves no trade, and orders fill when funding is due and when it is not."""

from datetime import datetime
from typing import Any

from freqtrade.persistence import Trade
from freqtrade.strategy import IStrategy
from pandas import DataFrame


class AddAndTake(IStrategy):  # type: ignore[misc]  # Freqtrade's types are not followed
    INTERFACE_VERSION = 3
    timeframe = "5m"
    can_short = True
    startup_candle_count = 1
    minimal_roi = {"0": 10}  # noqa: RUF012 - Freqtrade's interface
    stoploss = -0.9
    position_adjustment_enable = True

    def populate_indicators(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        dates = dataframe["date"].dt
        now = (dates.minute == 55) & (dates.hour % 13 == 2)
        dataframe.loc[now & (dates.day % 2 == 0), "enter_long"] = 1
        dataframe.loc[now & (dates.day % 2 == 1), "enter_short"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        return dataframe

    def leverage(self, **_: Any) -> float:
        return 2.0

    def adjust_trade_position(
        self, trade: Trade, current_time: datetime, **_: Any
    ) -> tuple[float, str] | None:
        minutes = (current_time - trade.open_date_utc).total_seconds() / 60
        stakes = {300: 50.0, 305: -20.0, 600: 30.0, 780: -25.0, 785: -10.0, 1_260: -15.0}
        return (stakes[minutes], f"at {minutes}") if minutes in stakes else None

    def custom_exit(self, pair: str, trade: Trade, current_time: datetime, **_: Any) -> str | None:
        hours = (current_time - trade.open_date_utc).total_seconds() / 3_600
        return "old" if hours >= 29 else None
