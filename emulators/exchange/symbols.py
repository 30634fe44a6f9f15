"""The pairs that the exchange lists, with the rules that orders must keep."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

# What Binance allows around the average price, and how many orders at once; the same for all pairs here.
PERCENT_UP: Final = Decimal(5)
PERCENT_DOWN: Final = Decimal("0.2")
AVERAGE_MINUTES: Final = 5
MAX_ORDERS: Final = 200
MAX_ALGO_ORDERS: Final = 5
DECIMALS: Final = 8

_MAX_QUANTITY: Final = Decimal(9_000_000_000)
_MAX_PRICE: Final = Decimal(1_000_000)
_MAX_NOTIONAL: Final = Decimal(9_000_000)
_NO_MIN_NOTIONAL: Final = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """One pair; `name` as Binance writes it (BTCUSDT)."""

    name: str
    base: str
    quote: str
    tick: Decimal
    lot: Decimal
    min_notional: Decimal = _NO_MIN_NOTIONAL
    max_quantity: Decimal = _MAX_QUANTITY
    max_notional: Decimal = _MAX_NOTIONAL
    max_price: Decimal = _MAX_PRICE

    @property
    def pair(self) -> str:
        return f"{self.base}/{self.quote}"

    def price(self, ticks: int) -> Decimal:
        return self.tick * ticks

    def ticks(self, price: Decimal) -> int:
        """Return a price that keeps the tick size as whole ticks."""
        return int(price / self.tick)

    def whole_lots(self, quantity: Decimal) -> Decimal:
        """Cut a quantity to the step size."""
        return quantity // self.lot * self.lot


def symbol(market: Mapping[str, Any]) -> Symbol:
    """Read a market structure in ccxt's form."""
    min_cost = market["limits"]["cost"]["min"]
    return Symbol(
        name=market["id"],
        base=market["base"],
        quote=market["quote"],
        tick=Decimal(str(market["precision"]["price"])),
        lot=Decimal(str(market["precision"]["amount"])),
        min_notional=_NO_MIN_NOTIONAL if min_cost is None else Decimal(str(min_cost)),
    )
