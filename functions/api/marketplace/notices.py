"""/api/v1/marketplace/listings/{id}/watch and /my/notices: being told what listings do."""

from datetime import datetime

from flask import Response

from api.auth import caller
from api.marketplace.blueprints import make_blueprint
from api.marketplace.bodies import ListingPath
from api.schema import Body, Moment, PageQuery, View, no_content, reply
from api.services import services
from candlewick.accounts.models import Scope, UserId
from candlewick.marketplace.models import ListingId
from candlewick.marketplace.notices.models import NoticeKind

blueprint = make_blueprint("notices")

_WATCH = "/listings/<listing_id>/watch"


class NoticeView(View):
    """`title` is what the listing was called then; the listing itself may be gone."""

    id: str
    kind: NoticeKind
    listing_id: str
    title: str
    text: str
    at: datetime
    is_read: bool


class NoticesView(View):
    items: list[NoticeView]
    unread: int
    next_cursor: str | None


class WatchView(View):
    listing_id: str
    at: datetime


class WatchesView(View):
    items: list[WatchView]


class ReadBody(Body):
    """`until`: the time of the latest notice that was seen; all up to it are read then."""

    until: Moment


class UnreadView(View):
    unread: int


@blueprint.put(_WATCH, responses={204: None})
def watch_listing(path: ListingPath) -> Response:
    """Watch a listing: be told of new versions, and when it leaves its expected range."""
    services().marketplace.notices.watch(_watcher(), ListingId(path.listing_id))
    return no_content()


@blueprint.delete(_WATCH, responses={204: None})
def unwatch_listing(path: ListingPath) -> Response:
    """Watch a listing no longer."""
    services().marketplace.notices.unwatch(_watcher(), ListingId(path.listing_id))
    return no_content()


@blueprint.get("/my/watches", responses={200: WatchesView})
def list_watches() -> Response:
    """List what one watches, the latest first."""
    found = services().marketplace.notices.watched(caller(Scope.READ).id)
    items = [WatchView(listing_id=watch.listing, at=watch.at) for watch in found]
    return reply(WatchesView(items=items))


@blueprint.get("/my/notices", responses={200: NoticesView})
def list_notices(query: PageQuery) -> Response:
    """List what happened to what one watches, wrote and reported, the newest first."""
    found = services().marketplace.notices.inbox(
        caller(Scope.READ).id, cursor=query.cursor, size=query.size
    )
    items = [
        NoticeView(
            id=notice.id,
            kind=notice.kind,
            listing_id=notice.listing,
            title=notice.title,
            text=notice.text,
            at=notice.at,
            is_read=found.read_until is not None and notice.at <= found.read_until,
        )
        for notice in found.page.items
    ]
    return reply(NoticesView(items=items, unread=found.unread, next_cursor=found.page.next_cursor))


@blueprint.post("/my/notices/read", responses={200: UnreadView})
def read_notices(body: ReadBody) -> Response:
    """Mark all notices up to a moment as read."""
    unread = services().marketplace.notices.mark_read(caller(Scope.STRATEGIES).id, body.until)
    return reply(UnreadView(unread=unread))


def _watcher() -> UserId:
    who = caller(Scope.STRATEGIES)
    services().limiter.check(who.id, "watch")
    return who.id
