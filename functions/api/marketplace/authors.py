"""/api/v1/marketplace/authors and /my/author: who publishes."""

from flask import Response

from api.auth import caller, visitor
from api.marketplace import views
from api.marketplace.blueprints import ANYBODY, make_blueprint
from api.marketplace.bodies import AuthorBody, AuthorPath
from api.marketplace.listings import publisher
from api.marketplace.search import CardView, card
from api.schema import View, reply
from api.services import services
from candlewick.accounts.models import Scope
from candlewick.marketplace.models import Handle
from candlewick.marketplace.records.models import Spread, TrackRecord

blueprint = make_blueprint("authors")


class SpreadView(View):
    """`low` and `high`: eight of ten figures lie between them."""

    median: float
    low: float
    high: float


class TrackRecordView(View):
    """All that was ever published: withdrawn, suspended, replaced, unlisted and private versions count too.

    `followed` versions have out-of-sample results; of these `failed` left their expected range and `losing` lost money.
    """

    listings: int
    withdrawn: int
    suspended: int
    versions: int
    followed: int
    failed: int
    losing: int
    profit: SpreadView | None
    sharpe: SpreadView | None


class MyAuthorView(View):
    """`author` is null before a handle was chosen."""

    author: views.AuthorView | None


class AuthorPageView(views.AuthorView):
    """`listings` are those that anybody finds, the best rank first."""

    record: TrackRecordView
    listings: list[CardView]


@blueprint.get("/authors/<handle>", security=ANYBODY, responses={200: AuthorPageView})
def get_author(path: AuthorPath) -> Response:
    """Return an author with their listings and the record of all that they ever published."""
    visitor(Scope.READ)
    found = services().marketplace.records.page(Handle(path.handle))
    return reply(
        AuthorPageView(
            **views.author(found.author).model_dump(),
            record=_record(found.record),
            listings=[card(item) for item in found.listings],
        )
    )


@blueprint.get("/my/author", responses={200: MyAuthorView})
def get_my_author() -> Response:
    """Return oneself as an author, if one is."""
    found = services().marketplace.authors.mine(caller(Scope.READ).id)
    return reply(MyAuthorView(author=None if found is None else views.author(found)))


@blueprint.put("/my/author", responses={200: views.AuthorView})
def write_my_author(body: AuthorBody) -> Response:
    """Choose a handle, or change name and text. The handle stays: links to strategies hold it."""
    found = services().marketplace.authors.put(
        publisher(), Handle(body.handle), name=body.name, about=body.about
    )
    return reply(views.author(found))


def _record(found: TrackRecord) -> TrackRecordView:
    return TrackRecordView(
        listings=found.listings,
        withdrawn=found.withdrawn,
        suspended=found.suspended,
        versions=found.versions,
        followed=found.followed,
        failed=found.failed,
        losing=found.losing,
        profit=_spread(found.profit),
        sharpe=_spread(found.sharpe),
    )


def _spread(found: Spread | None) -> SpreadView | None:
    if found is None:
        return None
    return SpreadView(median=found.median, low=found.low, high=found.high)
