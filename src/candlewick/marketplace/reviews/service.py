"""Writing, changing, reading and answering reviews."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from candlewick.accounts.models import UserId
from candlewick.errors import NotFound
from candlewick.log import logger
from candlewick.marketplace.access import Right
from candlewick.marketplace.models import Author, Listing, ListingId
from candlewick.marketplace.notices.models import Notice, NoticeKind, happening
from candlewick.marketplace.reviews.models import Review, ReviewId
from candlewick.marketplace.texts import markdown
from candlewick.pages import Page

log = logger(__name__)

_MISSING = "There is no such review."


class ReviewStore(Protocol):
    """Reviews. A listing's counts change in the transaction that changes its reviews."""

    def get(self, listing: ListingId, user: UserId) -> Review | None: ...

    def find(self, listing: ListingId, review: ReviewId) -> Review | None: ...

    def shown(self, listing: ListingId, *, cursor: str | None, size: int) -> Page[Review]:
        """Return those that no moderator has hidden, the newest first."""

    def put(
        self,
        listing: ListingId,
        user: UserId,
        make: Callable[[Review | None], Review | None],
        notices: Sequence[Notice] = (),
    ) -> Review | None:
        """Replace a user's review by what `make` makes of it; None takes it away."""

    def version_run(self, listing: ListingId, user: UserId) -> int | None:
        """Return which version the user ran last; None for who ran none."""


class Seen(Protocol):
    @property
    def listing(self) -> Listing: ...


class Listings(Protocol):
    def see(self, user: UserId | None, listing_id: ListingId, wanted: Right) -> Seen: ...


class Authors(Protocol):
    def of_user(self, owner: UserId) -> Author | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewService:
    reviews: ReviewStore
    listings: Listings
    authors: Authors
    now: Callable[[], datetime]
    new_id: Callable[[], str]

    def shown(
        self, user: UserId | None, listing_id: ListingId, *, cursor: str | None, size: int
    ) -> Page[Review]:
        self.listings.see(user, listing_id, Right.SEE)
        return self.reviews.shown(listing_id, cursor=cursor, size=size)

    def mine(self, user: UserId, listing_id: ListingId) -> Review | None:
        """Return one's own review, also where a moderator has hidden it."""
        self.listings.see(user, listing_id, Right.SEE)
        return self.reviews.get(listing_id, user)

    def write(self, user: UserId, listing_id: ListingId, *, stars: int, text: str) -> Review:
        """Write one's review, or change it; `Forbidden` to who never ran the strategy."""
        listing = self.listings.see(user, listing_id, Right.REVIEW).listing
        version = self.reviews.version_run(listing_id, user) or listing.current_version or 1
        author, cleaned, now = self.authors.of_user(user), markdown("text", text), self.now()
        fresh = Review(
            id=ReviewId(self.new_id()),
            listing=listing_id,
            user=user,
            reviewer=None if author is None else author.handle,
            version=version,
            stars=stars,
            text=cleaned,
            at=now,
        )
        told = happening(
            NoticeKind.REVIEWED, listing, key=fresh.id, text=f"A review with {stars} of 5 stars.", at=now
        )  # fmt: skip
        is_first = self.reviews.get(listing_id, user) is None
        notices = [told.to(listing.owner)] if is_first else []
        written = self.reviews.put(
            listing_id, user, lambda before: _changed(before, fresh), notices
        )
        log.info("review written", extra={"listing": listing_id, "is_first": is_first})
        return fresh if written is None else written

    def remove(self, user: UserId, listing_id: ListingId) -> None:
        """Take one's review back, also from a listing that is no longer to be seen."""
        if self.reviews.get(listing_id, user) is None:
            raise NotFound(_MISSING)
        self.reviews.put(listing_id, user, lambda _: None)

    def answer(
        self, author: UserId, listing_id: ListingId, review_id: ReviewId, text: str
    ) -> Review:
        """Answer a review of one's own listing, once."""
        listing = self.listings.see(author, listing_id, Right.EDIT).listing
        found = self.reviews.find(listing_id, review_id)
        if found is None or found.is_hidden:
            raise NotFound(_MISSING)
        cleaned, now = markdown("text", text), self.now()
        told = happening(
            NoticeKind.ANSWERED, listing, key=review_id, text="The author answered your review.", at=now
        )  # fmt: skip

        def answered(before: Review | None) -> Review:
            if before is None or before.id != review_id:
                raise NotFound(_MISSING)
            return before.answered(cleaned, now)

        notices = [told.to(found.user)]
        written = self.reviews.put(listing_id, found.user, answered, notices)
        return found if written is None else written


def _changed(before: Review | None, fresh: Review) -> Review:
    """Return the review as it is now; what was hidden stays hidden, and an answer stays with it."""
    if before is None:
        return fresh
    return replace(
        before,
        reviewer=fresh.reviewer,
        version=fresh.version,
        stars=fresh.stars,
        text=fresh.text,
        changed_at=fresh.at,
    )
