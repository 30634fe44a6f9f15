"""The marketplace's stores in memory. The contract tests hold them to what Firestore's adapters do."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from candlewick.accounts.models import UserId
from candlewick.errors import NotFound
from candlewick.marketplace.access import Viewer
from candlewick.marketplace.firestore import require_free
from candlewick.marketplace.members import member_of
from candlewick.marketplace.models import (
    Author,
    ExamId,
    Handle,
    Listing,
    ListingId,
    ListingVersion,
    Use,
    UseKind,
)
from candlewick.marketplace.ports import Changed
from candlewick.marketplace.viewers import is_valid
from tests.in_memory_books import InMemoryBooks
from tests.in_memory_members import InMemoryMembers

Indexed = tuple[Listing, ListingVersion | None]


class InMemoryListings:
    def __init__(
        self, index: Callable[[Listing, ListingVersion | None], None] | None = None
    ) -> None:
        self._index = index or (lambda *_: None)
        self._listings: dict[ListingId, Listing] = {}
        self._versions: dict[tuple[ListingId, int], ListingVersion] = {}
        self.indexed: list[Indexed] = []

    def add(
        self, listing: Listing, version: ListingVersion, check: Callable[[Sequence[Listing]], None]
    ) -> None:
        check(self.of_owner(listing.owner))
        self._versions[listing.id, version.number] = version
        self._write(listing)

    def get(self, listing_id: ListingId) -> Listing | None:
        return self._listings.get(listing_id)

    def of_owner(self, owner: UserId) -> Sequence[Listing]:
        found = [listing for listing in self._listings.values() if listing.owner == owner]
        return sorted(found, key=lambda listing: (listing.updated_at, listing.id), reverse=True)

    def forks(self, listing_id: ListingId) -> Sequence[Listing]:
        found = [
            listing
            for listing in self._listings.values()
            if listing.ancestor is not None and listing.ancestor.listing == listing_id
        ]
        return sorted(found, key=lambda listing: (listing.created_at, listing.id))

    def change(self, listing_id: ListingId, decide: Callable[[Listing], Listing]) -> Listing:
        return self._write(decide(self._read(listing_id)))

    def add_version(
        self, listing_id: ListingId, make: Callable[[Listing], ListingVersion]
    ) -> ListingVersion:
        listing = self._read(listing_id)
        made = make(listing)
        self._versions[listing_id, made.number] = made
        self._write(replace(listing, latest_version=made.number, updated_at=made.created_at))
        return made

    def version(self, listing_id: ListingId, number: int) -> ListingVersion | None:
        return self._versions.get((listing_id, number))

    def versions(self, listing_id: ListingId) -> Sequence[ListingVersion]:
        found = [version for (of, _), version in self._versions.items() if of == listing_id]
        return sorted(found, key=lambda version: version.number, reverse=True)

    def change_version(
        self,
        listing_id: ListingId,
        number: int,
        decide: Callable[[Listing, ListingVersion], Changed],
    ) -> Changed:
        listing, before = self._read(listing_id), self.version(listing_id, number)
        if before is None:
            raise NotFound(f"This listing has no version {number}.")
        changed, version = decide(listing, before)
        self._versions[listing_id, number] = version
        self._write(changed)
        return changed, version

    def _read(self, listing_id: ListingId) -> Listing:
        if listing_id not in self._listings:
            raise NotFound("There is no such listing, or it was taken down.")
        return self._listings[listing_id]

    def _write(self, listing: Listing) -> Listing:
        number = listing.current_version
        current = None if number is None else self._versions[listing.id, number]
        self.indexed.append((listing, current))
        self._index(listing, current)
        self._listings[listing.id] = listing
        return listing


class InMemoryAuthors:
    def __init__(self) -> None:
        self._authors: dict[Handle, Author] = {}

    def get(self, handle: Handle) -> Author | None:
        return self._authors.get(handle)

    def of_user(self, owner: UserId) -> Author | None:
        found = [author for author in self._authors.values() if author.owner == owner]
        return found[0] if found else None

    def put(self, author: Author) -> None:
        holder, mine = self.get(author.handle), self.of_user(author.owner)
        require_free(
            author,
            holder=None if holder is None else holder.owner,
            handle=None if mine is None else mine.handle,
        )
        self._authors[author.handle] = author


class InMemoryUses:
    def __init__(self, listings: InMemoryListings) -> None:
        self._listings = listings
        self._uses: dict[tuple[UserId, ListingId], Use] = {}

    def note(
        self, user: UserId, listing_id: ListingId, version: int, kind: UseKind, now: datetime
    ) -> None:
        before = self.get(user, listing_id)
        after = (before or Use(listing=listing_id, version=version)).after(kind, version, now)
        listing = self._listings.get(listing_id)
        if listing is None:
            raise NotFound("There is no such listing, or it was taken down.")
        if listing.used(before, after) != listing:
            self._listings.change(listing_id, lambda found: found.used(before, after))
        self._uses[user, listing_id] = after

    def of_user(self, user: UserId) -> Sequence[Use]:
        return [use for (of, _), use in self._uses.items() if of == user]

    def get(self, user: UserId, listing_id: ListingId) -> Use | None:
        return self._uses.get((user, listing_id))


class InMemoryCircumstances:
    """Who is what; sets of (listing, user), and of users who moderate."""

    def __init__(
        self,
        uses: InMemoryUses,
        members: InMemoryMembers,
        books: InMemoryBooks,
        now: Callable[[], datetime],
    ) -> None:
        self._uses, self._members, self._books, self._now = uses, members, books, now
        self.watching: set[tuple[str, str]] = set()
        self.moderators: set[str] = set()

    def viewer(self, listing_id: ListingId, user: UserId | None) -> Viewer:
        if user is None:
            return Viewer(user=None)
        use = self._uses.get(user, listing_id)
        bought = self._books.entitlements.get((listing_id, user))
        return Viewer(
            user=user,
            is_member=any(
                each.id == member_of(listing_id, user) for each in self._members.members(listing_id)
            ),
            is_entitled=bought is not None and is_valid(bought.until, self._now()),
            is_user=use is not None and use.has_run,
            is_moderator=user in self.moderators,
            is_watching=(listing_id, user) in self.watching,
        )

    def is_moderator(self, user: UserId) -> bool:
        return user in self.moderators


class RecordingExaminer:
    """Begins examinations that end when the test says so."""

    def __init__(self) -> None:
        self.begun: list[ListingVersion] = []
        self.raises: Exception | None = None

    def begin(self, version: ListingVersion) -> ExamId:
        if self.raises is not None:
            raise self.raises
        self.begun.append(version)
        return ExamId(f"exam-{version.listing}-{version.number}")
