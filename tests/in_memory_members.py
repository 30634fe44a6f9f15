"""Invitations and members in memory. The contract tests hold them to what the Firestore adapter does."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from candlewick.marketplace.members import Invitation, InvitationToken, Member, MemberId
from candlewick.marketplace.models import ListingId


class InMemoryMembers:
    def __init__(self) -> None:
        self._invitations: dict[InvitationToken, Invitation] = {}
        self._members: dict[tuple[ListingId, MemberId], Member] = {}

    def invite(
        self,
        invitation: Invitation,
        check: Callable[[Sequence[Invitation], Sequence[Member]], None],
    ) -> None:
        check(self.open_invitations(invitation.listing), self.members(invitation.listing))
        self._invitations[invitation.token] = invitation

    def invitation(self, token: InvitationToken) -> Invitation | None:
        return self._invitations.get(token)

    def accept(self, token: InvitationToken, member: Member) -> bool:
        invitation = self._invitations.get(token)
        if invitation is None or invitation.accepted_by not in {None, member.id}:
            return False
        if invitation.accepted_by is None:
            self._members[invitation.listing, member.id] = member
            self._invitations[token] = replace(invitation, accepted_by=member.id)
        return True

    def open_invitations(self, listing: ListingId) -> Sequence[Invitation]:
        found = [
            each
            for each in self._invitations.values()
            if each.listing == listing and each.accepted_by is None
        ]
        return sorted(found, key=lambda each: (each.created_at, each.token), reverse=True)

    def members(self, listing: ListingId) -> Sequence[Member]:
        found = [each for (of, _), each in self._members.items() if of == listing]
        return sorted(found, key=lambda each: (each.since, each.id), reverse=True)

    def take_back(self, listing: ListingId, token: InvitationToken) -> bool:
        found = self._invitations.get(token)
        if found is None or found.listing != listing or found.accepted_by:
            return False
        del self._invitations[token]
        return True

    def remove(self, listing: ListingId, member: MemberId) -> bool:
        return self._members.pop((listing, member), None) is not None
