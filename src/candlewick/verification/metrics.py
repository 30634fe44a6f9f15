"""Metrics of closed trades, by the formulas of Freqtrade's report so that the two can be compared.

Sources: Freqtrade's `data/metrics.py` and `optimize_reports.py` (2026.9) for the definitions.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from candlewick.verification.trades import CheckedTrade

if TYPE_CHECKING:
    from numpy.typing import NDArray

UNDEFINED = -100.0  # Freqtrade's mark for a ratio whose denominator is zero
_DAY_MS = 86_400_000
_DAYS_A_YEAR = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The simulated time, milliseconds, and the wallet at both ends, in stake currency."""

    start: int
    until: int
    starting_balance: float
    final_balance: float

    @property
    def whole_days(self) -> int:
        return max(1, (self.until - self.start) // _DAY_MS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawdown:
    """The deepest fall of a curve: amounts in stake currency, times in milliseconds."""

    amount: float
    ratio: float
    start: int
    end: int
    high: float
    low: float


def profits(trades: Sequence[CheckedTrade]) -> "NDArray[np.float64]":
    """Return the closed trades' profits in stake currency, rounded as Freqtrade rounds them."""
    return np.array([round(trade.profit, 8) for trade in trades], dtype=np.float64)


def trade_metrics(trades: Sequence[CheckedTrade], period: Period) -> dict[str, float | int | None]:
    """Return every figure that follows from the closed trades, by Freqtrade's names.

    `trades` are in the order of their closing. Ratios are fractions, durations seconds.
    """
    gains = profits(trades)
    ratios = np.array([trade.profit_ratio for trade in trades], dtype=np.float64)
    is_short = np.array([trade.claim.is_short for trade in trades], dtype=bool)
    balance = period.starting_balance
    wins, losses = gains[gains > 0], gains[gains < 0]
    return {
        "total_trades": len(trades),
        "trade_count_long": int(np.sum(~is_short)),
        "trade_count_short": int(np.sum(is_short)),
        "profit_total_abs": float(gains.sum()),
        "profit_total": float(gains.sum() / balance),
        "profit_total_long_abs": float(gains[~is_short].sum()),
        "profit_total_short_abs": float(gains[is_short].sum()),
        "profit_total_long": float(gains[~is_short].sum() / balance),
        "profit_total_short": float(gains[is_short].sum() / balance),
        "profit_mean": float(ratios.mean()) if len(ratios) else 0.0,
        "profit_median": float(np.median(ratios)) if len(ratios) else 0.0,
        "profit_factor": float(wins.sum() / abs(losses.sum())) if losses.sum() else 0.0,
        "total_volume": float(sum(step.volume for trade in trades for step in trade.steps)),
        "cagr": cagr(period),
        **_expectancy(gains),
        **_risk_ratios(gains, trades, period),
        "sqn": _sqn(gains / balance),
        "p_value": _p_value(gains / balance),
        "trades_per_day": round(len(trades) / period.whole_days, 2),
        **_streaks(ratios),
        **_days(trades, gains),
    }


def cagr(period: Period) -> float:
    """Compound annual growth rate as a fraction; 0 where it is not defined."""
    if period.final_balance < 0 or period.starting_balance <= 0:
        return 0.0
    try:
        growth = period.final_balance / period.starting_balance
        return float(growth ** (_DAYS_A_YEAR / period.whole_days) - 1)
    except OverflowError:
        return 0.0


def annualised(mean: float, deviation: float) -> float:
    if deviation == 0 or math.isnan(deviation):
        return UNDEFINED
    return mean / deviation * math.sqrt(_DAYS_A_YEAR)


def closed_drawdown(trades: Sequence[CheckedTrade], starting_balance: float) -> Drawdown | None:
    """Return the deepest fall of the closed trades' cumulated profit; `None` without trades."""
    if not trades:
        return None
    curve = np.concatenate([[0.0], np.cumsum(profits(trades))])
    highs = np.maximum.accumulate(np.maximum(curve, 0))
    falls = curve - highs
    low = int(np.argmin(falls))
    high = int(np.argmax(highs[: low + 1]))
    times = [trade.closed or 0 for trade in trades]
    return Drawdown(
        amount=float(-falls[low]),
        ratio=float(-falls[low] / (starting_balance + highs[low])),
        start=times[max(high - 1, 0)],
        end=times[max(low - 1, 0)],
        high=float(curve[high]),
        low=float(curve[low]),
    )


def _expectancy(gains: "NDArray[np.float64]") -> dict[str, float | int | None]:
    if len(gains) == 0:
        return {"expectancy": 0.0, "expectancy_ratio": 100.0}
    wins, losses = gains[gains > 0], gains[gains < 0]
    average_win = float(wins.mean()) if len(wins) else 0.0
    average_loss = float(-losses.mean()) if len(losses) else 0.0
    win_rate, loss_rate = len(wins) / len(gains), len(losses) / len(gains)
    ratio = 100.0
    if average_loss > 0:
        ratio = (1 + average_win / average_loss) * win_rate - 1
    return {
        "expectancy": win_rate * average_win - loss_rate * average_loss,
        "expectancy_ratio": ratio,
    }


def _risk_ratios(
    gains: "NDArray[np.float64]", trades: Sequence[CheckedTrade], period: Period
) -> dict[str, float | int | None]:
    if len(gains) == 0 or period.start == period.until:
        return {"sharpe": 0.0, "sortino": 0.0, "calmar": 0.0}
    returns = gains / period.starting_balance
    mean = float(returns.sum()) / period.whole_days
    losing = returns[returns < 0]
    fall = closed_drawdown(trades, period.starting_balance)
    return {
        "sharpe": annualised(mean, float(returns.std())),
        "sortino": annualised(mean, float(losing.std()) if len(losing) else math.nan),
        "calmar": annualised(mean * 100, fall.ratio if fall else 0.0),
    }


def _sqn(returns: "NDArray[np.float64]") -> float:
    """System quality number (Van K. Tharp)."""
    if len(returns) == 0:
        return 0.0
    deviation = float(returns.std(ddof=1)) if len(returns) > 1 else math.nan
    if deviation == 0 or math.isnan(deviation):
        return UNDEFINED
    return round(math.sqrt(len(returns)) * float(returns.mean()) / deviation, 4)


def _p_value(returns: "NDArray[np.float64]") -> float:
    """Two-sided p-value of a t-test that the mean profit per trade is zero."""
    if len(returns) < 2 or returns.std(ddof=1) == 0:  # noqa: PLR2004 (a variance needs two values)
        return 1.0
    from scipy.special import stdtr  # noqa: PLC0415 (slow to import, used here alone)

    error = float(returns.std(ddof=1)) / math.sqrt(len(returns))
    return float(2 * stdtr(len(returns) - 1, -abs(float(returns.mean()) / error)))


def _streaks(ratios: "NDArray[np.float64]") -> dict[str, float | int | None]:
    best = {True: 0, False: 0}
    current, length = None, 0
    for is_win in (ratios > 0).tolist():
        length = length + 1 if is_win is current else 1
        current = is_win
        best[is_win] = max(best[is_win], length)
    return {
        "wins": int(np.sum(ratios > 0)),
        "draws": int(np.sum(ratios == 0)),
        "losses": int(np.sum(ratios < 0)),
        "winrate": float(np.mean(ratios > 0)) if len(ratios) else 0.0,
        "max_consecutive_wins": best[True],
        "max_consecutive_losses": best[False],
    }


def _days(
    trades: Sequence[CheckedTrade], gains: "NDArray[np.float64]"
) -> dict[str, float | int | None]:
    """Profit per UTC day of closing; days without a trade between the first and the last count as zero."""
    if not trades:
        return dict.fromkeys(
            ("backtest_best_day_abs", "backtest_worst_day_abs", "winning_days", "draw_days", "losing_days"),
            0,
        )  # fmt: skip
    numbers = np.array([(trade.closed or 0) // _DAY_MS for trade in trades])
    daily = np.zeros(int(np.max(numbers) - np.min(numbers)) + 1)
    np.add.at(daily, numbers - np.min(numbers), gains)
    daily = daily.round(10)
    return {
        "backtest_best_day_abs": float(np.max(daily)),
        "backtest_worst_day_abs": float(np.min(daily)),
        "winning_days": int(np.sum(daily > 0)),
        "draw_days": int(np.sum(daily == 0)),
        "losing_days": int(np.sum(daily < 0)),
    }
