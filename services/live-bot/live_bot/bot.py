"""A bot that holds its lease: everything that is made of a plan, put together."""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import aiohttp
from aiohttp import web

from candlewick.bots.wire import Lease, Mode, OpenTrade, Wanted
from candlewick.isolation.driver import Room
from live_bot import inputs
from live_bot.book import Book
from live_bot.desk import Desk
from live_bot.errors import VenueRefused, VenueUnclear
from live_bot.events import Events
from live_bot.guard import Guard
from live_bot.lease import Gate
from live_bot.ledger import Checkpoint, Ledger
from live_bot.notices import Notices
from live_bot.orders import Orders, Ports
from live_bot.paper import Paper
from live_bot.proxy import Proxy
from live_bot.recorder import Recorder
from live_bot.sandbox import DOOR
from live_bot.signing import Signer
from live_bot.state import StateStore
from live_bot.symbols import Symbols
from live_bot.venue import VenueClient

log = logging.getLogger(__name__)

_DISAGREEMENTS: Final = 3
_DUST_SHARE: Final = Decimal("0.01")
_DUST_VALUE: Final = 5  # in quote currency: less than an exchange lets one sell
_ORDERING: Final = frozenset({Mode.LIVE, Mode.REPLAY})


@dataclass(slots=True, kw_only=True)
class Bot:
    """The parts of one holder's bot. `prices` are the last ones of pairs that it holds."""

    lease: Lease
    ports: Ports
    orders: Orders
    proxy: Proxy
    desk: Desk
    store: StateStore
    notices: Notices
    paper: Paper
    settings_revision: int
    prices: dict[str, Decimal] = field(default_factory=dict)
    disagreements: int = 0
    _server: web.AppRunner | None = None

    @property
    def sends_orders(self) -> bool:
        return self.lease.plan.mode in _ORDERING

    @property
    def holds_money(self) -> bool:
        """Whether it has a wallet, of real or paper money, which limits are to guard."""
        return self.lease.plan.mode is not Mode.SIGNALS

    @property
    def quote(self) -> str:
        return str(self.lease.plan.config["stake_currency"])

    def compare(self, trades: Iterable[OpenTrade]) -> str:
        """Compare the trader's open trades with what the fills left; return what differs this third time.

        A report may be older than the newest fill: one that differs says nothing yet.
        """
        amounts: dict[str, Decimal] = {}
        for trade in trades:
            amounts[trade.pair] = amounts.get(trade.pair, Decimal(0)) + trade.amount
        ledger, busy = self.ports.guard.ledger, {k.intent.pair for k in self.ports.book.pending()}
        differs = [
            f"{pair}: trades of {amounts.get(pair, 0)}, fills of {ledger.in_trades(pair)}"
            for pair in sorted((amounts.keys() | ledger.positions.keys()) - busy)
            if _differ(amounts.get(pair, Decimal(0)), ledger.in_trades(pair), self.prices.get(pair))
        ]
        self.disagreements = self.disagreements + 1 if differs else 0
        return "; ".join(differs) if self.disagreements >= _DISAGREEMENTS else ""

    def entries_blocked(self) -> str:
        """Return why no entry may be made now, limits apart; nothing when it may."""
        checks = (
            (not self.desk.report.reconciled, "the account and the database do not agree yet."),
            (self.disagreements >= _DISAGREEMENTS, "its trades are not what its orders bought."),
            (self.ports.recorder.has_unclear, "an order's fate is not known yet."),
            (not self.store.is_saved, "the bot's database could not be stored."),
            (self.desk.wanted is not Wanted.RUNNING, "the bot is paused."),
        )
        return next((reason for applies, reason in checks if applies), "")

    async def save(self, database: bytes) -> bool:
        """Store the trader's database with our own checkpoint. `Fenced` closes everything."""
        self.desk.database = database
        return await self.store.save(database, self.ports.guard.ledger.checkpoint())

    async def look_at_the_market(self) -> None:
        """Fetch prices of what is held, and the day by the exchange's clock."""
        try:
            now_ms = await self.ports.venue.stamp()
            self.ports.guard.ledger.new_day(now_ms)
            # Dust of a pair that is no longer listed counts as its cost.
            for pair in filter(self.ports.symbols.has_pair, self.ports.guard.ledger.pairs()):
                self.prices[pair] = await self.proxy.price(pair)
        except (VenueUnclear, VenueRefused) as error:
            log.warning("no prices", extra={"reason": str(error)})

    async def balance(self) -> tuple[Decimal, Decimal]:
        """Return (all, free) of the stake currency on the account."""
        reply = await self.ports.venue.signed("GET", "/api/v3/account", {})
        found: dict[str, Any] = reply.checked().json()
        for entry in found["balances"]:
            if entry["asset"] == self.quote:
                free, locked = Decimal(str(entry["free"])), Decimal(str(entry["locked"]))
                return free + locked, free
        return Decimal(0), Decimal(0)

    async def open_door(self, app: web.Application, folder: Path) -> None:
        """Listen on the trader's socket; whoever is in its sandbox may connect."""
        self._server = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._server.setup()
        path = folder / DOOR
        await web.UnixSite(self._server, str(path)).start()
        path.chmod(0o666)

    async def close_door(self) -> None:
        if self._server is not None:
            await self._server.cleanup()


def _differ(trades: Decimal, fills: Decimal, price: Decimal | None) -> bool:
    """Whether more is missing than fees and steps of amounts leave over."""
    gap = abs(trades - fills)
    return gap > fills * _DUST_SHARE and gap * (price or 0) > _DUST_VALUE


async def with_key(http: aiohttp.ClientSession, events: Events, lease: Lease) -> VenueClient:
    """Return the exchange's client, with the key where the bot is to send orders.

    Raises:
        EventsUnavailable, Fenced, KeyRefused: from the bot-events function.
    """
    plan = lease.plan
    needs_key = plan.mode in _ORDERING and plan.has_key
    return VenueClient(http, plan.venue, Signer(await events.key()) if needs_key else None)


async def assemble(
    venue: VenueClient, events: Events, lease: Lease, parts: tuple[Gate, Notices], room: Room
) -> Bot:
    """Fetch journal, state and files of a lease, and build the bot.

    Raises:
        EventsUnavailable, Fenced: from the bot-events function.
        VenueUnclear, VenueRefused: the exchange does not answer.
        StateDamaged: what is stored is no state.
    """
    plan = lease.plan
    sends = plan.mode in _ORDERING
    await venue.sync_clock()
    info = (await venue.public("/api/v3/exchangeInfo", {})).checked().json()
    journal, store = await events.journal(), StateStore(events, lease.state_generation)
    stored = await store.load()
    database, checkpoint = stored if stored is not None else (None, Checkpoint())
    symbols = Symbols(info)
    book, ledger = Book(), Ledger.restored(checkpoint, symbols.step)
    gate, notices = parts
    recorder = Recorder(
        events=events,
        venue=venue,
        book=book,
        ledger=ledger,
        symbols=symbols,
        changed=notices.filled,
    )
    book.load(journal)
    for known in book.all():
        ledger.apply(known)
    ports = Ports(
        bot_id=plan.bot_id,
        events=events,
        venue=venue,
        gate=gate,
        guard=Guard(limits=plan.limits, ledger=ledger),
        book=book,
        recorder=recorder,
        symbols=symbols,
    )
    orders = Orders(ports)
    proxy = Proxy(ports, orders)
    desk = Desk(plan, book)
    desk.database = database
    desk.wanted = lease.wanted
    await inputs.fetch(venue.http, plan.files, room.inputs)
    ports.guard.blacklist = frozenset(desk.blacklist)
    bot = Bot(
        lease=lease,
        ports=ports,
        orders=orders,
        proxy=proxy,
        paper=Paper(ports.guard, gate, venue_ms=venue.stamp, price=proxy.price),
        desk=desk,
        store=store,
        notices=notices,
        settings_revision=lease.settings_revision,
    )
    ports.guard.blocked = bot.entries_blocked
    if sends:
        await _settle_all(bot)
    return bot


async def _settle_all(bot: Bot) -> None:
    """Learn the fate of every order that an earlier holder left, before anything else is done."""
    while bot.ports.recorder.has_unclear:
        await bot.ports.recorder.settle()
        if bot.ports.recorder.has_unclear:
            await asyncio.sleep(0.5)
    await bot.ports.recorder.settle()
    ledger = bot.ports.guard.ledger
    if ledger.capital is None:
        everything, _ = await bot.balance()
        ledger.capital = everything + ledger.open_stake()


def wants_trader(wanted: Wanted) -> bool:
    return wanted is not Wanted.STOPPED
