"""Single figures of a report from arrays: the same as Freqtrade's, which makes frames and series for each.

Sums are those of arrays, which pandas makes of a column without gaps; deviations are pandas' own.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from freqtrade.data import metrics
from freqtrade.data.metrics import DrawDownResult
from numpy.typing import NDArray
from pandas.core import nanops  # type: ignore[attr-defined]  # what a series calls

from candlewick.engine.special import student_t

Floats = NDArray[np.float64]

_TELLS_APART = 1e-9  # returns closer to each other than this scipy warns of
_WORST = -100.0  # Freqtrade's figure where there is nothing to divide by
_HIGHEST = 100.0  # an expectancy's ratio without losses

_drawdown = metrics.calculate_max_drawdown
_p_value = metrics.calculate_p_value


def max_drawdown(
    trades: pd.DataFrame,
    *,
    date_col: str = "close_date",
    value_col: str = "profit_abs",
    starting_balance: float = 0,
    relative: bool = False,
) -> DrawDownResult:
    """Return what `calculate_max_drawdown` returns, from arrays instead of a frame made for each call."""
    if len(trades) and starting_balance and _is_plain(trades, date_col, value_col):
        dates = trades[date_col]
        order = order_of(dates.array)
        balances = Balances.after(trades[value_col].to_numpy()[order], starting_balance)
        if balances.are_finite():
            return balances.drawdown(lambda row: dates.iloc[order[row]], relative=relative)
    found: DrawDownResult = _drawdown(
        trades,
        date_col=date_col,
        value_col=value_col,
        starting_balance=starting_balance,
        relative=relative,
    )
    return found


def order_of(dates: Any) -> NDArray[np.intp]:
    """Return the very order that `sort_values` makes: of trades that closed together it keeps none."""
    order: NDArray[np.intp] = dates.argsort(kind="quicksort")
    return order


@dataclass(frozen=True, slots=True)
class Balances:
    """Zero, then what there is after each trade: the profit, its highest so far, how far below and by which share."""

    profit: Floats
    highest: Floats
    below: Floats
    share: Floats

    @classmethod
    def after(cls, profits: Floats, start: float) -> "Balances":
        profit = np.cumsum(profits)
        highest = np.maximum(0, np.maximum.accumulate(profit))
        best = start + highest
        share = (best - (start + profit)) / best
        columns = (profit, highest, profit - highest, share)
        return cls(*(np.concatenate([[0.0], column]) for column in columns))

    def are_finite(self) -> bool:
        return bool(np.isfinite(self.share).all())

    def deepest(self) -> tuple[Any, Any]:
        """Return how far it fell, and by which share."""
        low = int(np.argmin(self.below))
        return abs(self.below[low]), self.share[low]

    def drawdown(self, date: Callable[[int], Any], *, relative: bool) -> DrawDownResult:
        low = int(np.argmax(self.share) if relative else np.argmin(self.below))
        high = int(np.argmax(self.highest[: low + 1]))
        last_high = int(np.argmax(self.highest[:-1]))
        return DrawDownResult(
            drawdown_abs=abs(self.below[low]),
            high_date=date(max(high - 1, 0)),
            low_date=date(max(low - 1, 0)),
            high_value=self.profit[high],
            low_value=self.profit[low],
            relative_account_drawdown=self.share[low],
            current_high_date=date(max(last_high - 1, 0)),
            current_high_value=self.highest[-1],
            current_drawdown_abs=self.highest[-1] - self.profit[-1],
            current_relative_account_drawdown=self.share[-1],
        )


class Profits:
    """Profits of trades, and what wins and losses come to."""

    def __init__(self, profits: NDArray[np.float64]) -> None:
        self.all = profits
        self.won, self.lost = profits[profits > 0], profits[profits < 0]
        self.draws = len(profits) - len(self.won) - len(self.lost)
        self.gain, self.loss = np.float64(self.won.sum()), np.float64(self.lost.sum())

    def factor(self) -> np.float64 | float:
        return self.gain / abs(self.loss) if self.loss else 0.0

    def expectancy(self) -> tuple[Any, Any]:
        won, lost, count = len(self.won), len(self.lost), len(self.all)
        average_win = self.gain / won if won else 0
        average_loss = abs(self.loss) / lost if lost else 0
        winrate = won / count
        expectancy = winrate * average_win - lost / count * average_loss
        if not average_loss > 0:
            return expectancy, _HIGHEST
        return expectancy, (1 + average_win / average_loss) * winrate - 1


def p_value(trades: pd.DataFrame, starting_balance: float) -> float:
    """Return what `calculate_p_value` returns, without importing all of `scipy.stats` for one t-test."""
    profits = trades["profit_abs"]
    if profits.dtype == np.float64 and starting_balance:
        return p_value_of(profits.to_numpy(), starting_balance)
    found: float = _p_value(trades, starting_balance)
    return found


def p_value_of(profits: Floats, start: float) -> float:
    returns = profits / start
    if len(returns) > 1 and np.isfinite(returns).all():
        mean = np.mean(returns, keepdims=True)
        if np.ptp(returns) > _TELLS_APART * np.abs(mean)[0]:
            return _p_value_of(mean[0], returns - mean)
    found: float = _p_value(pd.DataFrame({"profit_abs": profits}), start)
    return found


def _p_value_of(mean: np.float64, centred: Floats) -> float:
    count = np.float64(len(centred))
    variance = np.mean(centred ** np.asarray(2.0)) * (count / (count - 1))
    t = mean / np.sqrt(variance / count)
    return float(2 * student_t()(count - 1, -np.abs(t)))


def sqn_of(returns: Floats) -> float:
    """Return what `calculate_sqn` returns."""
    deviation = deviation_of(returns, besides=1)
    if not deviation or np.isnan(deviation):
        return _WORST
    sqn: float = round(math.sqrt(len(returns)) * (mean_of(returns) / deviation), 4)
    return sqn


def yearly(mean: Any, deviation: Any) -> float:
    """Return Freqtrade's ratio of a year."""
    found: float = metrics._calculate_annualized_ratio(mean, deviation)  # noqa: SLF001 - Freqtrade's
    return found


def mean_of(values: NDArray[Any]) -> Any:
    """Return a series' mean."""
    return values.sum(dtype=np.float64) / np.float64(len(values))


def deviation_of(values: Floats, *, besides: int = 0) -> Any:
    """Return a series' standard deviation with `besides` degrees of freedom left out."""
    with np.errstate(all="ignore"):
        return nanops.nanstd(values, ddof=besides)


def _is_plain(trades: pd.DataFrame, date_col: str, value_col: str) -> bool:
    dates, values = trades[date_col], trades[value_col]
    return (
        isinstance(dates.dtype, pd.DatetimeTZDtype)
        and values.dtype == np.float64
        and not dates.isna().any()
        and bool(np.isfinite(values.to_numpy()).all())
    )
