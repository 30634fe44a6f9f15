"""/api/v1/marketplace/listings/{id}/reviews: what people who ran a strategy say about it."""

from datetime import datetime
from typing import Annotated

from flask import Response
from pydantic import Field

from api.auth import session, visitor
from api.marketplace.blueprints import ANYBODY, make_blueprint
from api.marketplace.bodies import ListingPath
from api.schema import Body, Id, PageQuery, View, no_content, reply
from api.services import services
from candlewick.accounts.models import Scope, UserId
from candlewick.marketplace.models import ListingId
from candlewick.marketplace.reviews.models import (
    LEAST_STARS,
    MOST_STARS,
    TEXT_LENGTH,
    Review,
    ReviewId,
)

blueprint = make_blueprint("reviews")

_REVIEWS = "/listings/<listing_id>/reviews"
_NO_HANDLE = "a user"

Text = Annotated[str, Field(max_length=TEXT_LENGTH)]


class ReviewBody(Body):
    """`text` is Markdown, without HTML, images and links to anything but https."""

    stars: Annotated[int, Field(ge=LEAST_STARS, le=MOST_STARS)]
    text: Text = ""


class AnswerBody(Body):
    text: Annotated[Text, Field(min_length=1)]


class ReviewPath(ListingPath):
    review_id: Id


class AnswerView(View):
    text: str
    at: datetime


class ReviewView(View):
    """`version` is the one that the reviewer ran; `reviewer` is their handle, or `a user`."""

    id: str
    reviewer: str
    version: int
    stars: int
    text: str
    at: datetime
    changed_at: datetime | None
    answer: AnswerView | None
    is_hidden: bool


class ReviewsView(View):
    """`mine` is the viewer's own, also where a moderator has hidden it."""

    items: list[ReviewView]
    next_cursor: str | None
    mine: ReviewView | None


@blueprint.get(_REVIEWS, security=ANYBODY, responses={200: ReviewsView})
def list_reviews(path: ListingPath, query: PageQuery) -> Response:
    """List a listing's reviews, the newest first."""
    user, listing_id = visitor(Scope.READ), ListingId(path.listing_id)
    found = services().marketplace.reviews
    page = found.shown(user, listing_id, cursor=query.cursor, size=query.size)
    mine = None if user is None else found.mine(user, listing_id)
    items = [view(review) for review in page.items]
    own = None if mine is None else view(mine)
    return reply(ReviewsView(items=items, next_cursor=page.next_cursor, mine=own))


@blueprint.put(f"{_REVIEWS}/mine", responses={200: ReviewView})
def write_review(path: ListingPath, body: ReviewBody) -> Response:
    """Write one's review, or change it; for who has run the strategy."""
    written = services().marketplace.reviews.write(
        _writer(), ListingId(path.listing_id), stars=body.stars, text=body.text
    )
    return reply(view(written))


@blueprint.delete(f"{_REVIEWS}/mine", responses={204: None})
def delete_review(path: ListingPath) -> Response:
    """Take one's review back."""
    services().marketplace.reviews.remove(session().id, ListingId(path.listing_id))
    return no_content()


@blueprint.post(f"{_REVIEWS}/<review_id>/answer", responses={200: ReviewView})
def answer_review(path: ReviewPath, body: AnswerBody) -> Response:
    """Answer a review of one's own listing, once."""
    answered = services().marketplace.reviews.answer(
        _writer(), ListingId(path.listing_id), ReviewId(path.review_id), body.text
    )
    return reply(view(answered))


def view(review: Review) -> ReviewView:
    answer = review.answer
    return ReviewView(
        id=review.id,
        reviewer=review.reviewer or _NO_HANDLE,
        version=review.version,
        stars=review.stars,
        text=review.text,
        at=review.at,
        changed_at=review.changed_at,
        answer=None if answer is None else AnswerView(text=answer.text, at=answer.at),
        is_hidden=review.is_hidden,
    )


def _writer() -> UserId:
    who = session()
    services().limiter.check(who.id, "review")
    return who.id
