"""Who calls: a Firebase ID token or an API token, and whether its scopes reach the action."""

from flask import g, request

from api.services import services
from candlewick.accounts.models import Caller, Scope, looks_like_token
from candlewick.errors import Forbidden, Unauthenticated

_READING = frozenset({"GET", "HEAD"})


def authenticate() -> None:
    """Put the caller into `g.caller` before a route runs; raises `Unauthenticated`."""
    if request.method == "OPTIONS":
        return
    scheme, _, credential = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not credential:
        raise Unauthenticated("Sign in, or send an API token as `Authorization: Bearer …`.")
    found = services()
    if looks_like_token(credential):
        g.caller = found.accounts.authenticate_token(credential)
    else:
        # A stolen session must not change anything after it was revoked; for reads the token's hour is enough.
        is_change = request.method not in _READING
        g.caller = found.sessions.verify(credential, check_revoked=is_change)
    found.flood_gate.check(g.caller.id)
    found.standings.require(g.caller.id, fresh=request.method not in _READING)


def caller(scope: Scope | None = None) -> Caller:
    """Return who calls; `Forbidden` when an API token lacks `scope`."""
    current: Caller = g.caller
    if scope is not None and scope not in current.scopes:
        raise Forbidden(f"This API token lacks the scope {scope.value!r}.")
    return current


def session() -> Caller:
    """Return who calls, signed in as a person: API tokens may not manage the account."""
    current: Caller = g.caller
    if not current.is_session:
        raise Forbidden("Sign in for this; an API token may not manage the account.")
    return current
