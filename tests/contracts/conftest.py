"""Each contract over the in-memory store and over Firestore's adapter on the real emulator."""

import os
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from google.cloud import firestore

from candlewick.accounts.models import UserId
from candlewick.backtests.ports import RunStore
from tests.contracts.indexes import Indexes, Shape, refusing, refusing_counts
from tests.contracts.stores import ON_FIRESTORE, Stores
from tests.firestore_emulator import emulated_firestore

_numbers = count()


@pytest.fixture(scope="session")
def served() -> set[Shape]:
    return set()


@pytest.fixture(scope="session")
def client(
    tmp_path_factory: pytest.TempPathFactory, served: set[Shape]
) -> Iterator[firestore.Client]:
    with emulated_firestore(tmp_path_factory.mktemp("firestore")) as made:
        api: Any = made._firestore_api
        api.run_query = refusing(Indexes.of_the_project(), served, api.run_query)
        api.run_aggregation_query = refusing_counts(
            Indexes.of_the_project(), served, api.run_aggregation_query
        )
        yield made


@pytest.fixture(params=["memory", pytest.param("firestore", marks=ON_FIRESTORE)])
def stores(request: pytest.FixtureRequest) -> Stores:
    if request.param == "memory":
        return Stores.in_memory()
    return Stores.on(request.getfixturevalue("client"))


@pytest.fixture
def runs(stores: Stores) -> RunStore:
    return stores.runs


@pytest.fixture
def owner() -> UserId:
    """Name a user whom no other test knows, so that tests can share one database."""
    return UserId(f"user-{os.getpid()}-{next(_numbers)}")
