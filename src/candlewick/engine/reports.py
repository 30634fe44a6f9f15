"""Freqtrade's statistics in less time: the same figures.

What is put in the place of a function of Freqtrade's gives what that gives, to the last digit; where it could not (prices or
dates that are missing), it calls the function itself.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

from freqtrade.data import metrics
from freqtrade.optimize import backtesting
from freqtrade.optimize.optimize_reports import bt_output, optimize_reports

from candlewick.engine import balances, figures, lines, periods, tables
from candlewick.engine.market import Market
from candlewick.engine.printed import print_table
from candlewick.engine.records import strategy_stats
from candlewick.engine.swaps import is_known, swapped

# What a line of Freqtrade's is made of.
_OF_A_LINE = (
    *("_generate_result_line", "calculate_cagr", "calculate_calmar", "calculate_expectancy"),
    *("calculate_max_drawdown", "calculate_p_value", "calculate_sharpe", "calculate_sortino"),
    "calculate_sqn",
)

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


@contextmanager
def quick_lines(market: Market) -> Iterator[None]:
    """Let Freqtrade's statistics use what is here."""
    ours: dict[str, Callable[..., Any]] = {
        "calculate_p_value": figures.p_value,
        "calculate_market_change": market.mean,
        "generate_strategy_stats": strategy_stats,
        "generate_wallet_stats": balances.wallet_stats,
        "calc_streak": periods.streaks,
        "_calculate_stats_for_period": periods.period_stats,
        "generate_periodic_breakdown_stats": periods.breakdown,
    }
    if all(is_known(getattr(optimize_reports, name)) for name in _OF_A_LINE):
        found = lines.Lines()
        ours["generate_pair_metrics"] = found.of_pairs
        ours["generate_tag_metrics"] = found.of_tags
    with ExitStack() as swaps:
        for module in (metrics, optimize_reports):
            swaps.enter_context(swapped(module, "calculate_max_drawdown", figures.max_drawdown))
        for name, quick in ours.items():
            swaps.enter_context(swapped(optimize_reports, name, quick))
        yield


def _quick_statistics(
    stored: tables.Tables, data: Any, results: dict[str, Any], *args: Any, **kwargs: Any
) -> Any:
    for content in results.values():
        if "wallet_summary" in content:
            stored.begin_wallet(content["wallet_summary"])
    with quick_lines(stored.market):
        return _statistics(data, results, *args, **kwargs)
