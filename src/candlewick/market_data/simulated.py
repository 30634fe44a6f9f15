"""A market that never was: the same candles on every machine, made from a seed.

    common shocks ─┐
    own shocks ────┼─► volatility clusters ─► regimes (trend, range) ─► price path ─► ticks ─► candles
    regimes ───────┘

To be the same to the last bit it uses PCG64's raw output (fixed for ever, unlike numpy's distributions), and
of the floating-point operations only those that IEEE 754 rounds exactly: no exp, no log, no sums whose order a
compiler may choose. Prices and volumes are whole numbers of ticks and lots.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from math import sqrt
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from candlewick.market_data.manifest import CandleType
from candlewick.market_data.markets import Market, Terms, market
from candlewick.market_data.timeframes import Series

if TYPE_CHECKING:
    from numpy.typing import NDArray

EXCHANGE: Final = "simulated"
TITLE: Final = "Simulated market"
NOTE: Final = "Made by Candlewick from a seed. No such prices were ever paid."

_SEED: Final = 20_250_101
_START: Final = datetime(2025, 1, 1, tzinfo=UTC)
_END: Final = datetime(2026, 1, 1, tzinfo=UTC)
_STEP: Final = timedelta(minutes=5)
_STEP_S: Final = 300
_CANDLES: Final = (_END - _START) // _STEP
_PER_DAY: Final = 288
_PER_HOUR: Final = 12

_NEWS_SHARE: Final = 0.0003  # of candles
_RANGE_SHARE: Final = 0.4  # of regimes
_RANGE_OR_UP_SHARE: Final = 0.71

# Times at which the whole exchange stood still.
_OUTAGES: Final = (
    (datetime(2025, 3, 11, 2, 0, tzinfo=UTC), timedelta(minutes=85)),
    (datetime(2025, 9, 2, 10, 15, tzinfo=UTC), timedelta(minutes=40)),
)
# How busy each hour of the day (UTC) is.
_BUSY: Final = (
    *(0.7, 0.7, 0.6, 0.6, 0.6, 0.7, 0.8, 0.9, 1.0, 1.0, 1.0, 1.1),
    *(1.2, 1.5, 1.7, 1.6, 1.4, 1.3, 1.2, 1.1, 1.0, 0.9, 0.8, 0.7),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Coin:
    """One pair: its price and traded amount at the start, and how it moves."""

    pair: str
    price: float
    price_decimals: int
    amount_decimals: int
    volume: float  # per candle, in the base currency
    volatility: float  # of a candle, relative
    beta: float  # share of the market's common shocks
    gap_share: float  # of candles in which nobody traded
    delisted_at: datetime | None = None


_COINS: Final = (
    _Coin(pair="BTC/USDT", price=93_500.0, price_decimals=2, amount_decimals=5, volume=60.0,
          volatility=0.0013, beta=0.9, gap_share=0.0),
    _Coin(pair="ETH/USDT", price=3_340.0, price_decimals=2, amount_decimals=4, volume=900.0,
          volatility=0.0018, beta=0.8, gap_share=0.0),
    _Coin(pair="SOL/USDT", price=189.0, price_decimals=2, amount_decimals=3, volume=9_000.0,
          volatility=0.0022, beta=0.7, gap_share=0.0),
    _Coin(pair="XRP/USDT", price=2.08, price_decimals=4, amount_decimals=1, volume=700_000.0,
          volatility=0.0021, beta=0.6, gap_share=0.0),
    _Coin(pair="ADA/USDT", price=0.845, price_decimals=4, amount_decimals=1, volume=500_000.0,
          volatility=0.0023, beta=0.65, gap_share=0.0001),
    _Coin(pair="DOGE/USDT", price=0.3155, price_decimals=5, amount_decimals=0, volume=2_500_000.0,
          volatility=0.0024, beta=0.65, gap_share=0.0),
    _Coin(pair="LINK/USDT", price=20.05, price_decimals=2, amount_decimals=2, volume=30_000.0,
          volatility=0.0022, beta=0.6, gap_share=0.0003),
    _Coin(pair="LTC/USDT", price=103.2, price_decimals=2, amount_decimals=3, volume=5_000.0,
          volatility=0.0019, beta=0.6, gap_share=0.0005),
    _Coin(pair="AVAX/USDT", price=35.7, price_decimals=2, amount_decimals=2, volume=15_000.0,
          volatility=0.0024, beta=0.6, gap_share=0.0005),
    _Coin(pair="WAVES/USDT", price=1.412, price_decimals=4, amount_decimals=2, volume=40_000.0,
          volatility=0.0030, beta=0.3, gap_share=0.004,
          delisted_at=datetime(2025, 6, 30, 12, 0, tzinfo=UTC)),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candles:
    """A pair's candles in ticks and lots, with the places on the time axis that exist."""

    coin: _Coin
    place: "NDArray[np.int64]"
    ticks: "NDArray[np.int64]"  # open, high, low, close in columns
    lots: "NDArray[np.int64]"


def candles() -> Iterator[tuple[Series, pd.DataFrame]]:
    """Return every pair's candles, 5m and 1h."""
    for made in _all():
        yield _series(made, "5m"), _frame(made, _STEP_S)
        yield _series(made, "1h"), _frame(_hourly(made), _STEP_S * _PER_HOUR)


def markets() -> dict[str, Market]:
    """Return the market structures, by symbol."""
    return {
        coin.pair: market(
            coin.pair,
            Terms(
                tick=float(f"1e-{coin.price_decimals}"),
                step=float(f"1e-{coin.amount_decimals}"),
                min_cost=5.0,
                # A delisted pair stays active: Freqtrade would leave it out of every backtest, which is
                # the mistake (survivorship) that it is here to show.
                active=True,
            ),
        )
        for coin in _COINS
    }


def fingerprint() -> str:
    """Return a hash of all ticks and lots, independent of how files are written."""
    digest = sha256()
    for made in _all():
        for values in (made.place, made.ticks, made.lots):
            digest.update(np.ascontiguousarray(values, dtype="<i8").tobytes())
    return digest.hexdigest()


def _all() -> Iterator[_Candles]:
    common = _clustered(_bell(_uniform(0, 4 * _CANDLES)))
    for number, coin in enumerate(_COINS, start=1):
        yield _make(coin, number, common)


def _make(coin: _Coin, number: int, common: "NDArray[np.float64]") -> _Candles:
    chance = _uniform(number, 9 * _CANDLES + 4_096)
    bells, rest = chance[: 4 * _CANDLES], chance[4 * _CANDLES :]
    own = _clustered(_bell(bells))
    upper, lower, turnover, gaps, jumps = rest[: 5 * _CANDLES].reshape(5, _CANDLES)
    shocks = common * coin.beta + own * sqrt(1.0 - coin.beta * coin.beta)
    # Now and then news: a move several times as large.
    shocks = np.where(jumps < _NEWS_SHARE, shocks * 6.0, shocks)
    moves = shocks * coin.volatility
    path = _path(coin.price, moves, rest[5 * _CANDLES :])
    scale = float(10**coin.price_decimals)
    opens, closes = path[:-1], path[1:]
    reach = np.abs(moves) + coin.volatility * 0.5
    highs = np.maximum(opens, closes) * (1.0 + upper * upper * reach)
    lows = np.minimum(opens, closes) * (1.0 - lower * lower * reach)
    ticks = np.stack([_whole(prices * scale) for prices in (opens, highs, lows, closes)], axis=1)
    place = np.flatnonzero(_exists(coin, gaps))
    lots = _lots(coin, moves, turnover)
    return _Candles(coin=coin, place=place, ticks=ticks[place], lots=lots[place])


def _uniform(stream: int, count: int) -> "NDArray[np.float64]":
    """Return numbers in [0, 1): the upper 53 bits of PCG64's output."""
    raw = np.random.PCG64(np.random.SeedSequence((_SEED, stream))).random_raw(count)
    return (np.asarray(raw, dtype=np.uint64) >> np.uint64(11)).astype(np.float64) * 2.0**-53


def _bell(uniform: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Return bell-shaped numbers of variance 1 from four uniform ones each."""
    a, b, c, d = uniform.reshape(4, _CANDLES)
    return (((a + b) + (c + d)) - 2.0) * sqrt(3.0)


def _clustered(bells: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Give shocks a memory of how large the last ones were (GARCH(1,1), mean variance 1)."""
    out = []
    variance = 1.0
    for bell in bells.tolist():
        shock = sqrt(variance) * bell
        out.append(shock)
        variance = 0.02 + 0.13 * (shock * shock) + 0.85 * variance
    return np.array(out)


def _path(
    price: float, moves: "NDArray[np.float64]", chance: "NDArray[np.float64]"
) -> "NDArray[np.float64]":
    """Walk through regimes of some days: up, down, or a range around where it began."""
    start = price
    path = [price]
    pick = iter(chance.tolist())
    left, drift, pull, anchor = 0, 0.0, 0.0, price
    for move in moves.tolist():
        if left == 0:
            left = int(_PER_DAY * (1.0 + 11.0 * next(pick)))
            kind, strength = next(pick), (0.004 + 0.012 * next(pick)) / _PER_DAY
            anchor = price
            pull = 0.004 if kind < _RANGE_SHARE else 0.0
            drift = (
                0.0 if kind < _RANGE_SHARE else strength if kind < _RANGE_OR_UP_SHARE else -strength
            )
        left -= 1
        # The second pull is weak and always there: no coin goes to nothing, none to the moon.
        step = move + drift - pull * (price / anchor - 1.0) - 0.00004 * (price / start - 1.0)
        price *= 1.0 + min(0.15, max(-0.15, step))
        path.append(price)
    return np.array(path)


def _lots(
    coin: _Coin, moves: "NDArray[np.float64]", turnover: "NDArray[np.float64]"
) -> "NDArray[np.int64]":
    hours = (np.arange(_CANDLES) // _PER_HOUR) % 24
    busy = np.array(_BUSY)[hours]
    excited = np.abs(moves) / coin.volatility * 0.8 + 0.4
    return _whole(coin.volume * busy * excited * (turnover + 0.5) * float(10**coin.amount_decimals))


def _exists(coin: _Coin, gaps: "NDArray[np.float64]") -> "NDArray[np.bool_]":
    exists = gaps >= coin.gap_share
    for began, lasted in _OUTAGES:
        exists[(began - _START) // _STEP : (began + lasted - _START) // _STEP] = False
    if coin.delisted_at is not None:
        exists[(coin.delisted_at - _START) // _STEP :] = False
    return exists


def _whole(values: "NDArray[np.float64]") -> "NDArray[np.int64]":
    return np.maximum(np.floor(values + 0.5), 1.0).astype(np.int64)


def _hourly(made: _Candles) -> _Candles:
    hour = made.place // _PER_HOUR
    first = np.flatnonzero(np.r_[True, np.diff(hour) > 0])
    last = np.r_[first[1:], hour.size] - 1
    columns = [
        made.ticks[first, 0],
        np.maximum.reduceat(made.ticks[:, 1], first),
        np.minimum.reduceat(made.ticks[:, 2], first),
        made.ticks[last, 3],
    ]
    return _Candles(
        coin=made.coin,
        place=hour[first],
        ticks=np.stack(columns, axis=1),
        lots=np.add.reduceat(made.lots, first),
    )


def _series(made: _Candles, timeframe: str) -> Series:
    return Series(pair=made.coin.pair, timeframe=timeframe, candle_type=CandleType.SPOT)


def _frame(made: _Candles, step_s: int) -> pd.DataFrame:
    seconds = int(_START.timestamp()) + made.place * step_s
    prices = made.ticks / 10**made.coin.price_decimals
    return pd.DataFrame(
        {
            "date": pd.to_datetime(seconds * 1_000, unit="ms", utc=True),
            "open": prices[:, 0],
            "high": prices[:, 1],
            "low": prices[:, 2],
            "close": prices[:, 3],
            "volume": made.lots / 10**made.coin.amount_decimals,
        }
    )
