"""Who calls: a Firebase ID token or an API token, and whether its scopes reach the action."""

from flask import g, request

from api.services import services
from candlewick.accounts.models import Caller, Scope, UserId, looks_like_token
from candlewick.errors import Forbidden, Unauthenticated

_READING = frozenset({"GET", "HEAD"})


_NOBODY = "Sign in, or send an API token as `Authorization: Bearer …`."


def authenticate() -> None:
    """Put the caller into `g.caller` before a route runs; raises `Unauthenticated`."""
    if request.method == "OPTIONS":
        return
    scheme, _, credential = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not credential:
        raise Unauthenticated(_NOBODY)
    found = services()
    if looks_like_token(credential):
        g.caller = found.accounts.authenticate_token(credential)
    else:
        # A stolen session must not change anything after it was revoked; for reads the token's hour is enough.
        is_change = request.method not in _READING
        g.caller = found.sessions.verify(credential, check_revoked=is_change)
    found.flood_gate.check(g.caller.id)
    found.standings.require(g.caller.id, fresh=request.method not in _READING)


def recognise() -> None:
    """Do as `authenticate`, but let anybody through who brings no credential at all: see `visitor`."""
    g.caller = None
    if "Authorization" in request.headers:
        authenticate()
    elif request.method != "OPTIONS":
        services().visitor_gate.check(address())


def visitor(scope: Scope) -> UserId | None:
    """Return who calls where anybody may; None for somebody who is not signed in."""
    return None if g.caller is None else caller(scope).id


def address() -> str:
    """Return the address that the request came from."""
    forwarded = request.headers.get("X-Forwarded-For", "").partition(",")[0].strip()
    return forwarded or request.remote_addr or "unknown"


def caller(scope: Scope | None = None) -> Caller:
    """Return who calls; `Forbidden` when an API token lacks `scope`."""
    current: Caller | None = g.caller
    if current is None:
        raise Unauthenticated(_NOBODY)
    if scope is not None and scope not in current.scopes:
        raise Forbidden(f"This API token lacks the scope {scope.value!r}.")
    return current


def session() -> Caller:
    """Return who calls, signed in as a person: API tokens may not manage the account."""
    current = caller()
    if not current.is_session:
        raise Forbidden("Sign in for this; an API token may not manage the account.")
    return current
