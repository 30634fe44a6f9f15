"""The stores under test, and a crowd that uses them at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import pytest
from google.cloud import firestore

from candlewick.accounts.firestore import FirestoreAccountStore, FirestoreTokenStore
from candlewick.accounts.service import AccountStore, TokenStore
from candlewick.backtests.firestore import FirestoreRunStore
from candlewick.backtests.ports import RunStore
from candlewick.shares.firestore import FirestoreShareStore
from candlewick.shares.service import ShareStore
from candlewick.strategies.drafts import DraftStore
from candlewick.strategies.firestore import FirestoreStrategyStore
from candlewick.strategies.parameter_sets import ParameterSetStore
from candlewick.strategies.service import StrategyStore
from tests.in_memory import InMemoryAccounts, InMemoryRuns, InMemoryStrategies, InMemoryTokens
from tests.in_memory_shares import InMemoryShares

Result = TypeVar("Result")
# One worker starts the emulator for all of them.
ON_FIRESTORE = (pytest.mark.emulator, pytest.mark.xdist_group("firestore"))


@dataclass(frozen=True, slots=True)
class Stores:
    runs: RunStore
    strategies: StrategyStore
    drafts: DraftStore
    sets: ParameterSetStore
    accounts: AccountStore
    tokens: TokenStore
    shares: ShareStore

    @classmethod
    def on(cls, client: firestore.Client) -> "Stores":
        strategies = FirestoreStrategyStore(client)
        return cls(
            FirestoreRunStore(client),
            strategies,
            strategies,
            strategies,
            FirestoreAccountStore(client),
            FirestoreTokenStore(client),
            FirestoreShareStore(client),
        )

    @classmethod
    def in_memory(cls) -> "Stores":
        strategies = InMemoryStrategies()
        return cls(
            InMemoryRuns(),
            strategies,
            strategies,
            strategies,
            InMemoryAccounts(),
            InMemoryTokens(),
            InMemoryShares(),
        )


def at_once(times: int, work: Callable[[int], Result]) -> list[Result | Exception]:
    """Do the same thing in so many threads; return each result or what it raised."""

    def attempt(index: int) -> Result | Exception:
        try:
            return work(index)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            return error

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(attempt, range(times)))
