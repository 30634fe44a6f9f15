"""Exchange keys in Firestore, encrypted.

exchangeKeys/{id}     ExchangeKey; no rule lets anybody read it
keyRisks/{id}         KeyRisk: what all bots on this key risk together
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from candlewick.accounts.models import UserId
from candlewick.bots.key_risks import KeyRisk
from candlewick.bots.models import KeyId
from candlewick.errors import NotFound, QuotaExceeded
from candlewick.exchange_keys.models import ExchangeKey
from candlewick.gcp.documents import from_document, to_document
from candlewick.gcp.transactions import run_transaction


@dataclass(frozen=True, slots=True)
class FirestoreKeyStore:
    client: firestore.Client

    def add(self, key: ExchangeKey, *, limit: int) -> None:
        risk = KeyRisk(key_id=key.id, owner=key.owner, limits=key.limits)

        def work(transaction: firestore.Transaction) -> None:
            if len(list(self._owned(key.owner, transaction))) >= limit:
                raise QuotaExceeded(f"You already have {limit} exchange keys; delete one first.")
            transaction.create(self._key(key.id), to_document(key))
            transaction.set(self._risk(key.id), to_document(risk))

        run_transaction(self.client, work, lane=key.owner)

    def get(self, owner: UserId, key_id: KeyId) -> ExchangeKey | None:
        return self._read(owner, key_id, None)

    def list(self, owner: UserId) -> Sequence[ExchangeKey]:
        return sorted(self._owned(owner), key=lambda key: key.created_at, reverse=True)

    def change(
        self, owner: UserId, key_id: KeyId, decide: Callable[[ExchangeKey], ExchangeKey]
    ) -> ExchangeKey:
        def work(transaction: firestore.Transaction) -> ExchangeKey:
            before = self._read(owner, key_id, transaction)
            if before is None:
                raise NotFound("There is no such exchange key.")
            after = decide(before)
            stored = self._risk(key_id).get(transaction=transaction).to_dict()
            transaction.set(self._key(key_id), to_document(after))
            if after.limits != before.limits and stored is not None:
                risk = replace(from_document(stored, KeyRisk), limits=after.limits)
                transaction.set(self._risk(key_id), to_document(risk))
            return after

        return run_transaction(self.client, work, lane=owner)

    def delete(self, owner: UserId, key_id: KeyId) -> bool:
        def work(transaction: firestore.Transaction) -> bool:
            if self._read(owner, key_id, transaction) is None:
                return False
            transaction.delete(self._key(key_id))
            transaction.delete(self._risk(key_id))
            return True

        return run_transaction(self.client, work, lane=owner)

    def _read(
        self, owner: UserId, key_id: KeyId, transaction: firestore.Transaction | None
    ) -> ExchangeKey | None:
        found = self._key(key_id).get(transaction=transaction)
        if not found.exists:
            return None
        key = from_document(found.to_dict() or {}, ExchangeKey)
        return key if key.owner == owner else None

    def _owned(
        self, owner: UserId, transaction: firestore.Transaction | None = None
    ) -> Iterator[ExchangeKey]:
        owned = self.client.collection("exchangeKeys").where(
            filter=FieldFilter("owner", "==", owner)
        )
        for found in owned.stream(transaction=transaction):
            yield from_document(found.to_dict() or {}, ExchangeKey)

    def _key(self, key_id: KeyId) -> firestore.DocumentReference:
        return self.client.document("exchangeKeys", key_id)

    def _risk(self, key_id: KeyId) -> firestore.DocumentReference:
        return self.client.document("keyRisks", key_id)


@dataclass(frozen=True, slots=True)
class BotHolding:
    """`Holding` over what belongs to a user's bots and keys outside the user's own documents."""

    client: firestore.Client

    def export(self, owner: UserId) -> dict[str, object]:
        """Return the keys as their owner may see them: never what is encrypted."""
        keys = [to_document(key) for key in FirestoreKeyStore(self.client).list(owner)]
        for key in keys:
            del key["sealed"]
        return {"exchangeKeys": keys}

    def erase(self, owner: UserId) -> None:
        for collection in ("exchangeKeys", "keyRisks", "botLeases", "keyReleases"):
            owned = self.client.collection(collection).where(
                filter=FieldFilter("owner", "==", owner)
            )
            for found in owned.stream():
                found.reference.delete()
