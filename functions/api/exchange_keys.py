"""/api/v1/exchange-keys: entered once, never readable again."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import Field

from api.auth import authenticate, caller, session
from api.backtest_bodies import Amount
from api.bot_bodies import Venue
from api.problems import RESPONSES
from api.schema import Body, Id, Name, Path, View, no_content, reply
from api.services import services
from candlewick.accounts.models import Scope, UserId
from candlewick.bots.models import AccountLimits, KeyId
from candlewick.exchange_keys.models import Credentials, ExchangeKey

blueprint = APIBlueprint(
    "exchange_keys",
    __name__,
    url_prefix="/api/v1/exchange-keys",
    abp_tags=[Tag(name="exchange keys")],
    abp_security=[{"bearer": []}],
    abp_responses=RESPONSES,
)
blueprint.before_request(authenticate)

Secret = Annotated[str, Field(min_length=8, max_length=200, pattern=r"^[!-~]+$", repr=False)]


class CredentialsBody(Body):
    """An API key of the exchange. It is encrypted at once and never shown again."""

    api_key: Secret
    secret: Secret

    def to_credentials(self) -> Credentials:
        return Credentials(api_key=self.api_key, secret=self.secret)


class KeyBody(CredentialsBody):
    name: Name
    venue: Venue


class AccountLimitsBody(Body):
    """What all bots on this key may do together, in stake currency; null: no limit."""

    max_open_stake: Amount | None = None
    max_daily_loss: Amount | None = None
    max_orders_per_minute: Annotated[int, Field(ge=1, le=600)] = 60

    def to_limits(self) -> AccountLimits:
        return AccountLimits(**self.model_dump())


class KeyPath(Path):
    key_id: Id


class AccountLimitsView(View):
    max_open_stake: Decimal | None
    max_daily_loss: Decimal | None
    max_orders_per_minute: int


class KeyView(View):
    """A key as its owner may see it. `advice`: what to do at the exchange, `problem`: why it takes the key no longer."""

    id: str
    name: str
    venue: str
    last_four: str
    version: int
    is_bound_to_addresses: bool
    problem: str
    advice: str
    limits: AccountLimitsView
    created_at: datetime
    checked_at: datetime
    rotated_at: datetime | None


class KeysView(View):
    items: list[KeyView]


@blueprint.post("", responses={201: KeyView})
def add_exchange_key(body: KeyBody) -> Response:
    """Add a key. One that may withdraw or transfer, or whose rights cannot be read, is refused."""
    owner = _writer()
    key = services().exchange_keys.add(owner, body.venue, body.name, body.to_credentials())
    return reply(_view(key), 201)


@blueprint.get("", responses={200: KeysView})
def list_exchange_keys() -> Response:
    """List keys, the newest first, without what they consist of."""
    found = services().exchange_keys.list(caller(Scope.READ).id)
    return reply(KeysView(items=[_view(key) for key in found]))


@blueprint.get("/<key_id>", responses={200: KeyView})
def get_exchange_key(path: KeyPath) -> Response:
    """Return what is known of a key."""
    return reply(_view(services().exchange_keys.get(caller(Scope.READ).id, KeyId(path.key_id))))


@blueprint.put("/<key_id>/limits", responses={200: KeyView})
def limit_exchange_key(path: KeyPath, body: AccountLimitsBody) -> Response:
    """Set what all bots on a key may do together."""
    key = services().exchange_keys.limit(_writer(), KeyId(path.key_id), body.to_limits())
    return reply(_view(key))


@blueprint.post("/<key_id>/rotate", responses={200: KeyView})
def rotate_exchange_key(path: KeyPath, body: CredentialsBody) -> Response:
    """Put a new key of the same account in the place of this one; bots use it when they start anew."""
    key = services().exchange_keys.rotate(_writer(), KeyId(path.key_id), body.to_credentials())
    return reply(_view(key))


@blueprint.delete("/<key_id>", responses={204: None})
def delete_exchange_key(path: KeyPath) -> Response:
    """Delete a key for good; refused while a bot runs with it."""
    services().exchange_keys.delete(_writer(), KeyId(path.key_id))
    return no_content()


def _view(key: ExchangeKey) -> KeyView:
    limits = key.limits
    return KeyView(
        id=key.id,
        name=key.name,
        venue=key.venue,
        last_four=key.last_four,
        version=key.version,
        is_bound_to_addresses=key.rights.is_bound_to_addresses,
        problem=key.problem,
        advice=services().exchange_keys.advice(key),
        limits=AccountLimitsView(
            max_open_stake=limits.max_open_stake,
            max_daily_loss=limits.max_daily_loss,
            max_orders_per_minute=limits.max_orders_per_minute,
        ),
        created_at=key.created_at,
        checked_at=key.checked_at,
        rotated_at=key.rotated_at,
    )


def _writer() -> UserId:
    # An API token that leaks must not be able to change where money can be spent from.
    who = session()
    services().limiter.check(who.id, "exchange_key")
    return who.id
