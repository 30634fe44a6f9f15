"""What others read in a stored certificate; older ones know nothing of funding, or not what it would have come to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_DIGITS = 4  # payments of small positions are parts of a cent
_MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingFunding:
    """Funding that was due and taken as 0, because a rate or a mark price is missing.

    Attributes:
        times: how many payments of all pairs.
        amount: what the trades that were open then lack, in stake currency, below zero what they would have paid; `None` if it is not known of any payment.
        estimate: what they lack by an estimate, beside that.
        unknown: payments of theirs that nothing is known of.
    """

    times: int
    amount: float | None
    estimate: float | None
    unknown: int

    @property
    def worth(self) -> float:
        """What is known and estimated, together."""
        return (self.amount or 0.0) + (self.estimate or 0.0)

    def of_trades(self, currency: str) -> str:
        """Return a clause on what trades lack; empty where they lack nothing, or it is not said."""
        parts = (
            "" if self.amount is None else _signed(self.amount, currency),
            "" if self.estimate is None else f"about {_signed(self.estimate, currency)}",
            self.unknown and f"{self.unknown:,} payment{'' if self.unknown == 1 else 's'} unknown",
        )
        lacking = ", ".join(part for part in parts if part)
        return lacking and f"trades lack {lacking} (below zero is what they would have paid)"


def missing_funding(certificate: Mapping[str, Any]) -> MissingFunding:
    """Sum up what a certificate says of its pairs."""
    found = [pair.get("funding") or {} for pair in certificate.get("pairs", ())]
    trades = [funding.get("ofTrades") or {} for funding in found]
    return MissingFunding(
        times=sum(int(funding.get("uncounted", 0)) for funding in found),
        amount=_sum([each.get("amount") for each in trades]),
        estimate=_sum([each.get("estimate") for each in trades]),
        unknown=sum(int(each.get("unknown", 0)) for each in trades),
    )


def _sum(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _signed(amount: float, currency: str) -> str:
    return f"{amount:+,.{_DIGITS}f} {currency}".replace("-", _MINUS, 1)
