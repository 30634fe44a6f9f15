"""The files of a verified result: summary, trades and equity."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from candlewick.verification.benchmark import Benchmark
from candlewick.verification.candles import Market
from candlewick.verification.claims import ClaimedFigures
from candlewick.verification.equity import (
    Equity,
    deepest_falls,
    last_of_days,
    run_up_and_drawdown,
)
from candlewick.verification.metrics import Drawdown, Period
from candlewick.verification.tables import Figures, Row
from candlewick.verification.trades import CheckedTrade

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FORMAT = 1
_FIGURES = 10  # significant digits in series: more than any tick, fewer bytes
_BENCHMARK_FIGURES = 7
_FALLS = 10

# Freqtrade's counters: they follow from what happened inside it and cannot be recomputed from trades.
_COUNTERS = (
    "rejected_signals", "timedout_entry_orders", "timedout_exit_orders", "canceled_trade_entries",
    "canceled_entry_orders", "replaced_entry_orders", "market_change", "avg_stake_amount",
)  # fmt: skip
_SETTINGS = (
    "timeframe", "timeframe_detail", "timerange", "stoploss", "trailing_stop", "trailing_stop_positive",
    "trailing_stop_positive_offset", "trailing_only_offset_is_reached", "use_custom_stoploss",
    "minimal_roi", "use_exit_signal", "exit_profit_only", "exit_profit_offset",
    "ignore_roi_if_entry_signal", "enable_protections", "trading_mode", "margin_mode", "stake_currency",
    "stake_amount", "max_open_trades", "pairlist",
)  # fmt: skip


def summary(  # noqa: PLR0913 (the parts of one document, each named)
    *,
    metrics: Figures,
    balance: Figures,
    drawdown: Drawdown | None,
    holding: Mapping[str, float],
    extremes: Mapping[str, object],
    breakdowns: Mapping[str, list[Row]],
    period: Period,
    freqtrade: ClaimedFigures,
    left_open: Sequence[CheckedTrade],
) -> dict[str, object]:
    """Return the summary. `verified` was recomputed; `reported` are Freqtrade's own words."""
    reported = freqtrade.model_extra or {}
    return {
        "format": FORMAT,
        "period": {
            "start": _iso(period.start),
            "end": _iso(period.until),
            "days": period.whole_days,
            "startingBalance": period.starting_balance,
            "finalBalance": period.final_balance,
        },
        "verified": {
            "closedTrades": {
                **metrics,
                **extremes,
                "drawdown": None if drawdown is None else asdict(drawdown),
            },
            "balance": balance,
            "holding": holding,
            "tables": breakdowns,
        },
        "leftOpen": [_left_open(trade) for trade in left_open],
        "reported": {
            "finalBalance": freqtrade.final_balance,
            **{name: reported.get(name) for name in _COUNTERS},
            "walletStats": reported.get("wallet_stats"),
            "settings": {name: reported.get(name) for name in _SETTINGS},
        },
        "notRecomputed": [
            *_COUNTERS,
            "funding fees",
            "entry and exit signals",
            "stop prices",
            "indicators",
        ],
    }


def headline(
    metrics: Figures, balance: Figures, period: Period, left_open: int
) -> dict[str, object]:
    """Return the few figures that lists and cards show."""
    names = (
        "total_trades", "profit_total", "profit_total_abs", "winrate", "profit_factor", "sharpe",
        "sortino", "calmar", "cagr", "expectancy_ratio",
    )  # fmt: skip
    return {
        **{name: metrics[name] for name in names},
        "final_balance": period.final_balance,
        "max_drawdown": balance["max_drawdown_account"],
        "left_open": left_open,
    }


def numbered(trades: Sequence[CheckedTrade]) -> list[tuple[int, CheckedTrade]]:
    """Return the trades with the numbers that users see: from 1, in the order of opening."""
    ordered = sorted(trades, key=lambda trade: (trade.opened, trade.pair))
    return list(enumerate(ordered, start=1))


def trades_json(trades: Sequence[CheckedTrade], market: Market) -> bytes:
    """All trades with their orders, in the order of opening; times in milliseconds UTC.

    `trades` are in the order of closing, in which streaks and drawdowns are counted: `closingNumber`.
    """
    closing = {id(trade): place for place, trade in enumerate(trades, start=1)}
    items = [
        {
            **_trade(number, trade, market),
            "closingNumber": None if trade.closed is None else closing[id(trade)],
            "orders": [
                {
                    "at": order.order_filled_timestamp,
                    "isEntry": order.ft_is_entry,
                    "amount": order.amount,
                    "price": order.safe_price,
                    "tag": order.ft_order_tag,
                    "realised": round(step.realised, 8),
                }
                for order, step in zip(trade.claim.orders, trade.steps, strict=True)
            ],
        }
        for number, trade in numbered(trades)
    ]
    return as_json({"format": FORMAT, "trades": items})


def trades_csv(trades: Sequence[CheckedTrade], market: Market) -> bytes:
    """The same trades as a table, one line each, without their orders."""
    rows = [_trade(number, trade, market) for number, trade in numbered(trades)]
    text = io.StringIO()
    names = list(rows[0]) if rows else ["number"]
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows({**row, **dict(_iso_times(row))} for row in rows)
    return text.getvalue().encode()


def equity_json(curve: Equity, pairs: Benchmark) -> bytes:
    """The balance at the close of each candle: value n belongs to the candle opened at start + n * step.

    `days` holds the last values of each UTC day in full precision, for figures made of daily returns.
    """
    closing = last_of_days(curve.opened)
    return as_json(
        {
            "format": FORMAT,
            "start": int(curve.opened[0]),
            "step": curve.step,
            "balance": _rounded(curve.balance),
            "positions": curve.positions.tolist(),
            "market": _rounded(pairs.market, _BENCHMARK_FIGURES),
            "buyAndHold": _rounded(pairs.held, _BENCHMARK_FIGURES),
            "days": {
                "closedAt": (curve.opened[closing] + curve.step).tolist(),
                "balance": curve.balance[closing].tolist(),
                "market": pairs.market[closing].tolist(),
                "buyAndHold": pairs.held[closing].tolist(),
            },
            "drawdowns": [asdict(fall) for fall in deepest_falls(curve, _FALLS)],
        }
    )


def as_json(document: object) -> bytes:
    return json.dumps(document, separators=(",", ":"), allow_nan=False).encode()


def _trade(number: int, trade: CheckedTrade, market: Market) -> dict[str, object]:
    claim = trade.claim
    run_up, drawdown = run_up_and_drawdown(trade, market.timeframe[trade.pair])
    is_closed = trade.closed is not None
    return {
        "number": number,
        "pair": trade.pair,
        "isShort": claim.is_short,
        "leverage": claim.leverage,
        "isOpen": not is_closed,
        "openedAt": trade.opened,
        "closedAt": trade.closed,
        "openRate": claim.open_rate,
        "closeRate": claim.close_rate if is_closed else None,
        "amount": claim.amount,
        "stake": claim.max_stake_amount,
        "profit": round(trade.profit, 8) if is_closed else None,
        "profitRatio": trade.profit_ratio if is_closed else None,
        "runUp": run_up,
        "drawdown": drawdown,
        "feeOpen": claim.fee_open,
        "feeClose": claim.fee_close,
        "fundingFees": claim.funding_fees,
        "initialStop": claim.initial_stop_loss_abs,
        "lastStop": claim.stop_loss_abs,
        "enterTag": claim.enter_tag,
        "exitReason": claim.exit_reason if is_closed else None,
    }


def _iso_times(row: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name in ("openedAt", "closedAt"):
        moment = row[name]
        yield name, _iso(moment) if isinstance(moment, int) else ""


def _left_open(trade: CheckedTrade) -> dict[str, object]:
    last = trade.steps[-1]
    return {
        "pair": trade.pair,
        "openedAt": _iso(trade.opened),
        "amount": last.amount,
        "averageEntry": last.average,
        "stake": last.stake,
        "why": "Its exit order at the end did not fill: the rounded price lies outside the last candle.",
    }


def _rounded(values: "NDArray[np.float64]", figures: int = _FIGURES) -> list[float]:
    return [float(f"{value:.{figures}g}") for value in values.tolist()]


def _iso(moment: int) -> str:
    return datetime.fromtimestamp(moment / 1_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
