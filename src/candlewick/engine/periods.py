"""What a report says of days, weeks, months and years, of weekdays, and of trades in a row: from arrays, the same figures."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from freqtrade.optimize.optimize_reports import optimize_reports
from numpy.typing import NDArray

from candlewick.engine.figures import Floats, Profits

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_breakdown = optimize_reports.generate_periodic_breakdown_stats
_period = optimize_reports._calculate_stats_for_period  # noqa: SLF001 - called where ours cannot


def period_stats(trades: pd.DataFrame) -> dict[str, Any]:
    """Return what `_calculate_stats_for_period` returns for the trades of a day, week, month or year."""
    profits = trades["profit_abs"].to_numpy()
    if profits.dtype != np.float64 or np.isnan(profits).any():
        found: dict[str, Any] = _period(trades)
        return found
    return _stats_of(profits)


def breakdown(trades: list[Any] | pd.DataFrame, period: str) -> list[dict[str, Any]]:
    """Return what `generate_periodic_breakdown_stats` returns, and leave the columns that it leaves."""
    if isinstance(trades, list) or not _is_in_order(trades):
        found: list[dict[str, Any]] = _breakdown(trades, period)
        return found
    trades["close_date"] = pd.to_datetime(trades["close_date"], utc=True)
    dates, profits = trades["close_date"], trades["profit_abs"].to_numpy()
    if period == "weekday":
        trades["weekday"] = dates.dt.day_of_week
        return list(_weekdays(trades["weekday"].to_numpy(), profits))
    every = optimize_reports._get_resample_from_period(period)  # noqa: SLF001
    sizes = pd.Series(0, index=pd.DatetimeIndex(dates)).resample(every).size()
    begins = pd.DatetimeIndex(sizes.index)
    moments = begins.as_unit("ms").asi8.tolist()
    parts = _parts(profits, sizes.to_numpy())
    return [
        {"date": begin.strftime("%d/%m/%Y"), "date_ts": moment, **_stats_of(part)}
        for begin, moment, part in zip(begins, moments, parts, strict=True)
    ]


def _weekdays(days: NDArray[Any], profits: Floats) -> Iterator[dict[str, Any]]:
    for number, name in enumerate(_WEEKDAYS):
        part = profits[days == number]
        if len(part):
            yield {"date": name, "date_ts": number, **_stats_of(part)}


def _parts(profits: NDArray[np.float64], sizes: NDArray[Any]) -> Iterator[NDArray[np.float64]]:
    ends = np.cumsum(sizes).tolist()
    for begin, end in zip([0, *ends], ends, strict=False):
        yield profits[begin:end]


def _stats_of(profits: NDArray[np.float64]) -> dict[str, Any]:
    trades = Profits(profits)
    return {
        "profit_abs": profits.sum().round(10),
        "wins": len(trades.won),
        "draws": trades.draws,
        "losses": len(trades.lost),
        "trades": len(profits),
        "profit_factor": round(trades.factor(), 8),
    }


def streaks(trades: pd.DataFrame) -> tuple[int, int]:
    """Return what `calc_streak` returns: how many trades in a row won at most, and how many did not."""
    won = trades["profit_ratio"].to_numpy() > 0
    ends = np.flatnonzero(np.append(won[1:] != won[:-1], [True] * min(1, len(won))))
    lengths, of_wins = np.diff(ends, prepend=-1), won[ends]
    return int(lengths[of_wins].max(initial=0)), int(lengths[~of_wins].max(initial=0))


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
