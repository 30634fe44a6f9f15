"""The wallet at every candle, as Freqtrade notes it, kept as columns instead of a tuple for each."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """Rows that follow each other; `dates` are places in the loop's times."""

    dates: NDArray[np.int64]
    currencies: NDArray[Any]
    rates: NDArray[Any]
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
    _blocks: list[_Block] = field(default_factory=list)
    _shown: list[int] = field(default_factory=list)  # the times of the single notes
    _seen: Any = None
    _held: list[tuple[str, str, float]] = field(default_factory=list)
    _stake_total: float = 0.0

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
        opens = [self._opens(pair, begin, end) for pair, _, _ in held]
        names, totals = [name for _, name, _ in held], [total for _, _, total in held]
        if self._stake_total:
            names, totals = [self.stake, *names], [self._stake_total, *totals]
            opens = [np.full(end - begin, _STAKE_RATE, dtype=np.int64), *opens]
        if names:
            self._keep_single()
            self._blocks.append(_block(np.arange(begin, end), names, opens, totals))

    def table(self) -> pd.DataFrame:
        """Return all notes in their order, with the types that Freqtrade's list of them would have."""
        self._keep_single()
        if not self._blocks:
            return pd.DataFrame()
        dates = pd.DatetimeIndex(list(self.times))[
            np.concatenate([each.dates for each in self._blocks])
        ]
        currencies = np.concatenate([each.currencies for each in self._blocks])
        return pd.DataFrame(
            {
                "date": dates,
                "currency": pd.Series(currencies.tolist()),
                "rate": np.concatenate([each.rates for each in self._blocks]),
                "balance": np.concatenate([each.balances for each in self._blocks]),
            }
        )

    def _keep_single(self) -> None:
        if self.single:
            _, currencies, rates, balances = zip(*self.single, strict=True)
            self._blocks.append(
                _Block(
                    dates=np.array(self._shown, dtype=np.int64),
                    currencies=np.array(currencies, dtype=object),
                    rates=np.array(rates),
                    balances=np.array(balances),
                )
            )
        self.single.clear()
        self._shown.clear()

    def _look(self, order: Callable[[], Sequence[str]]) -> None:
        # A change of the wallet makes another dictionary.
        balances = self.wallets.get_all_balances()
        if balances is self._seen:
            return
        self._seen = balances
        self._stake_total = self.wallets.get_total(self.stake)
        named = ((pair, pair.split("/", maxsplit=1)[0]) for pair in order())
        totals = ((pair, name, self.wallets.get_total(name)) for pair, name in named)
        self._held = [each for each in totals if each[2]]

    def _has_rows(self, pair: str, time: int) -> bool:
        return self.places[pair] <= time < self.places[pair] + len(self.candles[pair])

    def _opens(self, pair: str, begin: int, end: int) -> NDArray[Any]:
        first = self.places[pair]
        return self.candles[pair].open[begin - first : end - first]


def _block(
    times: NDArray[np.int64], names: list[str], rates: list[NDArray[Any]], totals: list[float]
) -> _Block:
    return _Block(
        dates=np.repeat(times, len(names)),
        currencies=np.tile(np.array(names, dtype=object), len(times)),
        rates=np.stack(rates, axis=1).ravel(),
        balances=np.tile(np.array(totals), len(times)),
    )
