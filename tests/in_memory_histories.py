"""What bots did, in memory."""

from dataclasses import dataclass

from candlewick.accounts.models import UserId
from candlewick.bots.models import BotId
from candlewick.bots.wire import ClosedTrade, Event
from candlewick.pages import Page
from tests.in_memory import page_of
from tests.in_memory_bots import BotDatabase


@dataclass
class InMemoryHistories:
    db: BotDatabase

    def trades(
        self, owner: UserId, bot_id: BotId, *, cursor: str | None, size: int
    ) -> Page[ClosedTrade]:
        found = list(self.db.trades.get((owner, bot_id), {}).values())
        found.sort(key=lambda trade: trade.closed_at, reverse=True)
        return page_of(found, cursor, size, lambda trade: str(trade.number))

    def events(self, owner: UserId, bot_id: BotId, *, cursor: str | None, size: int) -> Page[Event]:
        found = list(self.db.events.get((owner, bot_id), {}).values())
        found.sort(key=lambda event: event.at, reverse=True)
        return page_of(found, cursor, size, lambda event: event.id)
