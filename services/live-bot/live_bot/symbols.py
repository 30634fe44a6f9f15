"""The exchange's symbols and the pairs that Freqtrade calls them by."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """One symbol. `step` is what amounts are multiples of, `smallest_stake` the least an order may be worth."""

    pair: str
    symbol: str
    step: Decimal
    smallest_stake: Decimal

    def rounded(self, amount: Decimal) -> Decimal:
        """Return the amount without what the exchange would refuse of it."""
        if self.step <= 0:
            return amount
        return (amount / self.step).to_integral_value(rounding=ROUND_DOWN) * self.step


class Symbols:
    """Looks up in both directions; `KeyError` for what the exchange has not."""

    def __init__(self, exchange_info: Mapping[str, Any]) -> None:
        markets = [_market(entry) for entry in exchange_info["symbols"]]
        self._by_symbol = {market.symbol: market for market in markets}
        self._by_pair = {market.pair: market for market in markets}

    def of_pair(self, pair: str) -> Market:
        return self._by_pair[pair]

    def step(self, pair: str) -> Decimal:
        """Return what amounts of a pair are multiples of; 0 for one that is no longer listed."""
        market = self._by_pair.get(pair)
        return Decimal(0) if market is None else market.step

    def has_pair(self, pair: str) -> bool:
        return pair in self._by_pair

    def of_symbol(self, symbol: str) -> Market:
        return self._by_symbol[symbol]


def _market(entry: Mapping[str, Any]) -> Market:
    filters = {found["filterType"]: found for found in entry.get("filters", ())}
    least = filters.get("NOTIONAL") or filters.get("MIN_NOTIONAL") or {}
    return Market(
        pair=f"{entry['baseAsset']}/{entry['quoteAsset']}",
        symbol=str(entry["symbol"]),
        step=Decimal(str(filters.get("LOT_SIZE", {}).get("stepSize", "0"))),
        smallest_stake=Decimal(str(least.get("minNotional", "0"))),
    )
