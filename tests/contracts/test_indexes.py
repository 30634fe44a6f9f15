"""Every query of the adapters has its index, and no index is there for nothing."""

import copy
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from google.api_core.exceptions import FailedPrecondition
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from candlewick.admin.firestore import FirestoreAccountDesk, FirestoreRunSearch
from candlewick.admin.models import RunQuery
from candlewick.assistant.firestore import FirestoreConversationStore
from candlewick.backtests.models import RunId, RunState
from candlewick.backtests.ports import RunFilter
from candlewick.gcp.audit import list_audit
from candlewick.marketplace.models import ListingId
from candlewick.marketplace.moderation.models import CaseState
from candlewick.marketplace.payments.firestore import FirestoreBooks
from candlewick.strategies.models import StrategyId
from tests.contracts.feedback import on
from tests.contracts.indexes import Indexes, Shape
from tests.contracts.stores import ON_FIRESTORE, Stores
from tests.factories import ALICE
from tests.fakes import START

pytestmark = list(ON_FIRESTORE)


def ask_everything(stores: Stores) -> None:
    """Ask each question that the adapters can ask Firestore."""
    for state, strategy, exchange in product(
        (None, RunState.QUEUED), (None, StrategyId("s")), (None, "simulated")
    ):
        wanted = RunFilter(state=state, strategy_id=strategy, exchange=exchange)
        stores.runs.list(ALICE, wanted, cursor=None, size=1)
    stores.runs.overdue(START, limit=1)
    stores.runs.census()
    stores.runs.unsent(START, limit=1)
    stores.strategies.list(ALICE, archived=False, cursor=None, size=1)
    stores.strategies.versions(ALICE, StrategyId("s"), cursor=None, size=1)
    stores.accounts.due_erasures(START)
    stores.tokens.list(ALICE)


def ask_as_operator(client: firestore.Client) -> None:
    search = FirestoreRunSearch(client)
    for owner, state, age in product(
        (None, ALICE), (None, RunState.QUEUED), (None, timedelta(minutes=1))
    ):
        search.search(RunQuery(owner=owner, state=state, older_than=age, limit=1), START)
    for wanted in (RunQuery(run_id=RunId("r")), RunQuery(identity="i")):
        search.search(wanted, START)
    for owner in (None, ALICE):
        list_audit(client, owner=owner)
    FirestoreAccountDesk(client).suspended(limit=1)


def test_every_composite_index_serves_a_query(client: firestore.Client, served: set[Shape]) -> None:
    ask_everything(Stores.on(client))
    ask_as_operator(client)
    ask_for_feedback(client)
    FirestoreConversationStore(client).list(ALICE, StrategyId("s"))
    FirestoreBooks(client).entries(ALICE, limit=1)

    indexes = Indexes.of_the_project()
    for index in indexes.document["indexes"]:
        without = copy.deepcopy(indexes.document)
        without["indexes"].remove(index)
        assert any(not Indexes(without).serve(shape) for shape in served), index


def ask_for_feedback(client: firestore.Client) -> None:
    """Send every query of reviews, notices and cases."""
    stores = on(client)
    stores.reviews.shown(ListingId("l"), cursor=None, size=1)
    stores.notices.of_user(ALICE, cursor=None, size=1)
    stores.cases.queue(CaseState.OPEN, cursor=None, size=1)


def test_a_query_without_its_index_would_be_refused(client: firestore.Client) -> None:
    runs = client.collection("users", ALICE, "runs").where(filter=FieldFilter("engine", "==", "x"))

    with pytest.raises(FailedPrecondition, match="requires an index"):
        list(runs.order_by("createdAt").stream())


@pytest.mark.parametrize(
    ("changes", "is_served"),
    [
        ({}, True),
        ({"ordered": (("createdAt", "ASCENDING"),)}, True),  # the index is read backwards
        ({"ordered": (("attempt", "DESCENDING"),)}, False),
        ({"ordered": ()}, True),
        ({"equal": frozenset()}, True),
        ({"equal": frozenset({"state", "engine"})}, False),
        ({"collection": "walks"}, False),
        ({"equal": frozenset(), "is_group": True}, True),
        ({"equal": frozenset({"engine"}), "is_group": True}, False),
        ({"equal": frozenset({"engine"}), "ordered": (), "is_group": True}, False),
        ({"equal": frozenset({"logTail"}), "ordered": ()}, False),
    ],
)
def test_the_check_knows_what_production_serves(
    changes: dict[str, Any], *, is_served: bool
) -> None:
    fields: dict[str, Any] = {
        "collection": "runs",
        "is_group": False,
        "equal": frozenset({"state"}),
        "ordered": (("createdAt", "DESCENDING"),),
    }

    assert Indexes.of_the_project().serve(Shape(**fields | changes)) is is_served
