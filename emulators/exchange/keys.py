"""API keys, their rights, and the signature of a request."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from emulators.exchange.calls import Call
from emulators.exchange.clock import Clock
from emulators.exchange.ledger import Account
from emulators.exchange.refusals import Refusal, missing, no_permission

_DEFAULT_WINDOW_MS: Final = 5_000
_LONGEST_WINDOW_MS: Final = 60_000
_AHEAD_MS: Final = 1_000


class Right(StrEnum):
    """What a key may do."""

    READ = "read"
    TRADE = "trade"
    WITHDRAW = "withdraw"


@dataclass(slots=True, kw_only=True)
class Key:
    """An API key of an account. Without addresses it works from anywhere."""

    api_key: str
    secret: str
    account: Account
    created_at: int
    rights: frozenset[Right] = frozenset({Right.READ, Right.TRADE})
    addresses: frozenset[str] = frozenset()
    revoked: bool = False


class Keyring:
    """All keys of the exchange.

    Args:
        clock: by which timestamps are judged.
        any_time: take every timestamp, for clients whose clock cannot follow one that is stepped.
    """

    def __init__(self, clock: Clock, *, any_time: bool = False) -> None:
        self._clock = clock
        self._any_time = any_time
        self._keys: dict[str, Key] = {}

    def issue(
        self, account: Account, *, api_key: str | None = None, secret: str | None = None
    ) -> Key:
        """Make a key; both halves are random unless given. `ValueError` when there is such a key."""
        key = Key(
            api_key=api_key or secrets.token_hex(32),
            secret=secret or secrets.token_hex(32),
            account=account,
            created_at=self._clock.told_ms(),
        )
        if key.api_key in self._keys:
            raise ValueError("There is such a key already.")
        self._keys[key.api_key] = key
        return key

    def find(self, api_key: str) -> Key | None:
        return self._keys.get(api_key)

    def of(self, account: Account) -> list[Key]:
        return [key for key in self._keys.values() if key.account is account]

    def authorize(self, call: Call, right: Right) -> Key:
        """Return the key that signed a request, or raise what the exchange refuses it with."""
        key = self._usable(call)
        self._check_signature(call, key)
        self._check_time(call)
        if right not in key.rights:
            raise no_permission()
        return key

    def _usable(self, call: Call) -> Key:
        if not call.api_key:
            raise Refusal(-2014, "API-key format invalid.", 401)
        key = self._keys.get(call.api_key)
        if key is None or key.revoked or (key.addresses and call.address not in key.addresses):
            raise no_permission()
        return key

    def _check_signature(self, call: Call, key: Key) -> None:
        signature = call.required("signature")
        expected = hmac.new(key.secret.encode(), call.signed.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(signature.lower().encode(), expected.encode()):
            raise Refusal(-1022, "Signature for this request is not valid.")

    def _check_time(self, call: Call) -> None:
        timestamp = call.whole("timestamp")
        if timestamp is None:
            raise missing("timestamp")
        window = call.whole("recvWindow")
        window = _DEFAULT_WINDOW_MS if window is None else window
        if window > _LONGEST_WINDOW_MS:
            raise Refusal(-1131, "recvWindow must be less than 60000.")
        if self._any_time:
            return
        now, stretch = self._clock.told_ms(), self._clock.stretch
        if timestamp >= now + _AHEAD_MS * stretch:
            raise Refusal(
                -1021, "Timestamp for this request was 1000ms ahead of the server's time."
            )
        if now - timestamp > window * stretch:
            raise Refusal(-1021, "Timestamp for this request is outside of the recvWindow.")
