"""A review: what one user who ran a strategy says about it. Each has one, and may change it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NewType

from candlewick.accounts.models import UserId
from candlewick.errors import Conflict
from candlewick.marketplace.models import Handle, ListingId

ReviewId = NewType("ReviewId", str)

TEXT_LENGTH = 4_000
LEAST_STARS, MOST_STARS = 1, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the author says to a review, once."""

    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """`id` names it to others; the document is named by its writer, whom nobody is told."""

    id: ReviewId
    listing: ListingId
    user: UserId
    reviewer: Handle | None  # None: without a handle
    version: int  # that was run
    stars: int
    text: str
    at: datetime
    changed_at: datetime | None = None
    answer: Answer | None = None
    is_hidden: bool = False  # by a moderator

    @property
    def counted(self) -> tuple[int, int]:
        """Return what it adds to a listing's number of reviews and sum of stars."""
        return (0, 0) if self.is_hidden else (1, self.stars)

    def answered(self, text: str, now: datetime) -> "Review":
        if self.answer is not None:
            raise Conflict("You have answered this review already.")
        return replace(self, answer=Answer(text=text, at=now))

    def hidden(self, *, is_hidden: bool) -> "Review":
        return replace(self, is_hidden=is_hidden)
