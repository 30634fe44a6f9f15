"""The wallet at every candle, as Freqtrade notes it: gaps are written down as such, and made a table of in one go."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from freqtrade.wallets import Wallets
from numpy.typing import NDArray

from candlewick.engine.skipping.candles import Candles

Capture = tuple[datetime, str, float, float]
_STAKE_RATE = 1
_STAKE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gap:
    """Times from `begin` to `end` with the same holdings; `after` single notes were there before."""

    begin: int
    end: int
    after: int
    pairs: list[int]  # their numbers, or that of the stake currency
    totals: list[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """Notes as columns: the places of times and the numbers of pairs instead of dates and currencies."""

    times: NDArray[np.int64]
    pairs: NDArray[np.int64]
    balances: NDArray[Any]


@dataclass(slots=True, kw_only=True)
class Captures:
    """Notes for each time the stake currency, then each held currency at its pair's open.

    Attributes:
        times: of the loop.
        places: at which time each pair's first row stands.
        single: what Freqtrade notes itself, at the times that it is shown.
    """

    wallets: Wallets
    stake: str
    times: Sequence[datetime]
    candles: dict[str, Candles]
    places: dict[str, int]
    single: list[Capture]
    _gaps: list[_Gap] = field(default_factory=list)
    _shown: list[int] = field(default_factory=list)  # the times of the single notes
    _seen: Any = None
    _held: list[tuple[str, float]] = field(default_factory=list)
    _stake_total: float = 0.0
    _numbers: dict[str, int] = field(init=False)
    _currencies: dict[str, str] = field(init=False)
    _ends: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self._numbers = {pair: number for number, pair in enumerate(self.candles)}
        self._currencies = {pair: currency_of(pair) for pair in self.candles}
        self._ends = {pair: self.places[pair] + len(rows) for pair, rows in self.candles.items()}

    def shown(self, now: int) -> None:
        """Say that all that Freqtrade has noted since the last call is of this time."""
        self._shown.extend([now] * (len(self.single) - len(self._shown)))

    def gap(self, begin: int, end: int, order: Callable[[], Sequence[str]]) -> None:
        """Note the times from `begin` to `end`, in which no order is made and no pair's rows begin or are over.

        `order` gives the pairs in the loop's order.
        """
        if begin >= end:
            return
        self._look(order)
        held = [each for each in self._held if self._has_rows(each[0], begin)]
        pairs = [self._numbers[pair] for pair, _ in held]
        totals = [total for _, total in held]
        if self._stake_total:
            pairs, totals = [_STAKE, *pairs], [self._stake_total, *totals]
        if pairs:
            gap = _Gap(begin=begin, end=end, after=len(self.single), pairs=pairs, totals=totals)
            self._gaps.append(gap)

    def table(self) -> pd.DataFrame:
        """Return all notes in their order, with the types that Freqtrade's list of them would have."""
        if not self._gaps and not self.single:
            return pd.DataFrame()
        gaps, order = _rows(self._gaps), self._order()
        names = [*map(currency_of, self.candles), self.stake]  # so that the last is the stake's
        numbers = {name: number for number, name in enumerate(names)}
        noted = [list(column) for column in zip(*self.single, strict=True)] or [[], [], [], []]
        currencies = np.array([numbers[name] for name in noted[1]], dtype=np.int64)
        rows = np.concatenate([gaps.pairs, currencies])[order]
        places = np.concatenate([gaps.times, np.array(self._shown, dtype=np.int64)])[order]
        return pd.DataFrame(
            {
                "date": self._dates(places),
                "currency": pd.array(names, dtype="str").take(rows % len(names)),
                "rate": np.concatenate([self._rates(gaps), _values(noted[2])])[order],
                "balance": np.concatenate([gaps.balances, _values(noted[3])])[order],
            }
        )

    def _dates(self, places: NDArray[np.int64]) -> pd.DatetimeIndex:
        ends = pd.DatetimeIndex([self.times[0], self.times[-1]])
        step = (ends.asi8[1] - ends.asi8[0]) // max(1, len(self.times) - 1)
        moments = (ends.asi8[0] + places * step).view(f"datetime64[{ends.unit}]")
        return pd.DatetimeIndex(moments, tz="UTC").tz_convert(ends.tz)

    def _order(self) -> NDArray[np.int64]:
        """Return the order of rows of gaps, then single ones, that has each gap behind the single ones before it."""
        lengths = [(gap.end - gap.begin) * len(gap.pairs) for gap in self._gaps]
        after = np.repeat(np.array([gap.after for gap in self._gaps], dtype=np.int64), lengths)
        singles = np.arange(len(self.single), dtype=np.int64)
        order = np.empty(len(after) + len(singles), dtype=np.int64)
        order[np.arange(len(after)) + after] = np.arange(len(after))
        order[singles + np.searchsorted(after, singles, side="right")] = len(after) + singles
        return order

    def _rates(self, rows: _Rows) -> NDArray[Any]:
        if (rows.pairs == _STAKE).all():
            return np.full(len(rows.pairs), _STAKE_RATE, dtype=np.int64)
        rates = np.full(len(rows.pairs), _STAKE_RATE, dtype=np.float64)
        for number, (pair, candles) in enumerate(self.candles.items()):
            its = np.flatnonzero(rows.pairs == number)
            rates[its] = candles.open[rows.times[its] - self.places[pair]]
        return rates

    def _look(self, order: Callable[[], Sequence[str]]) -> None:
        # A change of the wallet makes another dictionary.
        balances = self.wallets.get_all_balances()
        if balances is self._seen:
            return
        self._seen = balances
        self._stake_total = self.wallets.get_total(self.stake)
        self._held = [
            (pair, self.wallets.get_total(currency))
            for pair in order()
            if (currency := self._currencies[pair]) in balances and balances[currency].total
        ]

    def _has_rows(self, pair: str, time: int) -> bool:
        return self.places[pair] <= time < self._ends[pair]


def currency_of(pair: str) -> str:
    """Return the currency that the wallet holds of a pair."""
    return pair.split("/", maxsplit=1)[0]


def _rows(gaps: Sequence[_Gap]) -> _Rows:
    """Return the rows of all gaps: for each time, each currency."""
    widths = np.array([len(gap.pairs) for gap in gaps], dtype=np.int64)
    lengths = widths * np.array([gap.end - gap.begin for gap in gaps], dtype=np.int64)
    steps = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    width = np.repeat(widths, lengths)
    which = np.repeat(np.cumsum(widths) - widths, lengths) + steps % width
    return _Rows(
        times=np.repeat(np.array([gap.begin for gap in gaps], dtype=np.int64), lengths)
        + steps // width,
        pairs=np.array([pair for gap in gaps for pair in gap.pairs], dtype=np.int64)[which],
        balances=_values([total for gap in gaps for total in gap.totals])[which],
    )


def _values(values: list[Any]) -> NDArray[Any]:
    return np.array(values) if values else np.array([], dtype=np.int64)
