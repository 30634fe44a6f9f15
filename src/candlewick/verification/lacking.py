"""How much funding a trade lacks: what Freqtrade would have counted, had it had every rate and mark price."""

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from candlewick.verification.candles import Candles
from candlewick.verification.funding import Funding, FundingFindings, Known
from candlewick.verification.trades import CheckedTrade

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A missing rate is estimated by the median of those of so many hours before it and after it, where there are that many.
AROUND_HOURS = 72
FEWEST_AROUND = 6
_HOUR = 3_600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """What one trade or several lack, in stake currency; signs as of Freqtrade's funding fees: what is paid is below zero.

    Attributes:
        amount: of the payments whose rates are known.
        payments: how many these are.
        at_candle_price: at how many of them a candle's price stands in for a missing mark price.
        estimate: of payments whose rates are missing, at the rates around them.
        estimated: how many these are.
        unknown: payments that nothing is known of.
    """

    amount: float = 0.0
    payments: int = 0
    at_candle_price: int = 0
    estimate: float = 0.0
    estimated: int = 0
    unknown: int = 0

    def __add__(self, other: "Lacking") -> "Lacking":
        return Lacking(
            amount=self.amount + other.amount,
            payments=self.payments + other.payments,
            at_candle_price=self.at_candle_price + other.at_candle_price,
            estimate=self.estimate + other.estimate,
            estimated=self.estimated + other.estimated,
            unknown=self.unknown + other.unknown,
        )

    def view(self) -> dict[str, object]:
        return {
            "amount": round(self.amount, 8) if self.payments else None,
            "payments": self.payments,
            "atCandlePrice": self.at_candle_price,
            "estimate": round(self.estimate, 8) if self.estimated else None,
            "estimated": self.estimated,
            "unknown": self.unknown,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Payments:
    """What was not counted of one pair, for a unit that is held short. In time's order; NaN where it cannot be said."""

    times: "NDArray[np.int64]"
    known: "NDArray[np.float64]"
    estimated: "NDArray[np.float64]"  # where the rate is missing
    at_candle_price: "NDArray[np.bool_]"

    def of(self, trade: CheckedTrade, ended: int) -> Lacking:
        """Return what a trade lacks that was open until `ended`."""
        found = Lacking()
        for start, until, amount in _held(trade, ended):
            first = int(np.searchsorted(self.times, start, side="left"))
            last = int(np.searchsorted(self.times, until, side="right"))
            if first < last:
                found += self._between(slice(first, last), -amount * trade.direction)
        return found

    def _between(self, there: slice, amount: float) -> Lacking:
        known, estimated = self.known[there], self.estimated[there]
        is_known, is_estimated = np.isfinite(known), np.isfinite(estimated)
        return Lacking(
            amount=float(known[is_known].sum()) * amount,
            payments=int(is_known.sum()),
            at_candle_price=int((is_known & self.at_candle_price[there]).sum()),
            estimate=float(estimated[is_estimated].sum()) * amount,
            estimated=int(is_estimated.sum()),
            unknown=int((~is_known & ~is_estimated).sum()),
        )


def payments(funding: Funding, found: FundingFindings, candles: Candles) -> Payments:
    """Return what was not counted of a pair's funding.

    Where the mark price is missing too the candles' price of that time stands in for it.
    """
    times = np.sort(np.concatenate([found.uncounted, found.at_older_price]))
    is_older = np.isin(times, found.at_older_price)
    rates, estimates = _rates(funding.rates, times)
    prices, stands_in = _prices(funding.marks, candles, times)
    counted = np.zeros(len(times))
    before = np.searchsorted(funding.marks.times, times[is_older]) - 1
    counted[is_older] = funding.marks.closes[before]
    return Payments(
        times=times,
        known=rates * (prices - counted),
        estimated=estimates * prices,
        at_candle_price=stands_in,
    )


def _held(trade: CheckedTrade, ended: int) -> list[tuple[int, int, float]]:
    """Return from when until when, both included, Freqtrade computes funding of which amount.

    That is from one order to the next; what is due right then it counts for both amounts.
    """
    ends = [*(step.at for step in trade.steps), ended]
    found = []
    amount_before = 0.0
    for (start, until), step, order in zip(
        pairwise(ends), trade.steps, trade.claim.orders, strict=True
    ):
        # After an exit it looks at what is left on the next full hour.
        is_late = not order.ft_is_entry and until // _HOUR == start // _HOUR
        amount = amount_before if is_late and step.amount else step.amount
        if amount:
            found.append((start, until, amount))
        amount_before = step.amount
    return found


def _rates(
    known: Known, times: "NDArray[np.int64]"
) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
    """Return the rates at these times, and estimates where they are missing; NaN for the others."""
    paid, places = np.unique((known.times + _HOUR // 2) // _HOUR, return_index=True)
    values, hours = known.values[places], times // _HOUR
    is_known = np.isin(hours, paid)
    rates, estimates = np.full(len(times), np.nan), np.full(len(times), np.nan)
    rates[is_known] = values[np.searchsorted(paid, hours[is_known])]
    firsts = np.searchsorted(paid, hours - AROUND_HOURS, side="left")
    lasts = np.searchsorted(paid, hours + AROUND_HOURS, side="right")
    for place in np.flatnonzero(~is_known & (lasts - firsts >= FEWEST_AROUND)).tolist():
        estimates[place] = np.median(values[firsts[place] : lasts[place]])
    return rates, estimates


def _prices(
    marks: Known, candles: Candles, times: "NDArray[np.int64]"
) -> "tuple[NDArray[np.float64], NDArray[np.bool_]]":
    """Return the prices to be paid on, and where they are those of candles."""
    place = np.searchsorted(candles.opened, times, side="right") - 1
    is_within = times < candles.opened[place] + candles.step
    prices = np.where(is_within, candles.open[place], candles.close[place])
    is_marked = np.isin(times, marks.times)
    prices[is_marked] = marks.values[np.searchsorted(marks.times, times[is_marked])]
    return prices, ~is_marked
