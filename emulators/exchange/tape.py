"""All candles of one pair, as the exchange walks along them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from emulators.exchange import path
from emulators.exchange.path import Candle

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


class Quote(NamedTuple):
    """Best bid and ask and the last price, in ticks."""

    bid: int
    ask: int
    last: int


class Reach(NamedTuple):
    """When a price was reached, and at which price a resting order there is filled (ticks)."""

    at: int
    price: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tape:
    """Candles by their open times; between candles (gaps) the price stands at the last close.

    Attributes:
        at: open times in ms, ascending.
        ticks: open, high, low, close in columns.
        lots: volumes.
        step: a candle's length in ms.
    """

    at: "NDArray[np.int64]"
    ticks: "NDArray[np.int64]"
    lots: "NDArray[np.int64]"
    step: int

    @property
    def start(self) -> int:
        return int(self.at[0])

    @property
    def until(self) -> int:
        return int(self.at[-1]) + self.step

    def trades_at(self, now: int) -> bool:
        """Whether the pair is listed, and not delisted yet."""
        return self.start <= now < self.until

    def index(self, now: int) -> int:
        """Return the place of the newest candle that has begun, -1 when there is none."""
        return int(np.searchsorted(self.at, now, side="right")) - 1

    def candle(self, index: int) -> Candle:
        opened, high, low, close = (int(value) for value in self.ticks[index])
        return Candle(
            at=int(self.at[index]),
            step=self.step,
            open=opened,
            high=high,
            low=low,
            close=close,
            lots=int(self.lots[index]),
        )

    def current(self, now: int) -> Candle | None:
        """Return the candle that is running, `None` in a gap."""
        index = self.index(now)
        if index < 0:
            return None
        candle = self.candle(index)
        return candle if now < candle.until else None

    def last(self, now: int) -> int:
        """Return the last price; the pair must have a candle before `now`."""
        return path.price(self.candle(max(0, self.index(now))), now)

    def quote(self, now: int) -> Quote:
        """Return the top of the book; the pair must have a candle before `now`."""
        candle = self.candle(max(0, self.index(now)))
        last = path.price(candle, now)
        if now < candle.until and path.moves_up(candle, now):
            return Quote(bid=last - 1, ask=last, last=last)
        return Quote(bid=last, ask=last + 1, last=last)

    def reach(self, level: int, *, falling: bool, after: int, until: int) -> Reach | None:
        """Return when the price is first at or beyond a level, in (after, until].

        What a candle's first price jumps over is reached at that first price, not at the level.
        """
        index = self.index(after + 1)
        index = max(index, 0)
        found = self._in_candle(index, level, falling=falling, after=after)
        if found is None:
            found = self._in_later_candles(index + 1, level, falling=falling, until=until)
        return found if found is not None and found.at <= until else None

    def _in_candle(self, index: int, level: int, *, falling: bool, after: int) -> Reach | None:
        candle = self.candle(index)
        if after + 1 >= candle.until:
            stands = candle.close <= level if falling else candle.close >= level
            return (
                Reach(after + 1, _nearer(level, candle.close, falling=falling)) if stands else None
            )
        at = path.reached(candle, level, falling=falling, after=after)
        if at is None:
            return None
        price = _nearer(level, candle.open, falling=falling) if at == candle.at else level
        return Reach(at, price)

    def _in_later_candles(
        self, first: int, level: int, *, falling: bool, until: int
    ) -> Reach | None:
        end = self.index(until) + 1
        extremes = self.ticks[first:end, 2 if falling else 1]
        beyond = np.flatnonzero(extremes <= level if falling else extremes >= level)
        if beyond.size == 0:
            return None
        index = first + int(beyond[0])
        return self._in_candle(index, level, falling=falling, after=int(self.at[index]) - 1)


def tape(frame: "pd.DataFrame", *, step_ms: int, tick: Decimal, lot: Decimal) -> Tape:
    """Make a tape of a data frame in Freqtrade's form (`date`, `open`, `high`, `low`, `close`, `volume`)."""
    prices = frame[["open", "high", "low", "close"]].to_numpy(dtype=np.float64)
    return Tape(
        at=frame["date"].dt.as_unit("ms").astype("int64").to_numpy(),
        ticks=np.rint(prices / float(tick)).astype(np.int64),
        lots=np.rint(frame["volume"].to_numpy(dtype=np.float64) / float(lot)).astype(np.int64),
        step=step_ms,
    )


def _nearer(level: int, price: int, *, falling: bool) -> int:
    return min(level, price) if falling else max(level, price)
