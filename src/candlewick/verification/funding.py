"""Funding of futures: when it was due in a run's time, and where Freqtrade could not count it.

Freqtrade joins rates and mark prices by their times. Where a rate is missing, or lies before the first mark price that it
read or after the last, it counts nothing and says nothing. Holes between mark prices it fills with the price before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from candlewick.market_data.funding import USUAL, due
from candlewick.market_data.manifest import CandleFile, CandleType

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

FUNDING_TIMEFRAME = "1h"  # of the rates and mark prices that Freqtrade reads, on every exchange
# Where Freqtrade takes something else for mark prices. `test_funding.py` asks it.
_MARKS: Mapping[str, CandleType] = {"hyperliquid": CandleType.FUTURES}
_HOUR = 3_600_000
_SECOND = 1_000
_MOST = 200  # gaps that are listed; all are counted


def mark_type(exchange: str) -> CandleType:
    """Return what Freqtrade takes for mark prices on an exchange."""
    return _MARKS.get(exchange, CandleType.MARK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Rates or mark prices, in time's order; without a file there are none. Times in milliseconds UTC."""

    file: CandleFile | None
    times: "NDArray[np.int64]"
    values: "NDArray[np.float64]"  # the rates, or the mark prices at these times
    closes: "NDArray[np.float64]"  # with which Freqtrade fills the hours until the next mark price

    @classmethod
    def nothing(cls) -> "Known":
        none = np.empty(0, dtype=np.float64)
        return cls(file=None, times=none.astype(np.int64), values=none, closes=none)

    @classmethod
    def from_frame(cls, file: CandleFile | None, frame: "pd.DataFrame") -> "Known":
        is_rate = "funding_rate" in frame.columns
        at, until = ("funding_rate",) * 2 if is_rate else ("open", "close")
        return cls(
            file=file,
            times=frame["date"].to_numpy(dtype="datetime64[ms]").astype(np.int64),
            values=frame[at].to_numpy(dtype=np.float64),
            closes=frame[until].to_numpy(dtype=np.float64),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Funding:
    """The rates and mark prices of one pair."""

    rates: Known
    marks: Known


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What there is of one kind among the hours at which it is expected, until the hour `end`."""

    known: Known
    expected: "NDArray[np.int64]"
    is_there: "NDArray[np.bool_]"
    end: int

    def view(self) -> dict[str, object]:
        file, there = self.known.file, self.expected[self.is_there]
        gaps = self._gaps()
        return {
            "file": None if file is None else {"name": file.file_name, "sha256": file.sha256},
            "first": int(there[0]) * _HOUR if len(there) else None,
            "last": int(there[-1]) * _HOUR if len(there) else None,
            "expected": len(self.expected),
            "missing": int((~self.is_there).sum()),
            "gapCount": len(gaps),
            "gaps": gaps[:_MOST],
        }

    def _gaps(self) -> list[dict[str, int]]:
        edges = np.diff(np.concatenate([[0], (~self.is_there).astype(np.int8), [0]]))
        times = [*self.expected.tolist(), self.end]
        found = zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True)
        return [
            {
                "start": times[begin] * _HOUR,
                "until": times[end] * _HOUR,
                "missing": int(end - begin),
            }
            for begin, end in found
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingFindings:
    """One pair's funding inside the run's time; times in milliseconds."""

    rates: Stretch
    marks: Stretch
    uncounted: "NDArray[np.int64]"  # due, and counted as nothing
    at_older_price: "NDArray[np.int64]"  # counted at the mark price before a hole

    def view(self) -> dict[str, object]:
        # Two rates make an interval.
        is_assumed = len(self.rates.known.times) < 2  # noqa: PLR2004
        return {
            "assumedIntervalS": int(USUAL.total_seconds()) if is_assumed else None,
            "due": len(self.rates.expected),
            "uncounted": len(self.uncounted),
            "atOlderPrice": len(self.at_older_price),
            "rates": self.rates.view(),
            "markPrices": self.marks.view(),
        }

    def reasons(self, opened: int, ended: int) -> dict[str, bool]:
        """Return what holds for a position that was open from and until; Freqtrade counts both ends in."""
        return {
            "funding_missing": _any_within(self.uncounted, opened, ended),
            "mark_price_missing": _any_within(self.at_older_price, opened, ended),
        }


def look(funding: Funding, traded: tuple[int, int], read: tuple[int, int]) -> FundingFindings:
    """Find what is missing of a pair's funding.

    Args:
        funding: what the platform knows of it.
        traded: from when until when it may be due, both included.
        read: from when until when Freqtrade read mark prices.
    """
    first, last = -(-traded[0] // _HOUR), traded[1] // _HOUR
    rates, marks = funding.rates.times, funding.marks.times
    paid = np.unique((rates + _HOUR // 2) // _HOUR)
    expected = due(paid, timedelta(hours=1), first, last)
    # As it reads them, Freqtrade leaves milliseconds out, and no more.
    seconds = rates // _SECOND * _SECOND
    joined = seconds[seconds % _HOUR == 0] // _HOUR
    hours = marks[(marks >= read[0]) & (marks <= read[1])] // _HOUR
    reached = (expected >= hours[0]) & (expected <= hours[-1]) if len(hours) else expected < 0
    is_counted = np.isin(expected, joined) & reached
    is_older = is_counted & ~np.isin(expected, hours)
    every_hour = np.arange(first, last + 1, dtype=np.int64)
    return FundingFindings(
        rates=Stretch(
            known=funding.rates,
            expected=expected,
            is_there=np.isin(expected, paid),
            end=last + 1,
        ),
        marks=Stretch(
            known=funding.marks,
            expected=every_hour,
            is_there=np.isin(every_hour, hours),
            end=last + 1,
        ),
        uncounted=expected[~is_counted] * _HOUR,
        at_older_price=expected[is_older] * _HOUR,
    )


def _any_within(times: "NDArray[np.int64]", first: int, last: int) -> bool:
    return bool(((times >= first) & (times <= last)).any())
