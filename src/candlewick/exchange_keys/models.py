"""What is known of a user's exchange key. The key itself is only ever encrypted."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from candlewick.accounts.models import UserId
from candlewick.bots.models import AccountLimits, KeyId


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """An exchange key in clear: only in the memory of whoever checks, encrypts or releases it."""

    api_key: str = field(repr=False)
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRights:
    """What an exchange says that a key may do."""

    can_read: bool
    can_trade: bool
    can_withdraw: bool
    can_transfer: bool
    is_bound_to_addresses: bool

    @property
    def is_dangerous(self) -> bool:
        """Whether money could leave the account with it."""
        return self.can_withdraw or self.can_transfer


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A key encrypted with AES-256-GCM, beside its data key as Cloud KMS wrapped it; all base64."""

    nonce: str = field(repr=False)
    ciphertext: str = field(repr=False)
    wrapped_key: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeKey:
    """One key at one venue.

    Attributes:
        last_four: of the API key (not of the secret), by which its owner knows it again.
        version: counts rotations; part of what the encryption is bound to.
        problem: why the exchange does not take it any more, or nothing.
    """

    id: KeyId
    owner: UserId
    venue: str
    name: str
    last_four: str
    version: int = 1
    rights: KeyRights
    problem: str = ""
    limits: AccountLimits = field(default_factory=AccountLimits)
    sealed: Sealed = field(repr=False)
    created_at: datetime
    checked_at: datetime
    rotated_at: datetime | None = None

    def rotated(
        self, last_four: str, rights: KeyRights, sealed: Sealed, now: datetime
    ) -> "ExchangeKey":
        """Return the next version of the same key."""
        return replace(
            self,
            last_four=last_four,
            rights=rights,
            sealed=sealed,
            version=self.version + 1,
            problem="",
            checked_at=now,
            rotated_at=now,
        )

    def checked(self, rights: KeyRights | None, problem: str, now: datetime) -> "ExchangeKey":
        return replace(self, rights=rights or self.rights, problem=problem, checked_at=now)
