"""Firestore: created once, changed by compare and set, types kept, counted without reading."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from candlewick.gcp.transactions import run_transaction

pytestmark = pytest.mark.emulator
Documents = firestore.CollectionReference


def test_a_document_is_created_once(documents: Documents) -> None:
    documents.document("one").create({"value": 1})

    with pytest.raises(exceptions.AlreadyExists):
        documents.document("one").create({"value": 2})


def test_a_change_can_demand_the_state_that_was_read(
    database: firestore.Client, documents: Documents
) -> None:
    one = documents.document("one")
    one.create({"value": 1})
    seen = one.get()
    one.update({"value": 2})

    option = database.write_option(last_update_time=seen.update_time)
    with pytest.raises(exceptions.FailedPrecondition):
        one.update({"value": 3}, option=option)


def test_what_was_stored_comes_back_with_its_types(documents: Documents) -> None:
    at = datetime(2026, 11, 22, 12, 30, 1, 123456, tzinfo=UTC)
    value = {"text": "ü", "none": None, "at": at, "list": [1, 2.5, True], "bytes": b"\x00\xff"}

    documents.document("typed").create(value)

    assert documents.document("typed").get().to_dict() == value


def test_equal_and_ordered_by_another_field_is_counted_and_listed(documents: Documents) -> None:
    for number in range(5):
        documents.document(str(number)).create({"number": number})

    found = documents.where(filter=FieldFilter("number", ">=", 3))

    assert sorted(each.get("number") for each in found.stream()) == [3, 4]
    counted: Any = found.count(alias="all").get()  # type: ignore[call-arg]  # declared for a subclass
    assert [result.value for row in counted for result in row] == [2]


def test_no_change_of_parallel_transactions_is_lost(
    database: firestore.Client, documents: Documents
) -> None:
    counter = documents.document("counter")
    counter.create({"value": 0})

    def add(lane: int) -> None:
        def work(transaction: firestore.Transaction) -> None:
            found = counter.get(transaction=transaction)
            transaction.update(counter, {"value": found.get("value") + 1})

        run_transaction(database, work, lane=str(lane))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(4)))

    assert counter.get().get("value") == 4
