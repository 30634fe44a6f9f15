"""A version that is followed after its publication."""

from dataclasses import dataclass, replace
from datetime import datetime

from candlewick.backtests.models import BacktestSpec, RunId, StrategyRef
from candlewick.marketplace.models import ListingId


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """`since`: before it the author may have known the candles. Withdrawn listings are followed like others.

    `usual`: mean and deviation of the in-sample run's daily returns, fractions: what to expect of a day.
    """

    listing: ListingId
    version: int
    strategy: StrategyRef
    spec: BacktestSpec
    since: datetime
    usual: tuple[float, float]
    due_at: datetime
    run: RunId | None = None
    until: datetime | None = None  # how far the run under way, or the last one, reaches
    failure: str = ""  # why the last run gave no result

    @property
    def key(self) -> str:
        return followed_key(self.listing, self.version)

    def started(self, run: RunId, until: datetime, due_at: datetime) -> "Followed":
        return replace(self, run=run, until=until, due_at=due_at)

    def settled(self, due_at: datetime, failure: str = "") -> "Followed":
        return replace(self, run=None, due_at=due_at, failure=failure)


def followed_key(listing: ListingId, version: int) -> str:
    return f"{listing}-{version}"
