"""Valid bots, orders and figures, overridable by keyword."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from candlewick.accounts.models import hash_secret
from candlewick.alerts.public_hosts import PublicHosts
from candlewick.backtests.models import RunId
from candlewick.bots.models import Bot, BotId, Cell, Deployment, KeyId, KnownToken, Trading
from candlewick.bots.order_ids import OrderName
from candlewick.bots.venues import VenueEntry, Venues
from candlewick.bots.wire import (
    Acquire,
    Answer,
    BotPhase,
    ClosedTrade,
    Figures,
    Intent,
    JournalState,
    Mode,
    OrderType,
    Purpose,
    Renewal,
    RiskLimits,
    Side,
    Wanted,
)
from tests.factories import ALICE, CANDLES_START, a_strategy_ref
from tests.fakes import START

BOT_SECRET = "bot-secret-bot-secret-bot-secret"
BOT_TOKEN = f"alice.b1.1.{BOT_SECRET}"
SIGNAL_SECRET = "signal-secret-signal-secret-signal"
SIGNAL_TOKEN = f"alice.b1.{SIGNAL_SECRET}"
FIRST, SECOND = "holder-first-0001", "holder-second-002"
CELL = Cell(name="here", project="p", region="r", capacity=2)
IMAGE = "images.example.org/bot@sha256:1"
# Every name is a public one, but for `localhost`.
HOSTS = PublicHosts(
    resolve=lambda host, _: ["127.0.0.1" if host == "localhost" else "93.184.216.34"]
)
VENUES = Venues(
    {
        "simulated": VenueEntry(
            title="The simulated exchange",
            url="http://127.0.0.1:1",
            candles="simulated",
            modes=tuple(Mode),
            is_simulated=True,
        ),
        "paper": VenueEntry(title="Paperland", url="http://127.0.0.1:2", modes=(Mode.PAPER,)),
        "binance": VenueEntry(title="Binance", url="http://127.0.0.1:3"),
    }
)


def a_trading(**changes: Any) -> Trading:
    trading = Trading(
        venue="simulated",
        pairs=("BTC/USDT", "ETH/USDT"),
        timeframe="5m",
        stake_currency="USDT",
        stake=Decimal(100),
        max_open_trades=3,
        wallet=Decimal(1000),
    )
    return replace(trading, **changes)


def a_bot(**changes: Any) -> Bot:
    """Return Alice's paper bot as it was created, stopped."""
    bot = Bot(
        id=BotId("b1"),
        owner=ALICE,
        name="Buyer one",
        mode=Mode.PAPER,
        strategy=a_strategy_ref(),
        verified_by=RunId("r1"),
        trading=a_trading(),
        limits=RiskLimits(pairs=("BTC/USDT", "ETH/USDT")),
        wanted_at=START,
        created_at=START,
        updated_at=START,
    )
    return replace(bot, **changes)


def a_running_bot(**changes: Any) -> Bot:
    """Return the bot with a service, whose supervisor has the token `BOT_TOKEN`."""
    deployment = Deployment(revision=1, cell=CELL.name, at=START)
    bot = replace(
        a_bot(),
        wanted=Wanted.RUNNING,
        revision=1,
        cell=CELL.name,
        deployment=deployment,
        tokens=(KnownToken(number=1, secret_hash=hash_secret(BOT_SECRET)),),
        tokens_issued=1,
        is_active=True,
    )
    return replace(bot, **changes)


def a_live_bot(**changes: Any) -> Bot:
    return a_running_bot(mode=Mode.LIVE, key_id=KeyId("k1"), **changes)


def an_acquire(holder: str = FIRST) -> Acquire:
    return Acquire(holder=holder, revision="bot-b1-00001")


def an_intent(sequence: int = 1, **changes: Any) -> Intent:
    name = OrderName(bot="b1", epoch=changes.get("epoch", 1), sequence=sequence)
    fields: dict[str, Any] = {
        "holder": FIRST,
        "epoch": 1,
        "client_order_id": name.text(),
        "sequence": sequence,
        "pair": "BTC/USDT",
        "side": Side.BUY,
        "type": OrderType.LIMIT,
        "purpose": Purpose.ENTRY,
        "amount": Decimal("0.001"),
        "price": Decimal(100_000),
        "stake": Decimal(100),
    }
    return Intent(**fields | changes)


def an_answer(intent: Intent, state: JournalState = JournalState.OPEN, **changes: Any) -> Answer:
    fields: dict[str, Any] = {
        "holder": intent.holder,
        "epoch": intent.epoch,
        "client_order_id": intent.client_order_id,
        "state": state,
        "exchange_order_id": "1",
        "updated_at": START,
    }
    return Answer(**fields | changes)


def figures(**changes: Any) -> Figures:
    fields: dict[str, Any] = {
        "phase": BotPhase.RUNNING,
        "balance": Decimal(1000),
        "free": Decimal(900),
        "open_stake": Decimal(0),
        "day_profit": Decimal(0),
        "drawdown": 0.0,
        "orders_today": 0,
    }
    return Figures(**fields | changes)


def a_closed_trade(**changes: Any) -> ClosedTrade:
    """Return a trade of 0.001 BTC from 100,000 to 101,000 within the stored candles."""
    fields: dict[str, Any] = {
        "number": 1,
        "pair": "BTC/USDT",
        "opened_at": CANDLES_START + timedelta(hours=1),
        "closed_at": CANDLES_START + timedelta(hours=2),
        "amount": Decimal("0.001"),
        "stake": Decimal(100),
        "open_rate": Decimal(100_000),
        "close_rate": Decimal(101_000),
        "fees": Decimal("0.201"),
        "profit": Decimal("0.799"),
        "profit_ratio": 0.008,
        "exit_reason": "exit_signal",
    }
    return ClosedTrade(**fields | changes)


def a_renewal(holder: str = FIRST, epoch: int = 1, **changes: Any) -> Renewal:
    fields: dict[str, Any] = {"figures": figures(), "settings_revision": 1}
    return Renewal(holder=holder, epoch=epoch, **fields | changes)


TTL = timedelta(seconds=30)
