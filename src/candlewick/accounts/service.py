"""Profiles, API tokens, export and erasure of an account."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from candlewick.accounts.models import (
    Account,
    ApiToken,
    Caller,
    Scope,
    Standing,
    UserId,
    format_token,
    hash_secret,
    parse_token,
)
from candlewick.errors import Invalid, NotFound, QuotaExceeded, Unauthenticated
from candlewick.log import logger

log = logger(__name__)

JsonObject = Mapping[str, object]

# Longer than any signed upload URL lives, so that a job still running cannot leave an object behind.
SECOND_ERASURE_AFTER = timedelta(hours=2)
_MAX_TOKEN_LIFETIME = timedelta(days=366)


class AccountStore(Protocol):
    def get(self, owner: UserId) -> Account | None: ...
    def add_if_missing(self, account: Account) -> Account: ...
    def set_display_name(self, owner: UserId, name: str) -> None: ...
    def standing(self, owner: UserId) -> Standing: ...
    def mark_erased(self, owner: UserId, *, again_at: datetime) -> None: ...
    def due_erasures(self, now: datetime) -> Sequence[UserId]: ...
    def finish_erasure(self, owner: UserId) -> None: ...


class TokenStore(Protocol):
    def add(self, token: ApiToken, *, limit: int) -> bool: ...
    def find(self, token_id: str) -> ApiToken | None: ...
    def list(self, owner: UserId) -> Sequence[ApiToken]: ...
    def revoke(self, owner: UserId, token_id: str, now: datetime) -> bool: ...


class Holding(Protocol):
    """One place that holds a user's data."""

    def export(self, owner: UserId) -> JsonObject: ...
    def erase(self, owner: UserId) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountService:
    accounts: AccountStore
    tokens: TokenStore
    holdings: Mapping[str, Holding]
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    new_secret: Callable[[], str]

    def profile(self, caller: Caller) -> Account:
        """Return the caller's account, made at the first call."""
        found = self.accounts.get(caller.id)
        if found is not None:
            return found
        return self.accounts.add_if_missing(
            Account(
                id=caller.id,
                email=caller.email,
                display_name=caller.display_name,
                created_at=self.now(),
            )
        )

    def rename(self, caller: Caller, name: str) -> Account:
        account = self.profile(caller)
        self.accounts.set_display_name(caller.id, name)
        return replace(account, display_name=name)

    def create_token(
        self, caller: Caller, *, name: str, scopes: frozenset[Scope], lifetime: timedelta
    ) -> tuple[ApiToken, str]:
        """Return the token and, for this one time, its text."""
        if lifetime > _MAX_TOKEN_LIFETIME:
            raise Invalid(f"A token may live {_MAX_TOKEN_LIFETIME.days} days at most.")
        limit = self.profile(caller).quotas.api_tokens
        secret, now = self.new_secret(), self.now()
        token = ApiToken(
            id=self.new_id(),
            owner=caller.id,
            name=name,
            scopes=scopes,
            secret_hash=hash_secret(secret),
            created_at=now,
            expires_at=now + lifetime,
        )
        if not self.tokens.add(token, limit=limit):
            raise QuotaExceeded(f"You already have {limit} API tokens; revoke one first.")
        return token, format_token(token.id, secret)

    def list_tokens(self, caller: Caller) -> Sequence[ApiToken]:
        return self.tokens.list(caller.id)

    def revoke_token(self, caller: Caller, token_id: str) -> None:
        if not self.tokens.revoke(caller.id, token_id, self.now()):
            raise NotFound("There is no such API token.")

    def authenticate_token(self, text: str) -> Caller:
        """Return who holds this API token; `Unauthenticated` when it is unknown, expired or revoked."""
        try:
            token_id, secret = parse_token(text)
        except Invalid as error:
            raise Unauthenticated(str(error)) from error
        token = self.tokens.find(token_id)
        if token is None or not token.is_usable(secret, self.now()):
            raise Unauthenticated(
                "This API token is unknown, expired or revoked; create a new one."
            )
        return Caller(id=token.owner, scopes=token.scopes, is_session=False)

    def export(self, caller: Caller) -> JsonObject:
        """Return everything that is stored about the caller."""
        return {name: holding.export(caller.id) for name, holding in self.holdings.items()}

    def erase(self, caller: Caller) -> None:
        """Delete the account and all it owns, now and once more when no job can write any longer."""
        self.accounts.mark_erased(caller.id, again_at=self.now() + SECOND_ERASURE_AFTER)
        self._erase_holdings(caller.id)

    def erase_again(self) -> int:
        """Finish the erasures that are due; return how many could be finished."""
        return sum(self._finish(owner) for owner in self.accounts.due_erasures(self.now()))

    def _finish(self, owner: UserId) -> bool:
        try:
            self._erase_holdings(owner)
        except Exception:
            # Whatever it is, it must not keep the other accounts from being erased; it stays due.
            log.exception("erasure not finished")
            return False
        self.accounts.finish_erasure(owner)
        return True

    def _erase_holdings(self, owner: UserId) -> None:
        for holding in self.holdings.values():
            holding.erase(owner)
