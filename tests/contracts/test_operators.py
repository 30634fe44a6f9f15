"""Operators' searches and writes, over the in-memory store and over Firestore."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from google.api_core import exceptions as google_errors
from google.cloud import firestore

from candlewick.accounts.models import Account, Quotas, Standing, UserId
from candlewick.admin.firestore import FirestoreAccountDesk, FirestoreRunSearch
from candlewick.admin.models import RunQuery
from candlewick.admin.runs import RunSearch
from candlewick.admin.users import AccountDesk
from candlewick.audit import Action, AuditEntry
from candlewick.backtests.models import Change, RunState
from candlewick.cli.admin_desk import desk_over
from candlewick.errors import Conflict, NotFound
from candlewick.gcp.audit import add_audit_alone, list_audit
from candlewick.settings import AdminSettings
from tests.contracts.runs import move, names, new_run, submit
from tests.contracts.stores import Stores
from tests.fakes import START, RecordingQueue
from tests.in_memory import InMemoryAccounts, InMemoryRuns
from tests.operators import (
    OPERATOR,
    REASON,
    FakeSignIns,
    InMemoryAccountDesk,
    InMemoryRunSearch,
)

S = RunState
LATER = START + timedelta(hours=1)


@dataclass
class Desk:
    search: RunSearch
    accounts: AccountDesk
    audit: Callable[[UserId], list[AuditEntry]]


@pytest.fixture
def desk(stores: Stores, request: pytest.FixtureRequest) -> Desk:
    runs, accounts = stores.runs, stores.accounts
    if isinstance(runs, InMemoryRuns) and isinstance(accounts, InMemoryAccounts):
        kept = runs.audit
        return Desk(
            InMemoryRunSearch(runs),
            InMemoryAccountDesk(accounts, kept),
            lambda owner: [entry for entry in kept if entry.owner == owner],
        )
    client: firestore.Client = request.getfixturevalue("client")
    return Desk(
        FirestoreRunSearch(client),
        FirestoreAccountDesk(client),
        lambda owner: list(list_audit(client, owner=owner)),
    )


def an_entry(owner: UserId, name: str = "one") -> AuditEntry:
    return AuditEntry(
        id=f"{owner}-{name}",
        at=START,
        operator=OPERATOR,
        action=Action.QUOTA,
        target=f"users/{owner}",
        owner=owner,
        reason=REASON,
        before={"state": "a", "attempt": 1},
        after={"state": "b", "attempt": 2},
    )


def test_runs_are_found_by_all_that_operators_know(
    stores: Stores, desk: Desk, owner: UserId
) -> None:
    for number in range(3):
        made = START + timedelta(minutes=number)
        submit(
            stores.runs,
            new_run(
                owner,
                f"r{number}",
                created_at=made,
                entered_at={S.QUEUED: made},
                identity=f"{owner}-{number}",
            ),
            name=f"k{number}",
        )
    found = desk.search.search(RunQuery(owner=owner), LATER)
    move(stores.runs, found[0], S.CANCELLED)
    asked = {
        "all": RunQuery(owner=owner),
        "one": RunQuery(run_id=found[1].id),
        "identity": RunQuery(identity=f"{owner}-0"),
        "state": RunQuery(owner=owner, state=S.CANCELLED),
        "old": RunQuery(owner=owner, older_than=timedelta(minutes=57)),
        "waiting": RunQuery(owner=owner, state=S.QUEUED, older_than=timedelta(minutes=60)),
        "limited": RunQuery(owner=owner, limit=2),
    }

    results = {name: names(desk.search.search(query, LATER)) for name, query in asked.items()}

    assert results == {
        "all": ["r2", "r1", "r0"],
        "one": ["r1"],
        "identity": ["r0"],
        "state": ["r2"],
        "old": ["r2", "r1", "r0"],
        "waiting": ["r0"],
        "limited": ["r2", "r1"],
    }


def test_a_replay_takes_the_hold_again_and_counts_no_second_start(
    stores: Stores, desk: Desk, owner: UserId
) -> None:
    run = move(stores.runs, submit(stores.runs, new_run(owner)), S.FAILED)
    before = stores.runs.usage(owner, START)

    stores.runs.change(
        owner, run.id, lambda found: Change(run=found.replayed(LATER), audit=an_entry(owner))
    )

    held = stores.runs.usage(owner, START)
    assert (before.active_runs, held.active_runs) == (0, 1)
    assert (before.runs_today, held.runs_today) == (1, 1)
    assert desk.audit(owner) == [an_entry(owner)]
    move(stores.runs, run, S.CANCELLED)
    assert stores.runs.usage(owner, START).active_runs == 0


def test_a_change_that_is_declined_leaves_no_entry(
    stores: Stores, desk: Desk, owner: UserId
) -> None:
    run = submit(stores.runs, new_run(owner))

    with pytest.raises(Conflict):
        stores.runs.change(
            owner,
            run.id,
            lambda found: Change(run=found.moved_to(S.SUCCEEDED, START), audit=an_entry(owner)),
        )

    assert desk.audit(owner) == []


def test_the_census_counts_what_is_not_over(stores: Stores, owner: UserId) -> None:
    before = stores.runs.census()
    made = START - timedelta(days=400)
    run = submit(
        stores.runs,
        new_run(owner, created_at=made, deadline_at=made, entered_at={S.QUEUED: made}),
    )

    queued = stores.runs.census()
    move(stores.runs, run, S.STARTING)
    starting = stores.runs.census()
    move(stores.runs, run, S.FAILED)

    assert queued.counts[S.QUEUED] == before.counts[S.QUEUED] + 1
    assert queued.oldest_queued == made
    assert starting.counts[S.STARTING] == before.counts[S.STARTING] + 1
    assert stores.runs.census() == before
    assert set(before.counts) == {state for state in S if not state.is_final}


def test_an_account_is_suspended_and_restored_once_each(
    stores: Stores, desk: Desk, owner: UserId
) -> None:
    entries = [an_entry(owner, name) for name in ("one", "two", "three", "four")]

    done = [
        desk.accounts.suspend(owner, entries[0]),
        desk.accounts.suspend(owner, entries[1]),
    ]
    suspended = stores.accounts.standing(owner), owner in desk.accounts.suspended(limit=1_000)
    undone = [
        desk.accounts.restore(owner, entries[2]),
        desk.accounts.restore(owner, entries[3]),
    ]

    assert (done, undone) == ([True, False], [True, False])
    assert suspended == (Standing.SUSPENDED, True)
    assert stores.accounts.standing(owner) is Standing.ACTIVE
    assert {entry.id for entry in desk.audit(owner)} == {entries[0].id, entries[2].id}


def test_an_erased_account_stays_erased(stores: Stores, desk: Desk, owner: UserId) -> None:
    stores.accounts.mark_erased(owner, again_at=START)

    desk.accounts.suspend(owner, an_entry(owner))

    assert stores.accounts.standing(owner) is Standing.ERASED


def test_quotas_change_and_nothing_else_of_the_account(
    stores: Stores, desk: Desk, owner: UserId
) -> None:
    account = Account(id=owner, email="a@example.org", display_name="A", created_at=START)
    stores.accounts.add_if_missing(account)

    desk.accounts.set_quotas(
        owner, lambda found: replace(found, active_runs=9), lambda *_: an_entry(owner)
    )

    assert stores.accounts.get(owner) == replace(account, quotas=Quotas(active_runs=9))
    assert desk.audit(owner) == [an_entry(owner)]


def test_who_has_no_account_gets_no_quotas(desk: Desk, owner: UserId) -> None:
    with pytest.raises(NotFound):
        desk.accounts.set_quotas(owner, lambda found: found, lambda *_: an_entry(owner))

    assert desk.audit(owner) == []


@pytest.mark.emulator
@pytest.mark.xdist_group("firestore")
def test_an_entry_is_never_replaced(client: firestore.Client, owner: UserId) -> None:
    add_audit_alone(client, an_entry(owner))

    with pytest.raises(google_errors.AlreadyExists):
        add_audit_alone(client, replace(an_entry(owner), operator="mallory@example.org"))

    assert [entry.operator for entry in list_audit(client, owner=owner)] == [OPERATOR]


@pytest.mark.emulator
@pytest.mark.xdist_group("firestore")
def test_a_change_whose_entry_cannot_be_stored_is_not_made(
    client: firestore.Client, owner: UserId
) -> None:
    stores = Stores.on(client)
    run = submit(stores.runs, new_run(owner))
    add_audit_alone(client, an_entry(owner))

    with pytest.raises(google_errors.AlreadyExists):
        stores.runs.change(
            owner,
            run.id,
            lambda found: Change(run=found.moved_to(S.CANCELLED, START), audit=an_entry(owner)),
        )

    found = stores.runs.get(owner, run.id)
    assert found is not None
    assert found.state is S.QUEUED


@pytest.mark.emulator
@pytest.mark.xdist_group("firestore")
def test_the_whole_desk_works_over_firestore(client: firestore.Client, owner: UserId) -> None:
    stores, queue = Stores.on(client), RecordingQueue()
    stores.accounts.add_if_missing(
        Account(id=owner, email=None, display_name=None, created_at=START)
    )
    run = submit(stores.runs, new_run(owner))
    settings = AdminSettings(
        project="p1", queue=None, region=None, job="backtest", results_bucket=None
    )
    sign_ins = FakeSignIns({owner: f"{owner}@example.org"})
    desk = desk_over(settings, client, operator=OPERATOR, sign_ins=sign_ins, queue=queue)

    user, stopped = desk.users.suspend(f"{owner}@example.org", REASON, rehearse=False)

    assert (user.standing, user.usage.active_runs) == (Standing.SUSPENDED, 0)
    assert [item.after.id for item in stopped] == [run.id]
    actions = [entry.action for entry in desk.audit(owner, 10)]
    assert sorted(actions) == [Action.CANCEL, Action.SUSPEND]


def test_a_moderator_is_made_once_and_each_change_is_audited(desk: Desk, owner: UserId) -> None:
    def entry(number: int) -> AuditEntry:
        return AuditEntry(
            id=f"{owner}-moderator-{number}",
            at=START + timedelta(minutes=number),
            operator=OPERATOR,
            action=Action.MODERATOR,
            target=f"moderators/{owner}",
            owner=owner,
            reason=REASON,
        )

    assert desk.accounts.set_moderator(owner, entry(1), wanted=True)
    assert not desk.accounts.set_moderator(owner, entry(2), wanted=True)
    assert desk.accounts.set_moderator(owner, entry(3), wanted=False)
    assert not desk.accounts.set_moderator(owner, entry(4), wanted=False)

    assert {each.id for each in desk.audit(owner)} == {entry(1).id, entry(3).id}
