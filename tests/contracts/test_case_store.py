"""What every store of moderation's cases promises."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from candlewick.accounts.models import UserId
from candlewick.audit import Action, AuditEntry
from candlewick.errors import Conflict, NotFound
from candlewick.marketplace.models import Listing, ListingId, Standing
from candlewick.marketplace.moderation.firestore import FirestoreModerators
from candlewick.marketplace.moderation.models import (
    CaseState,
    Decision,
    Report,
    ReportReason,
    Ruling,
    case_of,
)
from candlewick.marketplace.moderation.ports import Outcome, Situation
from candlewick.marketplace.search.firestore import shard_of
from tests.contracts.feedback import (
    Feedback,
    a_case,
    a_notice,
    a_review,
    in_memory,
    on,
    others,
    put,
)
from tests.contracts.stores import ON_FIRESTORE, at_once
from tests.fakes import START
from tests.marketplace_factories import a_listing, a_listing_version

if TYPE_CHECKING:
    from google.cloud import firestore


@pytest.fixture(params=["memory", pytest.param("firestore", marks=ON_FIRESTORE)])
def stores(request: pytest.FixtureRequest) -> Feedback:
    if request.param == "memory":
        return in_memory()
    return on(request.getfixturevalue("client"))


@pytest.fixture
def listing(stores: Feedback, owner: UserId) -> Listing:
    made = a_listing(id=ListingId(f"l-{owner}"), owner=owner)
    stores.listings.add(made, a_listing_version(listing=made.id, owner=owner), lambda _: None)
    return made


def a_report(user: UserId, minutes: int = 0) -> Report:
    at = START + timedelta(minutes=minutes)
    return Report(user=user, reason=ReportReason.MISLEADING, text="Too good.", at=at)


def an_outcome(found: Situation, **changes: Any) -> Outcome:
    decision = Decision(ruling=Ruling.DISMISS, reason="Fine.", moderator=UserId("m"), at=START)
    entry = AuditEntry(
        id=f"audit-{found.case.id}", at=START, operator="m", action=Action.DISMISS_REPORT, target="t", owner=found.listing.owner, reason="Fine."
    )  # fmt: skip
    case = found.case.decided(decision, found.case.revision)
    return replace(Outcome(case=case, audit=entry, notices=()), **changes)


def test_reports_of_several_users_make_one_case(stores: Feedback, listing: Listing) -> None:
    users = others(listing.owner, 3)
    for number, user in enumerate(users):
        stores.cases.report(a_case(listing), a_report(user, number))

    case = stores.cases.get(case_of(listing.id, None))

    assert case is not None
    assert (case.reports, case.state, case.opened_at) == (3, CaseState.OPEN, START)
    assert [report.user for report in stores.cases.reports(case.id)] == users[::-1]


def test_who_reports_twice_is_counted_once(stores: Feedback, listing: Listing) -> None:
    (user,) = others(listing.owner, 1)
    stores.cases.report(a_case(listing), a_report(user))

    again = stores.cases.report(a_case(listing), a_report(user, 5))

    assert again.reports == 1
    assert len(stores.cases.reports(again.id)) == 1


def test_reports_at_once_are_all_counted(stores: Feedback, listing: Listing) -> None:
    users = others(listing.owner, 5)

    at_once(5, lambda number: stores.cases.report(a_case(listing), a_report(users[number])))

    case = stores.cases.get(case_of(listing.id, None))
    assert case is not None
    assert case.reports == 5


def test_a_report_after_the_decision_opens_the_case_again(
    stores: Feedback, listing: Listing
) -> None:
    (user,) = others(listing.owner, 1)
    case = stores.cases.report(a_case(listing), a_report(user))
    stores.cases.decide(case.id, an_outcome)

    again = stores.cases.report(a_case(listing), a_report(user, 60))

    assert (again.state, again.reports, len(again.decisions)) == (CaseState.OPEN, 2, 1)
    assert again.opened_at == START + timedelta(minutes=60)


def test_the_queue_holds_one_state_the_oldest_first(stores: Feedback, owner: UserId) -> None:
    made = []
    for number in range(3):
        listing = a_listing(id=ListingId(f"{owner}-{number}"), owner=owner)
        made.append(stores.cases.report(a_case(listing, opened_at=START - timedelta(days=900 - number)), a_report(owner)).id)  # fmt: skip
    stores.cases.change(made[1], lambda case: case.taken(owner, case.revision, START))

    first = stores.cases.queue(CaseState.OPEN, cursor=None, size=1)
    ids, page = [case.id for case in first.items], first
    while page.next_cursor is not None:
        page = stores.cases.queue(CaseState.OPEN, cursor=page.next_cursor, size=50)
        ids += [case.id for case in page.items]

    assert [name for name in ids if name in made] == [made[0], made[2]]


def test_a_decision_changes_everything_at_once(stores: Feedback, listing: Listing) -> None:
    (user,) = others(listing.owner, 1)
    review = a_review(listing, user)
    put(stores, review)
    case = stores.cases.report(a_case(listing, review), a_report(listing.owner))
    seen: list[Situation] = []

    def decide(found: Situation) -> Outcome:
        seen.append(found)
        return an_outcome(
            found,
            listing=found.listing.moved_to(Standing.SUSPENDED, START),
            review=review.hidden(is_hidden=True),
            notices=[a_notice(listing, listing.owner)],
        )

    stores.cases.decide(case.id, decide)

    assert (seen[-1].review, list(seen[-1].reporters)) == (review, [listing.owner])
    changed = stores.listings.get(listing.id)
    assert changed is not None
    assert (changed.standing, changed.counts.reviews) == (Standing.SUSPENDED, 0)
    assert stores.notices.unread(listing.owner) == 1
    assert [entry.action for entry in stores.audit(listing.owner)] == [Action.DISMISS_REPORT]
    shards = stores.shards.read({}, None).shards
    (rows,) = [shard.rows for shard in shards if shard.number == shard_of(listing.id)]
    assert listing.id not in rows


def test_a_refused_decision_changes_nothing(stores: Feedback, listing: Listing) -> None:
    case = stores.cases.report(a_case(listing), a_report(listing.owner))

    def refuse(_: Situation) -> Outcome:
        raise Conflict("no")

    with pytest.raises(Conflict):
        stores.cases.decide(case.id, refuse)

    assert stores.cases.get(case.id) == case
    assert stores.audit(listing.owner) == []


def test_of_two_decisions_at_once_one_is_refused(stores: Feedback, listing: Listing) -> None:
    case = stores.cases.report(a_case(listing), a_report(listing.owner))
    first = Decision(ruling=Ruling.DISMISS, reason="x", moderator=UserId("m"), at=START)

    def decide(number: int) -> Outcome:
        return stores.cases.decide(
            case.id,
            lambda found: an_outcome(
                found,
                case=found.case.decided(first, case.revision),
                audit=AuditEntry(id=f"{case.id}-{number}", at=START, operator="m", action=Action.DISMISS_REPORT, target="t", owner=listing.owner, reason="x"),
            ),
        )  # fmt: skip

    results = at_once(2, decide)

    assert sorted(isinstance(result, Conflict) for result in results) == [False, True]
    assert len(stores.audit(listing.owner)) == 1


def test_a_case_that_is_not_there_is_not_changed(stores: Feedback, owner: UserId) -> None:
    missing = case_of(ListingId(f"{owner}-none"), None)

    assert stores.cases.get(missing) is None
    with pytest.raises(NotFound):
        stores.cases.change(missing, lambda case: case)
    with pytest.raises(NotFound):
        stores.cases.decide(missing, an_outcome)


@pytest.mark.emulator
@pytest.mark.xdist_group("firestore")
def test_moderators_are_documents(client: "firestore.Client", owner: UserId) -> None:
    moderators = FirestoreModerators(client)
    before = moderators.is_moderator(owner)

    client.document("moderators", owner).set({"since": START})

    assert (before, moderators.is_moderator(owner)) == (False, True)
