"""Private listings: invitation links, and who was let in. The author is told the note, never the account."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NewType, Protocol

from candlewick.accounts.models import UserId
from candlewick.errors import Conflict, NotFound, QuotaExceeded
from candlewick.log import logger
from candlewick.marketplace import texts
from candlewick.marketplace.access import Right
from candlewick.marketplace.models import ListingId
from candlewick.marketplace.service import ListingService

log = logger(__name__)

InvitationToken = NewType("InvitationToken", str)
MemberId = NewType("MemberId", str)

MAX_MEMBERS = 200  # with those that are invited
NOTE_LENGTH = 100
_ID_LENGTH = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """`token` is what the link holds: 128 random bits. It lets one person in."""

    token: InvitationToken
    listing: ListingId
    note: str  # whom the author means it for
    created_at: datetime
    accepted_by: MemberId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody who was let in; the id leads back to no account."""

    id: MemberId
    note: str
    since: datetime


class MemberStore(Protocol):
    def invite(
        self,
        invitation: Invitation,
        check: Callable[[Sequence[Invitation], Sequence[Member]], None],
    ) -> None:
        """Store an invitation unless `check` refuses it for the listing's open ones and members."""

    def invitation(self, token: InvitationToken) -> Invitation | None: ...

    def accept(self, token: InvitationToken, member: Member) -> bool:
        """Let somebody in; False when the link is gone or somebody else's. Twice is harmless."""

    def open_invitations(self, listing: ListingId) -> Sequence[Invitation]:
        """Return those that nobody accepted yet, the newest first."""

    def members(self, listing: ListingId) -> Sequence[Member]:
        """Return who was let in, the newest first."""

    def take_back(self, listing: ListingId, token: InvitationToken) -> bool:
        """Delete an open invitation of this listing; False when there is none."""

    def remove(self, listing: ListingId, member: MemberId) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberService:
    store: MemberStore
    listings: ListingService
    now: Callable[[], datetime]
    new_token: Callable[[], str]

    def invite(self, owner: UserId, listing_id: ListingId, note: str) -> Invitation:
        self.listings.see(owner, listing_id, Right.EDIT)
        invitation = Invitation(
            token=InvitationToken(self.new_token()),
            listing=listing_id,
            note=texts.line(note),
            created_at=self.now(),
        )
        self.store.invite(invitation, _require_room)
        log.info("invited to a listing", extra={"listing": listing_id})
        return invitation

    def list(
        self, owner: UserId, listing_id: ListingId
    ) -> tuple[Sequence[Member], Sequence[Invitation]]:
        """Return who was let in, and the links that nobody used yet."""
        self.listings.see(owner, listing_id, Right.EDIT)
        return self.store.members(listing_id), self.store.open_invitations(listing_id)

    def take_back(self, owner: UserId, listing_id: ListingId, token: InvitationToken) -> None:
        self.listings.see(owner, listing_id, Right.EDIT)
        if not self.store.take_back(listing_id, token):
            raise NotFound("There is no such open invitation.")

    def remove(self, owner: UserId, listing_id: ListingId, member: MemberId) -> None:
        """Let somebody in no longer. What they forked stays theirs."""
        self.listings.see(owner, listing_id, Right.EDIT)
        if not self.store.remove(listing_id, member):
            raise NotFound("There is no such member.")
        log.info("member removed", extra={"listing": listing_id})

    def accept(self, user: UserId, token: InvitationToken) -> ListingId:
        """Accept an invitation; the link lets nobody else in afterwards."""
        invitation = self.store.invitation(token)
        if invitation is None:
            raise NotFound("There is no such invitation, or it was taken back.")
        listing = self.listings.listings.get(invitation.listing)
        if listing is not None and listing.owner == user:
            raise Conflict("This is a listing of your own; the invitation is for somebody else.")
        member = Member(
            id=member_of(invitation.listing, user), note=invitation.note, since=self.now()
        )
        if not self.store.accept(token, member):
            raise NotFound("There is no such invitation, or somebody has used it.")
        log.info("invitation accepted", extra={"listing": invitation.listing})
        return invitation.listing


def member_of(listing: ListingId, user: UserId) -> MemberId:
    """Return a user's id as a member of one listing: without the user's id nobody finds whose it is."""
    return MemberId(hashlib.sha256(f"{listing}:{user}".encode()).hexdigest()[:_ID_LENGTH])


def _require_room(invited: Sequence[Invitation], members: Sequence[Member]) -> None:
    if len(invited) + len(members) >= MAX_MEMBERS:
        raise QuotaExceeded(f"A listing may have {MAX_MEMBERS} members and open invitations.")
