"""What a listing came from."""

from collections.abc import Iterator

from candlewick.marketplace.models import Listing
from candlewick.marketplace.ports import ListingStore

MOST_ANCESTORS = 20


def ancestors(listings: ListingStore, listing: Listing) -> Iterator[Listing | None]:
    """Yield a listing's ancestors, the nearest first, `MOST_ANCESTORS` at most; None, at the end, for one that is gone."""
    found: Listing | None = listing
    for _ in range(MOST_ANCESTORS):
        if found is None or found.ancestor is None:
            return
        found = listings.get(found.ancestor.listing)
        yield found
