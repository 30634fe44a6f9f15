"""The wallet at every candle, as Freqtrade notes it, written down in one go where nothing changes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Any

from freqtrade.wallets import Wallets

from candlewick.engine.skipping.candles import Candles

Capture = tuple[Any, str, float, float]


@dataclass(slots=True, kw_only=True)
class Captures:
    """Notes for each time the stake currency, then each held currency at its pair's open.

    Attributes:
        places: at which time each pair's first row stands.
        changes: times at which a pair's rows begin, or are over; no gap reaches over one.
    """

    wallets: Wallets
    stake: str
    times: Sequence[Any]
    candles: dict[str, Candles]
    places: dict[str, int]
    found: list[Capture] = field(default_factory=list)
    _seen: Any = None
    _held: list[tuple[str, str, float]] = field(default_factory=list)
    _stake_total: float = 0.0

    def gap(self, begin: int, end: int, order: Callable[[], Sequence[str]]) -> None:
        """Note the times from `begin` to `end`, in which no order was made; `order` is that of the pairs."""
        if begin >= end:
            return
        self._look(order)
        times = self.times[begin:end]
        columns: list[Any] = []
        if self._stake_total:
            columns.append(zip(times, repeat(self.stake), repeat(1), repeat(self._stake_total)))
        for pair, currency, total in self._held:
            first, candles = self.places[pair], self.candles[pair]
            if first <= begin < first + len(candles):
                opens = candles.open[begin - first : end - first].tolist()
                columns.append(zip(times, repeat(currency), opens, repeat(total)))
        self.found.extend(chain.from_iterable(zip(*columns, strict=True)))

    def _look(self, order: Callable[[], Sequence[str]]) -> None:
        balances = self.wallets.get_all_balances()
        if balances is self._seen:
            return
        self._seen = balances
        self._stake_total = self.wallets.get_total(self.stake)
        held = [(pair, pair.split("/")[0]) for pair in order()]
        totals = [(pair, currency, self.wallets.get_total(currency)) for pair, currency in held]
        self._held = [each for each in totals if each[2]]
