"""Operators look after accounts."""

from datetime import timedelta

import pytest

from candlewick.accounts.models import Quotas, Scope, Standing, UserClass, UserId
from candlewick.audit import Action
from candlewick.backtests.models import RunId, RunState
from candlewick.errors import Conflict, Invalid, NotFound
from tests.factories import ALICE, BOB, a_run
from tests.functions.answers import problem
from tests.operators import OPERATOR, REASON, Operations
from tests.world import World

S = RunState


@pytest.fixture
def work(world: World) -> Operations:
    return Operations(world)


def suspend(work: Operations) -> None:
    work.users.suspend("alice@example.org", REASON, rehearse=False)


@pytest.mark.parametrize("who", ["alice@example.org", "alice"])
def test_a_user_is_found_by_address_and_by_id(work: Operations, who: str) -> None:
    found = work.users.find(who)

    assert (found.id, found.standing) == (ALICE, Standing.ACTIVE)
    assert found.sign_in is not None
    assert found.account is not None


@pytest.mark.parametrize("who", ["nobody@example.org", "nobody"])
def test_nobody_is_said_to_be_nobody(work: Operations, who: str) -> None:
    with pytest.raises(NotFound, match=who):
        work.users.find(who)


def test_a_suspended_users_requests_and_tokens_are_refused(world: World, work: Operations) -> None:
    token = world.api_token(*Scope)

    suspend(work)

    for credential in (world.alice, token):
        for answer in (
            world.api(credential).get("/api/v1/strategies"),
            world.api(credential).post("/api/v1/strategies", json={"name": "late"}),
        ):
            told = problem(answer, 403, "account_suspended")
            assert "operator" in told["detail"]
    assert world.api(world.bob).get("/api/v1/strategies").status_code == 200


def test_who_is_restored_finds_everything_as_it_was(world: World, work: Operations) -> None:
    token = world.api_token(*Scope)
    world.api(world.alice).post("/api/v1/strategies", json={"name": "kept"})
    suspend(work)

    restored = work.users.restore("alice", REASON, rehearse=False)

    assert restored.standing is Standing.ACTIVE
    assert ALICE not in work.sign_ins.disabled
    listed = world.api(token).get("/api/v1/strategies").get_json()
    assert [item["name"] for item in listed["items"]] == ["kept"]


def test_a_suspension_ends_sign_ins_and_stops_runs(world: World, work: Operations) -> None:
    for state in (S.QUEUED, S.RUNNING, S.CANCELLING, S.SUCCEEDED):
        world.put_run(a_run(state, id=RunId(state.value)))
    world.put_run(a_run(S.RUNNING, id=RunId("bobs"), owner=BOB))

    user, stopped = work.users.suspend("alice", REASON, rehearse=False)

    assert user.standing is Standing.SUSPENDED
    assert work.sign_ins.disabled == {ALICE}
    assert {item.after.id: item.after.state for item in stopped} == {
        "queued": S.CANCELLED,
        "running": S.CANCELLING,
    }
    assert world.runs.runs[BOB, RunId("bobs")].state is S.RUNNING
    assert [entry.action for entry in work.audit] == [Action.SUSPEND, Action.CANCEL, Action.CANCEL]
    assert {entry.operator for entry in work.audit} == {OPERATOR}


def test_a_suspension_done_half_is_completed(world: World, work: Operations) -> None:
    suspend(work)
    work.sign_ins.enable(ALICE)
    world.put_run(a_run(S.RUNNING))

    suspend(work)

    assert work.sign_ins.disabled == {ALICE}
    assert world.runs.runs[ALICE, RunId("r1")].state is S.CANCELLING
    assert [entry.action for entry in work.audit] == [Action.SUSPEND, Action.CANCEL]


def test_a_rehearsed_suspension_changes_nothing(world: World, work: Operations) -> None:
    world.put_run(a_run(S.RUNNING))

    user, stopped = work.users.suspend("alice", REASON, rehearse=True)

    assert user.standing is Standing.ACTIVE
    assert [item.after.state for item in stopped] == [S.CANCELLING]
    assert world.runs.runs[ALICE, RunId("r1")].state is S.RUNNING
    assert (work.audit, work.sign_ins.disabled) == ([], set())


def test_who_is_not_suspended_is_not_restored(work: Operations) -> None:
    with pytest.raises(Conflict, match="active, not suspended"):
        work.users.restore("alice", REASON, rehearse=False)


def test_an_erased_account_is_not_suspended(world: World, work: Operations) -> None:
    world.accounts.mark_erased(ALICE, again_at=world.clock())

    with pytest.raises(Conflict, match="deleted"):
        suspend(work)


def test_a_reading_instance_learns_of_a_suspension_within_half_a_minute(world: World) -> None:
    work, client = Operations(world), world.api(world.alice)
    assert client.get("/api/v1/strategies").status_code == 200

    suspend(work)

    assert client.post("/api/v1/strategies", json={"name": "x"}).status_code == 403
    world.clock.move(seconds=31)
    assert client.get("/api/v1/strategies").status_code == 403


def test_a_limit_is_raised_and_holds_at_once(world: World, work: Operations) -> None:
    before, after = work.users.set_quotas("alice", {"active_runs": 9}, REASON, rehearse=False)

    shown = world.api(world.alice).get("/api/v1/me/quotas").get_json()
    assert (before.active_runs, after.active_runs) == (4, 9)
    assert shown["activeRuns"]["limit"] == 9
    account = world.accounts.get(ALICE)
    assert account is not None
    assert account.user_class() is UserClass.EXTENDED
    (entry,) = work.audit
    assert (entry.before["active_runs"], entry.after["active_runs"]) == (4, 9)


def test_limits_go_back_to_the_plans(work: Operations) -> None:
    work.users.set_quotas("alice", {"active_runs": 9, "api_tokens": 0}, REASON, rehearse=False)

    _, after = work.users.set_quotas("alice", None, REASON, rehearse=False)

    assert after == Quotas()


@pytest.mark.parametrize(
    "wanted", [{"active_runs": 65}, {"active_runs": -1}, {"runs_per_day": 20_001}]
)
def test_a_limit_has_bounds(work: Operations, wanted: dict[str, int]) -> None:
    with pytest.raises(Invalid, match="may be"):
        work.users.set_quotas("alice", wanted, REASON, rehearse=False)

    assert not work.audit


def test_a_limit_that_stays_leaves_no_entry(work: Operations) -> None:
    work.users.set_quotas("alice", {"active_runs": 4}, REASON, rehearse=False)

    assert not work.audit


def test_who_never_came_has_no_limits(work: Operations) -> None:
    work.sign_ins.emails[UserId("carol")] = "carol@example.org"

    with pytest.raises(NotFound, match="no account yet"):
        work.users.set_quotas("carol@example.org", None, REASON, rehearse=True)


def test_the_suspended_are_listed_newest_first(world: World, work: Operations) -> None:
    suspend(work)
    world.clock.move(seconds=1)
    work.users.suspend("bob", REASON, rehearse=False)

    assert [user.id for user in work.users.suspended()] == [BOB, ALICE]


@pytest.mark.parametrize(
    ("email", "expected"), [(None, UserClass.GUEST), ("a@example.org", UserClass.MEMBER)]
)
def test_a_guest_is_a_member_once_there_is_an_address(
    world: World, email: str | None, expected: UserClass
) -> None:
    work = Operations(world)
    account = work.users.find("alice").account
    assert account is not None
    guest = type(account)(
        id=account.id,
        email=None,
        display_name=None,
        created_at=account.created_at + timedelta(0),
    )

    assert guest.user_class(email) is expected
