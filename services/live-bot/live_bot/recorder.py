"""Writes down what the exchange says of orders: in the book, the ledger and the journal."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from candlewick.bots.wire import RECV_WINDOW_MS, Answer, Intent, JournalState
from live_bot.book import Book, Known, answer_from, fee_of
from live_bot.clock import Clock, elapsed
from live_bot.errors import EventsUnavailable, OrderUnknown, VenueRefused, VenueUnclear
from live_bot.events import Events
from live_bot.ledger import Ledger
from live_bot.symbols import Symbols
from live_bot.venue import Reply, VenueClient

log = logging.getLogger(__name__)

_NO_SUCH_ORDER: Final = -2013
_MARGIN_MS: Final = 2_000  # an exchange takes time stamps from up to a second in its future
_INTENT_MAY_TAKE_S: Final = 120.0  # a call that was given up may still be carried out


class Recorder:
    """The one place that changes what is known of an order."""

    def __init__(  # noqa: PLR0913 (they are what is written to)
        self,
        *,
        events: Events,
        venue: VenueClient,
        book: Book,
        ledger: Ledger,
        symbols: Symbols,
        changed: Callable[[Known], None] = lambda _known: None,
        clock: Clock = elapsed,
    ) -> None:
        self._events = events
        self._venue = venue
        self._book = book
        self._ledger = ledger
        self._symbols = symbols
        self._changed = changed
        self._clock = clock
        self._under_way: set[str] = set()
        self._untold: dict[str, Answer] = {}
        self._unknown_since: dict[str, float] = {}
        # Time stamp of sending, by the exchange's clock, and when that was by ours.
        self._unclear: dict[str, tuple[int, float]] = {}

    @property
    def has_unclear(self) -> bool:
        """Whether it is not known of some order if it reached the exchange."""
        return any(known.answer is None for known in self._book.pending())

    @property
    def has_told_all(self) -> bool:
        """Whether the journal has heard all that it is to hear."""
        return not self._untold

    @contextmanager
    def under_way(self, intent: Intent) -> Iterator[None]:
        """Leave an order to who sends it: while it is not sent yet, the exchange cannot know it."""
        self._under_way.add(intent.client_order_id)
        try:
            yield
        finally:
            self._under_way.discard(intent.client_order_id)

    async def heard_in(self, reply: Reply, known: Known) -> None:
        """Note the order in an answer of the exchange; an error says nothing."""
        try:
            await self.heard(reply.checked().json(), known)
        except (VenueRefused, VenueUnclear) as error:
            log.info("no word on an order", extra={"reason": str(error)})

    async def heard(self, order: Mapping[str, Any], known: Known) -> None:
        """Note an order as the exchange tells it, with its fees."""
        answer = answer_from(order, known.intent, self._events.who())
        if answer.filled > 0 and (known.answer is None or known.answer.filled < answer.filled):
            amount, currency = await self._fees(order, known.intent.pair)
            answer = answer.model_copy(update={"fee": amount, "fee_currency": currency})
        elif known.answer is not None:
            kept = {"fee": known.answer.fee, "fee_currency": known.answer.fee_currency}
            answer = answer.model_copy(update=kept)
        await self._note(answer)

    async def rejected(self, intent: Intent, reason: str) -> None:
        await self._note(self._end(intent, JournalState.REJECTED, reason))

    async def never_sent(self, intent: Intent, reason: str, *, told: bool) -> None:
        """Note that an order did not leave; `told` when the journal may have its intent."""
        answer = self._end(intent, JournalState.LOST, reason)
        if told:
            await self._note(answer)
        else:
            self._book.note(answer)

    def unclear_since(self, intent: Intent, stamp: int) -> None:
        """Remember when an order was sent that nobody knows of."""
        self._unclear.setdefault(intent.client_order_id, (stamp, self._clock()))

    async def ask(self, known: Known) -> Reply | None:
        """Ask the exchange for an order; `None` when it has no answer, or has no such order.

        An order without an answer that the exchange does not know is lost for certain once its time stamp has
        expired there: it is noted as such.
        """
        intent = known.intent
        parameters = {
            "symbol": self._symbols.of_pair(intent.pair).symbol,
            "origClientOrderId": intent.client_order_id,
        }
        try:
            now_ms = await self._venue.stamp()
            self.unclear_since(intent, now_ms)
            reply = await self._venue.signed("GET", "/api/v3/order", parameters, stamp=now_ms)
            reply.checked()
        except VenueUnclear:
            return None
        except VenueRefused as error:
            gone = error.code == _NO_SUCH_ORDER and self._expired(intent, now_ms)
            if gone and known.answer is None:
                await self._note(self._end(intent, JournalState.LOST, "It never arrived."))
            return None
        return reply

    async def settle(self) -> None:
        """Ask for every order that is not final, and tell the journal what it does not know yet."""
        for known in self._book.pending():
            if known.intent.client_order_id in self._under_way:
                continue
            reply = await self.ask(known)
            if reply is not None:
                await self.heard_in(reply, self._book.get(known.intent.client_order_id))
        for answer in list(self._untold.values()):
            await self._tell(answer)

    def _expired(self, intent: Intent, now_ms: int) -> bool:
        stamp, since = self._unclear[intent.client_order_id]
        if self._venue.replays:
            # Its clock may stand still; a call that is cut is not on its way for longer than this.
            return (self._clock() - since) * 1_000 > RECV_WINDOW_MS
        return now_ms > stamp + RECV_WINDOW_MS + _MARGIN_MS

    async def _fees(self, order: Mapping[str, Any], pair: str) -> tuple[Decimal, str]:
        if order.get("fills"):
            return fee_of(order["fills"])
        parameters = {
            "symbol": self._symbols.of_pair(pair).symbol,
            "orderId": str(order["orderId"]),
        }
        reply = await self._venue.signed("GET", "/api/v3/myTrades", parameters)
        return fee_of(reply.checked().json())

    def _end(self, intent: Intent, state: JournalState, reason: str) -> Answer:
        moment = datetime.fromtimestamp(self._venue.clock.now_ms() / 1_000, UTC)
        return Answer(
            **dict(self._events.who()),
            client_order_id=intent.client_order_id,
            state=state,
            updated_at=moment,
            message=reason[:500],
        )

    async def _note(self, answer: Answer) -> None:
        if self._book.note(answer):
            known = self._book.get(answer.client_order_id)
            self._ledger.apply(known)
            self._changed(known)
            await self._tell(answer)

    def _never_arrived(self, answer: Answer, error: EventsUnavailable) -> bool:
        """Whether neither the order nor its intent ever left, so that the journal need not hear of it."""
        if not isinstance(error, OrderUnknown) or answer.state is not JournalState.LOST:
            return False
        since = self._unknown_since.setdefault(answer.client_order_id, self._clock())
        return self._clock() - since > _INTENT_MAY_TAKE_S

    async def _tell(self, answer: Answer) -> None:
        name = answer.client_order_id
        # An older answer that is being told by another task is not told after this one.
        self._untold[name] = answer
        try:
            await self._events.answer(answer.model_copy(update=dict(self._events.who())))
        except EventsUnavailable as error:
            if not self._never_arrived(answer, error):
                log.warning("the journal does not know yet", extra={"reason": str(error)})
                return
        if self._untold.get(name) is answer:
            del self._untold[name]
