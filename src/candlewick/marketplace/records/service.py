"""An author's page: who they are, what they publish now, and the record of all they ever published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from candlewick.accounts.models import UserId
from candlewick.errors import AccountSuspended, NotFound, Unauthenticated
from candlewick.marketplace.models import ERASED, Author, Handle, Listing, ListingId, ListingVersion
from candlewick.marketplace.records.models import TrackRecord, record_of
from candlewick.marketplace.search.ports import Found
from candlewick.marketplace.search.rows import is_found

_MISSING = "There is no such author."


class Authors(Protocol):
    def get(self, handle: Handle) -> Author | None: ...


class Listings(Protocol):
    def of_owner(self, owner: UserId) -> Sequence[Listing]: ...


class Versions(Protocol):
    def of_owner(self, owner: UserId) -> Sequence[ListingVersion]:
        """Return all versions of all listings of an author, published or not."""


class Standings(Protocol):
    def require(self, owner: UserId, *, fresh: bool) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorPage:
    """`listings` are those that anybody finds, the best rank first."""

    author: Author
    record: TrackRecord
    listings: Sequence[Found]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordService:
    authors: Authors
    listings: Listings
    versions: Versions
    standings: Standings

    def page(self, handle: Handle) -> AuthorPage:
        """Return an author's page; a suspended one's reads as missing."""
        author = self.authors.get(handle)
        if author is None or author.owner == ERASED:
            raise NotFound(_MISSING)
        try:
            self.standings.require(author.owner, fresh=False)
        except (AccountSuspended, Unauthenticated) as error:
            raise NotFound(_MISSING) from error
        listings = self.listings.of_owner(author.owner)
        versions = self.versions.of_owner(author.owner)
        known = {(version.listing, version.number): version for version in versions}
        return AuthorPage(
            author=author, record=record_of(listings, versions), listings=_shown(listings, known)
        )


def _shown(
    listings: Sequence[Listing], known: Mapping[tuple[ListingId, int], ListingVersion]
) -> Sequence[Found]:
    found = [
        Found(listing, version, is_author_suspended=False)
        for listing in listings
        if (version := known.get((listing.id, listing.current_version or 0))) is not None
        and is_found(listing, version)
    ]
    return sorted(found, key=_by_rank)


def _by_rank(found: Found) -> tuple[bool, float, str]:
    sample = found.version.out_of_sample
    return sample is None, 0.0 if sample is None else -sample.rank, found.listing.id
