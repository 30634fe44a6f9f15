"""The lines of a report: what Freqtrade says of the trades of a pair or a tag, of a day, week, month or year.

Sums are those of arrays, which pandas makes of a column without gaps; means and deviations are pandas' own.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from freqtrade.data import metrics
from freqtrade.optimize.optimize_reports import optimize_reports
from numpy.typing import NDArray

_HIGHEST = 100.0  # an expectancy's ratio without losses

_line = optimize_reports._generate_result_line  # noqa: SLF001 - called as they are, where ours cannot
_breakdown = optimize_reports.generate_periodic_breakdown_stats
_period = optimize_reports._calculate_stats_for_period  # noqa: SLF001


def result_line(
    result: pd.DataFrame, min_date: datetime, max_date: datetime, starting_balance: float, key: Any
) -> dict[str, Any]:
    """Return what `_generate_result_line` returns."""
    if not len(result) or not starting_balance or min_date == max_date or not _is_plain(result):
        line: dict[str, Any] = _line(result, min_date, max_date, starting_balance, key)
        return line
    trades = _Profits(result["profit_abs"].to_numpy())
    returns = pd.Series(trades.all / starting_balance)
    losing_returns = pd.Series(trades.lost / starting_balance)
    total = trades.all.sum()
    days = max(1, (max_date - min_date).days)
    ratio = result["profit_ratio"].mean()
    expectancy, expectancy_ratio = trades.expectancy()
    fallen = optimize_reports.calculate_max_drawdown(
        result, value_col="profit_abs", starting_balance=starting_balance
    )
    final = starting_balance + total
    return {
        "key": key,
        "trades": len(result),
        "profit_mean": ratio,
        "profit_mean_pct": round(ratio * 100.0, 2),
        "profit_total_abs": total,
        "profit_total": total / starting_balance,
        "profit_total_pct": round(total / starting_balance * 100.0, 2),
        "duration_avg": str(timedelta(minutes=round(result["trade_duration"].mean()))),
        "wins": len(trades.won),
        "draws": trades.draws,
        "losses": len(trades.lost),
        "winrate": len(trades.won) / len(result),
        "cagr": optimize_reports.calculate_cagr(days, starting_balance, final),
        "expectancy": expectancy,
        "expectancy_ratio": expectancy_ratio,
        "sortino": _yearly(returns.sum() / days, np.std(losing_returns)),
        "sharpe": _yearly(returns.sum() / days, np.std(returns)),
        "calmar": _yearly(total / starting_balance / days * 100, fallen.relative_account_drawdown),
        "sqn": optimize_reports.calculate_sqn(result, starting_balance),
        "p_value": optimize_reports.calculate_p_value(result, starting_balance),
        "profit_factor": trades.factor(),
        "max_drawdown_account": fallen.relative_account_drawdown,
        "max_drawdown_abs": fallen.drawdown_abs,
    }


class _Profits:
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


def period_stats(trades: pd.DataFrame) -> dict[str, Any]:
    """Return what `_calculate_stats_for_period` returns for the trades of a day, week, month or year."""
    profits = trades["profit_abs"].to_numpy()
    if profits.dtype != np.float64 or np.isnan(profits).any():
        found: dict[str, Any] = _period(trades)
        return found
    return _stats_of(profits)


def breakdown(trades: list[Any] | pd.DataFrame, period: str) -> list[dict[str, Any]]:
    """Return what `generate_periodic_breakdown_stats` returns."""
    if period == "weekday" or isinstance(trades, list) or not _is_in_order(trades):
        found: list[dict[str, Any]] = _breakdown(trades, period)
        return found
    trades["close_date"] = pd.to_datetime(trades["close_date"], utc=True)
    every = optimize_reports._get_resample_from_period(period)  # noqa: SLF001
    sizes = trades.resample(every, on="close_date").size()
    parts = _parts(trades["profit_abs"].to_numpy(), sizes.to_numpy())
    return [
        {
            "date": begin.strftime("%d/%m/%Y"),
            "date_ts": int(begin.to_pydatetime().timestamp() * 1_000),
            **_stats_of(part),
        }
        for begin, part in zip(sizes.index, parts, strict=True)
    ]


def _parts(profits: NDArray[np.float64], sizes: NDArray[Any]) -> Iterator[NDArray[np.float64]]:
    ends = np.cumsum(sizes).tolist()
    for begin, end in zip([0, *ends], ends, strict=False):
        yield profits[begin:end]


def _stats_of(profits: NDArray[np.float64]) -> dict[str, Any]:
    trades = _Profits(profits)
    return {
        "profit_abs": profits.sum().round(10),
        "wins": len(trades.won),
        "draws": trades.draws,
        "losses": len(trades.lost),
        "trades": len(profits),
        "profit_factor": round(trades.factor(), 8),
    }


def _yearly(mean: Any, deviation: Any) -> float:
    found: float = metrics._calculate_annualized_ratio(mean, deviation)  # noqa: SLF001 - Freqtrade's
    return found


def _is_plain(result: pd.DataFrame) -> bool:
    columns = [result[name] for name in ("profit_abs", "profit_ratio")]
    return all(
        column.dtype == np.float64 and bool(np.isfinite(column.to_numpy()).all())
        for column in columns
    )


def _is_in_order(trades: pd.DataFrame) -> bool:
    """Whether the trades of a period lie together, as pandas would put them."""
    if not len(trades):
        return False
    dates, profits = trades["close_date"], trades["profit_abs"]
    return (
        isinstance(dates.dtype, pd.DatetimeTZDtype)
        and dates.is_monotonic_increasing
        and profits.dtype == np.float64
        and not profits.isna().any()
    )
