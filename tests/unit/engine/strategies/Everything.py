# ruff: noqa: ARG002 - the signatures are Freqtrade's
"""A strategy that uses every part of a backtest: detail candles, protections, own stops, added positions."""

from datetime import datetime, timedelta
from typing import Any

from freqtrade.persistence import Trade
from freqtrade.strategy import IStrategy
from pandas import DataFrame


class Everything(IStrategy):  # type: ignore[misc]  # Freqtrade's types are not followed
    INTERFACE_VERSION = 3
    timeframe = "1h"
    startup_candle_count = 24
    minimal_roi = {"0": 0.05, "600": 0.02}  # noqa: RUF012 - Freqtrade's interface
    stoploss = -0.10
    use_custom_stoploss = True
    trailing_stop = False
    position_adjustment_enable = True
    max_entry_position_adjustment = 2

    @property
    def protections(self) -> list[dict[str, Any]]:
        return [
            {"method": "CooldownPeriod", "stop_duration_candles": 2},
            {
                "method": "StoplossGuard",
                "lookback_period_candles": 48,
                "trade_limit": 2,
                "stop_duration_candles": 12,
                "only_per_pair": True,
            },
        ]

    def populate_indicators(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        dataframe["mean"] = dataframe["close"].rolling(24).mean()
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        dataframe.loc[dataframe["close"] < dataframe["mean"] * 0.99, "enter_long"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        dataframe.loc[dataframe["close"] > dataframe["mean"] * 1.02, "exit_long"] = 1
        return dataframe

    def custom_stoploss(self, trade: Trade, current_time: datetime, **_: Any) -> float | None:
        return -0.03 if current_time - trade.open_date_utc > timedelta(hours=12) else None

    def adjust_trade_position(self, current_profit: float, **_: Any) -> float | None:
        if current_profit < -0.02:
            return 50.0
        return -20.0 if current_profit > 0.03 else None
