"""What a user does with exchange keys: add, look, check again, rotate, limit, delete."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from candlewick.accounts.models import UserId
from candlewick.bots.models import AccountLimits, KeyId
from candlewick.bots.venues import Venues
from candlewick.bots.wire import Key, Mode
from candlewick.errors import AppError, Conflict, Invalid, NotFound, Unavailable
from candlewick.exchange_keys.envelope import Envelope, binding, binding_of
from candlewick.exchange_keys.models import Credentials, ExchangeKey, KeyRights
from candlewick.exchange_keys.ports import KeyChecker, KeyStore, KeyUse
from candlewick.log import logger

log = logger(__name__)

MAX_KEYS = 20
_SHOWN = 4


class KeyRefused(AppError):
    """The exchange or we do not take this key; the message says what to change at the exchange."""

    code, status = "key_refused", 422


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeKeyService:
    """`addresses`: the platform's static ones, which a key should be bound to."""

    keys: KeyStore
    envelope: Envelope
    checker: KeyChecker
    venues: Venues
    use: KeyUse
    addresses: tuple[str, ...]
    now: Callable[[], datetime]
    new_id: Callable[[], str]

    def add(self, owner: UserId, venue: str, name: str, credentials: Credentials) -> ExchangeKey:
        """Check a key at its exchange, encrypt and store it; `KeyRefused` says why it is not taken."""
        rights, now, key_id = self._checked(venue, credentials), self.now(), KeyId(self.new_id())
        key = ExchangeKey(
            id=key_id,
            owner=owner,
            venue=venue,
            name=name,
            last_four=credentials.api_key[-_SHOWN:],
            rights=rights,
            sealed=self.envelope.seal(binding(owner, venue, key_id, 1), credentials),
            created_at=now,
            checked_at=now,
        )
        self.keys.add(key, limit=MAX_KEYS)
        log.info("exchange key added", extra={"key_id": key.id, "venue": venue})
        return key

    def list(self, owner: UserId) -> Sequence[ExchangeKey]:
        return self.keys.list(owner)

    def get(self, owner: UserId, key_id: KeyId) -> ExchangeKey:
        found = self.keys.get(owner, key_id)
        if found is None:
            raise NotFound("There is no such exchange key.")
        return found

    def rotate(self, owner: UserId, key_id: KeyId, credentials: Credentials) -> ExchangeKey:
        """Put another key of the same account in the place of this one. Bots take it when they start anew."""
        key = self.get(owner, key_id)
        rights, now = self._checked(key.venue, credentials), self.now()
        bound_to = binding(owner, key.venue, key_id, key.version + 1)
        sealed = self.envelope.seal(bound_to, credentials)

        def decide(found: ExchangeKey) -> ExchangeKey:
            if found.version != key.version:
                raise Conflict("This exchange key was rotated in the meantime; read it again.")
            return found.rotated(credentials.api_key[-_SHOWN:], rights, sealed, now)

        rotated = self.keys.change(owner, key_id, decide)
        log.info("exchange key rotated", extra={"key_id": key_id, "version": rotated.version})
        return rotated

    def limit(self, owner: UserId, key_id: KeyId, limits: AccountLimits) -> ExchangeKey:
        return self.keys.change(owner, key_id, lambda found: replace(found, limits=limits))

    def delete(self, owner: UserId, key_id: KeyId) -> None:
        """Delete ciphertext and wrapped data key; `Conflict` while a bot runs with it."""
        self.get(owner, key_id)
        names = self.use.bots_with(owner, key_id)
        if names:
            raise Conflict(f"{', '.join(names)} runs with this key; stop it before you delete it.")
        if not self.keys.delete(owner, key_id):
            raise NotFound("There is no such exchange key.")
        log.info("exchange key deleted", extra={"key_id": key_id})

    def advice(self, key: ExchangeKey) -> str:
        """Return what the owner should do at the exchange, or nothing."""
        if key.rights.is_bound_to_addresses or not self.addresses:
            return ""
        where = ", ".join(self.addresses)
        return (
            f"Bind this key to the platform's address at the exchange ({where}): then nobody can use it from "
            "elsewhere, even if it leaks."
        )

    def _checked(self, venue: str, credentials: Credentials) -> KeyRights:
        entry = self.venues.entry(venue)
        if not {Mode.LIVE, Mode.REPLAY} & set(entry.modes):
            raise Invalid(f"Bots send no orders to {entry.title} here, so it needs no key.")
        return require_harmless(self.checker.rights(entry, credentials))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyDesk:
    """`KeyVault`: the only way out, for the function that releases keys to bots."""

    keys: KeyStore
    envelope: Envelope
    checker: KeyChecker
    venues: Venues
    now: Callable[[], datetime]

    def open(self, owner: UserId, key_id: KeyId) -> Key:
        key = self.keys.get(owner, key_id)
        if key is None:
            raise NotFound("This exchange key was deleted.")
        found = self.envelope.open(binding_of(key), key.sealed)
        self._check_again(key, found)
        return Key(api_key=found.api_key, secret=found.secret, version=key.version)

    def _check_again(self, key: ExchangeKey, credentials: Credentials) -> None:
        """Refuse a key whose rights have grown at the exchange, or that it takes no longer."""
        rights: KeyRights | None = None
        problem = ""
        try:
            rights = self.checker.rights(self.venues.entry(key.venue), credentials)
            require_harmless(rights)
        except Unavailable:
            return  # open positions need their key all the more
        except KeyRefused as error:
            problem = str(error)
        now, version = self.now(), key.version

        def decide(found: ExchangeKey) -> ExchangeKey:
            return found.checked(rights, problem, now) if found.version == version else found

        self.keys.change(key.owner, key.id, decide)
        if problem:
            log.warning("exchange key refused", extra={"key_id": key.id})
            raise KeyRefused(problem)


def require_harmless(rights: KeyRights) -> KeyRights:
    """Return the rights; `KeyRefused` when money could leave the account, or nothing could be done with it."""
    if rights.can_withdraw:
        raise KeyRefused(
            "This key may withdraw money. Make a new key at the exchange without the right to withdraw; "
            "delete this one there."
        )
    if rights.can_transfer:
        raise KeyRefused(
            "This key may transfer money to other accounts. Make a new key at the exchange without internal or "
            "universal transfers; delete this one there."
        )
    if not rights.can_read or not rights.can_trade:
        raise KeyRefused(
            "This key may not read the account and trade on the spot market. Allow both at the exchange."
        )
    return rights
