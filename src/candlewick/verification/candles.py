"""The platform's own candles of one run, for look-ups by time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from candlewick.market_data.manifest import CandleFile
from candlewick.verification.funding import Funding

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

_MS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Candles:
    """One pair at one timeframe. Arrays of equal length, in time's order; `opened` in milliseconds UTC."""

    step: int  # milliseconds
    opened: "NDArray[np.int64]"
    open: "NDArray[np.float64]"
    low: "NDArray[np.float64]"
    high: "NDArray[np.float64]"
    close: "NDArray[np.float64]"
    volume: "NDArray[np.float64]"

    @classmethod
    def from_frame(cls, frame: "pd.DataFrame", minutes: int) -> "Candles":
        dates = frame["date"].to_numpy(dtype="datetime64[ns]").astype(np.int64) // _MS
        return cls(
            step=minutes * 60_000,
            opened=dates,
            open=frame["open"].to_numpy(dtype=np.float64),
            low=frame["low"].to_numpy(dtype=np.float64),
            high=frame["high"].to_numpy(dtype=np.float64),
            close=frame["close"].to_numpy(dtype=np.float64),
            volume=frame["volume"].to_numpy(dtype=np.float64),
        )

    def index_at(self, moment: int) -> int | None:
        """Return the index of the candle that holds a time; `None` where the candle is missing."""
        index = int(np.searchsorted(self.opened, moment, side="right")) - 1
        if index < 0 or moment >= int(self.opened[index]) + self.step:
            return None
        return index

    def first_open(self, moment: int) -> float:
        """Return the opening price of the first candle at or after a time; NaN when there is none."""
        index = int(np.searchsorted(self.opened, moment, side="left"))
        return float(self.open[index]) if index < len(self.opened) else float("nan")

    def price_range(self, moment: int) -> tuple[float, float] | None:
        """Return low and high at a time; inside a gap, the last close before it; `None` outside the file.

        Freqtrade fills gaps with candles of the last close, and trades on them.
        """
        index = int(np.searchsorted(self.opened, moment, side="right")) - 1
        if index < 0 or moment >= int(self.opened[-1]) + self.step:
            return None
        if moment >= int(self.opened[index]) + self.step:
            return float(self.close[index]), float(self.close[index])
        return float(self.low[index]), float(self.high[index])

    def extremes(self, start: int, until: int) -> tuple[float, float]:
        """Return the lowest low and the highest high of the candles from `start` to `until`, inclusive."""
        first = max(0, int(np.searchsorted(self.opened, start, side="right")) - 1)
        last = int(np.searchsorted(self.opened, until, side="right"))
        return float(np.min(self.low[first:last])), float(np.max(self.high[first:last]))

    def closes_on(self, grid: "NDArray[np.int64]") -> "NDArray[np.float64]":
        """Return the close of the latest candle at each time of a grid; NaN before the first candle."""
        index = np.searchsorted(self.opened, grid, side="right") - 1
        return np.where(index >= 0, self.close[np.maximum(index, 0)], np.nan)


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """All candles that a run may refer to: its timeframe, and its detail timeframe where it has one; of futures their funding."""

    timeframe: Mapping[str, Candles]
    detail: Mapping[str, Candles]
    files: Mapping[str, CandleFile] = field(default_factory=dict)  # of the timeframe
    funding: Mapping[str, Funding] = field(default_factory=dict)

    def price_range(self, pair: str, moment: int) -> tuple[float, float] | None:
        """Return low and high of the finest candle known at a time; `None` where there is none."""
        for source in (self.detail, self.timeframe):
            candles = source.get(pair)
            found = None if candles is None else candles.price_range(moment)
            if found is not None:
                return found
        return None
