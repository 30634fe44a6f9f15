"""Joins what the house finds out to the listings: verdicts, out-of-sample results, ancestors."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from candlewick.accounts.models import UserId
from candlewick.backtests.models import BacktestRun
from candlewick.backtests.ports import VerifiedRuns
from candlewick.marketplace.ancestry import MOST_ANCESTORS, ancestors
from candlewick.marketplace.copies.service import CopyCheck
from candlewick.marketplace.models import (
    Ancestor,
    Listing,
    ListingId,
    ListingVersion,
    OutOfSample,
    Standing,
    Verdict,
)
from candlewick.marketplace.notices.models import NoticeKind
from candlewick.marketplace.out_of_sample.service import OutOfSampleService
from candlewick.marketplace.ports import Changed, ListingStore, Watchers
from candlewick.strategies.models import StrategyId
from candlewick.trust.finding import Grade
from candlewick.trust.service import attempts_of

_RANGES = {
    False: (
        NoticeKind.OUT_OF_RANGE,
        "Its profit since publication, {profit:.1%}, is outside of what its tests let expect.",
    ),
    True: (
        NoticeKind.BACK_IN_RANGE,
        "Its profit since publication, {profit:.1%}, is within what its tests let expect again.",
    ),
}
_MOST_ATTEMPTS = 1_000


@dataclass(frozen=True, slots=True)
class StoredVerdicts:
    listings: ListingStore
    watchers: Watchers

    def settle(self, listing: ListingId, version: int, verdict: Verdict) -> None:
        """Store what an examination came to, unless a later one was asked for since."""
        graded = list[Grade | None]()

        def decide(found: Listing, before: ListingVersion) -> Changed:
            is_older = before.verdict.exam not in {"", verdict.exam}
            graded.append(verdict.grade if is_older else before.verdict.grade)
            return found, before if is_older else replace(before, verdict=verdict)

        stored, _ = self.listings.change_version(listing, version, decide)
        was, now = graded[-1], verdict.grade
        if was is not None and now is not None and was is not now and _is_shown(stored, version):
            text = f"The grade of version {version} is {now} now; it was {was}."
            self.watchers.tell_watchers(NoticeKind.GRADE_CHANGED, stored, key=verdict.exam, text=text)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StoredOutcomes:
    listings: ListingStore
    watchers: Watchers

    def tell(self, listing: ListingId, version: int, found: OutOfSample) -> None:
        """Store a result, and tell watchers when the version leaves its range or comes back to it."""
        were_in_range: list[bool] = []

        def decide(stored: Listing, before: ListingVersion) -> Changed:
            sample = before.out_of_sample
            were_in_range.append(sample is None or sample.is_in_range)
            return stored, replace(before, out_of_sample=found)

        stored, _ = self.listings.change_version(listing, version, decide)
        if were_in_range[-1] is not found.is_in_range and _is_shown(stored, version):
            kind, text = _RANGES[found.is_in_range]
            key = f"{version}-{found.until:%Y-%m-%d}"
            self.watchers.tell_watchers(kind, stored, key=key, text=text.format(profit=found.profit))  # fmt: skip


def _is_shown(listing: Listing, version: int) -> bool:
    return listing.standing is Standing.PUBLISHED and listing.current_version == version


@dataclass(frozen=True, slots=True)
class StoredLineage:
    """A strategy's tries are those of all it came from and of all that came from it."""

    listings: ListingStore
    runs: VerifiedRuns

    def attempts(self, listing: ListingId, but: str) -> Sequence[BacktestRun]:
        runs = chain.from_iterable(
            attempts_of(self.runs, owner, strategy, but=but)
            for owner, strategy in self._strategies(listing)
        )
        return list(islice(runs, _MOST_ATTEMPTS))

    def _strategies(self, listing: ListingId) -> Iterator[tuple[UserId, StrategyId]]:
        own = self.listings.get(listing)
        came_from = () if own is None else islice(ancestors(self.listings, own), MOST_ANCESTORS - 1)
        for each in (own, *came_from, *self.listings.forks(listing)):
            if each is not None:
                yield each.owner, each.strategy


@dataclass(frozen=True, slots=True)
class PublicationDesk:
    """What happens beside the listing when a version is published."""

    copies: CopyCheck
    following: OutOfSampleService

    def ancestor(self, owner: UserId, code: str) -> Ancestor | None:
        """Return whose near copy this is; `Conflict` when it is the same."""
        return self.copies.ancestor(owner, code)

    def published(self, version: ListingVersion, code: str) -> None:
        """Remember its code, and follow it from now on. Doing it twice is harmless."""
        self.copies.register(version.listing, version.number, version.owner, code)
        self.following.follow(version)
