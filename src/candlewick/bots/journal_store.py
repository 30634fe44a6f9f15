"""The order journal in Firestore: users/{uid}/bots/{botId}/orders/{clientOrderId}."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from candlewick.accounts.models import UserId
from candlewick.bots.key_risks import FINAL_STATES, KeyRisk
from candlewick.bots.models import Bot, BotId
from candlewick.bots.places import BotPlaces
from candlewick.bots.wire import Answer, Intent, JournalEntry, JournalState, Purpose, Wanted
from candlewick.errors import Conflict, Fenced, HeldBack, NotFound
from candlewick.gcp.documents import Document, to_document
from candlewick.gcp.pages import read_page
from candlewick.gcp.transactions import run_transaction
from candlewick.pages import Page

_NEWEST = 500
_NEWEST_FIRST = firestore.Query.DESCENDING


@dataclass(frozen=True, slots=True)
class FirestoreJournalStore:
    client: firestore.Client

    def entries(self, owner: UserId, bot_id: BotId) -> Sequence[JournalEntry]:
        orders = BotPlaces(self.client, owner, bot_id).bot_document.collection("orders")
        unfinished = orders.where(filter=FieldFilter("isFinal", "==", False))  # noqa: FBT003 (a value)
        newest = orders.order_by("sequence", direction=_NEWEST_FIRST).limit(_NEWEST)
        found = {item.id: item.to_dict() or {} for query in (unfinished, newest) for item in query.stream()}  # fmt: skip
        entries = [_read(document) for document in found.values()]
        return sorted(entries, key=lambda entry: entry.intent.sequence)

    def list(
        self, owner: UserId, bot_id: BotId, *, cursor: str | None, size: int
    ) -> Page[JournalEntry]:
        orders = BotPlaces(self.client, owner, bot_id).bot_document.collection("orders")
        return read_page(
            orders.order_by("sequence", direction=_NEWEST_FIRST),
            orders,
            cursor=cursor,
            size=size,
            read=_read,
        )

    def intend(self, owner: UserId, bot_id: BotId, intent: Intent, now: datetime) -> None:
        places = BotPlaces(self.client, owner, bot_id)
        order = places.order(intent.client_order_id)

        def work(transaction: firestore.Transaction) -> None:
            bot = places.read(transaction)
            seen = places.lease(transaction)
            if seen is None:
                raise Fenced("Nobody holds this bot.")
            seen.require_live(intent)
            found = order.get(transaction=transaction)
            if found.exists:
                _require_same(_read(found.to_dict() or {}), intent)
                return
            _require_wanted(bot, intent)
            risk = places.risk(transaction, bot)
            if risk is not None:
                admitted = risk.admitting(bot_id, intent, now)
                transaction.set(places.risk_document(risk.key_id), to_document(admitted))
            transaction.create(order, _document(JournalEntry(intent=intent, answer=None)))

        run_transaction(self.client, work, lane=bot_id)

    def answer(self, owner: UserId, bot_id: BotId, answer: Answer, now: datetime) -> None:
        places = BotPlaces(self.client, owner, bot_id)
        order = places.order(answer.client_order_id)

        def work(transaction: firestore.Transaction) -> None:
            bot = places.read(transaction)
            seen = places.lease(transaction)
            if seen is None:
                raise Fenced("Nobody holds this bot.")
            seen.require(answer)
            found = order.get(transaction=transaction)
            if not found.exists:
                raise NotFound(f"There is no order {answer.client_order_id}.")
            entry = _read(found.to_dict() or {})
            merged = merge(entry.answer, answer)
            if merged == entry.answer:
                return
            risk = places.risk(transaction, bot)
            settled: KeyRisk | None = None if risk is None else risk.settling(merged, now)
            transaction.set(order, _document(entry.model_copy(update={"answer": merged})))
            if settled is not None and settled != risk:
                transaction.set(places.risk_document(settled.key_id), to_document(settled))

        run_transaction(self.client, work, lane=bot_id)


def merge(known: Answer | None, heard: Answer) -> Answer:
    """Return what is known after hearing of an order again: amounts grow, a final state stays.

    An order that was LOST and is found after all is believed, because then it is there.
    """
    if known is None:
        return heard
    is_over = known.state in FINAL_STATES and known.state is not JournalState.LOST
    if (is_over and heard.filled <= known.filled) or heard.filled < known.filled:
        return known
    if is_over:
        return heard.model_copy(update={"state": known.state})
    return heard


def _require_same(entry: JournalEntry, intent: Intent) -> None:
    if entry.intent != intent:
        raise Conflict(f"Another order has the name {intent.client_order_id}; choose the next one.")


def _require_wanted(bot: Bot, intent: Intent) -> None:
    if intent.purpose is not Purpose.ENTRY:
        return
    if bot.wanted is not Wanted.RUNNING:
        raise HeldBack(f"No entries: this bot is to be {bot.wanted}.")
    if intent.pair in bot.blacklist:
        raise HeldBack(f"No entries in {intent.pair}: the pair is on this bot's blacklist.")


def _document(entry: JournalEntry) -> Document:
    is_final = entry.answer is not None and entry.answer.state in FINAL_STATES
    return {
        **to_document(entry),
        "sequence": entry.intent.sequence,
        "isFinal": is_final,
    }


def _read(document: Document) -> JournalEntry:
    known = {name: document[name] for name in ("intent", "answer", "knownToState")}
    return JournalEntry.model_validate(known)
