"""Break-downs of the closed trades: by pair, tags, exit reason, and by day, week, month and weekday."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypedDict

from candlewick.verification.metrics import Period, closed_drawdown, profits, trade_metrics
from candlewick.verification.trades import CheckedTrade

Figures = dict[str, float | int | None]


class Row(TypedDict):
    """A group of trades, and its figures by Freqtrade's names."""

    key: str
    figures: Figures


_KEPT = (
    "total_trades", "profit_mean", "profit_total", "profit_total_abs", "wins", "draws", "losses",
    "winrate", "cagr", "expectancy", "expectancy_ratio", "sortino", "sharpe", "calmar", "sqn",
    "p_value", "profit_factor",
)  # fmt: skip


def tables(trades: Sequence[CheckedTrade], period: Period) -> dict[str, list[Row]]:
    """Return all break-downs; groups by profit, periods by time."""
    groups: dict[str, Callable[[CheckedTrade], str]] = {
        "pairs": lambda trade: trade.pair,
        "enter_tags": lambda trade: trade.claim.enter_tag or "",
        "exit_reasons": lambda trade: trade.claim.exit_reason or "",
        "mixed_tags": lambda trade: (
            f"{trade.claim.enter_tag or ''} → {trade.claim.exit_reason or ''}"
        ),
        "directions": lambda trade: "short" if trade.claim.is_short else "long",
    }
    periods: dict[str, Callable[[CheckedTrade], str]] = {
        "days": lambda trade: _closed(trade).strftime("%Y-%m-%d"),
        "weeks": lambda trade: _monday(_closed(trade)).strftime("%Y-%m-%d"),
        "months": lambda trade: _closed(trade).strftime("%Y-%m"),
        "years": lambda trade: _closed(trade).strftime("%Y"),
        "weekdays": lambda trade: _closed(trade).strftime("%u %A"),
        "hours": lambda trade: _closed(trade).strftime("%H"),
    }
    by_group = {
        name: sorted(
            [_row(key, items, period) for key, items in _grouped(trades, key_of).items()],
            key=lambda row: row["figures"]["profit_total_abs"] or 0,
            reverse=True,
        )
        for name, key_of in groups.items()
    }
    by_period: dict[str, list[Row]] = {
        name: [_short_row(key, items) for key, items in sorted(_grouped(trades, key_of).items())]
        for name, key_of in periods.items()
    }
    return {**by_group, **by_period}


def _grouped(
    trades: Sequence[CheckedTrade], key_of: Callable[[CheckedTrade], str]
) -> dict[str, list[CheckedTrade]]:
    groups: dict[str, list[CheckedTrade]] = defaultdict(list)
    for trade in trades:
        groups[key_of(trade)].append(trade)
    return groups


def _row(key: str, trades: Sequence[CheckedTrade], period: Period) -> Row:
    gained = float(profits(trades).sum())
    own = Period(
        start=period.start,
        until=period.until,
        starting_balance=period.starting_balance,
        final_balance=period.starting_balance + gained,
    )
    figures = trade_metrics(trades, own)
    fall = closed_drawdown(trades, period.starting_balance)
    minutes = [((trade.closed or 0) - trade.opened) / 60_000 for trade in trades]
    return {
        "key": key,
        "figures": {
            **{name: figures[name] for name in _KEPT},
            "max_drawdown_account": fall.ratio if fall else 0.0,
            "max_drawdown_abs": fall.amount if fall else 0.0,
            "duration_avg_s": sum(minutes) / len(minutes) * 60,
        },
    }


def _short_row(key: str, trades: Sequence[CheckedTrade]) -> Row:
    gains = profits(trades)
    lost = float(gains[gains < 0].sum())
    return {
        "key": key,
        "figures": {
            "total_trades": len(trades),
            "profit_total_abs": round(float(gains.sum()), 10),
            "wins": int((gains > 0).sum()),
            "draws": int((gains == 0).sum()),
            "losses": int((gains < 0).sum()),
            "profit_factor": round(float(gains[gains > 0].sum()) / -lost, 8) if lost else 0.0,
        },
    }


def _closed(trade: CheckedTrade) -> datetime:
    return datetime.fromtimestamp((trade.closed or 0) / 1_000, UTC)


def _monday(moment: datetime) -> datetime:
    return moment - timedelta(days=moment.weekday())
