"""What a bot did, for its owner to read: closed trades and what they were told of."""

from dataclasses import dataclass

from google.cloud import firestore

from candlewick.accounts.models import UserId
from candlewick.bots.models import BotId
from candlewick.bots.places import BotPlaces
from candlewick.bots.wire import ClosedTrade, Event
from candlewick.gcp.pages import read_page
from candlewick.pages import Page

_NEWEST_FIRST = firestore.Query.DESCENDING


@dataclass(frozen=True, slots=True)
class FirestoreHistoryStore:
    client: firestore.Client

    def trades(
        self, owner: UserId, bot_id: BotId, *, cursor: str | None, size: int
    ) -> Page[ClosedTrade]:
        trades = BotPlaces(self.client, owner, bot_id).bot_document.collection("trades")
        return read_page(
            trades.order_by("closedAt", direction=_NEWEST_FIRST),
            trades,
            cursor=cursor,
            size=size,
            read=ClosedTrade.model_validate,
        )

    def events(self, owner: UserId, bot_id: BotId, *, cursor: str | None, size: int) -> Page[Event]:
        log = BotPlaces(self.client, owner, bot_id).bot_document.collection("log")
        return read_page(
            log.order_by("at", direction=_NEWEST_FIRST),
            log,
            cursor=cursor,
            size=size,
            read=Event.model_validate,
        )
