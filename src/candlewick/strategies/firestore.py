"""Strategies and their versions in Firestore, their code in Cloud Storage.

users/{uid}/strategies/{id}                      Strategy
users/{uid}/strategies/{id}/drafts/current       Draft, overwritten
users/{uid}/strategies/{id}/versions/{number}    Version, never changed
users/{uid}/strategies/{id}/versions/{number}/parameterSets/{id}
users/{uid}/usage/strategies                     {count}
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from candlewick.accounts.models import UserId
from candlewick.errors import Conflict, NotFound, QuotaExceeded
from candlewick.gcp.documents import from_document, to_document
from candlewick.gcp.pages import read_page
from candlewick.gcp.transactions import run_transaction
from candlewick.objects import ObjectStore
from candlewick.pages import Page
from candlewick.strategies.models import (
    Draft,
    ParameterSet,
    Strategy,
    StrategyId,
    Version,
    code_object,
    hash_code,
)

_NEWEST_FIRST = firestore.Query.DESCENDING


@dataclass(frozen=True, slots=True)
class FirestoreStrategyStore:
    client: firestore.Client

    def add(self, strategy: Strategy, *, limit: int) -> None:
        usage = self.client.document("users", strategy.owner, "usage", "strategies")
        reference = self._strategy(strategy.owner, strategy.id)

        def work(transaction: firestore.Transaction) -> None:
            count = (usage.get(transaction=transaction).to_dict() or {}).get("count", 0)
            if count >= limit:
                raise QuotaExceeded(f"You already have {limit} strategies, archived ones included.")
            transaction.set(usage, {"count": count + 1})
            transaction.create(reference, self._stored(strategy))

        run_transaction(self.client, work, lane=strategy.owner)

    def get(self, owner: UserId, strategy_id: StrategyId) -> Strategy | None:
        found = self._strategy(owner, strategy_id).get()
        return from_document(found.to_dict() or {}, Strategy) if found.exists else None

    def list(
        self, owner: UserId, *, archived: bool, cursor: str | None, size: int
    ) -> Page[Strategy]:
        collection = self._strategies(owner)
        query = collection.where(filter=FieldFilter("isArchived", "==", archived))
        return read_page(
            query.order_by("updatedAt", direction=_NEWEST_FIRST),
            collection,
            cursor=cursor,
            size=size,
            read=lambda document: from_document(document, Strategy),
        )

    def change(
        self, owner: UserId, strategy_id: StrategyId, change: Callable[[Strategy], Strategy]
    ) -> Strategy:
        reference = self._strategy(owner, strategy_id)

        def work(transaction: firestore.Transaction) -> Strategy:
            changed = change(self._read(reference, transaction))
            transaction.set(reference, self._stored(changed))
            return changed

        return run_transaction(self.client, work, lane=owner)

    def add_version(
        self, owner: UserId, strategy_id: StrategyId, make: Callable[[int], Version], *, limit: int
    ) -> Version:
        """Number the version after the strategy's latest one, in the same transaction."""
        reference = self._strategy(owner, strategy_id)

        def work(transaction: firestore.Transaction) -> Version:
            strategy = self._read(reference, transaction)
            if strategy.latest_version >= limit:
                raise QuotaExceeded(f"A strategy may have {limit} versions; start a new one.")
            version = make(strategy.latest_version + 1)
            latest = replace(strategy, latest_version=version.number, updated_at=version.created_at)
            transaction.set(reference, self._stored(latest))
            transaction.create(self._version(reference, version.number), to_document(version))
            return version

        return run_transaction(self.client, work, lane=owner)

    def version(self, owner: UserId, strategy_id: StrategyId, number: int) -> Version | None:
        found = self._version(self._strategy(owner, strategy_id), number).get()
        return from_document(found.to_dict() or {}, Version) if found.exists else None

    def versions(
        self, owner: UserId, strategy_id: StrategyId, *, cursor: str | None, size: int
    ) -> Page[Version]:
        collection = self._strategy(owner, strategy_id).collection("versions")
        return read_page(
            collection.order_by("number", direction=_NEWEST_FIRST),
            collection,
            cursor=cursor,
            size=size,
            read=lambda document: from_document(document, Version),
        )

    def draft(self, owner: UserId, strategy_id: StrategyId) -> Draft | None:
        found = self._draft(self._strategy(owner, strategy_id)).get()
        return from_document(found.to_dict() or {}, Draft) if found.exists else None

    def change_draft(
        self,
        owner: UserId,
        strategy_id: StrategyId,
        decide: Callable[[Draft | None], Draft | None],
    ) -> Draft | None:
        strategy = self._strategy(owner, strategy_id)
        reference = self._draft(strategy)

        def work(transaction: firestore.Transaction) -> Draft | None:
            self._read(strategy, transaction)
            found = reference.get(transaction=transaction)
            before = from_document(found.to_dict() or {}, Draft) if found.exists else None
            draft = decide(before)
            if draft is not None:
                transaction.set(reference, to_document(draft))
            elif before is not None:
                transaction.delete(reference)
            return draft

        return run_transaction(self.client, work, lane=owner)

    def add_set(
        self, owner: UserId, made: ParameterSet, check: Callable[[Sequence[ParameterSet]], None]
    ) -> None:
        collection = self._sets(owner, made.strategy_id, made.version)

        def work(transaction: firestore.Transaction) -> None:
            found = collection.stream(transaction=transaction)
            check([from_document(item.to_dict() or {}, ParameterSet) for item in found])
            transaction.create(collection.document(made.id), to_document(made))

        run_transaction(self.client, work, lane=owner)

    def sets(self, owner: UserId, strategy_id: StrategyId, version: int) -> Sequence[ParameterSet]:
        found = self._sets(owner, strategy_id, version).order_by(
            "createdAt", direction=_NEWEST_FIRST
        )
        return [from_document(item.to_dict() or {}, ParameterSet) for item in found.stream()]

    def delete_set(self, owner: UserId, strategy_id: StrategyId, version: int, set_id: str) -> bool:
        reference = self._sets(owner, strategy_id, version).document(set_id)

        def work(transaction: firestore.Transaction) -> bool:
            found = reference.get(transaction=transaction)
            if found.exists:
                transaction.delete(reference)
            return bool(found.exists)

        return run_transaction(self.client, work, lane=owner)

    def _strategies(self, owner: UserId) -> firestore.CollectionReference:
        return self.client.collection("users", owner, "strategies")

    def _strategy(self, owner: UserId, strategy_id: StrategyId) -> firestore.DocumentReference:
        return self._strategies(owner).document(strategy_id)

    def _version(
        self, strategy: firestore.DocumentReference, number: int
    ) -> firestore.DocumentReference:
        version: firestore.DocumentReference = strategy.collection("versions").document(str(number))
        return version

    def _draft(self, strategy: firestore.DocumentReference) -> firestore.DocumentReference:
        draft: firestore.DocumentReference = strategy.collection("drafts").document("current")
        return draft

    def _sets(
        self, owner: UserId, strategy_id: StrategyId, version: int
    ) -> firestore.CollectionReference:
        numbered = self._version(self._strategy(owner, strategy_id), version)
        sets: firestore.CollectionReference = numbered.collection("parameterSets")
        return sets

    def _read(
        self, reference: firestore.DocumentReference, transaction: firestore.Transaction
    ) -> Strategy:
        found = reference.get(transaction=transaction)
        if not found.exists:
            raise NotFound("There is no such strategy.")
        return from_document(found.to_dict() or {}, Strategy)

    def _stored(self, strategy: Strategy) -> dict[str, object]:
        # Firestore finds equality with a value, not the absence of one.
        return {**to_document(strategy), "isArchived": strategy.archived_at is not None}


@dataclass(frozen=True, slots=True)
class StoredCode:
    """`CodeStore` in a bucket, under the code's hash."""

    objects: ObjectStore

    def put(self, owner: UserId, code: str) -> None:
        # A conflict is no harm: the object is named by its content, so what is there is the same.
        with suppress(Conflict):
            self.objects.create(
                code_object(owner, hash_code(code)), code.encode(), content_type="text/x-python"
            )

    def get(self, owner: UserId, code_hash: str) -> str:
        return self.objects.read(code_object(owner, code_hash)).decode()
