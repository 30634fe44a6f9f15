"""/api/v1/marketplace/…/reports and /moderation: what is reported, and what moderators decide."""

from datetime import datetime
from typing import Annotated

from flask import Response
from pydantic import Field

from api.auth import session
from api.marketplace.blueprints import make_blueprint
from api.marketplace.bodies import ListingPath
from api.marketplace.reviews import ReviewView
from api.marketplace.reviews import view as review_view
from api.schema import Body, Id, PageQuery, Path, View, no_content, reply
from api.services import services
from candlewick.accounts.models import UserId
from candlewick.marketplace.models import ListingId, Standing, Visibility
from candlewick.marketplace.moderation.models import (
    REASON_LENGTH,
    TEXT_LENGTH,
    Case,
    CaseId,
    CaseState,
    ReportReason,
    Ruling,
)
from candlewick.marketplace.moderation.service import Opened
from candlewick.marketplace.reviews.models import ReviewId

blueprint = make_blueprint("moderation")

_CASE = "/moderation/<case_id>"
_NO_HANDLE = "a moderator"


class ReportBody(Body):
    """`review_id`: a review of this listing is meant, not the listing itself."""

    reason: ReportReason
    text: Annotated[str, Field(max_length=TEXT_LENGTH)] = ""
    review_id: Id | None = None


class QueueQuery(PageQuery):
    state: CaseState = CaseState.OPEN


class CasePath(Path):
    case_id: Id


class RevisionBody(Body):
    """`revision` is the case's, as it was read: what somebody changed meanwhile is a 409."""

    revision: Annotated[int, Field(ge=1)]


class DecisionBody(RevisionBody):
    """`reason` is told to the author where something is taken down or put back."""

    ruling: Ruling
    reason: Annotated[str, Field(min_length=1, max_length=REASON_LENGTH)]


class DecisionView(View):
    ruling: Ruling
    reason: str
    moderator: str
    at: datetime


class CaseView(View):
    """`moderator` is the handle of who has it in hand, `isMine` whether that is the caller."""

    id: str
    listing_id: str
    review_id: str | None
    state: CaseState
    opened_at: datetime
    changed_at: datetime
    reports: int
    revision: int
    moderator: str | None
    is_mine: bool
    decisions: list[DecisionView]


class QueueView(View):
    items: list[CaseView]
    next_cursor: str | None


class ReportView(View):
    reason: ReportReason
    text: str
    at: datetime


class CaseListingView(View):
    """What a moderator reads of the listing; a draft's description is its author's alone."""

    id: str
    title: str
    summary: str
    description: str
    author: str
    standing: Standing
    visibility: Visibility


class OpenedCaseView(View):
    case: CaseView
    listing: CaseListingView
    review: ReviewView | None
    reports: list[ReportView]


@blueprint.post("/listings/<listing_id>/reports", responses={204: None})
def report_listing(path: ListingPath, body: ReportBody) -> Response:
    """Report a listing or one of its reviews to the moderators. Several reports make one case."""
    user, found = session().id, services().marketplace.moderation
    services().limiter.check(user, "report")
    review = None if body.review_id is None else ReviewId(body.review_id)
    report = found.a_report(user, body.reason, body.text)
    found.report(user, ListingId(path.listing_id), review, report)
    return no_content()


@blueprint.get("/moderation/queue", responses={200: QueueView})
def list_cases(query: QueueQuery) -> Response:
    """List the cases in a state, the one that waits longest first; for moderators."""
    user = session().id
    page = services().marketplace.moderation.queue(
        user, query.state, cursor=query.cursor, size=query.size
    )
    items = [_case(case, user) for case in page.items]
    return reply(QueueView(items=items, next_cursor=page.next_cursor))


@blueprint.get(_CASE, responses={200: OpenedCaseView})
def get_case(path: CasePath) -> Response:
    """Return a case with what is reported and the latest reports, without who reported; for moderators."""
    user = session().id
    return reply(_opened(services().marketplace.moderation.open(user, CaseId(path.case_id)), user))


@blueprint.post(f"{_CASE}/take", responses={200: CaseView})
def take_case(path: CasePath, body: RevisionBody) -> Response:
    """Take a case into one's hands, also out of another moderator's."""
    user = session().id
    found = services().marketplace.moderation.take(user, CaseId(path.case_id), body.revision)
    return reply(_case(found, user))


@blueprint.post(f"{_CASE}/release", responses={200: CaseView})
def release_case(path: CasePath, body: RevisionBody) -> Response:
    """Give a case back to the queue."""
    user = session().id
    found = services().marketplace.moderation.release(user, CaseId(path.case_id), body.revision)
    return reply(_case(found, user))


@blueprint.post(f"{_CASE}/decisions", responses={200: CaseView})
def decide_case(path: CasePath, body: DecisionBody) -> Response:
    """Decide a case. What is decided happens at once and is audited; the author is told."""
    user = session().id
    found = services().marketplace.moderation.decide(
        user, CaseId(path.case_id), body.ruling, reason=body.reason, revision=body.revision
    )
    return reply(_case(found, user))


def _case(case: Case, viewer: UserId) -> CaseView:
    return CaseView(
        id=case.id,
        listing_id=case.listing,
        review_id=case.review,
        state=case.state,
        opened_at=case.opened_at,
        changed_at=case.changed_at,
        reports=case.reports,
        revision=case.revision,
        moderator=None if case.moderator is None else _name(case.moderator),
        is_mine=case.moderator == viewer,
        decisions=[
            DecisionView(
                ruling=decision.ruling,
                reason=decision.reason,
                moderator=_name(decision.moderator),
                at=decision.at,
            )
            for decision in case.decisions
        ],
    )


def _name(user: UserId) -> str:
    author = services().marketplace.moderation.authors.of_user(user)
    return _NO_HANDLE if author is None else author.handle


def _opened(found: Opened, viewer: UserId) -> OpenedCaseView:
    listing, terms = found.listing, found.listing.terms
    return OpenedCaseView(
        case=_case(found.case, viewer),
        listing=CaseListingView(
            id=listing.id,
            title=terms.title,
            summary=terms.summary,
            description="" if listing.standing is Standing.DRAFT else terms.description,
            author=listing.author,
            standing=listing.standing,
            visibility=terms.visibility,
        ),
        review=None if found.review is None else review_view(found.review),
        reports=[
            ReportView(reason=item.reason, text=item.text, at=item.at) for item in found.reports
        ],
    )
