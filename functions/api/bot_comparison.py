"""/api/v1/bots/<id>/backtest and …/comparison: what a bot earned beside what its backtest says it should have."""

import hashlib
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from flask import Response

from api import backtest_views
from api.auth import caller
from api.backtest_bodies import IdempotencyHeader
from api.bot_bodies import BotPath
from api.bots import blueprint
from api.schema import Body, Id, View, reply
from api.services import services
from candlewick.accounts.models import Scope
from candlewick.backtests.models import RunId
from candlewick.backtests.ports import IdempotencyKey
from candlewick.backtests.service import Submission
from candlewick.bots.comparing import Compared
from candlewick.bots.differences import Cause, Difference, Trade
from candlewick.bots.models import BotId

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["blueprint"]


class ComparisonQuery(Body):
    run_id: Id


class ComparedTradeView(View):
    """A closed trade. Rates are means over its orders, money is in stake currency."""

    opened_at: datetime
    closed_at: datetime
    amount: Decimal
    open_rate: Decimal
    close_rate: Decimal
    fees: Decimal
    profit: Decimal
    exit_reason: str


class PartView(View):
    cause: Cause
    amount: Decimal


class DifferenceView(View):
    """One trade of the bot, of the backtest or of both. The parts add up to `total`: live less backtest."""

    pair: str
    backtest: ComparedTradeView | None
    live: ComparedTradeView | None
    parts: list[PartView]
    total: Decimal


class ComparisonView(View):
    """Closed trades of `start` to `end`. `causes` add up to `total`, which is `live` less `backtest`."""

    run_id: str
    start: datetime
    end: datetime
    backtest: Decimal
    live: Decimal
    total: Decimal
    causes: list[PartView]
    items: list[DifferenceView]


@blueprint.post("/<bot_id>/backtest", responses={202: backtest_views.BacktestView})
def backtest_bot(path: BotPath, header: IdempotencyHeader) -> Response:
    """Simulate the time that the bot has traded, with its version, parameters, pairs and stakes."""
    who, found = caller(Scope.BACKTESTS), services()
    found.limiter.check(who.id, "backtest")
    account = found.accounts.profile(who)
    bot, spec = found.comparer.same_time(who.id, BotId(path.bot_id))
    key = IdempotencyKey(
        key_hash=_sha256(header.idempotency_key), body_hash=_sha256(f"bot:{bot.id}")
    )
    wanted = Submission(
        strategy_id=bot.strategy.id,
        version=bot.strategy.version,
        spec=spec,
        # What a version was given is by space, then by name.
        parameters=cast("Mapping[str, Mapping[str, object]] | None", bot.strategy.parameters),
        user_class=account.user_class(who.email),
        key=key,
    )
    run = found.backtests.submit(who.id, wanted, account.quotas)
    return reply(backtest_views.backtest(run), 202)


@blueprint.get("/<bot_id>/comparison", responses={200: ComparisonView})
def compare_bot(path: BotPath, query: ComparisonQuery) -> Response:
    """Label each difference between a bot's trades and a backtest's with its cause."""
    owner = caller(Scope.READ).id
    compared = services().comparer.compare(owner, BotId(path.bot_id), RunId(query.run_id))
    return reply(_view(compared))


def _view(found: Compared) -> ComparisonView:
    comparison, spec = found.comparison, found.run.spec
    causes = sorted(comparison.by_cause().items(), key=lambda item: -abs(item[1]))
    return ComparisonView(
        run_id=found.run.id,
        start=spec.start,
        end=spec.until,
        backtest=found.backtest,
        live=found.live,
        total=comparison.total,
        causes=[PartView(cause=cause, amount=amount) for cause, amount in causes],
        items=[_difference(item) for item in comparison.differences],
    )


def _difference(found: Difference) -> DifferenceView:
    trade = found.live or found.backtest
    return DifferenceView(
        pair="" if trade is None else trade.pair,
        backtest=_trade(found.backtest),
        live=_trade(found.live),
        parts=[PartView(cause=part.cause, amount=part.amount) for part in found.parts],
        total=found.total,
    )


def _trade(found: Trade | None) -> ComparedTradeView | None:
    if found is None:
        return None
    return ComparedTradeView(
        opened_at=found.opened_at,
        closed_at=found.closed_at,
        amount=found.amount,
        open_rate=found.open_rate,
        close_rate=found.close_rate,
        fees=found.fees,
        profit=found.profit,
        exit_reason=found.exit_reason,
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
