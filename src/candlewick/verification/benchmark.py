"""What the run's pairs did by themselves: the mean of their prices, and holding all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from candlewick.verification.candles import Candles
from candlewick.verification.equity import Equity

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """Columns on the equity's grid.

    `market` is the mean of the pairs' closes, each relative to its own first one; `held` is the wallet, in
    stake currency, of whoever bought all pairs for equal stakes at the start, paid the fee once and waited.
    """

    market: "NDArray[np.float64]"
    held: "NDArray[np.float64]"


def benchmark(
    pairs: Mapping[str, Candles], curve: Equity, *, wallet: float, fee: float
) -> Benchmark:
    """Return both; a pair counts as unmoved (its stake as cash) until its first candle."""
    if not pairs:
        return Benchmark(market=np.ones(len(curve.opened)), held=np.full(len(curve.opened), wallet))
    closes = np.zeros(len(curve.opened))
    held = np.zeros(len(curve.opened))
    for candles in pairs.values():
        prices = candles.closes_on(curve.opened)
        is_listed = ~np.isnan(prices)
        bought = candles.first_open(int(curve.opened[0]))
        first = prices[is_listed][0] if is_listed.any() else np.nan
        closes += np.where(is_listed, prices / first, 1.0)
        held += np.where(is_listed, prices / bought * (1 - fee), 1.0)
    return Benchmark(market=closes / len(pairs), held=held / len(pairs) * wallet)
