"""What trader and supervisor say to each other. Everything from the trader is untrusted, and bounded."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from candlewick.backtests.wire import Wire
from candlewick.bots.wire import (
    ClosedTrade,
    Command,
    Decision,
    Event,
    JournalEntry,
    OpenTrade,
    OrderType,
    Plan,
    Wanted,
)

MOST_KNOWN = 1_000


class Start(Wire):
    """All that the trader is told when it starts; `entries` are the bot's own orders, oldest first."""

    plan: Plan
    has_state: bool
    wanted: Wanted
    blacklist: tuple[str, ...]
    venue_ms: int


class Wallet(Wire):
    """Paper money, in stake currency; `total` with open trades at their last price."""

    total: Decimal
    free: Decimal
    start: Decimal  # what it began with
    realised: Decimal  # since then
    day_realised: Decimal  # by trades that closed since midnight (UTC)


class Entry(Wire):
    """An entry of paper money for which the trader asks leave; a market order has no price."""

    pair: Annotated[str, Field(max_length=200)]
    amount: Decimal
    price: Decimal | None
    type: OrderType


class Verdict(Wire):
    """Why an entry may not be made; nothing when it may."""

    refusal: str = ""


class Report(Wire):
    """What the trader has to say after an iteration."""

    iteration: int = 0
    venue_ms: int = 0  # the time by which it worked
    reconciled: bool = False
    open_trades: Annotated[tuple[OpenTrade, ...], Field(max_length=100)] = ()
    closed_trades: Annotated[tuple[ClosedTrade, ...], Field(max_length=100)] = ()
    decisions: Annotated[tuple[Decision, ...], Field(max_length=200)] = ()
    events: Annotated[tuple[Event, ...], Field(max_length=50)] = ()
    known_orders: Annotated[tuple[str, ...], Field(max_length=MOST_KNOWN)] = ()
    problem: Annotated[str, Field(max_length=500)] = ""
    wallet: Wallet | None = None  # where there is no account whose balance could be asked for


class Done(Wire):
    command_id: str
    done: bool
    message: Annotated[str, Field(max_length=4_000)] = ""


class Next(Wire):
    """What to do now. With `stop`, finish and exit; `orders` are those of which the database must know."""

    stop: bool
    wanted: Wanted
    blacklist: tuple[str, ...]
    commands: tuple[Command, ...]
    orders: tuple[JournalEntry, ...]
    acknowledged_trades: tuple[int, ...]
    venue_ms: int
