"""Transactions under contention and in an outage."""

import threading

import pytest
from google.api_core import exceptions as google_errors
from google.cloud import firestore

from candlewick.accounts.models import UserId
from candlewick.errors import Conflict, Unavailable
from candlewick.gcp.transactions import run_transaction
from tests.contracts.stores import ON_FIRESTORE, at_once

pytestmark = list(ON_FIRESTORE)
ABORTED: type[Exception] = google_errors.Aborted
DOWN: type[Exception] = google_errors.ServiceUnavailable


@pytest.fixture
def counter(client: firestore.Client, owner: UserId) -> firestore.DocumentReference:
    found: firestore.DocumentReference = client.document("users", owner)
    found.set({"count": 0})
    return found


def add_one(client: firestore.Client, counter: firestore.DocumentReference, lane: str) -> int:
    def work(transaction: firestore.Transaction) -> int:
        count: int = (counter.get(transaction=transaction).to_dict() or {})["count"] + 1
        transaction.set(counter, {"count": count})
        return count

    return run_transaction(client, work, lane=lane)


def test_those_of_one_process_go_one_after_the_other(
    client: firestore.Client, counter: firestore.DocumentReference
) -> None:
    results = at_once(50, lambda _: add_one(client, counter, "one"))

    assert sorted(map(int, map(str, results))) == list(range(1, 51))


def test_those_of_several_processes_all_arrive_at_last(
    client: firestore.Client, counter: firestore.DocumentReference
) -> None:
    results = at_once(3, lambda index: add_one(client, counter, f"process {index}"))

    assert sorted(map(int, map(str, results))) == [1, 2, 3]


def test_what_the_work_raises_is_raised_and_the_lane_is_free_again(
    client: firestore.Client, counter: firestore.DocumentReference
) -> None:
    def refuse(_: firestore.Transaction) -> None:
        raise Conflict("no")

    with pytest.raises(Conflict):
        run_transaction(client, refuse, lane="one")

    assert add_one(client, counter, "one") == 1


def test_an_error_of_the_work_that_is_a_value_error_is_not_taken_for_contention(
    client: firestore.Client,
) -> None:
    calls: list[int] = []

    def work(_: firestore.Transaction) -> None:
        calls.append(1)
        raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        run_transaction(client, work, lane="one")
    assert calls == [1]


def test_a_read_that_loses_the_race_is_tried_again(client: firestore.Client) -> None:
    calls: list[int] = []

    def work(_: firestore.Transaction) -> int:
        calls.append(1)
        if len(calls) < 3:
            raise ABORTED("lost the race")
        return len(calls)

    assert run_transaction(client, work, lane="one") == 3


def test_patience_ends(client: firestore.Client) -> None:
    def work(_: firestore.Transaction) -> None:
        raise ABORTED("lost the race")

    with pytest.raises(Unavailable, match="at once"):
        run_transaction(client, work, lane="one", patience_s=0.2)


def test_who_waits_for_a_lane_too_long_is_told_so(client: firestore.Client) -> None:
    entered, leave = threading.Event(), threading.Event()

    def occupy(_: firestore.Transaction) -> None:
        entered.set()
        leave.wait(10)

    holder = threading.Thread(target=run_transaction, args=(client, occupy), kwargs={"lane": "one"})
    holder.start()
    entered.wait(10)
    try:
        with pytest.raises(Unavailable, match="at once"):
            run_transaction(client, lambda _: None, lane="one", patience_s=0.05)
    finally:
        leave.set()
        holder.join()


def test_an_outage_is_told_at_once(client: firestore.Client) -> None:
    def work(_: firestore.Transaction) -> None:
        raise DOWN("down")

    with pytest.raises(Unavailable, match="does not answer"):
        run_transaction(client, work, lane="one")
