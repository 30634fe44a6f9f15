"""What the bot-events function and a live bot's supervisor say to each other.

    supervisor                            bot-events function
     │ POST /acquire  Acquire ─────────► new epoch, or 409 while another holder's lease may be open
     │ ◄─────────────────────── Lease │
     │ POST /key      Holder ──────────► the exchange key; audited, at most one in 20 s
     │ GET/PUT /state ─────────────────► the bot's database; PUT names the generation that it replaces
     │ GET  /orders ───────────────────► the journal's entries that are not final, and the newest 500
     │ POST /intents  Intent ──────────► stored before the order is sent; 409 or 423 when it must not be sent
     │ POST /answers  Answer ──────────► what the exchange said
     │ POST /renew    Renewal ─────────► extends the lease, carries the figures, brings commands
     │ POST /outcomes Outcome ─────────► what became of a command
     │ POST /release  Release ─────────► the next holder need not wait

Every call carries `Authorization: Bearer <bot token>`; every body names holder and epoch. 409 `fenced` means that
another holder has taken over: stop trading at once, and exit 0. 423 `held_back` refuses one order and no more.

The lease knows no clock but the database's: it is free when `read_time - update_time` of its document is at least
TTL + margin. The holder's own gate is open until (monotonic time at which the last granted call was *sent*) + TTL less
`GATE_MARGIN_S`. An order is accepted by the exchange within `RECV_WINDOW_MS` of being signed or not at all, so that
the last order of an old holder lands before the first of a new one is sent.
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field, JsonValue

from candlewick.backtests.wire import InputFile, Wire

LEASE_TTL_S: Final = 30
RENEW_EVERY_S: Final = 10
GATE_MARGIN_S: Final = 10
TAKEOVER_MARGIN_S: Final = 5
RECV_WINDOW_MS: Final = 5_000
MAX_STATE_BYTES: Final = 24 * 1024 * 1024  # compressed; a request of Cloud Run may have 32 MiB

Name = Annotated[str, Field(max_length=200)]
Text = Annotated[str, Field(max_length=4_000)]
OrderId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,36}$")]


class Mode(StrEnum):
    """What a bot does with a signal."""

    PAPER = "paper"  # Freqtrade's dry run on live prices
    LIVE = "live"  # real orders with an exchange key
    SIGNALS = "signals"  # tells, never orders
    REPLAY = "replay"  # the live path at a simulated exchange that replays history


class Wanted(StrEnum):
    """What the user wants a bot to do."""

    RUNNING = "running"
    PAUSED = "paused"  # open trades are managed, no new ones
    STOPPED = "stopped"


class BotPhase(StrEnum):
    """What a bot is doing."""

    STARTING = "starting"
    RECONCILING = "reconciling"  # the account and the database do not agree yet: no entries
    RUNNING = "running"
    PAUSED = "paused"
    HELD = "held"  # a risk limit was reached: no entries
    STOPPING = "stopping"


class Holder(Wire):
    """Who speaks: `holder` is random per process, `epoch` what its lease was granted with."""

    holder: Annotated[str, Field(min_length=16, max_length=64)]
    epoch: Annotated[int, Field(ge=1)]


class Acquire(Wire):
    holder: Annotated[str, Field(min_length=16, max_length=64)]
    revision: Name  # Cloud Run's name of the revision, or empty


class RiskLimits(Wire):
    """What the guard holds, whatever the strategy does. Amounts are in stake currency, ratios fractions; None: no limit."""

    max_daily_loss: Decimal | None = None
    max_drawdown: Annotated[float, Field(gt=0, le=1)] | None = (
        None  # of the highest equity since the start
    )
    max_open_stake: Decimal | None = None
    max_order_stake: Decimal | None = None
    max_orders_per_minute: Annotated[int, Field(ge=1, le=600)] = 30
    max_price_deviation: Annotated[float, Field(gt=0, le=1)] = (
        0.05  # of a limit price from the market
    )
    pairs: tuple[Name, ...]
    close_all: bool = False  # at a breach of loss or drawdown also sell what is held


class Venue(Wire):
    """An exchange as ccxt and Freqtrade name it, and where its REST interface is."""

    exchange: Name
    url: str
    # Historical time a replaying venue runs at, in seconds per second; None: the present.
    speed: float | None = None


class Plan(Wire):
    """What the bot is to do. `config` is a Freqtrade configuration without paths, keys and addresses."""

    bot_id: Name
    name: Name
    mode: Mode
    venue: Venue
    class_name: Name
    config: dict[str, JsonValue]
    files: tuple[
        InputFile, ...
    ]  # strategies/<class_name>.py, strategies/<class_name>.json, markets.json
    limits: RiskLimits
    has_key: bool


class Lease(Wire):
    """A granted lease. `settings_revision` grows with each change of the plan's limits or blacklist."""

    epoch: int
    ttl_s: int
    plan: Plan
    wanted: Wanted
    settings_revision: int
    # Orders of this bot are named from here on: see `candlewick.bots.order_ids`.
    state_generation: int  # 0: there is no state yet


class Key(Wire):
    """An exchange key, in clear: only ever in the memory of the signer."""

    api_key: Annotated[str, Field(repr=False)]
    secret: Annotated[str, Field(repr=False)]
    version: int


class Side(StrEnum):
    BUY = "buy"
    SELL = "sell"


class OrderType(StrEnum):
    LIMIT = "limit"
    MARKET = "market"
    STOP_LOSS_LIMIT = "stop_loss_limit"


class Purpose(StrEnum):
    """What an order is for. Entries can be held back, the others only by a closed gate."""

    ENTRY = "entry"
    EXIT = "exit"
    STOP = "stop"
    CLOSE_ALL = "close_all"


class Intent(Holder):
    """An order before it is sent: stored once, never changed."""

    client_order_id: OrderId
    sequence: Annotated[int, Field(ge=1)]
    pair: Name
    side: Side
    type: OrderType
    purpose: Purpose
    amount: Decimal
    price: Decimal | None = None
    stop_price: Decimal | None = None
    stake: Decimal  # what it binds, in stake currency, by the price that the guard saw
    tag: Annotated[str, Field(max_length=255)] = ""  # Freqtrade's enter tag or exit reason
    replaces: OrderId | None = None


class JournalState(StrEnum):
    """What is known of an order."""

    INTENDED = "intended"  # stored, perhaps sent
    OPEN = "open"
    CLOSED = "closed"  # filled
    CANCELLED = "cancelled"  # by us or the exchange; may be filled in part
    REJECTED = "rejected"  # the exchange refused it
    LOST = "lost"  # never arrived, and never will: its window has passed


class Answer(Holder):
    """What the exchange says of an order. Amounts grow; a final state is never left."""

    client_order_id: OrderId
    state: JournalState
    exchange_order_id: Annotated[str, Field(max_length=64)] = ""
    filled: Decimal = Decimal(0)
    cost: Decimal = Decimal(0)  # in quote currency
    fee: Decimal = Decimal(0)
    fee_currency: Annotated[str, Field(max_length=20)] = ""
    updated_at: datetime  # the exchange's clock
    message: Annotated[str, Field(max_length=500)] = ""


class JournalEntry(Wire):
    """An order as the journal knows it."""

    intent: Intent
    answer: Answer | None
    known_to_state: bool = False  # Freqtrade's database has it


class Journal(Wire):
    entries: tuple[JournalEntry, ...]
    next_sequence: int


class OpenTrade(Wire):
    number: int
    pair: Name
    opened_at: datetime
    amount: Decimal
    stake: Decimal
    open_rate: Decimal
    rate: Decimal | None
    profit: Decimal | None
    profit_ratio: float | None
    stop: Decimal | None
    tag: Annotated[str, Field(max_length=255)] = ""


class ClosedTrade(Wire):
    number: int
    pair: Name
    opened_at: datetime
    closed_at: datetime
    amount: Decimal
    stake: Decimal
    open_rate: Decimal
    close_rate: Decimal
    fees: Decimal
    profit: Decimal
    profit_ratio: float
    tag: Annotated[str, Field(max_length=255)] = ""
    exit_reason: Annotated[str, Field(max_length=255)] = ""


class Decision(Wire):
    """Why a pair was or was not traded on its last closed candle, in the words of the user.

    `candle` is the time at which that candle opened.
    """

    pair: Name
    candle: datetime
    outcome: Literal[
        "entered", "no_signal", "held_back", "in_trade", "exited", "no_data", "signalled"
    ]
    reason: Annotated[str, Field(max_length=500)]


class Figures(Wire):
    """The bot in figures, sent every 10 s; amounts in stake currency. `balance` is what the guard counts itself."""

    phase: BotPhase
    balance: Decimal | None
    free: Decimal | None
    open_stake: Decimal
    day_profit: Decimal
    drawdown: float
    orders_today: int
    open_trades: Annotated[tuple[OpenTrade, ...], Field(max_length=100)] = ()
    closed_trades: Annotated[
        tuple[ClosedTrade, ...], Field(max_length=100)
    ] = ()  # those not acknowledged
    decisions: Annotated[tuple[Decision, ...], Field(max_length=200)] = ()
    log_tail: Annotated[str, Field(max_length=8_000)] = ""


class EventKind(StrEnum):
    """What users are told of."""

    STARTED = "started"
    STOPPED = "stopped"
    ENTRY = "entry"
    EXIT = "exit"
    SIGNAL = "signal"
    ERROR = "error"
    LIMIT_REACHED = "limit_reached"
    KEY_TROUBLE = "key_trouble"
    SILENT = "silent"


class Event(Wire):
    """Something to tell the user. `id` is deterministic, so that it is told once."""

    id: OrderId
    kind: EventKind
    at: datetime
    text: Annotated[str, Field(max_length=1_000)]
    pair: Name = ""


class Renewal(Holder):
    figures: Figures
    events: Annotated[tuple[Event, ...], Field(max_length=50)] = ()
    settings_revision: int  # the one that the bot works by


class Verb(StrEnum):
    """What a user can tell a bot. `UPDATE` is done by another revision of its service, and never sent to it."""

    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"  # keep positions
    STOP_AND_CLOSE = "stop_and_close"
    FORCE_EXIT = "force_exit"
    FORCE_ENTRY = "force_entry"
    BLACKLIST = "blacklist"  # no more entries of a pair, which came with the settings
    ALLOW = "allow"  # entries of a pair again
    LIMITS = "limits"  # other limits, which came with the settings
    UPDATE = "update"  # another version of the strategy
    CANCEL_ORDERS = "cancel_orders"


class Command(Wire):
    """One thing to do, once: the bot keeps the ids of those it has done in its state."""

    id: OrderId
    verb: Verb
    pair: Name = ""
    trade: int | None = None
    side: Side | None = None
    at: datetime
    expires_at: datetime


class Renewed(Wire):
    """`limits` is given when the bot's `settings_revision` is behind."""

    ttl_s: int
    wanted: Wanted
    settings_revision: int
    limits: RiskLimits | None = None
    blacklist: tuple[Name, ...] = ()
    commands: tuple[Command, ...] = ()
    acknowledged_trades: tuple[int, ...] = ()


class Outcome(Holder):
    command_id: OrderId
    done: bool
    message: Text = ""


class Release(Holder):
    """Sent last, after the state was stored."""

    reason: Annotated[str, Field(max_length=500)]


class Stored(Wire):
    """Cloud Storage's generation of the state that was stored."""

    generation: int
