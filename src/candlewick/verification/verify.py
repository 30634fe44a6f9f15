"""Verifies one result archive against the request and the platform's candles, and makes what users see."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from candlewick.backtests.models import BacktestSpec, TradingMode
from candlewick.market_data.timeframes import timeframe_minutes
from candlewick.verification import outputs
from candlewick.verification.archive import read_archive, read_indicators
from candlewick.verification.benchmark import benchmark
from candlewick.verification.candles import Market
from candlewick.verification.certificate import certificate
from candlewick.verification.claims import ClaimedFigures, ClaimedResult
from candlewick.verification.equity import balance_metrics, equity
from candlewick.verification.errors import Findings
from candlewick.verification.holding import extremes, holding_times
from candlewick.verification.indicators import indicator_files
from candlewick.verification.metrics import Period, closed_drawdown, trade_metrics
from candlewick.verification.tables import tables
from candlewick.verification.trades import CheckedTrade, Rules, check_trade
from candlewick.verification.wallet import check_wallet

# Compared with Freqtrade's own figures: whoever changes the trades must change all of these in step.
_COMPARED = (
    "total_trades", "trade_count_long", "trade_count_short", "profit_total", "profit_total_abs",
    "profit_mean", "profit_median", "profit_factor", "cagr", "expectancy",
    "expectancy_ratio", "sortino", "sharpe", "calmar", "sqn", "p_value", "wins", "draws", "losses",
    "winrate", "max_consecutive_wins", "max_consecutive_losses", "winning_days", "draw_days",
    "losing_days", "backtest_best_day_abs", "backtest_worst_day_abs",
)  # fmt: skip
_RELATIVE = 1e-5
_ABSOLUTE = 1e-7


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What was found to be true: files by name, and the figures for lists and cards."""

    files: Mapping[str, bytes]
    headline: Mapping[str, object]


def verify_archive(
    data: bytes, spec: BacktestSpec, class_name: str, *, market: Market, fee: float
) -> Verified:
    """Recompute everything in an archive. Raises `ResultRefused` with every contradiction found.

    Args:
        data: Freqtrade's result archive, as the untrusted child wrote it.
        spec: what the user asked for.
        class_name: the strategy's.
        market: the platform's candles of the run.
        fee: the ratio that each side of a trade costs.
    """
    claimed = read_archive(data, class_name)
    found = Findings()
    period = _period(claimed.figures, spec, found)
    found.settle()
    closed, left_open = _check_trades(claimed, spec, market, fee, found)
    found.settle()
    everything = [*closed, *left_open]
    check_wallet(
        everything,
        claimed.figures,
        wallet=float(spec.wallet),
        max_open_trades=spec.max_open_trades,
        found=found,
    )
    metrics = trade_metrics(closed, period)
    _compare(metrics, claimed.figures, found)
    found.settle()
    verified = _results(closed, left_open, (spec, market, period, fee), claimed.figures)
    plot = indicator_files(read_indicators(data), spec, market)
    return replace(verified, files={**verified.files, **plot})


def _period(figures: ClaimedFigures, spec: BacktestSpec, found: Findings) -> Period:
    start, until = int(spec.start.timestamp() * 1_000), int(spec.until.timestamp() * 1_000)
    found.require(
        holds=start <= figures.backtest_start_ts <= figures.backtest_end_ts <= until,
        otherwise="it spans another time range than was asked for",
    )
    return Period(
        start=figures.backtest_start_ts,
        until=figures.backtest_end_ts,
        starting_balance=float(spec.wallet),
        final_balance=figures.final_balance,
    )


def _check_trades(
    claimed: ClaimedResult, spec: BacktestSpec, market: Market, fee: float, found: Findings
) -> tuple[list[CheckedTrade], list[CheckedTrade]]:
    rules = Rules(
        pairs=frozenset(spec.pairs),
        fee=fee,
        start=claimed.figures.backtest_start_ts,
        until=claimed.figures.backtest_end_ts + 1,
        is_futures=spec.trading_mode is TradingMode.FUTURES,
    )
    closed = [check_trade(claim, rules, market, found) for claim in claimed.trades]
    left_open = [check_trade(claim, rules, market, found) for claim in claimed.open_trades]
    found.require(
        holds=all(trade.closed is not None for trade in closed),
        otherwise="a trade in the list of closed trades is not closed",
    )
    found.require(
        holds=all(trade.closed is None for trade in left_open),
        otherwise="a trade in the list of open trades is closed",
    )
    return closed, left_open


def _compare(
    metrics: Mapping[str, float | int | None], figures: ClaimedFigures, found: Findings
) -> None:
    claims = figures.model_extra or {}
    for name in _COMPARED:
        ours, theirs = metrics[name], claims.get(name)
        if ours is None:
            continue
        is_number = isinstance(theirs, int | float) and not isinstance(theirs, bool)
        slack = max(_ABSOLUTE, _RELATIVE * abs(ours))
        found.require(
            holds=is_number and theirs is not None and abs(float(theirs) - ours) <= slack,
            otherwise=f"it claims {name} = {theirs}, the trades give {ours:.8g}",
        )


def _results(
    closed: list[CheckedTrade],
    left_open: list[CheckedTrade],
    context: tuple[BacktestSpec, Market, Period, float],
    figures: ClaimedFigures,
) -> Verified:
    spec, market, claimed_period, fee = context
    everything = [*closed, *left_open]
    step = timeframe_minutes(spec.timeframe) * 60_000
    curve = equity(everything, market, claimed_period, step)
    pairs = benchmark(market.timeframe, curve, wallet=claimed_period.starting_balance, fee=fee)
    final = float(curve.balance[-1])
    # Freqtrade's final balance lacks what is tied up in positions that never closed; ours holds it.
    period = Period(
        start=claimed_period.start,
        until=claimed_period.until,
        starting_balance=claimed_period.starting_balance,
        final_balance=final if left_open else claimed_period.final_balance,
    )
    metrics = trade_metrics(closed, period)
    balance = balance_metrics(curve, period)
    summary = outputs.summary(
        metrics=metrics,
        balance=balance,
        drawdown=closed_drawdown(closed, period.starting_balance),
        holding=holding_times(closed),
        extremes=extremes(closed, period.starting_balance),
        breakdowns=tables(closed, period),
        period=period,
        freqtrade=figures,
        left_open=left_open,
    )
    return Verified(
        files={
            "summary.json": outputs.as_json(summary),
            "trades.json": outputs.trades_json(everything, market),
            "trades.csv": outputs.trades_csv(everything, market),
            "equity.json": outputs.equity_json(curve, pairs),
            "certificate.json": outputs.as_json(certificate(everything, market, period, step)),
        },
        headline=outputs.headline(metrics, balance, period, len(left_open)),
    )
