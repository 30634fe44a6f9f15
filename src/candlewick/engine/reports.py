"""Freqtrade's statistics in less time: the same figures.

What is put in the place of a function of Freqtrade's gives what that gives, to the last digit; where it could not (prices or
dates that are missing), it calls the function itself.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from freqtrade.data import metrics
from freqtrade.data.metrics import DrawDownResult
from freqtrade.optimize import backtesting
from freqtrade.optimize.optimize_reports import bt_output, optimize_reports
from numpy.typing import NDArray

from candlewick.engine import lines, tables
from candlewick.engine.market import Market
from candlewick.engine.printed import print_table
from candlewick.engine.special import student_t
from candlewick.engine.swaps import swapped

_IN_A_LINE = ("close_date", "profit_abs", "profit_ratio", "trade_duration")
_LOOKED_AT = frozenset({"pair", "enter_tag", "exit_reason", *_IN_A_LINE})
_TELLS_APART = 1e-9  # returns closer to each other than this scipy warns of

_drawdown = metrics.calculate_max_drawdown
_history = metrics._prepare_balance_history  # noqa: SLF001 - called as it is, where ours cannot
_p_value = metrics.calculate_p_value
_wallet_stats = optimize_reports.generate_wallet_stats
_statistics = backtesting.generate_backtest_stats


@contextmanager
def quicker() -> Iterator[tables.Tables]:
    """Let `Backtesting.start` use what is here; yields the tables of the archive."""
    with (
        tables.quicker() as stored,
        swapped(backtesting, "generate_backtest_stats", partial(_quick_statistics, stored)),
        swapped(bt_output, "print_rich_table", print_table),
    ):
        yield stored


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
        # The very sort that `sort_values` makes: of trades that closed together it keeps no order.
        order = dates.array.argsort(kind="quicksort")
        balances = _Balances.after(trades[value_col].to_numpy()[order], starting_balance)
        if np.isfinite(balances.share).all():
            return balances.drawdown(lambda row: dates.iloc[order[row]], relative=relative)
    found: DrawDownResult = _drawdown(
        trades,
        date_col=date_col,
        value_col=value_col,
        starting_balance=starting_balance,
        relative=relative,
    )
    return found


@dataclass(frozen=True, slots=True)
class _Balances:
    """Zero, then what there is after each trade: the profit, its highest so far, how far below and by which share."""

    profit: NDArray[np.float64]
    highest: NDArray[np.float64]
    below: NDArray[np.float64]
    share: NDArray[np.float64]

    @classmethod
    def after(cls, profits: NDArray[np.float64], start: float) -> "_Balances":
        profit = np.cumsum(profits)
        highest = np.maximum(0, np.maximum.accumulate(profit))
        best = start + highest
        share = (best - (start + profit)) / best
        columns = (profit, highest, profit - highest, share)
        return cls(*(np.concatenate([[0.0], column]) for column in columns))

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


def p_value(trades: pd.DataFrame, starting_balance: float) -> float:
    """Return what `calculate_p_value` returns, without importing all of `scipy.stats` for one t-test."""
    profits = trades["profit_abs"]
    if len(trades) > 1 and profits.dtype == np.float64 and starting_balance:
        returns = (profits / starting_balance).to_numpy()
        mean = np.mean(returns, keepdims=True)
        centred = returns - mean
        if np.isfinite(returns).all() and np.ptp(returns) > _TELLS_APART * np.abs(mean)[0]:
            return _p_value_of(mean[0], centred)
    found: float = _p_value(trades, starting_balance)
    return found


def _p_value_of(mean: np.float64, centred: NDArray[np.float64]) -> float:
    count = np.float64(len(centred))
    variance = np.mean(centred ** np.asarray(2.0)) * (count / (count - 1))
    t = mean / np.sqrt(variance / count)
    return float(2 * student_t()(count - 1, -np.abs(t)))


class _Lines:
    """Stands in for `_generate_result_line`: what is said of pairs without trades differs in nothing but the name."""

    def __init__(self) -> None:
        self._of_none: dict[tuple[Any, ...], dict[str, Any]] = {}

    def __call__(
        self, result: pd.DataFrame, min_date: Any, max_date: Any, starting_balance: Any, key: Any
    ) -> dict[str, Any]:
        result = result[list(_IN_A_LINE)]
        if len(result):
            return lines.result_line(result, min_date, max_date, starting_balance, key)
        terms = (min_date, max_date, starting_balance)
        if terms not in self._of_none:
            self._of_none[terms] = lines.result_line(result, *terms, key)
        return {**self._of_none[terms], "key": key}


def pair_metrics(
    pairlist: list[str], *, results: pd.DataFrame, skip_nan: bool = False, **terms: Any
) -> list[dict[str, Any]]:
    """Return what `generate_pair_metrics` returns, without looking through all trades for each pair."""
    trades = _narrow(results)
    places = trades.groupby("pair", observed=True).indices
    found = []
    for pair in pairlist:
        its = trades.iloc[places.get(pair, [])]
        if not (skip_nan and its["profit_abs"].isna().all()):
            found.append(_line_of(its, pair, terms))
    found.sort(key=lambda line: line["profit_total_abs"], reverse=True)
    return [*found, _line_of(trades, "TOTAL", terms)]


def _line_of(trades: pd.DataFrame, key: str, terms: dict[str, Any]) -> dict[str, Any]:
    line: dict[str, Any] = optimize_reports._generate_result_line(  # noqa: SLF001
        trades, terms["min_date"], terms["max_date"], terms["starting_balance"], key
    )
    return line


def _narrow(trades: pd.DataFrame) -> pd.DataFrame:
    """Return only the columns that the lines of a report look at: parts are taken of all that there are."""
    return trades[[name for name in trades.columns if name in _LOOKED_AT]]


def _narrowed(own: Callable[..., Any]) -> Callable[..., Any]:
    """Return `own`, given only the columns of the trades that it looks at."""

    def found(*args: Any, results: pd.DataFrame, **kwargs: Any) -> Any:
        return own(*args, results=_narrow(results), **kwargs)

    return found


def _is_plain(trades: pd.DataFrame, date_col: str, value_col: str) -> bool:
    dates, values = trades[date_col], trades[value_col]
    return (
        isinstance(dates.dtype, pd.DatetimeTZDtype)
        and values.dtype == np.float64
        and not dates.isna().any()
        and bool(np.isfinite(values.to_numpy()).all())
    )


@contextmanager
def quick_lines(market: Market) -> Iterator[None]:
    """Let Freqtrade's statistics use what is here."""
    with ExitStack() as swaps:
        for module in (metrics, optimize_reports):
            swaps.enter_context(swapped(module, "calculate_max_drawdown", max_drawdown))
        swaps.enter_context(swapped(metrics, "_prepare_balance_history", ordered_history))
        for name, ours in (
            ("calculate_p_value", p_value),
            ("_generate_result_line", _Lines()),
            ("generate_pair_metrics", pair_metrics),
            ("generate_tag_metrics", _narrowed(optimize_reports.generate_tag_metrics)),
            ("calculate_market_change", market.mean),
            ("generate_wallet_stats", wallet_stats),
            ("_calculate_stats_for_period", lines.period_stats),
            ("generate_periodic_breakdown_stats", lines.breakdown),
        ):
            swaps.enter_context(swapped(optimize_reports, name, ours))
        yield


def wallet_stats(wallet: pd.DataFrame | None, stake_currency: str) -> dict[str, Any]:
    """Return what `generate_wallet_stats` returns, and leave the column that it leaves."""
    if wallet is not None and not wallet.empty:
        tables.add_worth(wallet)
        wallet = tables.by_date(wallet)
    found: dict[str, Any] = _wallet_stats(wallet, stake_currency)
    return found


def ordered_history(balance_history: pd.DataFrame, date_col: str, balance_col: str) -> pd.DataFrame:
    """Return what `_prepare_balance_history` returns: nothing is to be left out or sorted where all is there in order."""
    if {date_col, balance_col} <= set(balance_history.columns):
        dates, balances = balance_history[date_col], balance_history[balance_col]
        if (
            len(balance_history)
            and isinstance(dates.dtype, pd.DatetimeTZDtype)
            and balances.dtype == np.float64
            and not (dates.isna().any() or balances.isna().any())
            and (np.diff(dates.array.asi8) > 0).all()
        ):
            return balance_history.loc[:, [date_col, balance_col]].copy()
    found: pd.DataFrame = _history(balance_history, date_col, balance_col)
    return found


def _quick_statistics(
    stored: tables.Tables, data: Any, results: dict[str, Any], *args: Any, **kwargs: Any
) -> Any:
    for content in results.values():
        stored.begin_wallet(content.get("wallet_summary"))
    with quick_lines(stored.market):
        return _statistics(data, results, *args, **kwargs)
