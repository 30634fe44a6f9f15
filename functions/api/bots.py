"""/api/v1/bots: make bots, start, stop and change them, tell them what to do, read their journal."""

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from api import bot_views as views
from api.auth import authenticate, caller, session
from api.backtest_bodies import IdempotencyHeader
from api.bot_bodies import (
    AlertsBody,
    BotBody,
    BotPatch,
    BotPath,
    ForceExitBody,
    OrdersQuery,
    PairBody,
    StartBody,
    StopBody,
    UpdateBody,
)
from api.problems import RESPONSES
from api.schema import no_content, reply
from api.services import services
from candlewick.accounts.models import Scope, UserId
from candlewick.bots.models import BotId
from candlewick.bots.requests import CommandRequest
from candlewick.bots.service import Consent, NewBot
from candlewick.bots.verified import StrategyWish
from candlewick.bots.wire import Verb
from candlewick.errors import Conflict
from candlewick.strategies.models import StrategyId

blueprint = APIBlueprint(
    "bots",
    __name__,
    url_prefix="/api/v1/bots",
    abp_tags=[Tag(name="bots")],
    abp_security=[{"bearer": []}],
    abp_responses=RESPONSES,
)
blueprint.before_request(authenticate)

_LISTED = "This bot runs a listed strategy as it was when the bot was made. Start another bot from the listing to run a newer version."


@blueprint.post("", responses={201: views.BotView})
def create_bot(header: IdempotencyHeader, body: BotBody) -> Response:
    """Make a bot of a version that has a verified backtest. It is not started yet."""
    owner = _writer()
    made = services().bots.create(
        owner, _wanted(owner, body), key=header.idempotency_key, body=body.model_dump_json()
    )
    return reply(views.bot(made), 201)


@blueprint.post("/preview", responses={200: views.PreviewView})
def preview_bot(body: BotBody) -> Response:
    """Say what such a bot would do and cost. Nothing is stored."""
    owner = caller(Scope.READ).id
    found = services().bots.preview(owner, _wanted(owner, body))
    return reply(views.PreviewView(sentences=list(found)))


@blueprint.get("", responses={200: views.BotsView})
def list_bots() -> Response:
    """List all bots, the newest first, with their latest figures."""
    found = services().bots.list(caller(Scope.READ).id)
    return reply(views.BotsView(items=[views.bot(item) for item in found]))


@blueprint.post("/stop-all", responses={200: views.BotsView})
def stop_all_bots(header: IdempotencyHeader, body: StopBody) -> Response:
    """The kill switch: stop every bot at once. From the answer on none of them enters a trade."""
    owner = _writer()
    stopped = services().bots.stop_all(owner, _wish(_stop_verb(body), header))
    return reply(views.BotsView(items=[views.bot(item) for item in stopped]))


@blueprint.get("/venues", responses={200: views.VenuesView})
def list_venues() -> Response:
    """List the exchanges that bots can trade at, and the addresses that they come from."""
    caller(Scope.READ)
    found = services()
    return reply(views.venues(found.bots.venues, found.exchange_keys.addresses))


@blueprint.get("/alerts", responses={200: views.AlertsView})
def get_alerts() -> Response:
    """Return where the user is told of what bots do."""
    return reply(views.alerts(services().bots.alert_settings(caller(Scope.READ).id)))


@blueprint.put("/alerts", responses={200: views.AlertsView})
def set_alerts(body: AlertsBody) -> Response:
    """Say where you want to be told: by e-mail, webhook, Telegram."""
    owner, found = session().id, services().bots
    wanted = body.to_settings(found.alert_settings(owner))
    return reply(views.alerts(found.set_alert_settings(owner, wanted)))


@blueprint.get("/<bot_id>", responses={200: views.BotView})
def get_bot(path: BotPath) -> Response:
    """Return a bot: what is wanted of it, what it does, its figures and open trades."""
    return reply(views.bot(services().bots.get(caller(Scope.READ).id, BotId(path.bot_id))))


@blueprint.patch("/<bot_id>", responses={200: views.BotView})
def change_bot(path: BotPath, body: BotPatch) -> Response:
    """Change name, limits, blacklist or alerts; a running bot takes them over within seconds."""
    owner, found = _writer(), services().bots
    pairs = found.get(owner, BotId(path.bot_id)).trading.pairs
    wanted = body.to_settings(pairs)
    return reply(views.bot(found.settings.change(owner, BotId(path.bot_id), wanted, by=_by())))


@blueprint.post("/<bot_id>/blacklist", responses={200: views.BotView})
def blacklist_pair(path: BotPath, body: PairBody) -> Response:
    """Enter no more trades of one of the bot's pairs, within seconds; an open one is managed."""
    owner, desk = _writer(), services().bots.settings
    return reply(views.bot(desk.ban(owner, BotId(path.bot_id), body.pair, by=_by())))


@blueprint.post("/<bot_id>/allow", responses={200: views.BotView})
def allow_pair(path: BotPath, body: PairBody) -> Response:
    """Take a pair off the bot's blacklist."""
    owner, desk = _writer(), services().bots.settings
    return reply(views.bot(desk.allow(owner, BotId(path.bot_id), body.pair, by=_by())))


@blueprint.delete("/<bot_id>", responses={204: None})
def delete_bot(path: BotPath) -> Response:
    """Delete a bot that has stopped, with its journal and its database."""
    services().bots.delete(_writer(), BotId(path.bot_id))
    return no_content()


@blueprint.post("/<bot_id>/start", responses={202: views.BotView})
def start_bot(path: BotPath, body: StartBody) -> Response:
    """Start a bot. With real money `confirmName` must be its name."""
    found = services().bots.start(_writer(), BotId(path.bot_id), typed_name=body.confirm_name)
    return reply(views.bot(found), 202)


@blueprint.post("/<bot_id>/stop", responses={202: views.BotView})
def stop_bot(path: BotPath, header: IdempotencyHeader, body: StopBody) -> Response:
    """Stop a bot, and keep its positions or sell them."""
    owner, wish = _writer(), _wish(_stop_verb(body), header)
    return reply(views.bot(services().bots.stop(owner, BotId(path.bot_id), wish)), 202)


@blueprint.post("/<bot_id>/pause", responses={202: views.BotView})
def pause_bot(path: BotPath, header: IdempotencyHeader) -> Response:
    """Take no new trades; open ones are managed."""
    return _pause(path, _wish(Verb.PAUSE, header))


@blueprint.post("/<bot_id>/resume", responses={202: views.BotView})
def resume_bot(path: BotPath, header: IdempotencyHeader) -> Response:
    """Take new trades again."""
    return _pause(path, _wish(Verb.RESUME, header))


@blueprint.post("/<bot_id>/update", responses={202: views.BotView})
def update_bot(path: BotPath, body: UpdateBody) -> Response:
    """Put another version of the strategy, or other parameters, into a bot; a running one is replaced."""
    owner, found = _writer(), services().bots
    bot = found.get(owner, BotId(path.bot_id))
    if bot.strategy.listed is not None:
        raise Conflict(_LISTED)
    wish = StrategyWish(
        strategy_id=StrategyId(bot.strategy.id), version=body.version, parameters=body.parameters
    )
    consent = Consent(by=_by(), typed_name=body.confirm_name)
    updated = found.update(owner, bot.id, wish, consent)
    return reply(views.bot(updated), 202)


@blueprint.post("/<bot_id>/force-exit", responses={202: views.CommandView})
def force_exit(path: BotPath, header: IdempotencyHeader, body: ForceExitBody) -> Response:
    """Sell an open trade, or all of them, at the market."""
    return _command(path, _wish(Verb.FORCE_EXIT, header, trade=body.trade))


@blueprint.post("/<bot_id>/force-entry", responses={202: views.CommandView})
def force_entry(path: BotPath, header: IdempotencyHeader, body: PairBody) -> Response:
    """Enter a trade now, within the bot's limits."""
    return _command(path, _wish(Verb.FORCE_ENTRY, header, pair=body.pair))


@blueprint.get("/<bot_id>/commands", responses={200: views.CommandsView})
def list_commands(path: BotPath) -> Response:
    """List the newest 100 commands and what became of them."""
    found = services().bots.history(caller(Scope.READ).id, BotId(path.bot_id))
    return reply(views.CommandsView(items=[views.command(item) for item in found]))


@blueprint.get("/<bot_id>/orders", responses={200: views.OrdersView})
def list_orders(path: BotPath, query: OrdersQuery) -> Response:
    """List the bot's orders as its journal has them, the newest first."""
    page = services().bots.orders(
        caller(Scope.READ).id, BotId(path.bot_id), cursor=query.cursor, size=query.size
    )
    items = [views.order(entry) for entry in page.items]
    return reply(views.OrdersView(items=items, next_cursor=page.next_cursor))


@blueprint.get("/<bot_id>/trades", responses={200: views.ClosedTradesView})
def list_closed_trades(path: BotPath, query: OrdersQuery) -> Response:
    """List the bot's closed trades, the newest first."""
    page = services().bots.trades(
        caller(Scope.READ).id, BotId(path.bot_id), cursor=query.cursor, size=query.size
    )
    return reply(views.ClosedTradesView(items=list(page.items), next_cursor=page.next_cursor))


@blueprint.get("/<bot_id>/events", responses={200: views.EventsView})
def list_bot_events(path: BotPath, query: OrdersQuery) -> Response:
    """List what you were told of the bot, the newest first."""
    page = services().bots.events(
        caller(Scope.READ).id, BotId(path.bot_id), cursor=query.cursor, size=query.size
    )
    return reply(views.EventsView(items=list(page.items), next_cursor=page.next_cursor))


def _wanted(owner: UserId, body: BotBody) -> NewBot:
    version = services().strategies.version(owner, StrategyId(body.strategy_id), body.version)
    return body.to_bot(version.report.facts.timeframe)


def _pause(path: BotPath, wish: CommandRequest) -> Response:
    return reply(views.bot(services().bots.pause(_writer(), BotId(path.bot_id), wish)), 202)


def _command(path: BotPath, wish: CommandRequest) -> Response:
    sent = services().bots.command(_writer(), BotId(path.bot_id), wish)
    return reply(views.command(sent), 202)


def _stop_verb(body: StopBody) -> Verb:
    return Verb.STOP_AND_CLOSE if body.close else Verb.STOP


def _wish(
    verb: Verb, header: IdempotencyHeader, *, pair: str = "", trade: int | None = None
) -> CommandRequest:
    key = f"{request.path}:{header.idempotency_key}"
    return CommandRequest(verb=verb, key=key, by=_by(), pair=pair, trade=trade)


def _by() -> str:
    return "session" if caller(Scope.BOTS).is_session else "api token"


def _writer() -> UserId:
    who = caller(Scope.BOTS)
    services().limiter.check(who.id, "bot")
    return who.id
