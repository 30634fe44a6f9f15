"""The code of listings, as runs and bots of other people use it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from candlewick.backtests.models import Listed, StrategyRef
from candlewick.errors import NotFound
from candlewick.marketplace.models import Access, Listing, ListingId, ListingVersion
from candlewick.marketplace.ports import ListingStore, Strategies
from candlewick.strategies.models import Finding, StrategyId


@dataclass(frozen=True, slots=True)
class ListedVersions:
    """`ListedCode` of the ticket office."""

    listings: ListingStore

    def reference(self, listed: Listed) -> StrategyRef:
        listing_id = ListingId(listed.listing)
        listing = self.listings.get(listing_id)
        version = self.listings.version(listing_id, listed.version)
        if listing is None or version is None:
            raise NotFound("The listing that this run is of is gone.")
        return reference_of(listing, version, listed)


@dataclass(frozen=True, slots=True)
class ListedFindings:
    """What the static checks found in listed code; of closed code only that they did."""

    listings: ListingStore
    strategies: Strategies

    def findings(self, listed: Listed) -> Sequence[Finding]:
        version = self.listings.version(ListingId(listed.listing), listed.version)
        if version is None:
            return ()
        number = version.strategy_version
        found = self.strategies.version(version.owner, version.strategy, number).report.findings
        return [_told(each) for each in found] if listed.is_closed else found


def _told(finding: Finding) -> Finding:
    message = "A pattern was found in the code by which it could see candles of the future."
    return replace(finding, line=0, column=0, message=message, advice="")


def listed_of(listing: Listing, version: ListingVersion) -> Listed:
    """Return a version as a run made now names it; what was closed then stays closed in that run."""
    is_closed = listing.terms.access is Access.CLOSED
    return Listed(listing=listing.id, version=version.number, is_closed=is_closed)


def reference_of(listing: Listing, version: ListingVersion, listed: Listed) -> StrategyRef:
    """Return all that a run needs; `StrategyRef.stored` takes out what its owner may not know."""
    return replace(
        version.reference(),
        id=StrategyId(listing.id),
        name=listing.terms.title,
        version=version.number,
        listed=listed,
    )
