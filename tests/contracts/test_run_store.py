"""What every store of runs promises."""

from dataclasses import replace
from datetime import timedelta

import pytest
from google.api_core.exceptions import ServiceUnavailable
from google.cloud import firestore

from candlewick.accounts.models import Quotas, UserId
from candlewick.backtests.firestore import FirestoreRunStore
from candlewick.backtests.models import BacktestRun, Change, RunId, RunState, TaskKind, with_task
from candlewick.backtests.ports import RunFilter, RunStore
from candlewick.errors import IdempotencyMismatch, Invalid, NotFound, QuotaExceeded
from tests.contracts.runs import SMALL, key, move, new_run, submit, succeed, tasks_of
from tests.contracts.stores import at_once
from tests.fakes import START

CROWD = 50


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
