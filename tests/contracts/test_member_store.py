"""What every store of invitations and members promises."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from candlewick.accounts.models import UserId
from candlewick.errors import QuotaExceeded
from candlewick.marketplace.member_store import FirestoreMemberStore
from candlewick.marketplace.members import (
    Invitation,
    InvitationToken,
    Member,
    MemberId,
    MemberStore,
    member_of,
)
from candlewick.marketplace.models import ListingId
from tests.contracts.stores import ON_FIRESTORE, at_once
from tests.fakes import START
from tests.in_memory_members import InMemoryMembers

BOB, CAROL = UserId("bob"), UserId("carol")


@pytest.fixture(params=["memory", pytest.param("firestore", marks=ON_FIRESTORE)])
def store(request: pytest.FixtureRequest) -> MemberStore:
    if request.param == "memory":
        return InMemoryMembers()
    return FirestoreMemberStore(request.getfixturevalue("client"))


@pytest.fixture
def listing(owner: UserId) -> ListingId:
    return ListingId(f"{owner}-private")


def invited(
    store: MemberStore, listing: ListingId, name: str = "a", minutes: int = 0
) -> Invitation:
    made = Invitation(
        token=InvitationToken(f"{listing}-{name}"),
        listing=listing,
        note=name,
        created_at=START + timedelta(minutes=minutes),
    )
    store.invite(made, lambda _invited, _members: None)
    return made


def a_member(listing: ListingId, user: UserId = BOB) -> Member:
    return Member(id=member_of(listing, user), note="a", since=START)


def test_open_invitations_come_newest_first(store: MemberStore, listing: ListingId) -> None:
    made = [invited(store, listing, f"n{number}", number) for number in range(3)]
    invited(store, ListingId(f"{listing}-other"))

    assert list(store.open_invitations(listing)) == made[::-1]
    assert store.invitation(made[0].token) == made[0]
    assert store.invitation(InvitationToken("none")) is None


def test_a_refused_invitation_is_not_stored(store: MemberStore, listing: ListingId) -> None:
    first = invited(store, listing)
    other = invited(store, listing, "b", 1)
    store.accept(first.token, a_member(listing))

    def refuse(open_ones: Sequence[Invitation], members: Sequence[Member]) -> None:
        assert list(open_ones) == [other]
        assert list(members) == [a_member(listing)]
        raise QuotaExceeded("full")

    third = Invitation(
        token=InvitationToken(f"{listing}-c"), listing=listing, note="", created_at=START
    )
    with pytest.raises(QuotaExceeded):
        store.invite(third, refuse)

    assert store.invitation(third.token) is None


def test_an_invitation_lets_one_person_in(store: MemberStore, listing: ListingId) -> None:
    made, member = invited(store, listing), a_member(listing)

    assert store.accept(made.token, member)
    assert store.accept(made.token, member)
    assert not store.accept(made.token, a_member(listing, CAROL))
    assert not store.accept(InvitationToken("none"), member)
    assert list(store.members(listing)) == [member]
    assert list(store.open_invitations(listing)) == []


def test_of_many_who_accept_at_once_one_gets_in(store: MemberStore, listing: ListingId) -> None:
    made = invited(store, listing)
    members = [a_member(listing, UserId(f"user-{number}")) for number in range(4)]

    let_in = at_once(4, lambda number: store.accept(made.token, members[number]))

    assert let_in.count(True) == 1
    assert len(store.members(listing)) == 1


def test_what_is_taken_back_lets_nobody_in(store: MemberStore, listing: ListingId) -> None:
    made = invited(store, listing)

    assert not store.take_back(ListingId("another"), made.token)
    assert store.take_back(listing, made.token)
    assert not store.take_back(listing, made.token)
    assert not store.accept(made.token, a_member(listing))


def test_an_accepted_invitation_cannot_be_taken_back(
    store: MemberStore, listing: ListingId
) -> None:
    made = invited(store, listing)
    store.accept(made.token, a_member(listing))

    assert not store.take_back(listing, made.token)
    assert store.members(listing)


def test_a_member_who_is_removed_does_not_get_in_by_the_old_link(
    store: MemberStore, listing: ListingId
) -> None:
    made, member = invited(store, listing), a_member(listing)
    store.accept(made.token, member)

    assert store.remove(listing, member.id)
    assert not store.remove(listing, MemberId("none"))
    store.accept(made.token, member)

    assert list(store.members(listing)) == []
