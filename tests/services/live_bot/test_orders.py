"""The way of one order, with the real exchange interface and journal, and every fault at its request."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from candlewick.bots.order_ids import is_of_bot
from candlewick.bots.wire import (
    JournalState,
    Key,
    OrderType,
    Purpose,
    RiskLimits,
    Side,
)
from live_bot import points
from live_bot.book import Book
from live_bot.clock import elapsed
from live_bot.connections import session
from live_bot.errors import Refused
from live_bot.events import Events
from live_bot.guard import Guard, Wish
from live_bot.lease import Gate
from live_bot.ledger import Ledger
from live_bot.orders import Orders, Ports
from live_bot.recorder import Recorder
from live_bot.signing import Signer
from live_bot.symbols import Symbols
from live_bot.venue import VenueClient
from tests.services.live_bot.control import Control
from tests.services.live_bot.strategies import cycle
from tests.services.live_bot.world import PAIRS, Exchange, plan_of

_BOT = "bot-1"
# Tests need not wait for as long as a real exchange could be late.
_HURRY = 25.0


class Desk:
    """The parts around one order, without a trader."""

    def __init__(self, control: Control, exchange: Exchange) -> None:
        self.control = control
        self.exchange = exchange
        self.ledger = Ledger()
        self.guard = Guard(limits=RiskLimits(pairs=PAIRS), ledger=self.ledger)
        self.gate = Gate()
        self.book = Book()

    async def open(self, http: aiohttp.ClientSession) -> Ports:
        events = Events(http, self.control.url, "test-bot-token", "h" * 32)
        sent_at = elapsed()
        lease = await events.acquire("")
        self.gate.granted(sent_at=sent_at, ttl_s=lease.ttl_s)
        assert self.exchange.key is not None
        venue = VenueClient(http, lease.plan.venue, Signer(self.exchange.key))
        symbols = Symbols((await venue.public("/api/v3/exchangeInfo", {})).json())
        recorder = Recorder(
            events=events,
            venue=venue,
            book=self.book,
            ledger=self.ledger,
            symbols=symbols,
            clock=lambda: elapsed() * _HURRY,
        )
        self.book.load(await events.journal())
        return Ports(
            bot_id=_BOT,
            events=events,
            venue=venue,
            gate=self.gate,
            guard=self.guard,
            book=self.book,
            recorder=recorder,
            symbols=symbols,
        )

    def run(self, steps: Callable[[Ports, Orders], Awaitable[Any]]) -> Any:
        async def main() -> Any:
            async with session() as http:
                ports = await self.open(http)
                return await steps(ports, Orders(ports))

        return asyncio.run(main())

    def theirs(self) -> list[dict[str, Any]]:
        orders: list[dict[str, Any]] = self.exchange.books()["orders"]
        return orders


@pytest.fixture
def desk(exchange: Exchange, tmp_path: Path) -> Iterator[Desk]:
    files: dict[str, bytes] = {}
    control = Control(plan_of(exchange, files, "http://unset/", cycle()))
    yield Desk(control, exchange)
    points.disarm()
    control.close()


def market_buy(quantity: str = "0.01") -> tuple[Wish, dict[str, str]]:
    wish = Wish(
        pair="BTC/USDT",
        side=Side.BUY,
        type=OrderType.MARKET,
        purpose=Purpose.ENTRY,
        amount=Decimal(quantity),
        price=None,
        stop_price=None,
        market=Decimal(50_000),
    )
    return wish, {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": quantity}


async def buy(_ports: Ports, orders: Orders) -> Any:
    reply = await orders.place(*market_buy())
    return reply.json()


def answer_of(control: Control) -> Any:
    (entry,) = control.journal()
    return entry.answer


def test_an_order_is_in_the_journal_before_it_is_sent(desk: Desk) -> None:
    seen: list[tuple[int, int]] = []
    points.arm("send.before", lambda: seen.append((len(desk.control.intents), len(desk.theirs()))))

    desk.run(buy)

    assert seen == [(1, 0)]
    (order,) = desk.theirs()
    assert is_of_bot(order["clientOrderId"], _BOT)
    assert answer_of(desk.control).state is JournalState.CLOSED
    assert answer_of(desk.control).filled == Decimal(order["executedQty"])


@pytest.mark.parametrize("fault", ["cut_after", "error_after"])
def test_an_order_whose_answer_is_lost_is_found_and_not_sent_again(fault: str, desk: Desk) -> None:
    desk.exchange.faults({"fault": fault, "method": "POST", "path": "/api/v3/order", "count": 1})

    found = desk.run(buy)

    (order,) = desk.theirs()
    assert str(found["orderId"]) == str(order["orderId"])
    assert answer_of(desk.control).state is JournalState.CLOSED
    assert desk.ledger.held("BTC/USDT") == Decimal(
        "0.00999"
    )  # less the fee, taken of what was bought


@pytest.mark.parametrize("fault", ["cut_before", "error", "maintenance"])
def test_an_order_that_never_arrived_is_lost_for_certain(fault: str, desk: Desk) -> None:
    desk.exchange.faults({"fault": fault, "method": "POST", "path": "/api/v3/order", "count": 1})

    with pytest.raises(Refused):
        desk.run(buy)

    assert desk.theirs() == []
    assert answer_of(desk.control).state is JournalState.LOST
    assert desk.ledger.held("BTC/USDT") == 0


@pytest.mark.parametrize("fault", ["reject", "insufficient_balance", "precision", "rate_limit"])
def test_a_refusal_of_the_exchange_is_passed_on_and_journaled(fault: str, desk: Desk) -> None:
    desk.exchange.faults({"fault": fault, "method": "POST", "path": "/api/v3/order", "count": 1})

    found = desk.run(buy)

    assert "code" in found
    assert desk.theirs() == []
    assert answer_of(desk.control).state is JournalState.REJECTED


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v3/time"),
        ("GET", "/api/v3/order"),
        ("GET", "/api/v3/myTrades"),
        ("POST", "/api/v3/order"),
    ],
)
@pytest.mark.parametrize("fault", ["cut_before", "cut_after"])
def test_a_cut_at_any_request_leaves_one_order_or_none_and_all_books_equal(
    fault: str, method: str, path: str, desk: Desk
) -> None:
    async def steps(ports: Ports, orders: Orders) -> None:
        # Found by asking, so that asking can be cut too.
        cut = {"fault": fault, "method": method, "path": path, "count": 1}
        lost = {"fault": "cut_after", "method": "POST", "path": "/api/v3/order", "count": 1}
        faults = [cut] if method == "POST" else [cut, lost]
        await asyncio.to_thread(desk.exchange.faults, *faults)
        with contextlib.suppress(Refused):
            await orders.place(*market_buy())
        while ports.book.pending():
            await ports.recorder.settle()

    desk.run(steps)

    filled = [Decimal(order["executedQty"]) for order in desk.theirs()]
    assert len(filled) <= 1
    journaled = [e.answer.filled for e in desk.control.journal() if e.answer and e.answer.filled]
    assert journaled == filled
    assert desk.ledger.held("BTC/USDT") == sum(filled, Decimal(0)) * Decimal("0.999")


def test_a_closed_gate_lets_nothing_out(desk: Desk) -> None:
    async def steps(_ports: Ports, orders: Orders) -> None:
        desk.gate.close()
        await orders.place(*market_buy())

    with pytest.raises(Refused, match="does not trade"):
        desk.run(steps)

    assert desk.control.journal() == []
    assert desk.theirs() == []


def test_a_gate_that_closes_after_the_intent_leaves_no_order(desk: Desk) -> None:
    points.arm("intent.stored", desk.gate.close)

    with pytest.raises(Refused):
        desk.run(buy)

    assert desk.theirs() == []
    assert answer_of(desk.control).state is JournalState.LOST


def test_an_order_held_back_by_the_journal_is_not_sent(desk: Desk) -> None:
    desk.control.hold_back = "the kill switch is on"

    with pytest.raises(Refused):
        desk.run(buy)

    assert desk.theirs() == []
    assert desk.control.journal() == []


def test_an_order_of_which_the_journal_does_not_answer_is_not_sent(desk: Desk) -> None:
    def fail(path: str) -> None:
        if path == "/intents":
            raise ConnectionResetError

    desk.control.before = fail

    with pytest.raises(Refused):
        desk.run(buy)

    assert desk.theirs() == []


def test_the_journal_is_not_told_for_ever_of_an_order_that_it_never_had(desk: Desk) -> None:
    told: list[str] = []
    desk.control.before = told.append
    desk.control.cuts["/intents"] = "before"

    async def steps(ports: Ports, orders: Orders) -> None:
        with pytest.raises(Refused):
            await orders.place(*market_buy())
        assert not ports.recorder.has_told_all
        while not ports.recorder.has_told_all:
            await ports.recorder.settle()
            await asyncio.sleep(0.1)

    desk.run(steps)

    assert told.count("/answers") > 1
    assert desk.control.journal() == []


def test_what_an_earlier_holder_sent_without_an_answer_is_found_at_the_start(desk: Desk) -> None:
    class Died(BaseException):
        pass

    def die() -> None:
        raise Died

    points.arm("send.answered", die)
    with pytest.raises(Died):
        desk.run(buy)
    points.disarm()
    desk.control.free_lease()
    assert answer_of(desk.control) is None

    async def settle(ports: Ports, _orders: Orders) -> None:
        while ports.recorder.has_unclear:
            await ports.recorder.settle()

    again = Desk(desk.control, desk.exchange)
    again.run(settle)

    assert answer_of(desk.control).state is JournalState.CLOSED
    assert again.ledger.held("BTC/USDT") == Decimal("0.00999")
    assert again.book.next_sequence == 2


def test_a_late_call_is_refused_by_the_exchange_and_not_by_luck(desk: Desk) -> None:
    """The process stood still between signing and sending: its time stamp has run out by then."""

    def stand_still() -> None:
        desk.exchange.advance(60_000)

    points.arm("send.before", stand_still)

    found = desk.run(buy)

    assert found["code"] == -1021
    assert desk.theirs() == []
    assert answer_of(desk.control).state is JournalState.REJECTED


def test_a_key_shows_itself_nowhere(desk: Desk) -> None:
    key = Key(api_key="a" * 64, secret="s" * 64, version=3)

    shown = repr(key) + repr(Signer(key)) + str(Signer(key).__dict__)

    assert "s" * 64 not in shown
    assert "a" * 64 not in shown


def test_an_order_is_not_taken_for_lost_while_it_is_still_to_be_sent(desk: Desk) -> None:
    """The journal is slow, and what asks for open orders comes round meanwhile."""

    async def steps(ports: Ports, orders: Orders) -> None:
        desk.control.before = lambda path: time.sleep(1.0) if path == "/intents" else None
        placing = asyncio.create_task(orders.place(*market_buy()))
        while not placing.done():
            await ports.recorder.settle()
            await asyncio.sleep(0.02)
        await placing

    desk.run(steps)

    assert len(desk.theirs()) == 1
    assert answer_of(desk.control).state is JournalState.CLOSED
