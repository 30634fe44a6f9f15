"""The lines of a report: what Freqtrade says of the trades of a pair or a tag."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from freqtrade.data import metrics
from freqtrade.optimize.optimize_reports import optimize_reports
from numpy.typing import NDArray

from candlewick.engine.figures import (
    Balances,
    Floats,
    Profits,
    deviation_of,
    mean_of,
    order_of,
    p_value_of,
    sqn_of,
    yearly,
)

_NUMBERS = ("profit_abs", "profit_ratio", "trade_duration")

_line = optimize_reports._generate_result_line  # noqa: SLF001 - called as they are, where ours cannot
_pairs = optimize_reports.generate_pair_metrics
_tags = optimize_reports.generate_tag_metrics


@dataclass(frozen=True, slots=True)
class _Terms:
    """What a report's lines have in common."""

    min_date: datetime
    max_date: datetime
    starting_balance: float

    def are_plain(self) -> bool:
        return bool(self.starting_balance) and self.min_date != self.max_date


@dataclass(frozen=True, slots=True)
class _Trades:
    """What a line looks at, as arrays."""

    closed: NDArray[np.datetime64]
    profits: Floats
    ratios: Floats
    lasted: NDArray[Any]

    @classmethod
    def of(cls, frame: pd.DataFrame) -> "_Trades | None":
        """Return nothing if a value is missing, or is no number."""
        closed = frame["close_date"]
        profits, ratios, lasted = (frame[name].to_numpy() for name in _NUMBERS)
        if (
            not isinstance(closed.dtype, pd.DatetimeTZDtype)
            or closed.isna().any()
            or not profits.dtype == ratios.dtype == np.float64
            or lasted.dtype.kind not in "if"
            or not all(np.isfinite(each).all() for each in (profits, ratios, lasted))
        ):
            return None
        return cls(closed.array.asi8.view(f"M8[{closed.dt.unit}]"), profits, ratios, lasted)

    def part(self, places: NDArray[np.intp]) -> "_Trades":
        return _Trades(*(each[places] for each in self._all()))

    def bits(self) -> tuple[bytes, ...]:
        return tuple(each.tobytes() for each in self._all())

    def _all(self) -> tuple[NDArray[Any], ...]:
        return self.closed, self.profits, self.ratios, self.lasted


@dataclass(slots=True)
class Lines:
    """The lines of one report. Of equal trades they are equal: all trades are in each of its tables."""

    _known: dict[tuple[Any, ...], dict[str, Any]] = field(default_factory=dict)

    def of_pairs(
        self, pairlist: list[str], *, results: pd.DataFrame, skip_nan: bool = False, **terms: Any
    ) -> list[dict[str, Any]]:
        """Return what `generate_pair_metrics` returns."""
        table = self._table(results, skip_nan=skip_nan, **terms)
        if table is None:
            found: list[dict[str, Any]] = _pairs(
                pairlist, results=results, skip_nan=skip_nan, **terms
            )
            return found
        places = _places(results["pair"].tolist())
        return table.lines((pair, places.get(pair, [])) for pair in pairlist)

    def of_tags(
        self,
        tag_type: str | list[str],
        *,
        results: pd.DataFrame,
        skip_nan: bool = False,
        **terms: Any,
    ) -> list[dict[str, Any]]:
        """Return what `generate_tag_metrics` returns."""
        table = self._table(results, skip_nan=skip_nan, **terms)
        keys = _keys(results, tag_type)
        if table is None or keys is None:
            found: list[dict[str, Any]] = _tags(
                tag_type, results=results, skip_nan=skip_nan, **terms
            )
            return found
        return table.lines(sorted(_places(keys).items()))

    def _table(
        self,
        results: pd.DataFrame,
        *,
        skip_nan: bool,
        stake_currency: str = "",
        **terms: Any,
    ) -> "_Table | None":
        del stake_currency
        its = _Terms(**terms)
        trades = _Trades.of(results) if len(results) and its.are_plain() else None
        if trades is None and len(results):
            return None
        return _Table(results, trades, its, skip_nan, self._known)


@dataclass(frozen=True, slots=True)
class _Table:
    results: pd.DataFrame
    trades: _Trades | None
    terms: _Terms
    skips_empty: bool
    known: dict[tuple[Any, ...], dict[str, Any]]

    def lines(self, groups: Iterable[tuple[Any, list[int]]]) -> list[dict[str, Any]]:
        """Return those of the groups, the best first, and that of all trades."""
        found = [
            self._line(key, places) for key, places in groups if places or not self.skips_empty
        ]
        found.sort(key=lambda line: line["profit_total_abs"], reverse=True)
        return [*found, self._line("TOTAL", range(len(self.results)))]

    def _line(self, key: Any, places: Sequence[int]) -> dict[str, Any]:
        at = np.array(places, np.intp)
        trades = self.trades.part(at) if self.trades is not None and places else None
        bits = (self.terms, *(trades.bits() if trades else ()))
        if bits not in self.known:
            self.known[bits] = self._made(trades, at)
        return {**self.known[bits], "key": key}

    def _made(self, trades: _Trades | None, at: NDArray[np.intp]) -> dict[str, Any]:
        terms = self.terms
        ours = None if trades is None else _line_of(trades, terms)
        if ours is not None:
            return ours
        line: dict[str, Any] = _line(
            self.results.iloc[at], terms.min_date, terms.max_date, terms.starting_balance, ""
        )
        return line


def _places(keys: Iterable[Any]) -> dict[Any, list[int]]:
    found = defaultdict(list)
    for place, key in enumerate(keys):
        found[key].append(place)
    return found


def _keys(results: pd.DataFrame, tag_type: str | list[str]) -> list[Any] | None:
    """Return each trade's tag or tags; nothing if one has none, or is no text."""
    names = tag_type if isinstance(tag_type, list) else [tag_type]
    if not set(names) <= set(results.columns):
        return None
    columns = [results[name].tolist() for name in names]
    if not all(type(tag) is str for column in columns for tag in column):
        return None
    return list(zip(*columns, strict=True)) if isinstance(tag_type, list) else columns[0]


def _line_of(trades: _Trades, terms: _Terms) -> dict[str, Any] | None:
    """Return what `_generate_result_line` returns of trades; nothing if a balance comes to zero."""
    start, count = terms.starting_balance, len(trades.profits)
    its, returns = Profits(trades.profits), trades.profits / start
    balances = Balances.after(trades.profits[order_of(trades.closed)], start)
    if not balances.are_finite():
        return None
    total, ratio = its.all.sum(), mean_of(trades.ratios)
    days = max(1, (terms.max_date - terms.min_date).days)
    expectancy, expectancy_ratio = its.expectancy()
    fallen, share = balances.deepest()
    return {
        "key": "",
        "trades": count,
        "profit_mean": ratio,
        "profit_mean_pct": round(ratio * 100.0, 2),
        "profit_total_abs": total,
        "profit_total": total / start,
        "profit_total_pct": round(total / start * 100.0, 2),
        "duration_avg": str(timedelta(minutes=round(mean_of(trades.lasted)))),
        "wins": len(its.won),
        "draws": its.draws,
        "losses": len(its.lost),
        "winrate": len(its.won) / count,
        "cagr": metrics.calculate_cagr(days, start, start + total),
        "expectancy": expectancy,
        "expectancy_ratio": expectancy_ratio,
        "sortino": yearly(returns.sum() / days, deviation_of(its.lost / start)),
        "sharpe": yearly(returns.sum() / days, deviation_of(returns)),
        "calmar": yearly(total / start / days * 100, share),
        "sqn": sqn_of(returns),
        "p_value": p_value_of(trades.profits, start),
        "profit_factor": its.factor(),
        "max_drawdown_account": share,
        "max_drawdown_abs": fallen,
    }
