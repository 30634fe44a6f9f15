"""Invitations and members in Firestore: invitations/{token} and listings/{id}/members/{member}."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from candlewick.gcp.documents import from_document, to_document
from candlewick.gcp.transactions import run_transaction
from candlewick.marketplace.members import Invitation, InvitationToken, Member, MemberId
from candlewick.marketplace.models import ListingId


@dataclass(frozen=True, slots=True)
class FirestoreMemberStore:
    client: firestore.Client

    def invite(
        self,
        invitation: Invitation,
        check: Callable[[Sequence[Invitation], Sequence[Member]], None],
    ) -> None:
        listing = invitation.listing

        def work(transaction: firestore.Transaction) -> None:
            invited = [_invitation(found) for found in transaction.get(self._open(listing))]
            members = self._members(listing).stream(transaction=transaction)
            check(invited, [_member(found) for found in members])
            transaction.create(self._place(invitation.token), to_document(invitation))

        run_transaction(self.client, work, lane=listing)

    def invitation(self, token: InvitationToken) -> Invitation | None:
        found = self._place(token).get()
        return _invitation(found) if found.exists else None

    def accept(self, token: InvitationToken, member: Member) -> bool:
        place = self._place(token)

        def work(transaction: firestore.Transaction) -> bool:
            found = place.get(transaction=transaction)
            invitation = _invitation(found) if found.exists else None
            if invitation is None or invitation.accepted_by not in {None, member.id}:
                return False
            if invitation.accepted_by is None:
                letting_in = self._members(invitation.listing).document(member.id)
                transaction.set(letting_in, to_document(member))
                transaction.set(place, to_document(replace(invitation, accepted_by=member.id)))
            return True

        return run_transaction(self.client, work, lane=token)

    def open_invitations(self, listing: ListingId) -> Sequence[Invitation]:
        found = [_invitation(each) for each in self._open(listing).stream()]
        return sorted(found, key=lambda each: (each.created_at, each.token), reverse=True)

    def members(self, listing: ListingId) -> Sequence[Member]:
        found = [_member(each) for each in self._members(listing).stream()]
        return sorted(found, key=lambda each: (each.since, each.id), reverse=True)

    def take_back(self, listing: ListingId, token: InvitationToken) -> bool:
        place = self._place(token)

        def work(transaction: firestore.Transaction) -> bool:
            found = place.get(transaction=transaction)
            invitation = _invitation(found) if found.exists else None
            if invitation is None or invitation.listing != listing or invitation.accepted_by:
                return False
            transaction.delete(place)
            return True

        return run_transaction(self.client, work, lane=token)

    def remove(self, listing: ListingId, member: MemberId) -> bool:
        place = self._members(listing).document(member)

        def work(transaction: firestore.Transaction) -> bool:
            is_there = bool(place.get(transaction=transaction).exists)
            if is_there:
                transaction.delete(place)
            return is_there

        return run_transaction(self.client, work, lane=listing)

    def _place(self, token: InvitationToken) -> firestore.DocumentReference:
        return self.client.collection("invitations").document(token)

    def _members(self, listing: ListingId) -> firestore.CollectionReference:
        return self.client.collection("listings", listing, "members")

    def _open(self, listing: ListingId) -> firestore.Query:
        of_listing = self.client.collection("invitations").where(
            filter=FieldFilter("listing", "==", listing)
        )
        return of_listing.where(filter=FieldFilter("acceptedBy", "==", None))


def _invitation(found: Any) -> Invitation:
    return from_document(found.to_dict() or {}, Invitation)


def _member(found: Any) -> Member:
    return from_document(found.to_dict() or {}, Member)
