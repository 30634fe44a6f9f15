"""Accounts, what they may use, and API tokens."""

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType

from candlewick.errors import Invalid
from candlewick.ids import is_id

UserId = NewType("UserId", str)

_TOKEN_PREFIX = "cw"  # noqa: S105 (a public mark, by which secret scanners find our tokens)
_TOKEN_PARTS = 3


class Scope(StrEnum):
    """What an API token may do. A signed-in session may do everything."""

    READ = "read"
    STRATEGIES = "strategies"
    BACKTESTS = "backtests"
    BOTS = "bots"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """The limits of a plan."""

    active_runs: int = 4
    runs_per_day: int = 500
    strategies: int = 200
    versions_per_strategy: int = 1_000
    api_tokens: int = 20


class UserClass(StrEnum):
    """Users as operators count them: cost and load are split by it."""

    GUEST = "guest"  # no e-mail address yet
    MEMBER = "member"
    EXTENDED = "extended"  # an operator changed the quotas
    HOUSE = "house"  # nobody: runs that the platform makes for the marketplace


class Standing(StrEnum):
    """Whether an account may still be used."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    ERASED = "erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    id: UserId
    email: str | None
    display_name: str | None
    created_at: datetime
    quotas: Quotas = Quotas()

    def user_class(self, email: str | None = None) -> UserClass:
        """Return the class; `email` is the sign-in's own, which a guest may have got since."""
        if self.quotas != Quotas():
            return UserClass.EXTENDED
        return UserClass.MEMBER if self.email or email else UserClass.GUEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who sends a request, and how far their credential reaches."""

    id: UserId
    email: str | None = None
    display_name: str | None = None
    scopes: frozenset[Scope] = frozenset(Scope)
    is_session: bool = True  # signed in by Firebase, not by an API token


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """A personal API token; its secret is known to the user alone."""

    id: str
    owner: UserId
    name: str
    scopes: frozenset[Scope]
    secret_hash: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

    def is_usable(self, secret: str, now: datetime) -> bool:
        matches = hmac.compare_digest(self.secret_hash, hash_secret(secret))
        return matches and self.revoked_at is None and now < self.expires_at

    def revoked(self, now: datetime) -> "ApiToken":
        return self if self.revoked_at is not None else replace(self, revoked_at=now)


def hash_secret(secret: str) -> str:
    """A fast hash is enough: the secret has 256 random bits, so it cannot be guessed from the hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def format_token(token_id: str, secret: str) -> str:
    return f"{_TOKEN_PREFIX}_{token_id}_{secret}"


def parse_token(text: str) -> tuple[str, str]:
    """Split a token into its id and its secret; `Invalid` when it is none of ours."""
    parts = text.split("_", _TOKEN_PARTS - 1)
    has_form = len(parts) == _TOKEN_PARTS and parts[0] == _TOKEN_PREFIX
    if not has_form or not is_id(parts[1]) or not parts[2]:
        raise Invalid("This is not a Candlewick API token.")
    return parts[1], parts[2]


def looks_like_token(text: str) -> bool:
    return text.startswith(f"{_TOKEN_PREFIX}_")
