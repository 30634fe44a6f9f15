"""/api/v1/backtests/{id}/shares: links under which anybody may look at a result."""

from datetime import datetime
from typing import Annotated

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import Field

from api.auth import authenticate, caller
from api.backtest_bodies import RunPath
from api.problems import RESPONSES
from api.schema import Body, Id, Moment, View, no_content, reply
from api.services import services
from candlewick.accounts.models import Scope, UserId
from candlewick.backtests.models import RunId
from candlewick.shares.models import TITLE_LENGTH, ShareLink, ShareToken

blueprint = APIBlueprint(
    "shares",
    __name__,
    url_prefix="/api/v1/backtests",
    abp_tags=[Tag(name="shares")],
    abp_security=[{"bearer": []}],
    abp_responses=RESPONSES,
)
blueprint.before_request(authenticate)


class ShareBody(Body):
    """`title` stands above the figures in place of the strategy's name. Without `expires_at` the link stays."""

    title: Annotated[str, Field(max_length=TITLE_LENGTH)] = ""
    expires_at: Moment | None = None


class SharePath(RunPath):
    token: Id


class ShareView(View):
    """`path` is where the result is shown on this site; `embed_path` is the same for a frame on another one."""

    token: str
    title: str
    path: str
    embed_path: str
    picture_path: str
    is_open: bool
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class SharesView(View):
    items: list[ShareView]


@blueprint.post("/<run_id>/shares", responses={201: ShareView})
def share_result(path: RunPath, body: ShareBody) -> Response:
    """Make a link under which anybody may look at this result, without code, parameters and notes."""
    link = services().shares.create(
        _sharer(), RunId(path.run_id), title=body.title.strip(), expires_at=body.expires_at
    )
    return reply(_view(link), 201)


@blueprint.get("/<run_id>/shares", responses={200: SharesView})
def list_shares(path: RunPath) -> Response:
    """List the result's links, the newest first, those that are over too."""
    found = services().shares.list(caller(Scope.READ).id, RunId(path.run_id))
    return reply(SharesView(items=[_view(link) for link in found]))


@blueprint.delete("/<run_id>/shares/<token>", responses={204: None})
def revoke_share(path: SharePath) -> Response:
    """Take a link back. Whoever opens it within a minute from now at the latest reads that it is gone."""
    services().shares.revoke(_sharer(), ShareToken(path.token))
    return no_content()


def _view(link: ShareLink) -> ShareView:
    path = f"/s/{link.token}"
    return ShareView(
        token=link.token,
        title=link.title,
        path=path,
        embed_path=f"{path}/embed",
        picture_path=f"{path}/picture.png",
        is_open=link.is_open(services().now()),
        created_at=link.created_at,
        expires_at=link.expires_at,
        revoked_at=link.revoked_at,
    )


def _sharer() -> UserId:
    who = caller(Scope.BACKTESTS)
    services().limiter.check(who.id, "share")
    return who.id
