"""Looking at listings: what somebody may see of them, and no more."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from candlewick.accounts.models import UserId
from candlewick.errors import AccountSuspended, NotFound, Unauthenticated
from candlewick.marketplace.access import Right, Viewer, require, rights
from candlewick.marketplace.ancestry import ancestors
from candlewick.marketplace.models import Listing, ListingId, ListingVersion, Standing
from candlewick.marketplace.ports import (
    AuthorStore,
    Circumstances,
    Codes,
    ListingStore,
    Standings,
)
from candlewick.strategies.diff import Diff, diff_code

_MISSING = "There is no such listing, or it was taken down."


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A listing as one viewer sees it; `version` is the one that its page shows."""

    listing: Listing
    rights: Right
    version: ListingVersion | None = None
    is_watching: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """Ancestors, the nearest first, and forks; None stands for one that the viewer may not see."""

    ancestors: Sequence[Listing | None]
    forks: Sequence[Listing]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingService:
    listings: ListingStore
    authors: AuthorStore
    circumstances: Circumstances
    standings: Standings
    codes: Codes

    def see(self, user: UserId | None, listing_id: ListingId, wanted: Right = Right.SEE) -> Seen:
        """Return a listing with what `user` may do with it.

        Raises:
            NotFound: there is none, or it must not be known to them.
            Forbidden: it may be seen, but `wanted` is not theirs.
        """
        listing = self.listings.get(listing_id)
        if listing is None:
            raise NotFound(_MISSING)
        viewer = self.circumstances.viewer(listing_id, user)
        found = self._rights(viewer, listing)
        require(found, wanted)
        return Seen(listing=listing, rights=found, is_watching=viewer.is_watching)

    def page(self, user: UserId | None, listing_id: ListingId) -> Seen:
        """Return a listing with the version that its page shows: the current one, the latest before that."""
        seen = self.see(user, listing_id)
        number = seen.listing.current_version
        if number is None and Right.EDIT in seen.rights:
            number = seen.listing.latest_version
        version = None if number is None else self.listings.version(listing_id, number)
        return replace(seen, version=version)

    def version(
        self,
        user: UserId | None,
        listing_id: ListingId,
        number: int | None,
        wanted: Right = Right.SEE,
    ) -> tuple[Seen, ListingVersion]:
        """Return a version, the current one without `number`; unpublished ones are their author's alone."""
        seen = self.see(user, listing_id, wanted)
        number = seen.listing.current_version if number is None else number
        found = None if number is None else self.listings.version(listing_id, number)
        if found is None or not _is_shown(found, seen.rights):
            raise NotFound(f"This listing has no published version {number or ''}".rstrip() + ".")
        return seen, found

    def versions(
        self, user: UserId | None, listing_id: ListingId
    ) -> tuple[Seen, Sequence[ListingVersion]]:
        seen = self.see(user, listing_id)
        found = self.listings.versions(listing_id)
        return seen, [version for version in found if _is_shown(version, seen.rights)]

    def code(self, user: UserId | None, listing_id: ListingId, number: int) -> str:
        _, version = self.version(user, listing_id, number, Right.READ_CODE)
        return self._code(version)

    def diff(self, user: UserId | None, listing_id: ListingId, older: int, newer: int) -> Diff:
        """Return the difference of two versions whose code `user` may read."""
        codes = [self.code(user, listing_id, number) for number in (older, newer)]
        return diff_code(codes[0], codes[1], labels=(f"version {older}", f"version {newer}"))

    def lineage(self, user: UserId | None, listing_id: ListingId) -> Lineage:
        listing = self.see(user, listing_id).listing
        found = [self._if_seen(user, each) for each in ancestors(self.listings, listing)]
        forks = [self._if_seen(user, fork) for fork in self.listings.forks(listing_id)]
        shown = [fork for fork in forks if fork and fork.standing is Standing.PUBLISHED]
        return Lineage(ancestors=found, forks=shown)

    def ancestor_diff(self, user: UserId | None, listing_id: ListingId) -> Diff:
        """Return what a fork changed; its own current version is compared to the one it was forked from."""
        seen = self.page(user, listing_id)
        require(seen.rights, Right.READ_CODE)
        ancestor, version = seen.listing.ancestor, _version_of(seen)
        if ancestor is None:
            raise NotFound("This strategy was forked from nothing.")
        before = self.code(user, ancestor.listing, ancestor.version)
        return diff_code(before, self._code(version), labels=("its ancestor", "this strategy"))

    def if_seen(self, user: UserId | None, listing_id: ListingId) -> Listing | None:
        """Return a listing; None where `user` may not see it, or not any more."""
        return self._if_seen(user, self.listings.get(listing_id))

    def mine(self, owner: UserId) -> Sequence[Seen]:
        """Return an author's listings with the version that each one's page shows."""
        return [self.page(owner, listing.id) for listing in self.listings.of_owner(owner)]

    def _rights(self, viewer: Viewer, listing: Listing) -> Right:
        is_suspended = self._is_suspended(listing.owner)
        return rights(listing, viewer, is_author_suspended=is_suspended)

    def _is_suspended(self, owner: UserId) -> bool:
        try:
            self.standings.require(owner, fresh=False)
        except (AccountSuspended, Unauthenticated):
            return True
        return False

    def _if_seen(self, user: UserId | None, listing: Listing | None) -> Listing | None:
        if listing is None:
            return None
        viewer = self.circumstances.viewer(listing.id, user)
        return listing if Right.SEE in self._rights(viewer, listing) else None

    def _code(self, version: ListingVersion) -> str:
        return self.codes.get(version.owner, version.code_hash)


def _is_shown(version: ListingVersion, found: Right) -> bool:
    return version.published_at is not None or Right.EDIT in found


def _version_of(seen: Seen) -> ListingVersion:
    if seen.version is None:
        raise NotFound("No version of this listing is published yet.")
    return seen.version
