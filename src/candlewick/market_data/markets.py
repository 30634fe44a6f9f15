"""Market structures as ccxt gives them, made without asking an exchange.

Derived ones are conservative: the price tick is the finest that the candles show, the amount step the
finest that their volumes show (a sum of trades is never finer than the step), fees are the exchange's
highest tier. A real snapshot (`ccxt.load_markets()` as JSON) is better wherever there is one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FINEST_DECIMALS = 8
_SPOT_FEE = 0.001
_FUTURES_TAKER, _FUTURES_MAKER = 0.0005, 0.0002

# Smallest order by quote currency, as Binance has it; other currencies get none.
_MIN_COST = {
    "USDT": 5.0,
    "USDC": 5.0,
    "FDUSD": 5.0,
    "BUSD": 5.0,
    "EUR": 5.0,
    "BTC": 0.0001,
    "ETH": 0.001,
    "BNB": 0.01,
}


class Market(TypedDict):
    """The part of ccxt's market structure that Freqtrade reads, and what ccxt needs beside it."""

    id: str
    symbol: str
    base: str
    quote: str
    baseId: str
    quoteId: str
    settle: str | None
    settleId: str | None
    type: str
    spot: bool
    margin: bool
    swap: bool
    future: bool
    option: bool
    contract: bool
    linear: bool | None
    inverse: bool | None
    contractSize: float | None
    active: bool
    taker: float
    maker: float
    percentage: bool
    tierBased: bool
    precision: dict[str, float]
    limits: dict[str, dict[str, float | None]]
    info: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What an exchange allows on one pair."""

    tick: float
    step: float
    min_cost: float | None
    active: bool = True


def market(pair: str, terms: Terms) -> Market:
    """Return the structure of a spot (BASE/QUOTE) or linear futures (BASE/QUOTE:SETTLE) market."""
    symbol, _, settle = pair.partition(":")
    base, _, quote = symbol.partition("/")
    contract = settle != ""
    return Market(
        id=f"{base}{quote}",
        symbol=pair,
        base=base,
        quote=quote,
        baseId=base,
        quoteId=quote,
        settle=settle or None,
        settleId=settle or None,
        type="swap" if contract else "spot",
        spot=not contract,
        margin=False,
        swap=contract,
        future=False,
        option=False,
        contract=contract,
        linear=True if contract else None,
        inverse=False if contract else None,
        contractSize=1.0 if contract else None,
        active=terms.active,
        taker=_FUTURES_TAKER if contract else _SPOT_FEE,
        maker=_FUTURES_MAKER if contract else _SPOT_FEE,
        percentage=True,
        tierBased=False,
        precision={"price": terms.tick, "amount": terms.step},
        limits={
            "amount": {"min": terms.step, "max": None},
            "price": {"min": terms.tick, "max": None},
            "cost": {"min": terms.min_cost, "max": None},
            "leverage": {"min": None, "max": None},
            "market": {"min": None, "max": None},
        },
        info={},
    )


def derived_market(
    pair: str, prices: Iterable["NDArray[np.float64]"], volumes: Iterable["NDArray[np.float64]"]
) -> Market:
    """Return a conservative structure from what a pair's candles show."""
    quote = pair.partition(":")[0].partition("/")[2]
    terms = Terms(
        tick=10.0 ** -max(map(_decimals, prices)),
        step=10.0 ** -max(map(_decimals, volumes)),
        min_cost=_MIN_COST.get(quote),
    )
    return market(pair, terms)


def _decimals(values: "NDArray[np.float64]") -> int:
    finite = values[np.isfinite(values)]
    for decimals in range(_FINEST_DECIMALS):
        if np.allclose(np.round(finite, decimals), finite, rtol=1e-12, atol=1e-12):
            return decimals
    return _FINEST_DECIMALS
