"""Operators' reads and writes in Firestore.

suspensions/{uid}     {since}: an operator closed the account
moderators/{uid}      {since}: an operator let the user moderate the marketplace
audit/{id}            AuditEntry, written in the transaction of the change that it tells of
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from candlewick.accounts.models import Account, Quotas, UserId
from candlewick.admin.models import RunQuery
from candlewick.audit import AuditEntry
from candlewick.backtests.models import BacktestRun
from candlewick.errors import Conflict, NotFound
from candlewick.gcp.audit import add_audit
from candlewick.gcp.documents import from_document, to_document
from candlewick.gcp.transactions import run_transaction

# A search that must look at more than this is not what an operator meant.
_MAX_READ = 5_000


@dataclass(frozen=True, slots=True)
class FirestoreRunSearch:
    client: firestore.Client

    def search(self, query: RunQuery, now: datetime) -> Sequence[BacktestRun]:
        """Return the runs that fit; `Conflict` when too many would have to be read for it."""
        fitting: list[BacktestRun] = []
        for number, found in enumerate(self._candidates(query, now)):
            if number >= _MAX_READ:
                raise Conflict(
                    f"Over {_MAX_READ:,} runs were looked at; narrow the search by user or state."
                )
            run = from_document(found.to_dict() or {}, BacktestRun)
            if query.wants(run, now):
                fitting.append(run)
            if len(fitting) >= query.limit:
                break
        return fitting

    def _candidates(self, query: RunQuery, now: datetime) -> Iterator[Any]:
        group: Any = self.client.collection_group("runs")
        for name, value in (("id", query.run_id), ("identity", query.identity)):
            if value is not None:
                # Few have the same, so no index is needed to order them.
                found = group.where(filter=FieldFilter(name, "==", str(value))).stream()
                yield from sorted(found, key=lambda item: item.get("createdAt"), reverse=True)
                return
        if query.owner is not None:
            group = self.client.collection("users", query.owner, "runs")
        if query.state is not None:
            group = group.where(filter=FieldFilter("state", "==", query.state.value))
        if query.older_than is not None:
            # Who entered a state then was made before; `wants` looks at the state's own time.
            group = group.where(filter=FieldFilter("createdAt", "<=", now - query.older_than))
        yield from group.order_by("createdAt", direction=firestore.Query.DESCENDING).stream()


@dataclass(frozen=True, slots=True)
class FirestoreAccountDesk:
    client: firestore.Client

    def suspend(self, owner: UserId, entry: AuditEntry) -> bool:
        reference = self._suspension(owner)

        def work(transaction: firestore.Transaction) -> bool:
            if reference.get(transaction=transaction).exists:
                return False
            transaction.create(reference, {"since": entry.at})
            add_audit(self.client, transaction, entry)
            return True

        return run_transaction(self.client, work, lane=owner)

    def restore(self, owner: UserId, entry: AuditEntry) -> bool:
        reference = self._suspension(owner)

        def work(transaction: firestore.Transaction) -> bool:
            if not reference.get(transaction=transaction).exists:
                return False
            transaction.delete(reference)
            add_audit(self.client, transaction, entry)
            return True

        return run_transaction(self.client, work, lane=owner)

    def set_moderator(self, owner: UserId, entry: AuditEntry, *, wanted: bool) -> bool:
        reference = self.client.document("moderators", owner)

        def work(transaction: firestore.Transaction) -> bool:
            if bool(reference.get(transaction=transaction).exists) is wanted:
                return False
            if wanted:
                transaction.create(reference, {"since": entry.at})
            else:
                transaction.delete(reference)
            add_audit(self.client, transaction, entry)
            return True

        return run_transaction(self.client, work, lane=owner)

    def set_quotas(
        self,
        owner: UserId,
        change: Callable[[Quotas], Quotas],
        entry: Callable[[Quotas, Quotas], AuditEntry],
    ) -> Quotas:
        reference = self.client.document("users", owner)

        def work(transaction: firestore.Transaction) -> Quotas:
            found = reference.get(transaction=transaction)
            if not found.exists:
                raise NotFound("There is no such account.")
            before = from_document(found.to_dict() or {}, Account).quotas
            after = change(before)
            transaction.update(reference, {"quotas": to_document(after)})
            add_audit(self.client, transaction, entry(before, after))
            return after

        return run_transaction(self.client, work, lane=owner)

    def suspended(self, *, limit: int) -> Sequence[UserId]:
        newest = self.client.collection("suspensions").order_by(
            "since", direction=firestore.Query.DESCENDING
        )
        return [UserId(found.id) for found in newest.limit(limit).stream()]

    def strategies(self, owner: UserId) -> int:
        usage = self.client.document("users", owner, "usage", "strategies").get().to_dict() or {}
        return int(usage.get("count", 0))

    def _suspension(self, owner: UserId) -> firestore.DocumentReference:
        return self.client.document("suspensions", owner)
