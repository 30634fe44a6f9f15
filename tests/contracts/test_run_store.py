"""What every store of runs promises."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from google.api_core.exceptions import ServiceUnavailable
from google.cloud import firestore

from candlewick.accounts.models import Quotas, UserId
from candlewick.backtests.firestore import FirestoreRunStore
from candlewick.backtests.models import BacktestRun, Change, RunId, RunState, TaskKind, with_task
from candlewick.backtests.ports import IdempotencyKey, RunFilter, RunStore
from candlewick.errors import IdempotencyMismatch, Invalid, NotFound, QuotaExceeded
from candlewick.objects import sha256_hex
from candlewick.strategies.models import StrategyId
from tests.contracts.stores import Stores, at_once
from tests.factories import a_result, a_run, a_strategy_ref
from tests.fakes import START

CROWD = 50
SMALL = Quotas(active_runs=4)


@pytest.fixture
def runs(stores: Stores) -> RunStore:
    return stores.runs


def key(name: str = "one", body: str = "body") -> IdempotencyKey:
    return IdempotencyKey(key_hash=sha256_hex(name.encode()), body_hash=sha256_hex(body.encode()))


def new_run(owner: UserId, name: str = "r1", **changes: Any) -> BacktestRun:
    run_id = RunId(f"{owner}-{name}")
    return a_run(id=run_id, owner=owner, tasks_sent=0, **changes)


def submit(runs: RunStore, run: BacktestRun, quotas: Quotas = SMALL, **named: Any) -> BacktestRun:
    return runs.submit(with_task(run, TaskKind.DISPATCH), key(**named), quotas)


def move(runs: RunStore, run: BacktestRun, *states: RunState) -> BacktestRun:
    for state in states:
        runs.change(run.owner, run.id, _to(state))
    found = runs.get(run.owner, run.id)
    assert found is not None
    return found


def _to(state: RunState) -> Callable[[BacktestRun], Change]:
    return lambda found: Change(run=found.moved_to(state, START))


def succeed(runs: RunStore, run: BacktestRun) -> BacktestRun:
    result = a_result(f"{run.owner}/{run.id}/1")
    move(runs, run, RunState.STARTING, RunState.RUNNING, RunState.VERIFYING)
    runs.change(run.owner, run.id, lambda found: Change(run=replace(found, result=result)))
    return move(runs, run, RunState.SUCCEEDED)


def tasks_of(runs: RunStore, owner: UserId) -> list[tuple[RunId, TaskKind]]:
    late = START + timedelta(days=1)
    found = runs.unsent(late, limit=1_000)
    return [(task.run_id, task.kind) for task in found if task.owner == owner]


def names(items: Any) -> list[str]:
    return [run.id.rpartition("-")[2] for run in items]


def test_a_submitted_run_is_there_with_its_hold_and_its_task(runs: RunStore, owner: UserId) -> None:
    run = submit(runs, new_run(owner))

    assert runs.get(owner, run.id) == run
    assert runs.submitted(owner, key()) == run
    assert runs.usage(owner, START).active_runs == 1
    assert runs.usage(owner, START).runs_today == 1
    assert tasks_of(runs, owner) == [(run.id, TaskKind.DISPATCH)]


def test_a_run_is_its_owners_alone(runs: RunStore, owner: UserId) -> None:
    run = submit(runs, new_run(owner))
    other = UserId(f"{owner}-other")

    assert runs.get(other, run.id) is None
    assert runs.submitted(other, key()) is None
    assert runs.list(other, RunFilter(), cursor=None, size=9).items == []
    with pytest.raises(NotFound):
        runs.change(other, run.id, lambda found: Change(run=found))
    with pytest.raises(NotFound):
        runs.delete(other, run.id)


def test_the_same_key_gives_the_first_run_again(runs: RunStore, owner: UserId) -> None:
    first = submit(runs, new_run(owner, "first"))

    again = submit(runs, new_run(owner, "second"))

    assert again == first
    assert runs.usage(owner, START).active_runs == 1


def test_the_same_key_for_another_body_is_refused(runs: RunStore, owner: UserId) -> None:
    submit(runs, new_run(owner, "first"))

    with pytest.raises(IdempotencyMismatch):
        runs.submitted(owner, key(body="other"))
    with pytest.raises(IdempotencyMismatch):
        submit(runs, new_run(owner, "second"), body="other")

    assert runs.get(owner, RunId(f"{owner}-second")) is None


def test_a_key_whose_run_was_deleted_starts_nothing_new(runs: RunStore, owner: UserId) -> None:
    run = submit(runs, new_run(owner))
    move(runs, run, RunState.CANCELLED)
    runs.delete(owner, run.id)

    assert runs.submitted(owner, key()) is None
    with pytest.raises(NotFound):
        submit(runs, new_run(owner, "second"))


def test_active_runs_are_limited_until_one_ends(runs: RunStore, owner: UserId) -> None:
    quotas = Quotas(active_runs=1)
    first = submit(runs, new_run(owner, "first"), quotas, name="1")
    with pytest.raises(QuotaExceeded):
        submit(runs, new_run(owner, "second"), quotas, name="2")

    move(runs, first, RunState.CANCELLED)

    submit(runs, new_run(owner, "second"), quotas, name="2")
    assert runs.usage(owner, START).runs_today == 2


def test_runs_of_a_day_are_limited_until_the_next(runs: RunStore, owner: UserId) -> None:
    quotas = Quotas(runs_per_day=1)
    first = submit(runs, new_run(owner, "first"), quotas, name="1")
    move(runs, first, RunState.CANCELLED)
    with pytest.raises(QuotaExceeded):
        submit(runs, new_run(owner, "second"), quotas, name="2")
    tomorrow = START + timedelta(days=1)

    submit(runs, new_run(owner, "third", created_at=tomorrow), quotas, name="3")

    assert runs.usage(owner, tomorrow).runs_today == 1


def test_fifty_identical_requests_at_once_have_one_effect(runs: RunStore, owner: UserId) -> None:
    results = at_once(CROWD, lambda index: submit(runs, new_run(owner, str(index))))

    ids = {result.id for result in results if isinstance(result, BacktestRun)}
    assert [result for result in results if isinstance(result, Exception)] == []
    assert len(ids) == 1
    assert len(runs.list(owner, RunFilter(), cursor=None, size=100).items) == 1
    assert runs.usage(owner, START).active_runs == 1
    assert runs.usage(owner, START).runs_today == 1
    assert len(tasks_of(runs, owner)) == 1


def test_of_fifty_requests_at_once_as_many_start_as_the_plan_allows(
    runs: RunStore, owner: UserId
) -> None:
    results = at_once(
        CROWD, lambda index: submit(runs, new_run(owner, str(index)), SMALL, name=str(index))
    )

    refused = [result for result in results if not isinstance(result, BacktestRun)]
    assert {type(result) for result in refused} == {QuotaExceeded}
    assert len(refused) == CROWD - SMALL.active_runs
    assert runs.usage(owner, START).active_runs == SMALL.active_runs
    assert len(tasks_of(runs, owner)) == SMALL.active_runs


def test_no_change_is_lost_when_many_happen_at_once(runs: RunStore, owner: UserId) -> None:
    run = submit(runs, new_run(owner))

    def note(index: int) -> None:
        runs.change(
            owner, run.id, lambda found: Change(run=replace(found, notes=f"{found.notes}{index},"))
        )

    results = at_once(8, note)

    assert results == [None] * 8
    changed = runs.get(owner, run.id)
    assert changed is not None
    assert sorted(changed.notes.rstrip(",").split(",")) == [str(index) for index in range(8)]


def test_a_change_that_is_declined_changes_nothing(runs: RunStore, owner: UserId) -> None:
    run = submit(runs, new_run(owner))

    assert runs.change(owner, run.id, lambda _: None) is None
    assert runs.get(owner, run.id) == run


def test_what_a_decision_raises_is_raised_and_stores_nothing(runs: RunStore, owner: UserId) -> None:
    run = submit(runs, new_run(owner))

    def refuse(_: BacktestRun) -> Change:
        raise Invalid("no")

    with pytest.raises(Invalid):
        runs.change(owner, run.id, refuse)
    assert runs.get(owner, run.id) == run


def test_a_change_with_a_task_keeps_it_until_it_is_sent(runs: RunStore, owner: UserId) -> None:
    run = submit(runs, new_run(owner))

    runs.change(owner, run.id, lambda found: with_task(found, TaskKind.CANCEL))

    assert sorted(tasks_of(runs, owner)) == [
        (run.id, TaskKind.CANCEL),
        (run.id, TaskKind.DISPATCH),
    ]
    for task in runs.unsent(START, limit=1_000):
        if task.owner == owner:
            runs.mark_sent(task)
            runs.mark_sent(task)
    assert tasks_of(runs, owner) == []


@pytest.mark.emulator
@pytest.mark.xdist_group("firestore")
def test_a_task_that_cannot_be_marked_as_sent_is_sent_again(
    client: firestore.Client, owner: UserId, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = FirestoreRunStore(client)
    submit(runs, new_run(owner))
    (task,) = (task for task in runs.unsent(START, limit=1_000) if task.owner == owner)
    outage: type[Exception] = ServiceUnavailable

    def down(_: object) -> None:
        raise outage("down")

    monkeypatch.setattr(firestore.DocumentReference, "delete", down)

    runs.mark_sent(task)

    assert len(tasks_of(runs, owner)) == 1


def test_young_tasks_are_left_to_their_request(runs: RunStore, owner: UserId) -> None:
    submit(runs, new_run(owner))

    young = runs.unsent(START - timedelta(seconds=1), limit=1_000)

    assert [task for task in young if task.owner == owner] == []


@pytest.mark.parametrize(
    "path",
    [
        (RunState.CANCELLED,),
        (RunState.FAILED,),
        (RunState.STARTING, RunState.CANCELLING, RunState.CANCELLED),
    ],
)
def test_every_end_frees_the_hold(
    runs: RunStore, owner: UserId, path: tuple[RunState, ...]
) -> None:
    run = submit(runs, new_run(owner))

    move(runs, run, *path)

    assert runs.usage(owner, START).active_runs == 0


def test_a_known_result_is_served_without_a_hold_or_a_task(runs: RunStore, owner: UserId) -> None:
    first = succeed(runs, submit(runs, new_run(owner, "first"), name="1"))
    full = Quotas(active_runs=0, runs_per_day=0)

    second = submit(runs, new_run(owner, "second"), full, name="2")
    third = submit(runs, new_run(owner, "third"), full, name="3")

    assert (second.state, second.result) == (RunState.SUCCEEDED, first.result)
    assert second.served_from == third.served_from == first.id
    assert runs.usage(owner, START).active_runs == 0
    assert len(tasks_of(runs, owner)) == 1


def test_another_identity_or_another_user_is_not_served(runs: RunStore, owner: UserId) -> None:
    succeed(runs, submit(runs, new_run(owner, "first"), name="1"))
    stranger = UserId(f"{owner}-other")

    other = submit(runs, new_run(owner, "other", identity="0" * 64), name="2")
    strangers = submit(runs, new_run(stranger), name="1")

    assert other.state is strangers.state is RunState.QUEUED


@pytest.mark.parametrize("end", [RunState.FAILED, RunState.CANCELLED])
def test_what_did_not_succeed_is_not_served(runs: RunStore, owner: UserId, end: RunState) -> None:
    move(runs, submit(runs, new_run(owner, "first"), name="1"), end)

    assert submit(runs, new_run(owner, "second"), name="2").state is RunState.QUEUED


def test_a_shared_result_is_known_until_its_last_run_is_deleted(
    runs: RunStore, owner: UserId
) -> None:
    first = succeed(runs, submit(runs, new_run(owner, "first"), name="1"))
    second = submit(runs, new_run(owner, "second"), name="2")

    assert runs.delete(owner, first.id) is True
    third = submit(runs, new_run(owner, "third"), name="3")
    assert third.result == first.result
    assert runs.delete(owner, second.id) is True
    assert runs.delete(owner, third.id) is False

    assert submit(runs, new_run(owner, "fourth"), name="4").state is RunState.QUEUED


def test_deleting_a_failed_twin_forgets_no_result(runs: RunStore, owner: UserId) -> None:
    first = submit(runs, new_run(owner, "first"), name="1")
    twin = submit(runs, new_run(owner, "twin"), name="2")
    succeed(runs, first)
    move(runs, twin, RunState.CANCELLED)

    assert runs.delete(owner, twin.id) is False

    assert submit(runs, new_run(owner, "third"), name="3").served_from == first.id


def test_a_deleted_run_is_gone(runs: RunStore, owner: UserId) -> None:
    run = submit(runs, new_run(owner))
    move(runs, run, RunState.CANCELLED)

    runs.delete(owner, run.id)

    assert runs.get(owner, run.id) is None
    with pytest.raises(NotFound):
        runs.delete(owner, run.id)


def test_pages_go_from_the_newest_to_the_oldest_without_a_gap(
    runs: RunStore, owner: UserId
) -> None:
    for number in range(5):
        # Two of a kind share their time: the order must still be one.
        created = START + timedelta(minutes=number // 2)
        run = new_run(owner, str(number), created_at=created, identity=str(number) * 64)
        submit(runs, run, Quotas(active_runs=9), name=str(number))

    seen, cursor = [], None
    for _ in range(3):
        page = runs.list(owner, RunFilter(), cursor=cursor, size=2)
        seen += names(page.items)
        cursor = page.next_cursor

    assert seen == ["4", "3", "2", "1", "0"]
    assert cursor is None


@pytest.mark.parametrize("cursor", ["nonsense", "YS9iL2M=", "X194X18=", "Z29uZQ==", "é", "=", ""])
def test_a_cursor_that_leads_nowhere_is_refused(runs: RunStore, owner: UserId, cursor: str) -> None:
    with pytest.raises(Invalid):
        runs.list(owner, RunFilter(), cursor=cursor, size=2)


@pytest.mark.parametrize("state", [None, RunState.QUEUED, RunState.CANCELLED])
@pytest.mark.parametrize("strategy", [None, "s1", "s2"])
@pytest.mark.parametrize("exchange", [None, "simulated", "kraken"])
def test_filters_combine(
    runs: RunStore,
    owner: UserId,
    state: RunState | None,
    strategy: str | None,
    exchange: str | None,
) -> None:
    one = submit(runs, new_run(owner, "one"), name="1")
    other = a_strategy_ref(id=StrategyId("s2"))
    submit(runs, new_run(owner, "two", strategy=other, identity="0" * 64), name="2")
    move(runs, one, RunState.CANCELLED)
    strategy_id = None if strategy is None else StrategyId(strategy)
    wanted = RunFilter(state=state, strategy_id=strategy_id, exchange=exchange)

    found = names(runs.list(owner, wanted, cursor=None, size=9).items)

    expected = {
        "one": state is not RunState.QUEUED and strategy != "s2" and exchange != "kraken",
        "two": state is not RunState.CANCELLED and strategy != "s1" and exchange != "kraken",
    }
    assert sorted(found) == [name for name, is_in in expected.items() if is_in]


def test_overdue_runs_are_found_across_users_the_longest_waiting_first(
    runs: RunStore, owner: UserId
) -> None:
    other = UserId(f"{owner}-other")
    late = submit(runs, new_run(owner, deadline_at=START - timedelta(days=900)))
    later = submit(runs, new_run(other, deadline_at=START - timedelta(days=901)))
    over = submit(runs, new_run(owner, "over", identity="0" * 64), name="2")
    move(runs, over, RunState.CANCELLED)

    found = runs.overdue(START - timedelta(days=800), limit=1_000)

    mine = [pair for pair in found if pair[0] in {owner, other}]
    assert mine == [(other, later.id), (owner, late.id)]
