"""/api/v1/marketplace/listings/{id}: try, fork, run a paper bot; and what one uses."""

import hashlib
from datetime import datetime

from flask import Response

from api import backtest_views, bot_views, strategy_views
from api.auth import caller
from api.backtest_bodies import IdempotencyHeader
from api.marketplace import views
from api.marketplace.blueprints import make_blueprint
from api.marketplace.bodies import ListingPath
from api.marketplace.using_bodies import ForkBody, PaperBotBody, TrialBody
from api.schema import View, reply
from api.services import services
from candlewick.accounts.models import Scope
from candlewick.backtests.ports import IdempotencyKey
from candlewick.marketplace.models import ListingId

blueprint = make_blueprint("using")


class UseView(View):
    """`listing` is null where it may not be seen any more."""

    listing_id: str
    listing: views.RelativeView | None
    version: int
    ran_at: datetime | None
    forked_at: datetime | None
    bot_at: datetime | None


class UsesView(View):
    items: list[UseView]


@blueprint.post("/listings/<listing_id>/backtests", responses={202: backtest_views.BacktestView})
def try_listing(path: ListingPath, header: IdempotencyHeader, body: TrialBody) -> Response:
    """Start a backtest on one's own pairs and dates. Of closed code it keeps figures and trades alone."""
    who, found = caller(Scope.BACKTESTS), services()
    found.limiter.check(who.id, "backtest")
    account = found.accounts.profile(who)
    key = IdempotencyKey(
        key_hash=_sha256(header.idempotency_key),
        body_hash=_sha256(f"{path.listing_id}:{body.model_dump_json()}"),
    )
    run = found.marketplace.uses.try_out(
        account, ListingId(path.listing_id), body.to_trial(key), account.user_class(who.email)
    )
    return reply(backtest_views.backtest(run), 202)


@blueprint.post("/listings/<listing_id>/forks", responses={201: strategy_views.StrategyView})
def fork_listing(path: ListingPath, body: ForkBody) -> Response:
    """Make a strategy of one's own of this code, which knows where it came from."""
    who = caller(Scope.STRATEGIES)
    services().limiter.check(who.id, "strategy")
    made = services().marketplace.uses.fork(
        who.id, ListingId(path.listing_id), number=body.version, name=body.name or ""
    )
    return reply(strategy_views.strategy(made), 201)


@blueprint.post("/listings/<listing_id>/paper-bots", responses={201: bot_views.BotView})
def run_listing(path: ListingPath, header: IdempotencyHeader, body: PaperBotBody) -> Response:
    """Make a bot that trades on paper with this code; start it like any other. Closed code has none yet."""
    who, found = caller(Scope.BOTS), services()
    found.limiter.check(who.id, "bot")
    account = found.accounts.profile(who)
    bot = found.marketplace.uses.start_paper_bot(
        who.id,
        ListingId(path.listing_id),
        body.to_paper_bot(header.idempotency_key),
        account.user_class(who.email),
    )
    return reply(bot_views.bot(bot), 201)


@blueprint.get("/my/uses", responses={200: UsesView})
def list_my_uses() -> Response:
    """List what one ran, forked and lets bots run."""
    found = services().marketplace.uses.mine(caller(Scope.READ).id)
    items = [
        UseView(
            listing_id=use.listing,
            listing=None if listing is None else views.relative(listing),
            version=use.version,
            ran_at=use.ran_at,
            forked_at=use.forked_at,
            bot_at=use.bot_at,
        )
        for use, listing in found
    ]
    return reply(UsesView(items=items))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
