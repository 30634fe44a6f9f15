"""/api/v1/me: the caller's profile, quotas, API tokens, export and erasure."""

from datetime import datetime, timedelta
from typing import Annotated

from flask import Response, jsonify
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import Field

from api.auth import authenticate, caller, session
from api.problems import RESPONSES
from api.schema import Body, Id, Name, Path, View, no_content, reply
from api.services import services
from candlewick.accounts.models import Account, ApiToken, Scope

blueprint = APIBlueprint(
    "accounts",
    __name__,
    url_prefix="/api/v1/me",
    abp_tags=[Tag(name="account")],
    abp_security=[{"bearer": []}],
    abp_responses=RESPONSES,
)
blueprint.before_request(authenticate)


class ProfileView(View):
    id: str
    email: str | None
    display_name: str | None
    created_at: datetime


class ProfileBody(Body):
    display_name: Name


class QuotaView(View):
    """A limit, and how much of it is used."""

    used: int
    limit: int


class QuotasView(View):
    active_runs: QuotaView
    runs_today: QuotaView
    api_tokens: QuotaView


class TokenBody(Body):
    name: Name
    scopes: Annotated[frozenset[Scope], Field(min_length=1)]
    expires_in_days: Annotated[int, Field(ge=1, le=366)] = 90


class TokenView(View):
    id: str
    name: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class NewTokenView(View):
    """`token` is shown this one time."""

    token: str
    details: TokenView


class TokensView(View):
    items: list[TokenView]


class TokenPath(Path):
    token_id: Id


@blueprint.get("", responses={200: ProfileView})
def get_profile() -> Response:
    """Return the caller's profile; the first call creates the account."""
    return reply(_profile(services().accounts.profile(caller(Scope.READ))))


@blueprint.patch("", responses={200: ProfileView})
def rename_profile(body: ProfileBody) -> Response:
    """Change the display name."""
    return reply(_profile(services().accounts.rename(session(), body.display_name)))


@blueprint.get("/quotas", responses={200: QuotasView})
def get_quotas() -> Response:
    """Return the limits of the caller's plan and how much of them is used."""
    found, who = services(), caller(Scope.READ)
    quotas = found.accounts.profile(who).quotas
    usage = found.backtests.usage(who.id)
    tokens = [token for token in found.accounts.list_tokens(who) if token.revoked_at is None]
    return reply(
        QuotasView(
            active_runs=QuotaView(used=usage.active_runs, limit=quotas.active_runs),
            runs_today=QuotaView(used=usage.runs_today, limit=quotas.runs_per_day),
            api_tokens=QuotaView(used=len(tokens), limit=quotas.api_tokens),
        )
    )


@blueprint.post("/tokens", responses={201: NewTokenView})
def create_token(body: TokenBody) -> Response:
    """Create an API token. Its text is in this answer and nowhere else."""
    who = session()
    services().limiter.check(who.id, "account")
    token, text = services().accounts.create_token(
        who, name=body.name, scopes=body.scopes, lifetime=timedelta(days=body.expires_in_days)
    )
    return reply(NewTokenView(token=text, details=_token(token)), 201)


@blueprint.get("/tokens", responses={200: TokensView})
def list_tokens() -> Response:
    """List the caller's API tokens, revoked ones included, without their secrets."""
    tokens = services().accounts.list_tokens(caller(Scope.READ))
    return reply(TokensView(items=[_token(token) for token in tokens]))


@blueprint.delete("/tokens/<token_id>", responses={204: None})
def revoke_token(path: TokenPath) -> Response:
    """Revoke an API token: it works no longer, at once."""
    services().accounts.revoke_token(session(), path.token_id)
    return no_content()


@blueprint.get("/export", responses={200: {"description": "Everything stored about the caller."}})
def export_account() -> Response:
    """Return everything that is stored about the caller, as JSON."""
    who = session()
    services().limiter.check(who.id, "account")
    response: Response = jsonify(services().accounts.export(who))
    response.headers["Content-Disposition"] = 'attachment; filename="candlewick-export.json"'
    return response


@blueprint.delete("", responses={204: None})
def erase_account() -> Response:
    """Delete the account and everything it owns. This cannot be undone."""
    services().accounts.erase(session())
    return no_content()


def _profile(account: Account) -> ProfileView:
    return ProfileView(
        id=account.id,
        email=account.email,
        display_name=account.display_name,
        created_at=account.created_at,
    )


def _token(token: ApiToken) -> TokenView:
    return TokenView(
        id=token.id,
        name=token.name,
        scopes=sorted(token.scopes),
        created_at=token.created_at,
        expires_at=token.expires_at,
        revoked_at=token.revoked_at,
    )
