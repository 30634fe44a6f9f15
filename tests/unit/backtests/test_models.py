"""A run's states, deadlines and attempts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from candlewick.backtests.models import (
    MAX_ATTEMPTS,
    FollowUp,
    RunId,
    RunState,
    TaskKind,
    deadline,
    result_prefix,
    with_task,
)
from candlewick.backtests.wire import Failure, FailureKind
from candlewick.errors import Conflict
from tests.factories import ALICE, a_run, a_spec
from tests.fakes import START

S = RunState
# As docs/architecture.md draws it, plus what ends a run that never started or was never verified.
LEGAL = {
    (S.QUEUED, S.STARTING),
    (S.QUEUED, S.CANCELLED),
    (S.QUEUED, S.FAILED),
    (S.STARTING, S.RUNNING),
    (S.STARTING, S.QUEUED),
    (S.STARTING, S.CANCELLING),
    (S.STARTING, S.FAILED),
    (S.RUNNING, S.VERIFYING),
    (S.RUNNING, S.QUEUED),
    (S.RUNNING, S.CANCELLING),
    (S.RUNNING, S.FAILED),
    (S.CANCELLING, S.CANCELLED),
    (S.VERIFYING, S.SUCCEEDED),
    (S.VERIFYING, S.FAILED),
    (S.VERIFYING, S.CANCELLED),
}
ALL = [(before, after) for before in S for after in S]
LATER = START + timedelta(hours=1)


@pytest.mark.parametrize(("before", "after"), [move for move in ALL if move in LEGAL])
def test_a_legal_move_sets_time_and_deadline(before: RunState, after: RunState) -> None:
    moved = a_run(before).moved_to(after, LATER)

    assert moved.state is after
    assert moved.entered_at[after] == LATER
    assert moved.deadline_at == deadline(after, LATER)
    assert (moved.deadline_at is None) == after.is_final


@pytest.mark.parametrize(("before", "after"), [move for move in ALL if move not in LEGAL])
def test_every_other_move_is_refused(before: RunState, after: RunState) -> None:
    with pytest.raises(Conflict, match=f"A {before} run cannot become {after}"):
        a_run(before).moved_to(after, LATER)


def test_three_states_are_final() -> None:
    assert {state for state in S if state.is_final} == {S.SUCCEEDED, S.FAILED, S.CANCELLED}


@pytest.mark.parametrize(
    ("state", "patience"),
    [
        (S.QUEUED, timedelta(minutes=5)),
        (S.STARTING, timedelta(minutes=4)),
        (S.RUNNING, timedelta(seconds=60)),
        (S.CANCELLING, timedelta(seconds=60)),
        (S.VERIFYING, timedelta(minutes=5)),
    ],
)
def test_deadlines_are_those_of_the_data_model(state: RunState, patience: timedelta) -> None:
    assert deadline(state, START) == START + patience


def test_a_sign_of_life_moves_the_deadline_alone() -> None:
    run = a_run(S.RUNNING)

    alive = run.kept_alive(LATER)

    assert alive == replace(run, deadline_at=deadline(S.RUNNING, LATER))


@pytest.mark.parametrize("state", [S.QUEUED, S.STARTING, S.RUNNING])
def test_another_attempt_fences_the_one_before(state: RunState) -> None:
    run = a_run(state)

    again = run.requeued("it stopped", LATER)

    assert again.state is S.QUEUED
    assert again.attempt == 2
    assert again.claim.epoch == run.claim.epoch + 1
    assert again.claim.token_hash is None
    assert again.claim.holder is None
    assert again.progress is None
    assert again.deadline_at == deadline(S.QUEUED, LATER)


def test_after_the_last_attempt_a_run_fails_and_says_whose_fault_it_is() -> None:
    run = a_run(S.RUNNING, attempt=MAX_ATTEMPTS)

    failed = run.requeued("its container stopped answering", LATER)

    assert failed.state is S.FAILED
    assert failed.failure is not None
    assert failed.failure.kind is FailureKind.PLATFORM_ERROR
    assert "its container stopped answering" in failed.failure.message
    assert "start it again" in failed.failure.message


def test_no_run_is_tried_more_often_than_promised() -> None:
    run, tries = a_run(S.RUNNING), 1

    while not run.state.is_final:
        run = run.requeued("again", LATER)
        tries += run.state is S.QUEUED

    assert tries == MAX_ATTEMPTS


@pytest.mark.parametrize("state", [S.CANCELLING, S.VERIFYING, S.SUCCEEDED, S.FAILED, S.CANCELLED])
def test_a_run_that_is_past_its_job_cannot_be_queued_again(state: RunState) -> None:
    with pytest.raises(Conflict):
        a_run(state).requeued("again", LATER)


def test_a_failure_is_kept() -> None:
    failure = Failure(kind=FailureKind.NO_DATA, message="no candles")

    assert a_run(S.RUNNING).failed(failure, LATER).failure == failure


def test_a_served_run_is_done_at_once_and_names_the_run_that_did_it() -> None:
    earlier = a_run(S.SUCCEEDED, id=RunId("first"))
    second = a_run(id=RunId("second")).served_by(earlier)

    third = a_run(id=RunId("third")).served_by(second)

    assert (second.state, second.deadline_at, second.tasks_sent) == (S.SUCCEEDED, None, 0)
    assert second.result == third.result == earlier.result
    assert second.served_from == third.served_from == "first"


def test_tasks_are_counted_so_that_each_has_a_name() -> None:
    first = with_task(a_run(tasks_sent=0), TaskKind.DISPATCH)

    second = with_task(first.run, TaskKind.VERIFY)

    assert first.follow_up == FollowUp(
        owner=ALICE, run_id=RunId("r1"), kind=TaskKind.DISPATCH, number=1
    )
    assert second.follow_up is not None
    assert second.follow_up.number == second.run.tasks_sent == 2


def test_two_epochs_never_share_an_object() -> None:
    prefixes = {result_prefix(ALICE, RunId("r1"), epoch) for epoch in range(3)}

    assert len(prefixes) == 3
    assert all(prefix.startswith("alice/r1/") for prefix in prefixes)


@pytest.mark.parametrize(
    ("pair", "currency"), [("BTC/USDT", "USDT"), ("BTC/USDT:USDT", "USDT"), ("ETH/BTC", "BTC")]
)
def test_the_stake_is_in_the_pairs_quote_currency(pair: str, currency: str) -> None:
    assert a_spec(pairs=(pair,)).stake_currency == currency
