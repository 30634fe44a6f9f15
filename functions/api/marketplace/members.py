"""/api/v1/marketplace/listings/{id}/invitations and /members: who sees a private listing."""

from datetime import datetime
from typing import Annotated

from flask import Response
from pydantic import Field

from api.auth import caller
from api.marketplace import views
from api.marketplace.blueprints import make_blueprint
from api.marketplace.bodies import ListingPath
from api.marketplace.listings import author
from api.schema import Body, Id, Path, View, no_content, reply
from api.services import services
from candlewick.accounts.models import Scope
from candlewick.marketplace.members import (
    NOTE_LENGTH,
    Invitation,
    InvitationToken,
    MemberId,
)
from candlewick.marketplace.models import ListingId

blueprint = make_blueprint("members")

_LISTING = "/listings/<listing_id>"


class InvitationBody(Body):
    """`note` says whom it is for; it is all that you will be told of who accepted."""

    note: Annotated[str, Field(max_length=NOTE_LENGTH)] = ""


class InvitationPath(Path):
    token: Id


class ListingInvitationPath(ListingPath):
    token: Id


class MemberPath(ListingPath):
    member: Id


class InvitationView(View):
    """`path` is where the link leads on this site; it lets one person in."""

    token: str
    path: str
    note: str
    created_at: datetime


class MemberView(View):
    id: str
    note: str
    since: datetime


class MembersView(View):
    """`invitations` are those that nobody accepted yet."""

    items: list[MemberView]
    invitations: list[InvitationView]


@blueprint.post(f"{_LISTING}/invitations", responses={201: InvitationView})
def invite(path: ListingPath, body: InvitationBody) -> Response:
    """Make a link that lets one person see the listing, and run it where it is free."""
    made = services().marketplace.members.invite(author(), ListingId(path.listing_id), body.note)
    return reply(_invitation(made), 201)


@blueprint.delete(f"{_LISTING}/invitations/<token>", responses={204: None})
def take_invitation_back(path: ListingInvitationPath) -> Response:
    """Take back a link that nobody accepted."""
    services().marketplace.members.take_back(
        author(), ListingId(path.listing_id), InvitationToken(path.token)
    )
    return no_content()


@blueprint.get(f"{_LISTING}/members", responses={200: MembersView})
def list_members(path: ListingPath) -> Response:
    """List who was let in, by the notes of their invitations, and open invitations."""
    members, invited = services().marketplace.members.list(
        caller(Scope.READ).id, ListingId(path.listing_id)
    )
    items = [MemberView(id=each.id, note=each.note, since=each.since) for each in members]
    return reply(MembersView(items=items, invitations=[_invitation(each) for each in invited]))


@blueprint.delete(f"{_LISTING}/members/<member>", responses={204: None})
def remove_member(path: MemberPath) -> Response:
    """Let somebody in no longer."""
    services().marketplace.members.remove(
        author(), ListingId(path.listing_id), MemberId(path.member)
    )
    return no_content()


@blueprint.post("/invitations/<token>", responses={200: views.ListingView})
def accept_invitation(path: InvitationPath) -> Response:
    """Accept an invitation; the answer is the listing."""
    who, found = caller(Scope.STRATEGIES), services()
    found.limiter.check(who.id, "invitation")
    listing_id = found.marketplace.members.accept(who.id, InvitationToken(path.token))
    return reply(views.listing(found.marketplace.listings.page(who.id, listing_id)))


def _invitation(item: Invitation) -> InvitationView:
    return InvitationView(
        token=item.token,
        path=f"/marketplace/invitations/{item.token}",
        note=item.note,
        created_at=item.created_at,
    )
