"""A notice: one thing that happened to a listing, told to one user."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from candlewick.accounts.models import UserId
from candlewick.marketplace.models import Listing, ListingId

KEPT_FOR = timedelta(days=180)
MAX_WATCHES = 200


class NoticeKind(StrEnum):
    NEW_VERSION = "new-version"
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"
    SUSPENDED = "suspended"
    OUT_OF_RANGE = "out-of-range"
    BACK_IN_RANGE = "back-in-range"
    GRADE_CHANGED = "grade-changed"
    REVIEWED = "reviewed"  # to the author
    ANSWERED = "answered"  # to the reviewer
    REVIEW_HIDDEN = "review-hidden"  # to the reviewer
    REPORT_DECIDED = "report-decided"  # to who reported it


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """`id` is made of what it tells and to whom: telling it twice tells it once."""

    id: str
    owner: UserId
    kind: NoticeKind
    listing: ListingId
    title: str  # the listing's, then
    text: str
    at: datetime
    expire_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """What happened to a listing. `key` tells one from the next of its kind: a version, a day, a revision."""

    kind: NoticeKind
    listing: ListingId
    title: str
    key: str
    text: str
    at: datetime

    def to(self, owner: UserId) -> Notice:
        parts = (owner, self.kind, self.listing, self.key)
        name = hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:40]
        return Notice(
            id=name,
            owner=owner,
            kind=self.kind,
            listing=self.listing,
            title=self.title,
            text=self.text,
            at=self.at,
            expire_at=self.at + KEPT_FOR,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    listing: ListingId
    user: UserId
    at: datetime


def happening(
    kind: NoticeKind, listing: Listing, *, key: str, text: str, at: datetime
) -> Happening:
    return Happening(
        kind=kind, listing=listing.id, title=listing.terms.title, key=key, text=text, at=at
    )
