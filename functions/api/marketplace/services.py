"""What the marketplace's routes may use."""

from dataclasses import dataclass

from candlewick.marketplace.authors import AuthorService
from candlewick.marketplace.publishing import Publisher
from candlewick.marketplace.service import ListingService


@dataclass(frozen=True, slots=True, kw_only=True)
class Marketplace:
    listings: ListingService
    publisher: Publisher
    authors: AuthorService
