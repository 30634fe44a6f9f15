"""Up to which candle a strategy's hooks see each pair."""

from collections.abc import Mapping
from typing import Any

from freqtrade.data.dataprovider import DataProvider

from candlewick.engine.skipping.candles import Candles


class Reached:
    """Where the loop is: at a time, and at that time past some pairs.

    Args:
        candles: by pair.
        places: at which of the loop's times each pair's first row stands.
    """

    def __init__(self, candles: Mapping[str, Candles], places: Mapping[str, int]) -> None:
        self._spans = {pair: (places[pair], len(rows)) for pair, rows in candles.items()}
        self.now = 0
        self.turned: set[str] = set()

    def at(self, now: int) -> None:
        """Come to another time, at which no pair had its turn."""
        self.now = now
        self.turned.clear()

    def rows(self, pair: str) -> int:
        """Return how many of the pair's rows the loop has come to."""
        begins, count = self._spans[pair]
        return min(max(0, self.now - begins + (pair in self.turned)), count)

    def has_row(self, pair: str) -> bool:
        begins, count = self._spans[pair]
        return 0 <= self.now - begins < count

    def is_lit(self) -> bool:
        """Whether any pair has a row now."""
        return any(map(self.has_row, self._spans))


class _Slices(dict[str, int]):
    """The data provider's own dictionary, with what it would hold."""

    def __init__(self, reached: Reached, startup: int) -> None:
        super().__init__()
        self._reached, self._startup = reached, startup

    def __setitem__(self, pair: str, limit: int) -> None:
        """Freqtrade has come to the pair's row."""
        self._reached.turned.add(pair)

    def get(self, pair: str, default: Any = None) -> Any:
        try:
            rows = self._reached.rows(pair)
        except KeyError:
            return default
        return self._startup + rows if rows else default


def show_slices(provider: DataProvider, reached: Reached, startup: int) -> None:
    """Let a data provider show each pair up to where the loop is; Freqtrade resets it before the next backtest."""
    vars(provider)["_DataProvider__slice_index"] = _Slices(reached, startup)
