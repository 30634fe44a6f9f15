"""A track record: counts and figures over all versions that an author ever published, whatever became of them."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from candlewick.marketplace.models import Listing, ListingVersion, Standing

_TENTH = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The middle of some figures, and between what eight of ten of them lie."""

    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackRecord:
    """`followed` versions have out-of-sample results; of these, `failed` ones left their expected range.

    Withdrawn and suspended listings, replaced versions, unlisted and private ones all count: nothing that an
    author takes away makes the figures better.
    """

    listings: int
    withdrawn: int
    suspended: int
    versions: int
    followed: int
    failed: int
    losing: int
    profit: Spread | None
    sharpe: Spread | None


def record_of(listings: Sequence[Listing], versions: Sequence[ListingVersion]) -> TrackRecord:
    """Return the record of an author's listings; drafts that were never published are none of it."""
    shown = [listing for listing in listings if listing.published_at is not None]
    published = [version for version in versions if version.published_at is not None]
    results = [found.out_of_sample for found in published if found.out_of_sample is not None]
    return TrackRecord(
        listings=len(shown),
        withdrawn=sum(listing.standing is Standing.WITHDRAWN for listing in shown),
        suspended=sum(listing.standing is Standing.SUSPENDED for listing in shown),
        versions=len(published),
        followed=len(results),
        failed=sum(not result.is_in_range for result in results),
        losing=sum(result.profit < 0 for result in results),
        profit=_spread([result.profit for result in results]),
        sharpe=_spread([result.sharpe for result in results if result.sharpe is not None]),
    )


def _spread(figures: Sequence[float]) -> Spread | None:
    if not figures:
        return None
    if len(figures) == 1:
        return Spread(median=figures[0], low=figures[0], high=figures[0])
    tenths = statistics.quantiles(figures, n=_TENTH, method="inclusive")
    return Spread(median=statistics.median(figures), low=tenths[0], high=tenths[-1])
