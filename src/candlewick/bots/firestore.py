"""Bots, their commands and what their owners want to hear, in Firestore.

users/{uid}/bots/{botId}                         Bot, with `activeCell`; the browser listens to it
users/{uid}/bots/{botId}/commands/{id}           BotCommand
users/{uid}/bots/{botId}/log/{eventId}           Event, once
users/{uid}/settings/alerts                      AlertSettings
users/{uid}/idempotency/{keyHash}                {bodyHash, botId, expireAt}
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from google.api_core import exceptions as google_errors
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from candlewick.accounts.models import UserId
from candlewick.bots.models import AlertSettings, Bot, BotCommand, BotId, KeyId
from candlewick.bots.places import BotPlaces
from candlewick.bots.ports import Decide
from candlewick.bots.wire import Event
from candlewick.errors import IdempotencyMismatch, NotFound, QuotaExceeded
from candlewick.gcp.documents import Document, from_document, to_document
from candlewick.gcp.transactions import run_transaction

_KEEP_KEYS_FOR = timedelta(days=30)
_NEWEST_FIRST = firestore.Query.DESCENDING
_OTHER_REQUEST = "This idempotency key was used for another request; choose a new key."


@dataclass(frozen=True, slots=True)
class FirestoreBotStore:
    client: firestore.Client

    def created(self, owner: UserId, key_hash: str, body_hash: str) -> Bot | None:
        record = self._key(owner, key_hash).get().to_dict()
        if record is None:
            return None
        return self.get(owner, _same_request(record, body_hash))

    def create(self, bot: Bot, *, key_hash: str, body_hash: str, limit: int) -> Bot:
        key, places = self._key(bot.owner, key_hash), self._places(bot.owner, bot.id)

        def work(transaction: firestore.Transaction) -> Bot:
            record = key.get(transaction=transaction).to_dict()
            if record is not None:
                made = _same_request(record, body_hash)
                return self._places(bot.owner, made).read(transaction)
            present = self._bots(bot.owner).limit(limit).stream(transaction=transaction)
            if len(list(present)) >= limit:
                raise QuotaExceeded(f"You already have {limit} bots; delete one first.")
            transaction.create(places.bot_document, places.stored(bot))
            expire_at = bot.created_at + _KEEP_KEYS_FOR
            stored = {"bodyHash": body_hash, "botId": bot.id, "expireAt": expire_at}
            transaction.create(key, stored)
            return bot

        return run_transaction(self.client, work, lane=bot.owner)

    def get(self, owner: UserId, bot_id: BotId) -> Bot | None:
        try:
            return self._places(owner, bot_id).read(None)
        except NotFound:
            return None

    def list(self, owner: UserId) -> Sequence[Bot]:
        newest = self._bots(owner).order_by("createdAt", direction=_NEWEST_FIRST)
        return _read_bots(newest)

    def change(self, owner: UserId, bot_id: BotId, decide: Decide) -> Bot | None:
        places = self._places(owner, bot_id)

        def work(transaction: firestore.Transaction) -> Bot | None:
            changed = decide(places.read(transaction))
            if changed is not None:
                transaction.set(places.bot_document, places.stored(changed))
            return changed

        return run_transaction(self.client, work, lane=bot_id)

    def delete(self, owner: UserId, bot_id: BotId, check: Callable[[Bot], None]) -> None:
        places = self._places(owner, bot_id)

        def work(transaction: firestore.Transaction) -> None:
            bot = places.read(transaction)
            check(bot)
            risk = places.risk(transaction, bot)
            transaction.delete(places.bot_document)
            transaction.delete(places.lease_document)
            if risk is not None:
                without = to_document(risk.without(bot_id))
                transaction.set(places.risk_document(risk.key_id), without)

        run_transaction(self.client, work, lane=bot_id)
        self.client.recursive_delete(places.bot_document)  # what is below it

    def using_key(self, owner: UserId, key_id: KeyId) -> Sequence[Bot]:
        return _read_bots(self._bots(owner).where(filter=FieldFilter("keyId", "==", key_id)))

    def active(self) -> Sequence[Bot]:
        group = self.client.collection_group("bots")
        return _read_bots(group.where(filter=FieldFilter("isActive", "==", True)))  # noqa: FBT003 (a value)

    def placed(self, cell: str) -> int:
        group = self.client.collection_group("bots")
        query: Any = group.where(filter=FieldFilter("activeCell", "==", cell))
        return int(query.count().get()[0][0].value)

    def add_command(self, command: BotCommand) -> BotCommand:
        places = self._places(command.owner, command.bot_id)
        reference = places.command(command.id)
        try:
            reference.create(to_document(command))
        except google_errors.AlreadyExists:
            earlier = from_document(reference.get().to_dict() or {}, BotCommand)
            if earlier.body_hash != command.body_hash:
                raise IdempotencyMismatch(_OTHER_REQUEST) from None
            return earlier
        return command

    def commands(self, owner: UserId, bot_id: BotId, *, size: int) -> Sequence[BotCommand]:
        newest = self._commands(owner, bot_id).order_by("at", direction=_NEWEST_FIRST)
        return _read_commands(newest.limit(size))

    def pending_commands(self, owner: UserId, bot_id: BotId, now: datetime) -> Sequence[BotCommand]:
        pending = self._commands(owner, bot_id).where(filter=FieldFilter("pendingUntil", ">", now))
        return sorted(_read_commands(pending), key=lambda command: command.at)

    def overdue_commands(self, now: datetime, *, limit: int) -> Sequence[BotCommand]:
        late = self.client.collection_group("commands").where(
            filter=FieldFilter("pendingUntil", "<=", now)
        )
        return _read_commands(late.order_by("pendingUntil").limit(limit))

    def settle_command(
        self,
        owner: UserId,
        bot_id: BotId,
        command_id: str,
        decide: Callable[[BotCommand], BotCommand | None],
    ) -> BotCommand | None:
        reference = self._places(owner, bot_id).command(command_id)

        def work(transaction: firestore.Transaction) -> BotCommand | None:
            found = reference.get(transaction=transaction)
            if not found.exists:
                return None
            settled = decide(from_document(found.to_dict() or {}, BotCommand))
            if settled is not None:
                transaction.set(reference, to_document(settled))
            return settled

        return run_transaction(self.client, work, lane=bot_id)

    def add_event(self, owner: UserId, bot_id: BotId, event: Event) -> bool:
        try:
            self._places(owner, bot_id).event(event.id).create(to_document(event))
        except google_errors.AlreadyExists:
            return False
        return True

    def event(self, owner: UserId, bot_id: BotId, event_id: str) -> Event | None:
        found = self._places(owner, bot_id).event(event_id).get().to_dict()
        return None if found is None else Event.model_validate(found)

    def alert_settings(self, owner: UserId) -> AlertSettings:
        found = self._alerts(owner).get().to_dict()
        return AlertSettings() if found is None else from_document(found, AlertSettings)

    def set_alert_settings(self, owner: UserId, settings: AlertSettings) -> None:
        self._alerts(owner).set(to_document(settings))

    def _places(self, owner: UserId, bot_id: BotId) -> BotPlaces:
        return BotPlaces(self.client, owner, bot_id)

    def _bots(self, owner: UserId) -> firestore.CollectionReference:
        return self.client.collection("users", owner, "bots")

    def _commands(self, owner: UserId, bot_id: BotId) -> firestore.CollectionReference:
        return self.client.collection("users", owner, "bots", bot_id, "commands")

    def _alerts(self, owner: UserId) -> firestore.DocumentReference:
        return self.client.document("users", owner, "settings", "alerts")

    def _key(self, owner: UserId, key_hash: str) -> firestore.DocumentReference:
        return self.client.document("users", owner, "idempotency", key_hash)


def _read_bots(query: Any) -> Sequence[Bot]:
    return [from_document(found.to_dict() or {}, Bot) for found in query.stream()]


def _read_commands(query: Any) -> Sequence[BotCommand]:
    return [from_document(found.to_dict() or {}, BotCommand) for found in query.stream()]


def _same_request(record: Document, body_hash: str) -> BotId:
    if record["bodyHash"] != body_hash or "botId" not in record:
        raise IdempotencyMismatch(_OTHER_REQUEST)
    return BotId(record["botId"])
