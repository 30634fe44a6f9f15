"""The wallet at each candle, open positions marked to market."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from candlewick.verification.candles import Candles, Market
from candlewick.verification.metrics import Drawdown, Period, annualised
from candlewick.verification.trades import CheckedTrade, Step

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Equity:
    """Columns of equal length on a regular grid of candles.

    `opened` are the candles' open times in milliseconds, `balance` the wallet at their close in stake
    currency (entry fees paid, exit fees not yet), `positions` how many trades are open then.
    """

    step: int
    opened: "NDArray[np.int64]"
    balance: "NDArray[np.float64]"
    positions: "NDArray[np.int64]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fall:
    """From a high to the next: amounts in stake currency, times in milliseconds; `end` is missing while it lasts."""

    amount: float
    ratio: float
    start: int
    low: int
    end: int | None


def equity(trades: Sequence[CheckedTrade], market: Market, period: Period, step: int) -> Equity:
    """Return the wallet from the period's start to its end, one value per candle of `step` milliseconds."""
    first = period.start - period.start % step
    grid = np.arange(first, max(period.until, first + step), step, dtype=np.int64)
    balance = np.full(len(grid), period.starting_balance)
    positions = np.zeros(len(grid), dtype=np.int64)
    closes: dict[str, NDArray[np.float64]] = {}
    for trade in trades:
        candles = market.timeframe[trade.pair]
        if trade.pair not in closes:
            closes[trade.pair] = candles.closes_on(grid)
        _add_trade(trade, grid, closes[trade.pair], (balance, positions))
    return Equity(step=step, opened=grid, balance=balance, positions=positions)


def _add_trade(
    trade: CheckedTrade,
    grid: "NDArray[np.int64]",
    close: "NDArray[np.float64]",
    totals: "tuple[NDArray[np.float64], NDArray[np.int64]]",
) -> None:
    balance, positions = totals
    starts = [int(np.searchsorted(grid, step.at, side="right")) - 1 for step in trade.steps]
    ends = [*starts[1:], len(grid)]
    realised = trade.claim.funding_fees or 0.0 if trade.closed is not None else 0.0
    for step, start, end in zip(trade.steps, starts, ends, strict=True):
        balance[start:] += step.realised
        if step.amount > 0:
            balance[start:end] += _unrealised(trade, step, close[start:end])
            positions[start:end] += 1
    # Funding is paid along the way; when exactly is not in the result, so it counts at the end.
    balance[starts[-1] :] += realised


def _unrealised(
    trade: CheckedTrade, step: Step, close: "NDArray[np.float64]"
) -> "NDArray[np.float64]":
    entry_fee = step.average * step.amount * trade.claim.fee_open
    gain: NDArray[np.float64] = (close - step.average) * step.amount * trade.direction - entry_fee
    return gain


def balance_metrics(curve: Equity, period: Period) -> dict[str, float | int | None]:
    """Return risk figures of the marked-to-market balance: daily returns, deepest fall, extremes."""
    daily = _daily_returns(curve, period.starting_balance)
    fall = deepest_fall(curve)
    mean = float(daily.mean()) if len(daily) else 0.0
    losing = daily[daily < 0]
    growth = (float(curve.balance[-1]) - period.starting_balance) / period.starting_balance
    return {
        "start_balance": period.starting_balance,
        "end_balance": float(curve.balance[-1]),
        "high_balance": float(np.max(curve.balance)),
        "low_balance": float(np.min(curve.balance)),
        "sharpe": annualised(mean, float(daily.std())) if len(daily) else 0.0,
        "sortino": annualised(mean, float(losing.std()) if len(losing) else 0.0),
        "calmar": annualised(growth / period.whole_days * 100, fall.ratio),
        "max_drawdown_abs": fall.amount,
        "max_drawdown_account": fall.ratio,
        "drawdown_start_ts": fall.start,
        "drawdown_end_ts": fall.end,
        "exposure": float(np.mean(curve.positions > 0)),
    }


def deepest_fall(curve: Equity) -> Drawdown:
    """Return the deepest fall from a high before it, in stake currency."""
    highs = np.maximum.accumulate(curve.balance)
    falls = highs - curve.balance
    low = int(np.argmax(falls))
    high = int(np.argmax(curve.balance[: low + 1]))
    return Drawdown(
        amount=float(falls[low]),
        ratio=float(falls[low] / highs[low]) if highs[low] > 0 else 0.0,
        start=int(curve.opened[high]),
        end=int(curve.opened[low]),
        high=float(curve.balance[high]),
        low=float(curve.balance[low]),
    )


def deepest_falls(curve: Equity, most: int) -> list[Fall]:
    """Return the deepest falls from one high to the next, the deepest (as a ratio) first."""
    highs = np.maximum.accumulate(curve.balance)
    peaks = np.flatnonzero(np.diff(highs, prepend=-np.inf) > 0)
    lows = np.minimum.reduceat(curve.balance, peaks)
    ratios = 1 - lows / highs[peaks]
    found = []
    for number in np.argsort(-ratios, kind="stable")[:most].tolist():
        if ratios[number] <= 0:
            break
        start = int(peaks[number])
        is_over = number + 1 < len(peaks)
        end = int(peaks[number + 1]) if is_over else len(curve.balance)
        low = start + int(np.argmin(curve.balance[start:end]))
        found.append(
            Fall(
                amount=float(highs[start] - curve.balance[low]),
                ratio=float(ratios[number]),
                start=int(curve.opened[start]),
                low=int(curve.opened[low]),
                end=int(curve.opened[end]) if is_over else None,
            )
        )
    return found


def last_of_days(opened: "NDArray[np.int64]") -> "NDArray[np.intp]":
    """Return the indexes of the last candle of each UTC day."""
    days = opened // _DAY_MS
    return np.flatnonzero(np.diff(days, append=days[-1] + 1))


def run_up_and_drawdown(trade: CheckedTrade, candles: Candles) -> tuple[float, float]:
    """Return the best and the worst that a trade saw, as price ratios against its average entry.

    Both from the candles' extremes between entry and exit, the entry's and the exit's candle included,
    where the order of events within a candle is unknown.
    """
    until = trade.closed if trade.closed is not None else int(candles.opened[-1])
    low, high = candles.extremes(trade.opened, until)
    entry = trade.claim.open_rate
    up, down = high / entry - 1, low / entry - 1
    return (up, down) if trade.direction > 0 else (-down, -up)


def _daily_returns(curve: Equity, starting_balance: float) -> "NDArray[np.float64]":
    closing = curve.balance[last_of_days(curve.opened)]
    balance = np.concatenate([[starting_balance], closing])
    before = np.where(balance[:-1] > 0, balance[:-1], np.nan)
    returns: NDArray[np.float64] = np.diff(balance) / before
    return returns[~np.isnan(returns)]
