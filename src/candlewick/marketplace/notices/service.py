"""Watching listings and reading notices. Whoever changes a listing tells its watchers here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from candlewick.accounts.models import UserId
from candlewick.errors import QuotaExceeded
from candlewick.log import logger
from candlewick.marketplace.access import Right
from candlewick.marketplace.models import Listing, ListingId
from candlewick.marketplace.notices.models import (
    MAX_WATCHES,
    Notice,
    NoticeKind,
    Watch,
    happening,
)
from candlewick.pages import Page

log = logger(__name__)


class WatchStore(Protocol):
    def add(self, watch: Watch) -> None:
        """Store a watch and count it, once; in one transaction."""

    def remove(self, listing: ListingId, user: UserId) -> None:
        """Forget a watch and its count, if there is one; in one transaction."""

    def of_user(self, user: UserId) -> Sequence[Watch]:
        """Return what a user watches, the latest first."""

    def is_watching(self, listing: ListingId, user: UserId) -> bool: ...

    def watchers(self, listing: ListingId) -> Sequence[UserId]: ...


class NoticeStore(Protocol):
    def add(self, notices: Sequence[Notice]) -> None:
        """Store notices; one that was stored before stays as it is, read or not."""

    def of_user(self, owner: UserId, *, cursor: str | None, size: int) -> Page[Notice]:
        """Return a user's notices, the newest first."""

    def unread(self, owner: UserId) -> int: ...

    def read_until(self, owner: UserId) -> datetime | None: ...

    def mark_read(self, owner: UserId, until: datetime) -> None:
        """Remember that the user has seen all notices up to `until`; an earlier moment changes nothing."""


class Listings(Protocol):
    def see(self, user: UserId | None, listing_id: ListingId, wanted: Right) -> object:
        """Raise `NotFound` or `Forbidden` unless `user` may do this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """A page of notices; `read_until` parts the read ones from the others."""

    page: Page[Notice]
    unread: int
    read_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeService:
    watches: WatchStore
    notices: NoticeStore
    listings: Listings
    now: Callable[[], datetime]

    def watch(self, user: UserId, listing_id: ListingId) -> None:
        self.listings.see(user, listing_id, Right.WATCH)
        watched = {watch.listing for watch in self.watches.of_user(user)}
        if len(watched - {listing_id}) >= MAX_WATCHES:
            raise QuotaExceeded(f"You watch {MAX_WATCHES} listings; leave one that you no longer need.")  # fmt: skip
        self.watches.add(Watch(listing=listing_id, user=user, at=self.now()))

    def unwatch(self, user: UserId, listing_id: ListingId) -> None:
        """Stop watching, also what is no longer to be seen."""
        self.watches.remove(listing_id, user)

    def watched(self, user: UserId) -> Sequence[Watch]:
        """Return what a user watches, the latest first; some of it may be gone from sight."""
        return self.watches.of_user(user)

    def inbox(self, user: UserId, *, cursor: str | None, size: int) -> Inbox:
        return Inbox(
            page=self.notices.of_user(user, cursor=cursor, size=size),
            unread=self.notices.unread(user),
            read_until=self.notices.read_until(user),
        )

    def mark_read(self, user: UserId, until: datetime) -> int:
        """Return how many are unread after that."""
        self.notices.mark_read(user, min(until, self.now()))
        return self.notices.unread(user)


@dataclass(frozen=True, slots=True, kw_only=True)
class WatcherTeller:
    """Tells everybody who watches a listing what it did; the author knows already.

    `key` tells one event from the next of its kind (a version, a day): telling it twice tells it once.
    """

    watches: WatchStore
    notices: NoticeStore
    now: Callable[[], datetime]

    def tell_watchers(self, kind: NoticeKind, listing: Listing, *, key: str, text: str) -> None:
        found = happening(kind, listing, key=key, text=text, at=self.now())
        watchers = [user for user in self.watches.watchers(listing.id) if user != listing.owner]
        self.notices.add([found.to(user) for user in watchers])
        facts = {"listing": listing.id, "kind": kind, "watchers": len(watchers)}
        log.info("watchers told", extra=facts)
