"""Where a bot's documents are, and how they are read inside a transaction.

users/{uid}/bots/{botId}                 Bot, with `activeCell`; the browser listens to it
botLeases/{botId}                        LeaseRecord
keyRisks/{keyId}                         KeyRisk: what all bots on one key risk together
"""

from dataclasses import dataclass

from google.cloud import firestore

from candlewick.accounts.models import UserId
from candlewick.bots.key_risks import KeyRisk
from candlewick.bots.lease import LeaseRecord, SeenLease
from candlewick.bots.models import Bot, BotId, KeyId
from candlewick.errors import NotFound, Unavailable
from candlewick.gcp.documents import Document, from_document, to_document


@dataclass(frozen=True, slots=True)
class BotPlaces:
    """The documents of one bot."""

    client: firestore.Client
    owner: UserId
    bot_id: BotId

    @property
    def bot_document(self) -> firestore.DocumentReference:
        return self.client.document("users", self.owner, "bots", self.bot_id)

    @property
    def lease_document(self) -> firestore.DocumentReference:
        return self.client.document("botLeases", self.bot_id)

    def risk_document(self, key_id: KeyId) -> firestore.DocumentReference:
        return self.client.document("keyRisks", key_id)

    def order(self, client_order_id: str) -> firestore.DocumentReference:
        return self._below("orders", client_order_id)

    def trade(self, number: int) -> firestore.DocumentReference:
        return self._below("trades", str(number))

    def event(self, event_id: str) -> firestore.DocumentReference:
        return self._below("log", event_id)

    def command(self, command_id: str) -> firestore.DocumentReference:
        return self._below("commands", command_id)

    def read(self, transaction: firestore.Transaction | None) -> Bot:
        """Return the bot; `NotFound` when it is gone."""
        found = self.bot_document.get(transaction=transaction)
        if not found.exists:
            raise NotFound("There is no such bot.")
        return from_document(found.to_dict() or {}, Bot)

    def lease(self, transaction: firestore.Transaction | None) -> SeenLease | None:
        """Return the lease with its age by the database's own clock; None when none was ever granted."""
        found = self.lease_document.get(transaction=transaction)
        if not found.exists:
            return None
        if found.read_time is None or found.update_time is None:
            raise Unavailable("The database did not say when it was read.")
        record = from_document(found.to_dict() or {}, LeaseRecord)
        return SeenLease(
            record=record, age=found.read_time - found.update_time, read_at=found.read_time
        )

    def risk(self, transaction: firestore.Transaction, bot: Bot) -> KeyRisk | None:
        """Return what the bots on this bot's key risk; None when it has no key."""
        if bot.key_id is None:
            return None
        found = self.risk_document(bot.key_id).get(transaction=transaction)
        if not found.exists:
            return None
        return from_document(found.to_dict() or {}, KeyRisk)

    def stored(self, bot: Bot) -> Document:
        # Counting the places of a cell takes equality with one field.
        return {**to_document(bot), "activeCell": bot.active_cell}

    def _below(self, collection: str, name: str) -> firestore.DocumentReference:
        reference: firestore.DocumentReference = self.bot_document.collection(collection).document(
            name
        )
        return reference
