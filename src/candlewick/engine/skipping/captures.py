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

    @property
    def rows(self) -> int:
        return (self.end - self.begin) * len(self.pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """Notes as columns: numbers of pairs instead of currencies."""

    moments: NDArray[np.int64]
    numbers: NDArray[np.signedinteger[Any]]
    rates: NDArray[Any]
    balances: NDArray[Any]

    @classmethod
    def empty(
        cls, length: int, currencies: int, types: tuple[np.dtype[Any], np.dtype[Any]]
    ) -> "_Columns":
        rates, balances = (np.empty(length, dtype) for dtype in types)
        numbers = np.empty(length, np.min_scalar_type(-currencies))
        return cls(
            moments=np.empty(length, np.int64), numbers=numbers, rates=rates, balances=balances
        )


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
        names = [*map(currency_of, self.candles), self.stake]  # so that the last is the stake's
        columns = _Columns.empty(self._length(), len(names), self._types())
        self._put_singles(columns, names)
        self._put_gaps(columns)
        zone = pd.DatetimeIndex([self.times[0]]).tz
        dates = pd.DatetimeIndex(columns.moments.view(f"datetime64[{self._unit()}]"), tz="UTC")
        found = {
            "date": dates.tz_convert(zone),
            "currency": pd.array(names, dtype="str").take(columns.numbers),
            "rate": columns.rates,
            "balance": columns.balances,
        }
        return pd.DataFrame(found, copy=False)

    def _length(self) -> int:
        return len(self.single) + sum(gap.rows for gap in self._gaps)

    def _types(self) -> tuple[np.dtype[Any], np.dtype[Any]]:
        """Return those of rates and balances: whole numbers stay whole where there are no others."""
        rates, balances = (np.array([note[place] for note in self.single]) for place in (2, 3))
        totals = np.array([total for gap in self._gaps for total in gap.totals])
        is_stake_only = all(gap.pairs == [_STAKE] for gap in self._gaps)
        of_gaps = np.dtype(np.int64 if is_stake_only else np.float64)
        return (
            np.result_type(*([of_gaps] if self._gaps else []), *_typed(rates)),
            np.result_type(*_typed(totals), *_typed(balances)),
        )

    def _moments(self) -> NDArray[np.int64]:
        ends = pd.DatetimeIndex([self.times[0], self.times[-1]]).asi8
        step = (ends[1] - ends[0]) // max(1, len(self.times) - 1)
        moments: NDArray[np.int64] = ends[0] + np.arange(len(self.times)) * step
        return moments

    def _unit(self) -> str:
        return pd.DatetimeIndex([self.times[0], self.times[-1]]).unit

    def _put_singles(self, columns: "_Columns", names: list[str]) -> None:
        """Put each behind the gaps that lie before it."""
        if not self.single:
            return
        after = [gap.after for gap in self._gaps]
        before = np.cumsum([0, *(gap.rows for gap in self._gaps)])
        singles = np.arange(len(self.single))
        places = singles + before[np.searchsorted(after, singles, side="right")]
        numbers = {name: number for number, name in enumerate(names)}
        columns.moments[places] = self._moments()[np.array(self._shown)]
        columns.numbers[places] = [numbers[note[1]] for note in self.single]
        columns.rates[places] = [note[2] for note in self.single]
        columns.balances[places] = [note[3] for note in self.single]

    def _put_gaps(self, columns: "_Columns") -> None:
        moments, candles = self._moments(), list(self.candles.items())
        passed = 0
        for gap in self._gaps:
            begin, shape = passed + gap.after, (gap.end - gap.begin, len(gap.pairs))
            passed += gap.rows
            part = slice(begin, passed + gap.after)  # with a row for each time
            columns.moments[part].reshape(shape)[:] = moments[gap.begin : gap.end, np.newaxis]
            columns.numbers[part].reshape(shape)[:] = gap.pairs
            columns.balances[part].reshape(shape)[:] = gap.totals
            rates = columns.rates[part].reshape(shape)
            for place, number in enumerate(gap.pairs):
                if number == _STAKE:
                    rates[:, place] = _STAKE_RATE
                    continue
                pair, rows = candles[number]
                first = self.places[pair]
                rates[:, place] = rows.open[gap.begin - first : gap.end - first]

    def _look(self, order: Callable[[], Sequence[str]]) -> None:
        # A change of the wallet makes another dictionary.
        balances = self.wallets.get_all_balances()
        if balances is self._seen:
            return
        self._seen = balances
        self._stake_total = self.wallets.get_total(self.stake)
        self._held = [
            (pair, balance.total)
            for pair in order()
            if (balance := balances.get(self._currencies[pair])) and balance.total
        ]

    def _has_rows(self, pair: str, time: int) -> bool:
        return self.places[pair] <= time < self._ends[pair]


def currency_of(pair: str) -> str:
    """Return the currency that the wallet holds of a pair."""
    return pair.split("/", maxsplit=1)[0]


def _typed(values: NDArray[Any]) -> list[np.dtype[Any]]:
    return [values.dtype] if len(values) else [np.dtype(np.int64)]
