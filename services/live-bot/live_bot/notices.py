"""What the user is to be told of: kept until the bot-events function has it."""

from datetime import UTC, datetime
from typing import Final

from candlewick.bots.order_ids import bot_mark
from candlewick.bots.wire import Event, EventKind, Side
from live_bot.book import Known

_MOST_AT_ONCE: Final = 50


class Notices:
    """Events by their deterministic ids, oldest first."""

    def __init__(self, bot_id: str, epoch: int) -> None:
        self._mark = f"{bot_mark(bot_id)}-{epoch}"
        self._waiting: dict[str, Event] = {}
        self._told: set[str] = set()

    def add(self, kind: EventKind, text: str, *, what: str = "", pair: str = "") -> None:
        """Tell the user once of `what` in this epoch; without it, once of the kind."""
        name = f"{kind.value[:8]}-{self._mark}{'-' if what else ''}{what}"[:36]
        self.put(
            Event(
                id=name.replace("_", "-"),
                kind=kind,
                at=datetime.now(UTC),
                text=text[:1_000],
                pair=pair,
            )
        )

    def filled(self, known: Known) -> None:
        """Tell of an order that is done and was filled."""
        if not known.is_final or known.filled <= 0 or known.answer is None:
            return
        intent, answer = known.intent, known.answer
        rate = answer.cost / answer.filled
        bought = intent.side is Side.BUY
        self.put(
            Event(
                id=f"o-{intent.client_order_id}",
                kind=EventKind.ENTRY if bought else EventKind.EXIT,
                at=answer.updated_at,
                text=f"{'Bought' if bought else 'Sold'} {answer.filled} {intent.pair} at {rate:.8f}"
                f"{f' ({intent.tag})' if intent.tag else ''}.",
                pair=intent.pair,
            )
        )

    def put(self, event: Event) -> None:
        if event.id not in self._told:
            self._waiting.setdefault(event.id, event)

    def waiting(self) -> tuple[Event, ...]:
        return tuple(self._waiting.values())[:_MOST_AT_ONCE]

    def told(self, events: tuple[Event, ...]) -> None:
        for event in events:
            self._waiting.pop(event.id, None)
            self._told.add(event.id)
