"""The bot's own orders, as the journal and the exchange tell of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from candlewick.bots.wire import Answer, Holder, Intent, Journal, JournalEntry, JournalState

FINAL: Final = frozenset(
    {JournalState.CLOSED, JournalState.CANCELLED, JournalState.REJECTED, JournalState.LOST}
)
_STATES: Final = {
    "NEW": JournalState.OPEN,
    "PENDING_NEW": JournalState.OPEN,
    "PARTIALLY_FILLED": JournalState.OPEN,
    "PENDING_CANCEL": JournalState.OPEN,
    "FILLED": JournalState.CLOSED,
    "CANCELED": JournalState.CANCELLED,
    "EXPIRED": JournalState.CANCELLED,
    "EXPIRED_IN_MATCH": JournalState.CANCELLED,
    "REJECTED": JournalState.REJECTED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An order and the newest word on it."""

    intent: Intent
    answer: Answer | None

    @property
    def is_final(self) -> bool:
        return self.answer is not None and self.answer.state in FINAL

    @property
    def filled(self) -> Decimal:
        return self.answer.filled if self.answer is not None else Decimal(0)


class Book:
    """Orders by their own name and by the exchange's."""

    def __init__(self) -> None:
        self._orders: dict[str, Known] = {}
        self._by_exchange_id: dict[tuple[str, str], str] = {}
        self.next_sequence = 1

    def load(self, journal: Journal) -> None:
        for entry in sorted(journal.entries, key=lambda entry: entry.intent.sequence):
            self.add(entry.intent)
            if entry.answer is not None:
                self.note(entry.answer)
        self.next_sequence = max(self.next_sequence, journal.next_sequence)

    def add(self, intent: Intent) -> None:
        self._orders[intent.client_order_id] = Known(intent=intent, answer=None)
        self.next_sequence = max(self.next_sequence, intent.sequence + 1)

    def note(self, answer: Answer) -> bool:
        """Note what the exchange said; whether it is news. A final state is never left."""
        known = self._orders[answer.client_order_id]
        if known.is_final and known.filled >= answer.filled and not _adds_fee(known, answer):
            return False
        if known.answer is not None and _same(known.answer, answer):
            return False
        self._orders[answer.client_order_id] = Known(intent=known.intent, answer=answer)
        if answer.exchange_order_id:
            key = (known.intent.pair, answer.exchange_order_id)
            self._by_exchange_id[key] = answer.client_order_id
        return True

    def get(self, client_order_id: str) -> Known:
        return self._orders[client_order_id]

    def by_exchange_id(self, pair: str, exchange_order_id: str) -> Known | None:
        name = self._by_exchange_id.get((pair, exchange_order_id))
        return None if name is None else self._orders[name]

    def pending(self) -> list[Known]:
        """Orders of which more is to be heard, oldest first."""
        return [known for known in self._orders.values() if not known.is_final]

    def all(self) -> Iterable[Known]:
        return self._orders.values()

    def entries(self) -> list[JournalEntry]:
        return [JournalEntry(intent=known.intent, answer=known.answer) for known in self.all()]


def answer_from(
    order: Mapping[str, Any],
    intent: Intent,
    who: Holder,
    *,
    fee: tuple[Decimal, str] = (Decimal(0), ""),
) -> Answer:
    """Read Binance's order (from a new, cancelled or fetched one) as the journal's answer."""
    moment = order.get("updateTime") or order.get("transactTime") or order.get("time") or 0
    return Answer(
        **dict(who),
        client_order_id=intent.client_order_id,
        state=_STATES[str(order["status"])],
        exchange_order_id=str(order["orderId"]),
        filled=Decimal(str(order["executedQty"])),
        cost=Decimal(str(order["cummulativeQuoteQty"])),
        fee=fee[0],
        fee_currency=fee[1],
        updated_at=datetime.fromtimestamp(int(moment) / 1_000, UTC),
    )


def fee_of(fills: Iterable[Mapping[str, Any]]) -> tuple[Decimal, str]:
    """Add up the fees of fills or trades; with two currencies the one that more trades name."""
    sums: dict[str, Decimal] = {}
    for fill in fills:
        currency = str(fill["commissionAsset"])
        sums[currency] = sums.get(currency, Decimal(0)) + Decimal(str(fill["commission"]))
    if not sums:
        return Decimal(0), ""
    currency = max(sums, key=lambda name: sums[name])
    return sums[currency], currency


def _adds_fee(known: Known, answer: Answer) -> bool:
    return known.answer is not None and answer.fee > known.answer.fee


def _same(old: Answer, new: Answer) -> bool:
    return (old.state, old.filled, old.cost) == (new.state, new.filled, new.cost) and (
        new.fee <= old.fee
    )
