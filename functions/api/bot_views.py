"""How bots look as JSON."""

from datetime import datetime
from decimal import Decimal

from pydantic import JsonValue, TypeAdapter

from api.backtest_views import StrategyRefView, listed_view
from api.schema import View
from candlewick.bots.models import AlertSettings, Bot, BotCommand, CommandState, OperationKind
from candlewick.bots.venues import Venues
from candlewick.bots.wire import (
    BotPhase,
    ClosedTrade,
    Event,
    EventKind,
    Figures,
    JournalEntry,
    JournalState,
    Mode,
    OrderType,
    Purpose,
    RiskLimits,
    Side,
    Verb,
    Wanted,
)

_OPTIONAL_OBJECT: TypeAdapter[dict[str, JsonValue] | None] = TypeAdapter(
    dict[str, JsonValue] | None
)


class OperationView(View):
    """What the platform is doing with the bot's server. `error`: why its last attempt failed."""

    kind: OperationKind
    since: datetime | None
    attempts: int
    error: str


class BotView(View):
    """A bot. `wanted` is what its owner wants, `phase` what it does; `silentSince` is set when it says nothing."""

    id: str
    name: str
    mode: Mode
    strategy: StrategyRefView
    verified_by: str
    venue: str
    pairs: list[str]
    timeframe: str
    stake_currency: str
    stake_amount: Decimal | None
    max_open_trades: int
    wallet: Decimal
    limits: RiskLimits
    blacklist: list[str]
    alerts: list[EventKind]
    exchange_key_id: str | None
    wanted: Wanted
    wanted_at: datetime
    operation: OperationView
    phase: BotPhase | None
    figures: Figures | None
    last_seen_at: datetime | None
    silent_since: datetime | None
    takes_signals: bool
    settings_revision: int
    created_at: datetime
    updated_at: datetime


class BotsView(View):
    items: list[BotView]


class PreviewView(View):
    """What such a bot will do and may cost, in sentences."""

    sentences: list[str]


class CommandView(View):
    """What a bot was told, and what became of it."""

    id: str
    verb: Verb
    pair: str
    trade: int | None
    at: datetime
    expires_at: datetime
    state: CommandState
    message: str
    settled_at: datetime | None


class CommandsView(View):
    items: list[CommandView]


class OrderView(View):
    """An order of the journal: what was intended, and what the exchange said."""

    client_order_id: str
    exchange_order_id: str
    pair: str
    side: Side
    type: OrderType
    purpose: Purpose
    amount: Decimal
    price: Decimal | None
    state: JournalState
    filled: Decimal
    cost: Decimal
    fee: Decimal
    fee_currency: str
    tag: str
    message: str
    updated_at: datetime | None


class OrdersView(View):
    items: list[OrderView]
    next_cursor: str | None


class ClosedTradesView(View):
    items: list[ClosedTrade]
    next_cursor: str | None


class EventsView(View):
    """What the owner was told of."""

    items: list[Event]
    next_cursor: str | None


class AlertsView(View):
    """Where the user is told; the webhook's secret is never shown again."""

    email: str
    webhook_url: str
    has_webhook_secret: bool
    telegram_chat: str


class VenueView(View):
    """Where bots can trade. `candles`: the exchange of the candle store whose candles are the venue's own."""

    id: str
    title: str
    modes: list[Mode]
    candles: str | None
    is_simulated: bool


class VenuesView(View):
    """`addresses` are what the exchanges see: bind your keys to them."""

    items: list[VenueView]
    addresses: list[str]


def bot(found: Bot) -> BotView:
    strategy, trading, operation = found.strategy, found.trading, found.operation
    return BotView(
        id=found.id,
        name=found.name,
        mode=found.mode,
        strategy=StrategyRefView(
            id=strategy.id,
            name=strategy.name,
            version=strategy.version,
            class_name=strategy.class_name,
            parameters=_OPTIONAL_OBJECT.validate_python(strategy.parameters),
            listed=listed_view(strategy.listed),
        ),
        verified_by=found.verified_by,
        venue=trading.venue,
        pairs=list(trading.pairs),
        timeframe=trading.timeframe,
        stake_currency=trading.stake_currency,
        stake_amount=trading.stake,
        max_open_trades=trading.max_open_trades,
        wallet=trading.wallet,
        limits=found.limits,
        blacklist=list(found.blacklist),
        alerts=sorted(found.alerts),
        exchange_key_id=found.key_id,
        wanted=found.wanted,
        wanted_at=found.wanted_at,
        operation=OperationView(
            kind=operation.kind,
            since=operation.since,
            attempts=operation.attempts,
            error=operation.error,
        ),
        phase=found.phase,
        figures=found.figures,
        last_seen_at=found.last_seen_at,
        silent_since=found.silent_since,
        takes_signals=bool(found.signal_secret_hash),
        settings_revision=found.settings_revision,
        created_at=found.created_at,
        updated_at=found.updated_at,
    )


def command(found: BotCommand) -> CommandView:
    return CommandView(
        id=found.id,
        verb=found.verb,
        pair=found.pair,
        trade=found.trade,
        at=found.at,
        expires_at=found.expires_at,
        state=found.state,
        message=found.message,
        settled_at=found.settled_at,
    )


def order(entry: JournalEntry) -> OrderView:
    intent, answer = entry.intent, entry.answer
    return OrderView(
        client_order_id=intent.client_order_id,
        exchange_order_id="" if answer is None else answer.exchange_order_id,
        pair=intent.pair,
        side=intent.side,
        type=intent.type,
        purpose=intent.purpose,
        amount=intent.amount,
        price=intent.price,
        state=JournalState.INTENDED if answer is None else answer.state,
        filled=Decimal(0) if answer is None else answer.filled,
        cost=Decimal(0) if answer is None else answer.cost,
        fee=Decimal(0) if answer is None else answer.fee,
        fee_currency="" if answer is None else answer.fee_currency,
        tag=intent.tag,
        message="" if answer is None else answer.message,
        updated_at=None if answer is None else answer.updated_at,
    )


def alerts(found: AlertSettings) -> AlertsView:
    return AlertsView(
        email=found.email,
        webhook_url=found.webhook_url,
        has_webhook_secret=bool(found.webhook_secret),
        telegram_chat=found.telegram_chat,
    )


def venues(found: Venues, addresses: tuple[str, ...]) -> VenuesView:
    items = [
        VenueView(
            id=name,
            title=item.title,
            modes=list(item.modes),
            candles=item.candles,
            is_simulated=item.is_simulated,
        )
        for name, item in sorted(found.entries.items())
    ]
    return VenuesView(items=items, addresses=list(addresses))
