"""How long trades were held, and which were the best and the worst."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from candlewick.verification.metrics import profits
from candlewick.verification.trades import CheckedTrade

if TYPE_CHECKING:
    from numpy.typing import NDArray


def holding_times(trades: Sequence[CheckedTrade]) -> dict[str, float]:
    """Return seconds by Freqtrade's names: whole minutes, averages rounded to one."""
    minutes = np.array([((trade.closed or 0) - trade.opened) // 60_000 for trade in trades])
    ratios = np.array([trade.profit_ratio for trade in trades])
    groups = {
        "winner_holding": minutes[ratios > 0],
        "loser_holding": minutes[ratios < 0],
    }
    found = {"holding_avg_s": _rounded_mean(minutes)}
    for name, held in groups.items():
        found[f"{name}_min_s"] = float(np.min(held)) * 60 if len(held) else 0.0
        found[f"{name}_max_s"] = float(np.max(held)) * 60 if len(held) else 0.0
        found[f"{name}_avg_s"] = _rounded_mean(held)
    return found


def extremes(
    trades: Sequence[CheckedTrade], starting_balance: float
) -> dict[str, float | dict[str, object] | None]:
    """Return the closed trades' lowest and highest balance, the deepest relative fall, best and worst."""
    if not trades:
        return dict.fromkeys(
            ("csum_min", "csum_max", "max_relative_drawdown", "best_trade", "worst_trade")
        )
    curve = np.cumsum(profits(trades))
    balance = starting_balance + np.concatenate([[0.0], curve])
    highs = np.maximum.accumulate(balance)
    return {
        "csum_min": float(np.min(curve)) + starting_balance,
        "csum_max": float(np.max(curve)) + starting_balance,
        "max_relative_drawdown": float(np.max((highs - balance) / highs)),
        "best_trade": _named(max(trades, key=lambda trade: trade.profit_ratio)),
        "worst_trade": _named(min(trades, key=lambda trade: trade.profit_ratio)),
    }


def _rounded_mean(minutes: "NDArray[np.int64]") -> float:
    return float(round(float(np.mean(minutes)))) * 60 if len(minutes) else 0.0


def _named(trade: CheckedTrade) -> dict[str, object]:
    return {"pair": trade.pair, "openedAt": trade.opened, "profitRatio": trade.profit_ratio}
