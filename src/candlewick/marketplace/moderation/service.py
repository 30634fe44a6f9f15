"""Reporting, and deciding about what was reported. Every decision is audited in the transaction that carries it out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from candlewick.accounts.models import UserId
from candlewick.audit import Action, AuditEntry
from candlewick.errors import Conflict, Forbidden, Invalid, NotFound
from candlewick.log import logger
from candlewick.marketplace import texts
from candlewick.marketplace.access import Right
from candlewick.marketplace.models import Listing, ListingId, Standing
from candlewick.marketplace.moderation.models import (
    Case,
    CaseId,
    CaseState,
    Decision,
    Report,
    ReportReason,
    Ruling,
    case_of,
)
from candlewick.marketplace.moderation.ports import (
    Authors,
    CaseStore,
    ListingReader,
    Listings,
    Moderators,
    Outcome,
    Reviews,
    Situation,
)
from candlewick.marketplace.notices.models import Notice, NoticeKind, happening
from candlewick.marketplace.ports import Watchers
from candlewick.marketplace.reviews.models import Review, ReviewId
from candlewick.pages import Page

log = logger(__name__)

_MISSING = "There is no such case."
_NOBODY = "Only moderators may do this."
_ACTIONS = {
    Ruling.DISMISS: Action.DISMISS_REPORT,
    Ruling.SUSPEND_LISTING: Action.SUSPEND_LISTING,
    Ruling.RESTORE_LISTING: Action.RESTORE_LISTING,
    Ruling.HIDE_REVIEW: Action.HIDE_REVIEW,
    Ruling.RESTORE_REVIEW: Action.RESTORE_REVIEW,
}
_TO_AUTHOR = {
    Ruling.SUSPEND_LISTING: (NoticeKind.SUSPENDED, "A moderator took this listing down: "),
    Ruling.RESTORE_LISTING: (NoticeKind.RESTORED, "A moderator put this listing back: "),
}
_TO_WATCHERS = {
    Ruling.SUSPEND_LISTING: (NoticeKind.SUSPENDED, "A moderator took this listing down."),
    Ruling.RESTORE_LISTING: (NoticeKind.RESTORED, "A moderator put this listing back."),
}
_OF_REVIEWS = {Ruling.HIDE_REVIEW: True, Ruling.RESTORE_REVIEW: False}
_OF_LISTINGS = {Ruling.SUSPEND_LISTING, Ruling.RESTORE_LISTING}
_TO_REPORTER = {
    Ruling.DISMISS: "It was looked at and stays as it is.",
    Ruling.SUSPEND_LISTING: "The listing was taken down.",
    Ruling.HIDE_REVIEW: "The review is no longer shown.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A case with all that a moderator needs to decide."""

    case: Case
    listing: Listing
    review: Review | None
    reports: Sequence[Report]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerationService:
    cases: CaseStore
    moderators: Moderators
    watchers: Watchers
    listings: Listings
    reader: ListingReader
    reviews: Reviews
    authors: Authors
    now: Callable[[], datetime]
    new_id: Callable[[], str]

    def report(
        self, user: UserId, listing_id: ListingId, review_id: ReviewId | None, what: Report
    ) -> None:
        """Report a listing, or one of its reviews; several reports make one case."""
        self.listings.see(user, listing_id, Right.REPORT)
        review = None if review_id is None else self._review(listing_id, review_id)
        case = Case(
            id=case_of(listing_id, review_id),
            listing=listing_id,
            review=review_id,
            reviewer=None if review is None else review.user,
            state=CaseState.OPEN,
            opened_at=what.at,
            changed_at=what.at,
        )
        stored = self.cases.report(case, what)
        log.info("reported", extra={"case": case.id, "reason": what.reason, "reports": stored.reports})  # fmt: skip

    def a_report(self, user: UserId, reason: ReportReason, text: str) -> Report:
        return Report(user=user, reason=reason, text=texts.lines(text), at=self.now())

    def queue(
        self, moderator: UserId, state: CaseState, *, cursor: str | None, size: int
    ) -> Page[Case]:
        self._require_moderator(moderator)
        return self.cases.queue(state, cursor=cursor, size=size)

    def open(self, moderator: UserId, case_id: CaseId) -> Opened:
        self._require_moderator(moderator)
        case = self.cases.get(case_id)
        listing = None if case is None else self.reader.get(case.listing)
        if case is None or listing is None:
            raise NotFound(_MISSING)
        review = None if case.review is None else self.reviews.find(case.listing, case.review)
        return Opened(
            case=case, listing=listing, review=review, reports=self.cases.reports(case_id)
        )

    def take(self, moderator: UserId, case_id: CaseId, revision: int) -> Case:
        self._require_moderator(moderator)
        now = self.now()
        return self.cases.change(case_id, lambda case: case.taken(moderator, revision, now))

    def release(self, moderator: UserId, case_id: CaseId, revision: int) -> Case:
        self._require_moderator(moderator)
        now = self.now()
        return self.cases.change(case_id, lambda case: case.released(moderator, revision, now))

    def decide(
        self, moderator: UserId, case_id: CaseId, ruling: Ruling, *, reason: str, revision: int
    ) -> Case:
        """Decide a case. `revision` is the one that the moderator has read: nothing is decided twice."""
        self._require_moderator(moderator)
        cleaned = texts.lines(reason)
        if not cleaned:
            raise Invalid("Give a reason; the author is told.", fields=(("reason", "Give a reason."),))  # fmt: skip
        decision = Decision(ruling=ruling, reason=cleaned, moderator=moderator, at=self.now())
        name = self.new_id()
        outcome = self.cases.decide(
            case_id, lambda found: _decided(found, decision, revision, name)
        )
        if outcome.listing is not None:
            kind, text = _TO_WATCHERS[ruling]
            self.watchers.tell_watchers(kind, outcome.listing, key=name, text=text)
        log.info("case decided", extra={"case": case_id, "ruling": ruling, "moderator": moderator})
        return outcome.case

    def _review(self, listing_id: ListingId, review_id: ReviewId) -> Review:
        found = self.reviews.find(listing_id, review_id)
        if found is None or found.is_hidden:
            raise NotFound("There is no such review.")
        return found

    def _require_moderator(self, user: UserId) -> None:
        if not self.moderators.is_moderator(user):
            raise Forbidden(_NOBODY)


def _decided(found: Situation, decision: Decision, revision: int, name: str) -> Outcome:
    if decision.moderator == found.listing.owner:
        raise Forbidden("This is your own listing; another moderator decides about it.")
    is_about_review = found.case.review is not None
    if decision.ruling is not Ruling.DISMISS and is_about_review is not (
        decision.ruling in _OF_REVIEWS
    ):
        raise Invalid("This decision is of another kind than the case.")
    listing = _listing_after(found, decision) if decision.ruling in _OF_LISTINGS else None
    review = _review_after(found, decision) if decision.ruling in _OF_REVIEWS else None
    remembered = replace(decision, before=found.listing.standing if listing else None)
    return Outcome(
        case=found.case.decided(remembered, revision),
        listing=listing,
        review=review,
        audit=AuditEntry(
            id=name,
            at=decision.at,
            operator=decision.moderator,
            action=_ACTIONS[decision.ruling],
            target=_target(found.case),
            owner=found.case.reviewer if found.case.review else found.listing.owner,
            reason=decision.reason,
            before=_shown(found.listing if listing else None, found.review if review else None),
            after=_shown(listing, review),
        ),
        notices=list(_notices(found, decision)),
    )


def _shown(listing: Listing | None, review: Review | None) -> dict[str, object]:
    """Return the fields that a decision changes, for the audit."""
    fields: dict[str, object] = {}
    if listing is not None:
        fields["standing"] = listing.standing.value
    if review is not None:
        fields["isHidden"] = review.is_hidden
    return fields


def _target(case: Case) -> str:
    listing = f"listings/{case.listing}"
    return listing if case.review is None else f"{listing}/reviews/{case.reviewer}"


def _listing_after(found: Situation, decision: Decision) -> Listing:
    if decision.ruling is Ruling.SUSPEND_LISTING:
        return found.listing.moved_to(Standing.SUSPENDED, decision.at)
    if found.listing.standing is not Standing.SUSPENDED:
        raise Conflict("This listing is not taken down.")
    befores = [
        item.before for item in found.case.decisions if item.ruling is Ruling.SUSPEND_LISTING
    ]
    was = befores[-1] if befores else Standing.WITHDRAWN
    # A draft cannot be one again; withdrawn, its author may publish it.
    to = Standing.PUBLISHED if was is Standing.PUBLISHED else Standing.WITHDRAWN
    return found.listing.moved_to(to, decision.at)


def _review_after(found: Situation, decision: Decision) -> Review:
    if found.review is None or found.review.id != found.case.review:
        raise Conflict("This review is no longer there.")
    is_hidden = _OF_REVIEWS[decision.ruling]
    if found.review.is_hidden is is_hidden:
        raise Conflict("This review is hidden already." if is_hidden else "This review is shown.")
    return found.review.hidden(is_hidden=is_hidden)


def _notices(found: Situation, decision: Decision) -> Iterator[Notice]:
    key = f"{found.case.id}-{found.case.revision}"
    if decision.ruling in _TO_AUTHOR:
        kind, text = _TO_AUTHOR[decision.ruling]
        told = happening(kind, found.listing, key=key, text=text + decision.reason, at=decision.at)
        yield told.to(found.listing.owner)
    if decision.ruling is Ruling.HIDE_REVIEW and found.review is not None:
        text = f"A moderator no longer shows your review: {decision.reason}"
        hidden = happening(NoticeKind.REVIEW_HIDDEN, found.listing, key=key, text=text, at=decision.at)  # fmt: skip
        yield hidden.to(found.review.user)
    if decision.ruling in _TO_REPORTER:
        text = f"What you reported was decided. {_TO_REPORTER[decision.ruling]}"
        over = happening(NoticeKind.REPORT_DECIDED, found.listing, key=key, text=text, at=decision.at)  # fmt: skip
        yield from (over.to(user) for user in found.reporters)
