"""Perpetual contracts made of spot candles, so that traded price, mark price and funding belong together.

premium of a candle = how far its close is ahead of the last day's mean, damped
traded price        = spot * (1 + premium)
funding, every 8 h  = mean premium + clamp(interest - mean premium, -0.05 %, 0.05 %), as Binance has it
mark price          = spot * (1 + last funding * part of the 8 h that is left), which Binance calls price 1
"""

from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from emulators.exchange.library import Listing
from emulators.exchange.symbols import Symbol
from emulators.exchange.tape import Tape

EIGHT_HOURS_MS: Final = 8 * 3_600_000
_SETTLED_IN: Final = "USDT"
_INTEREST: Final = 0.0001
_CLAMP: Final = 0.0005
_MEAN_OF_MS: Final = 86_400_000
_REACTION: Final = 0.05
_MOST_PREMIUM: Final = 0.003
_BUSIER: Final = 3  # than the spot market
_FINER: Final = 100  # mark prices are no prices of orders, and keep no tick size
_LATEST_MS: Final = 15  # funding times are a little late

Floats = NDArray[np.float64]


class Funding(NamedTuple):
    """A rate that was paid: when exactly, and the mark price it was paid on, in the mark's ticks."""

    at: int
    rate: float
    mark: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Perpetual:
    """A linear contract: what is traded, what is marked (`mark_symbol`: in finer ticks), what was paid."""

    symbol: Symbol
    tape: Tape
    mark_symbol: Symbol
    mark: Tape
    funding: tuple[Funding, ...]

    @property
    def pair(self) -> str:
        return f"{self.symbol.pair}:{_SETTLED_IN}"


def perpetuals(listings: dict[str, Listing]) -> dict[str, Perpetual]:
    """Return a contract for every pair that is quoted in USDT, by Binance's names."""
    return {
        name: _perpetual(listing)
        for name, listing in listings.items()
        if listing.symbol.quote == _SETTLED_IN
    }


def _perpetual(listing: Listing) -> Perpetual:
    spot = listing.tape
    premium = _premium(spot)
    paid_at, rates = _rates(spot, premium)
    mark_symbol = replace(listing.symbol, tick=listing.symbol.tick / _FINER)
    mark = _mark(spot, paid_at, rates)
    return Perpetual(
        symbol=listing.symbol,
        tape=replace(spot, ticks=_scaled(spot.ticks, 1.0 + premium), lots=spot.lots * _BUSIER),
        mark_symbol=mark_symbol,
        mark=mark,
        funding=tuple(
            Funding(
                at=at + (at // EIGHT_HOURS_MS * 7) % _LATEST_MS,
                rate=rate,
                mark=int(mark.ticks[max(0, mark.index(at)), 0]),
            )
            for at, rate in zip(paid_at.tolist(), rates.tolist(), strict=True)
        ),
    )


def _premium(spot: Tape) -> Floats:
    """Return by how much the contract's price is above the spot price, candle by candle."""
    closes = pd.Series(spot.ticks[:, 3].astype(np.float64))
    mean = closes.ewm(span=max(2, _MEAN_OF_MS // spot.step), adjust=False).mean()
    ahead = (closes / mean - 1.0).to_numpy()
    return np.clip(ahead * _REACTION, -_MOST_PREMIUM, _MOST_PREMIUM)


def _rates(spot: Tape, premium: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Return when funding was paid, and the rates, with the eight decimals that Binance gives."""
    first = spot.start // EIGHT_HOURS_MS + 1
    paid_at = np.arange(first, spot.until // EIGHT_HOURS_MS + 1) * EIGHT_HOURS_MS
    begins = np.searchsorted(spot.at, paid_at - EIGHT_HOURS_MS)
    ends = np.searchsorted(spot.at, paid_at)
    sums = np.concatenate([[0.0], np.cumsum(premium)])
    mean = (sums[ends] - sums[begins]) / np.maximum(1, ends - begins)
    return paid_at, np.round(mean + np.clip(_INTEREST - mean, -_CLAMP, _CLAMP), 8)


def _mark(spot: Tape, paid_at: NDArray[np.int64], rates: Floats) -> Tape:
    known = np.searchsorted(paid_at, spot.at, side="right")
    last = np.concatenate([[_INTEREST], rates])[known]
    left = 1.0 - (spot.at % EIGHT_HOURS_MS) / EIGHT_HOURS_MS
    ticks = _scaled(spot.ticks * _FINER, 1.0 + last * left)
    return replace(spot, ticks=ticks, lots=np.zeros_like(spot.lots))


def _scaled(ticks: NDArray[np.int64], factors: Floats) -> NDArray[np.int64]:
    """Multiply a candle's four prices by one factor, so that its high stays its highest."""
    return np.maximum(1, np.rint(ticks * factors[:, np.newaxis]).astype(np.int64))
