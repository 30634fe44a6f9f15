"""/api/v1/bots/signals: an alert from outside makes a bot enter a trade. Its token is all that the sender has."""

from typing import Annotated

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import Field

from api import bot_views as views
from api.auth import session
from api.bot_bodies import BotPath, StartBody
from api.bots import blueprint as bots
from api.problems import RESPONSES
from api.schema import Body, Moment, View, reply
from api.services import services
from candlewick.bots.models import BotId
from candlewick.bots.signals import Signal, parse_signal_token

blueprint = APIBlueprint(
    "bot_signals",
    __name__,
    url_prefix="/api/v1/bots/signals",
    abp_tags=[Tag(name="bots")],
    abp_responses=RESPONSES,
)


class SignalBody(Body):
    """An alert's message. `pair` may be TradingView's ticker; `id` tells alerts of one second apart."""

    token: Annotated[str, Field(min_length=1, max_length=400, repr=False)]
    pair: Annotated[str, Field(pattern=r"^[A-Za-z0-9:/._-]{3,60}$")]
    at: Moment
    id: Annotated[str, Field(max_length=100)] = ""


class SignalTokenView(View):
    """The token is shown this once. It belongs into the alert's message, never into an address."""

    token: str


@blueprint.post("", responses={202: views.CommandView})
def take_signal(body: SignalBody) -> Response:
    """Enter a trade of one of the bot's pairs, within its limits. The same signal again is refused."""
    token, found = parse_signal_token(body.token), services()
    found.flood_gate.check(f"signals:{token.bot_id}")
    bot = found.signals.known(token)
    found.limiter.check(bot.owner, "signal")
    found.standings.require(bot.owner, fresh=True)
    taken = found.signals.take(bot, Signal(pair=body.pair, at=body.at, id=body.id))
    return reply(views.command(taken), 202)


@bots.post("/<bot_id>/signal-token", responses={201: SignalTokenView})
def make_signal_token(path: BotPath, body: StartBody) -> Response:
    """Let a bot take signals, by a new token; an earlier one is void. With real money its name is needed."""
    owner, found = session().id, services()
    found.limiter.check(owner, "bot")
    token = found.signals.allow(owner, BotId(path.bot_id), typed_name=body.confirm_name)
    return reply(SignalTokenView(token=token.text()), 201)


@bots.delete("/<bot_id>/signal-token", responses={200: views.BotView})
def delete_signal_token(path: BotPath) -> Response:
    """Take no signals any more, at once."""
    owner, found = session().id, services()
    found.limiter.check(owner, "bot")
    return reply(views.bot(found.signals.forbid(owner, BotId(path.bot_id))))
