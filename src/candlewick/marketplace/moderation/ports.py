"""What moderation needs of the database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from candlewick.accounts.models import UserId
from candlewick.audit import AuditEntry
from candlewick.marketplace.access import Right
from candlewick.marketplace.models import Author, Listing, ListingId
from candlewick.marketplace.moderation.models import Case, CaseId, CaseState, Report
from candlewick.marketplace.notices.models import Notice
from candlewick.marketplace.reviews.models import Review, ReviewId
from candlewick.pages import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a decision is about, as it is now. `reporters` are all who reported it."""

    case: Case
    listing: Listing
    review: Review | None
    reporters: Sequence[UserId]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a decision makes of it, stored in one transaction; None stays as it is."""

    case: Case
    audit: AuditEntry
    notices: Sequence[Notice]
    listing: Listing | None = None
    review: Review | None = None


class CaseStore(Protocol):
    def report(self, case: Case, report: Report) -> Case:
        """Add a report to the case of its target, which `case` is if there is none; one a user.

        In one transaction; a second report of the same user replaces the first and changes nothing else while the
        case is open.
        """

    def get(self, case_id: CaseId) -> Case | None: ...

    def reports(self, case_id: CaseId) -> Sequence[Report]:
        """Return the latest reports, the newest first."""

    def queue(self, state: CaseState, *, cursor: str | None, size: int) -> Page[Case]:
        """Return the cases in a state, the one that has waited longest first."""

    def change(self, case_id: CaseId, change: Callable[[Case], Case]) -> Case:
        """Replace a case by what `change` makes of it; `NotFound` without it."""

    def decide(self, case_id: CaseId, decide: Callable[[Situation], Outcome]) -> Outcome:
        """Carry a decision out: case, listing with its search row, review with its counts, audit, notices."""


class Moderators(Protocol):
    def is_moderator(self, user: UserId) -> bool: ...


class Seen(Protocol):
    @property
    def listing(self) -> Listing: ...


class Listings(Protocol):
    def see(self, user: UserId | None, listing_id: ListingId, wanted: Right) -> Seen: ...


class Reviews(Protocol):
    def find(self, listing: ListingId, review: ReviewId) -> Review | None: ...


class Authors(Protocol):
    def of_user(self, owner: UserId) -> Author | None: ...


class ListingReader(Protocol):
    def get(self, listing_id: ListingId) -> Listing | None: ...
