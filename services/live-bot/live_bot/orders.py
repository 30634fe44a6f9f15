"""The way of an order: gate, guard, name, intent, sending, answer. None is ever sent twice."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from candlewick.bots.order_ids import OrderName
from candlewick.bots.wire import RECV_WINDOW_MS, Intent, Side
from live_bot.book import Book, Known
from live_bot.errors import EventsUnavailable, HeldBack, Refused, VenueRefused, VenueUnclear
from live_bot.events import Events
from live_bot.guard import Guard, Wish
from live_bot.lease import Gate
from live_bot.points import reach
from live_bot.recorder import Recorder
from live_bot.symbols import Symbols
from live_bot.venue import Reply, VenueClient

log = logging.getLogger(__name__)

_ASK_AGAIN_S: Final = 0.25
_MOST_ASKING_S: Final = 25.0  # then the trader is answered, and the settler goes on asking
UNAVAILABLE: Final = 503
_UNKNOWN_ORDER: Final = -2011


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """What the path of an order needs."""

    bot_id: str
    events: Events
    venue: VenueClient
    gate: Gate
    guard: Guard
    book: Book
    recorder: Recorder
    symbols: Symbols


class Orders:
    """One order at a time: the guard's figures are those after the order before."""

    def __init__(self, ports: Ports) -> None:
        self._p = ports
        self._lock = asyncio.Lock()

    async def idle(self) -> None:
        """Wait until no order is under way."""
        async with self._lock:
            return

    async def place(self, wish: Wish, parameters: Mapping[str, str]) -> Reply:
        """Send an order; return what the exchange said, an error of its own included.

        Args:
            wish: the order as the guard judges it.
            parameters: the order as the exchange takes it, without its name.

        Raises:
            Refused: it was not sent, or is known never to arrive.
        """
        async with self._lock:
            self._require_gate()
            now_ms = await self._stamp()
            self._p.guard.check(wish, now_ms=now_ms, open_entries=self._open_entries())
            intent = self._named(wish)
            with self._p.recorder.under_way(intent):
                self._p.book.add(intent)
                await self._intend(intent)
                self._p.guard.sent(now_ms)
                return await self._send(intent, parameters)

    async def cancel(self, pair: str, exchange_order_id: str) -> Reply:
        """Cancel an order of this bot; an error of the exchange is in the reply."""
        known = self._p.book.by_exchange_id(pair, exchange_order_id)
        if known is None:
            raise Refused("Unknown order sent.", code=_UNKNOWN_ORDER)
        self._require_gate()
        parameters = {
            "symbol": self._p.symbols.of_pair(pair).symbol,
            "orderId": exchange_order_id,
        }
        reach("cancel.before")
        try:
            reply = await self._p.venue.signed("DELETE", "/api/v3/order", parameters)
        except VenueUnclear as error:
            raise Refused(str(error), status=UNAVAILABLE, code=-1001) from error
        reach("cancel.sent")
        await self._p.recorder.heard_in(reply, known)
        reach("cancel.journaled")
        return reply

    def _require_gate(self, for_ms: int = 0) -> None:
        gate = self._p.gate
        if not gate.is_open or gate.remaining_s() * 1_000 < for_ms:
            raise Refused("Candlewick: the bot does not trade now.", status=UNAVAILABLE, code=-1001)

    async def _stamp(self) -> int:
        try:
            return await self._p.venue.stamp()
        except (VenueUnclear, VenueRefused) as error:
            raise Refused(str(error), status=UNAVAILABLE, code=-1001) from error

    def _named(self, wish: Wish) -> Intent:
        events, sequence = self._p.events, self._p.book.next_sequence
        name = OrderName(bot=self._p.bot_id, epoch=events.epoch, sequence=sequence)
        return Intent(
            **dict(events.who()),
            client_order_id=name.text(),
            sequence=sequence,
            pair=wish.pair,
            side=wish.side,
            type=wish.type,
            purpose=wish.purpose,
            amount=wish.amount,
            price=wish.price,
            stop_price=wish.stop_price,
            stake=wish.stake,
            tag=wish.tag[:255],
        )

    async def _intend(self, intent: Intent) -> None:
        reach("intent.before")
        try:
            await self._p.events.intend(intent)
        except HeldBack as error:
            await self._p.recorder.never_sent(intent, str(error), told=False)
            raise Refused(f"Candlewick: {error}") from error
        except EventsUnavailable as error:
            # It may be stored: then the journal shall say that it never left.
            await self._p.recorder.never_sent(intent, str(error), told=True)
            raise Refused(str(error), status=UNAVAILABLE, code=-1001) from error
        reach("intent.stored")

    async def _send(self, intent: Intent, parameters: Mapping[str, str]) -> Reply:
        venue = self._p.venue
        try:
            # The time stamp first: should this process be held up from here on, the exchange refuses the call.
            stamp = await self._stamp()
            self._require_gate(for_ms=RECV_WINDOW_MS)
        except Refused as error:
            await self._p.recorder.never_sent(intent, str(error), told=True)
            raise
        reach("send.before")
        try:
            named = {**parameters, "newClientOrderId": intent.client_order_id}
            reply = await venue.signed("POST", "/api/v3/order", named, stamp=stamp)
            reach("send.answered")
            reply.checked()
        except VenueRefused as error:
            await self._p.recorder.rejected(intent, str(error))
            return reply
        except VenueUnclear as error:
            log.warning("an order's fate is unclear", extra={"reason": str(error)})
            reply = await self._found(intent, stamp)
        reach("answer.before")
        await self._p.recorder.heard_in(reply, self._p.book.get(intent.client_order_id))
        reach("answer.journaled")
        return reply

    async def _found(self, intent: Intent, stamp: int) -> Reply:
        """Ask for an order until it is there or can never be."""
        self._p.recorder.unclear_since(intent, stamp)
        asked = 0.0
        while asked < _MOST_ASKING_S:
            reply = await self._p.recorder.ask(self._p.book.get(intent.client_order_id))
            if reply is not None:
                return reply
            if self._p.book.get(intent.client_order_id).is_final:
                break
            await asyncio.sleep(_ASK_AGAIN_S)
            asked += _ASK_AGAIN_S
        raise Refused("The exchange did not take the order.", status=UNAVAILABLE, code=-1001)

    def _open_entries(self) -> Decimal:
        return sum((_bound(known) for known in self._p.book.pending()), Decimal(0))


def _bound(known: Known) -> Decimal:
    intent = known.intent
    if intent.side is not Side.BUY:
        return Decimal(0)
    return intent.stake * (1 - known.filled / intent.amount)
