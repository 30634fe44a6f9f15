"""What the services of exchange keys need from the outside."""

from collections.abc import Callable, Sequence
from typing import Protocol

from candlewick.accounts.models import UserId
from candlewick.bots.models import KeyId
from candlewick.bots.venues import VenueEntry
from candlewick.exchange_keys.models import Credentials, ExchangeKey, KeyRights


class KeyStore(Protocol):
    def add(self, key: ExchangeKey, *, limit: int) -> None:
        """Store a new key with what its bots may risk; `QuotaExceeded` when the user has `limit`."""

    def get(self, owner: UserId, key_id: KeyId) -> ExchangeKey | None: ...
    def list(self, owner: UserId) -> Sequence[ExchangeKey]: ...
    def change(
        self, owner: UserId, key_id: KeyId, decide: Callable[[ExchangeKey], ExchangeKey]
    ) -> ExchangeKey:
        """Apply `decide` in a transaction, to the account-wide limits too. `NotFound` when it is gone."""

    def delete(self, owner: UserId, key_id: KeyId) -> bool: ...


class KeyChecker(Protocol):
    def rights(self, venue: VenueEntry, credentials: Credentials) -> KeyRights:
        """Ask the exchange; `KeyRefused` when it takes the key not, or does not say what it may do.

        `Unavailable` when the exchange does not answer.
        """


class KeyUse(Protocol):
    def bots_with(self, owner: UserId, key_id: KeyId) -> Sequence[str]:
        """Return the names of the bots that run with a key."""
