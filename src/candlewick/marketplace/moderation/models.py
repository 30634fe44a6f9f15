"""A case: what was reported about one listing or one review, and what moderators decided about it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType

from candlewick.accounts.models import UserId
from candlewick.errors import Conflict
from candlewick.marketplace.models import ListingId, Standing
from candlewick.marketplace.reviews.models import ReviewId

CaseId = NewType("CaseId", str)

TEXT_LENGTH = 1_000
REASON_LENGTH = 1_000
MOST_SHOWN_REPORTS = 50


class ReportReason(StrEnum):
    MISLEADING = "misleading"  # promises, invented figures
    COPIED = "copied"  # somebody else's work
    MALICIOUS = "malicious"  # code that does something else
    ADVERTISING = "advertising"
    OFFENSIVE = "offensive"
    PRIVACY = "privacy"
    OTHER = "other"


class CaseState(StrEnum):
    OPEN = "open"
    IN_REVIEW = "in-review"
    DECIDED = "decided"


class Ruling(StrEnum):
    """What moderators can decide."""

    DISMISS = "dismiss"
    SUSPEND_LISTING = "suspend-listing"
    RESTORE_LISTING = "restore-listing"
    HIDE_REVIEW = "hide-review"
    RESTORE_REVIEW = "restore-review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one user reported. Moderators read it without its writer."""

    user: UserId
    reason: ReportReason
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    ruling: Ruling
    reason: str
    moderator: UserId
    at: datetime
    before: Standing | None = None  # of the listing: what restoring it leads back to


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`revision` rises with every change: who decides names the one that they have read.

    `reports` counts all of them; the reports themselves are documents of their own.
    """

    id: CaseId
    listing: ListingId
    review: ReviewId | None
    reviewer: UserId | None  # who wrote the review
    state: CaseState
    opened_at: datetime
    changed_at: datetime
    reports: int = 0
    revision: int = 1
    moderator: UserId | None = None  # in whose hands it is
    decisions: tuple[Decision, ...] = ()

    def reported(self, now: datetime) -> "Case":
        """Return the case with one more report; one that was decided opens again."""
        is_over = self.state is CaseState.DECIDED
        return replace(
            self,
            state=CaseState.OPEN if is_over else self.state,
            opened_at=now if is_over else self.opened_at,
            moderator=None if is_over else self.moderator,
            changed_at=now,
            reports=self.reports + 1,
            revision=self.revision + 1,
        )

    def taken(self, moderator: UserId, revision: int, now: datetime) -> "Case":
        """Return the case in a moderator's hands. What another one holds may be taken over."""
        self._require(revision)
        if self.state is CaseState.DECIDED:
            raise Conflict("This case is decided.")
        return self._moved(CaseState.IN_REVIEW, moderator, now)

    def released(self, moderator: UserId, revision: int, now: datetime) -> "Case":
        self._require(revision)
        if self.moderator != moderator or self.state is not CaseState.IN_REVIEW:
            raise Conflict("This case is not in your hands.")
        return replace(self._moved(CaseState.OPEN, moderator, now), moderator=None)

    def decided(self, decision: Decision, revision: int) -> "Case":
        """Return the case with a decision; a decided one can still be turned round by another decision."""
        self._require(revision)
        if self.state is CaseState.IN_REVIEW and self.moderator != decision.moderator:
            raise Conflict("Another moderator has this case in hand; take it over first.")
        if self.state is CaseState.DECIDED and decision.ruling is Ruling.DISMISS:
            raise Conflict("This case is decided already.")
        moved = self._moved(CaseState.DECIDED, decision.moderator, decision.at)
        return replace(moved, decisions=(*self.decisions, decision))

    def _moved(self, state: CaseState, moderator: UserId, now: datetime) -> "Case":
        return replace(
            self, state=state, moderator=moderator, changed_at=now, revision=self.revision + 1
        )

    def _require(self, revision: int) -> None:
        if revision != self.revision:
            raise Conflict("Somebody changed this case since you read it; look at it again.")


def case_of(listing: ListingId, review: ReviewId | None) -> CaseId:
    """Return the id of the one case about a listing or a review."""
    return CaseId(listing if review is None else f"{listing}-{review}")
