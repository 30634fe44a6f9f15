"""Runs in Firestore.

users/{uid}/runs/{runId}              BacktestRun; the browser listens to it
users/{uid}/idempotency/{keyHash}     {bodyHash, runId, expireAt}
users/{uid}/usage/backtests           {active: {runId: since}, day, startedToday}: the quota holds
users/{uid}/knownResults/{identity}   {runId}: the run that computed an identity first
outbox/{runId}-{number}               FollowUp + createdAt: a task that may not be sent yet
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from google.api_core import exceptions as google_errors
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from candlewick.accounts.models import Quotas, UserId
from candlewick.backtests.models import BacktestRun, Change, FollowUp, RunId, RunState
from candlewick.backtests.ports import Census, Decide, IdempotencyKey, RunFilter, Usage
from candlewick.errors import IdempotencyMismatch, NotFound, QuotaExceeded
from candlewick.gcp.audit import add_audit
from candlewick.gcp.documents import Document, from_document, to_document
from candlewick.gcp.pages import read_page
from candlewick.gcp.transactions import run_transaction
from candlewick.pages import Page

_KEEP_KEYS_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class FirestoreRunStore:
    client: firestore.Client

    def submitted(self, owner: UserId, key: IdempotencyKey) -> BacktestRun | None:
        record = self._key(owner, key).get().to_dict()
        if record is None:
            return None
        return self.get(owner, _same_request(record, key))

    def submit(self, change: Change, key: IdempotencyKey, quotas: Quotas) -> BacktestRun:
        run = change.run
        keys, usages = self._key(run.owner, key), self._usage(run.owner)
        known = self._known(run.owner, run.identity)

        def work(transaction: firestore.Transaction) -> BacktestRun:
            record = keys.get(transaction=transaction).to_dict()
            if record is not None:
                return self._read(run.owner, _same_request(record, key), transaction)
            usage = usages.get(transaction=transaction).to_dict() or {}
            earlier = self._known_run(known, run.owner, transaction)
            stored = run if earlier is None else run.served_by(earlier)
            held = _held(usage, stored, quotas)
            self._create(transaction, replace(change, run=stored))
            transaction.set(usages, held)
            record = {
                "bodyHash": key.body_hash,
                "runId": run.id,
                "expireAt": run.created_at + _KEEP_KEYS_FOR,
            }
            transaction.create(keys, record)
            return stored

        return run_transaction(self.client, work, lane=run.owner)

    def get(self, owner: UserId, run_id: RunId) -> BacktestRun | None:
        found = self._run(owner, run_id).get().to_dict()
        return None if found is None else from_document(found, BacktestRun)

    def list(
        self, owner: UserId, wanted: RunFilter, *, cursor: str | None, size: int
    ) -> Page[BacktestRun]:
        collection = self.client.collection("users", owner, "runs")
        query: Any = collection
        filters = {
            "state": wanted.state,
            "strategy.id": wanted.strategy_id,
            "spec.exchange": wanted.exchange,
        }
        for field, value in filters.items():
            if value is not None:
                query = query.where(filter=FieldFilter(field, "==", str(value)))
        return read_page(
            query.order_by("createdAt", direction=firestore.Query.DESCENDING),
            collection,
            cursor=cursor,
            size=size,
            read=lambda document: from_document(document, BacktestRun),
        )

    def change(self, owner: UserId, run_id: RunId, decide: Decide) -> BacktestRun | None:
        reference, usages = self._run(owner, run_id), self._usage(owner)

        def work(transaction: firestore.Transaction) -> BacktestRun | None:
            before = self._read(owner, run_id, transaction)
            change = decide(before)
            if change is None:
                return None
            ends = change.run.state.is_final and not before.state.is_final
            reopens = before.state.is_final and not change.run.state.is_final
            moves = ends or reopens
            usage = usages.get(transaction=transaction).to_dict() or {} if moves else {}
            transaction.set(reference, to_document(change.run))
            self._add_to_outbox(transaction, change)
            add_audit(self.client, transaction, change.audit)
            if moves:
                transaction.set(usages, _moved(usage, change.run))
            if ends and change.run.state is RunState.SUCCEEDED:
                transaction.set(self._known(owner, change.run.identity), {"runId": run_id})
            return change.run

        return run_transaction(self.client, work, lane=owner)

    def delete(self, owner: UserId, run_id: RunId) -> bool:
        reference = self._run(owner, run_id)

        def work(transaction: firestore.Transaction) -> bool:
            run = self._read(owner, run_id, transaction)
            known = self._known(owner, run.identity)
            record = known.get(transaction=transaction).to_dict() or {}
            others = self._sharing(run, transaction)
            is_known = record.get("runId") == run_id  # else it is a twin's, which stays
            if is_known and others:
                transaction.set(known, {"runId": others[0]})
            elif is_known:
                transaction.delete(known)
            transaction.delete(reference)
            return bool(others)

        return run_transaction(self.client, work, lane=owner)

    def usage(self, owner: UserId, now: datetime) -> Usage:
        stored = self._usage(owner).get().to_dict() or {}
        today = stored.get("startedToday", 0) if stored.get("day") == _day(now) else 0
        return Usage(active_runs=len(stored.get("active", {})), runs_today=today)

    def overdue(self, now: datetime, *, limit: int) -> Sequence[tuple[UserId, RunId]]:
        late = self.client.collection_group("runs").where(
            filter=FieldFilter("deadlineAt", "<=", now)
        )
        found = late.order_by("deadlineAt").limit(limit).stream()
        return [(UserId(item.reference.parent.parent.id), RunId(item.id)) for item in found]

    def census(self) -> Census:
        group = self.client.collection_group("runs")
        alive = [state for state in RunState if not state.is_final]
        counts = {state: _count(group.where(filter=_is_in(state))) for state in alive}
        queued = group.where(filter=_is_in(RunState.QUEUED)).order_by("deadlineAt").limit(1)
        oldest = [from_document(item.to_dict() or {}, BacktestRun) for item in queued.stream()]
        since = oldest[0].entered_at[RunState.QUEUED] if oldest else None
        return Census(counts=counts, oldest_queued=since)

    def unsent(self, older_than: datetime, *, limit: int) -> Sequence[FollowUp]:
        old = self.client.collection("outbox").where(
            filter=FieldFilter("createdAt", "<=", older_than)
        )
        found = old.order_by("createdAt").limit(limit).stream()
        return [from_document(item.to_dict() or {}, FollowUp) for item in found]

    def mark_sent(self, follow_up: FollowUp) -> None:
        try:
            self._outbox(follow_up).delete()
        except google_errors.GoogleAPICallError:
            return  # it is sent again, under the same name, which does nothing

    def _create(self, transaction: firestore.Transaction, change: Change) -> None:
        run = change.run
        transaction.create(self._run(run.owner, run.id), to_document(run))
        if not run.state.is_final:
            self._add_to_outbox(transaction, change)

    def _add_to_outbox(self, transaction: firestore.Transaction, change: Change) -> None:
        if change.follow_up is not None:
            latest = max(change.run.entered_at.values())
            entry = {**to_document(change.follow_up), "createdAt": latest}
            transaction.set(self._outbox(change.follow_up), entry)

    def _known_run(
        self, known: firestore.DocumentReference, owner: UserId, transaction: firestore.Transaction
    ) -> BacktestRun | None:
        record = known.get(transaction=transaction).to_dict()
        if record is None:
            return None
        found = self._run(owner, RunId(record["runId"])).get(transaction=transaction).to_dict()
        return None if found is None else from_document(found, BacktestRun)

    def _read(
        self, owner: UserId, run_id: RunId, transaction: firestore.Transaction
    ) -> BacktestRun:
        found = self._run(owner, run_id).get(transaction=transaction).to_dict()
        if found is None:
            raise NotFound("There is no such backtest.")
        return from_document(found, BacktestRun)

    def _sharing(self, run: BacktestRun, transaction: firestore.Transaction) -> Sequence[RunId]:
        if run.result is None:
            return []
        runs = self.client.collection("users", run.owner, "runs")
        same = runs.where(filter=FieldFilter("result.prefix", "==", run.result.prefix)).limit(2)
        return [
            RunId(item.id) for item in same.stream(transaction=transaction) if item.id != run.id
        ]

    def _run(self, owner: UserId, run_id: RunId) -> firestore.DocumentReference:
        return self.client.document("users", owner, "runs", run_id)

    def _usage(self, owner: UserId) -> firestore.DocumentReference:
        return self.client.document("users", owner, "usage", "backtests")

    def _key(self, owner: UserId, key: IdempotencyKey) -> firestore.DocumentReference:
        return self.client.document("users", owner, "idempotency", key.key_hash)

    def _known(self, owner: UserId, identity: str) -> firestore.DocumentReference:
        return self.client.document("users", owner, "knownResults", identity)

    def _outbox(self, follow_up: FollowUp) -> firestore.DocumentReference:
        return self.client.document("outbox", f"{follow_up.run_id}-{follow_up.number}")


def _is_in(state: RunState) -> FieldFilter:
    return FieldFilter("state", "==", state.value)


def _count(query: Any) -> int:
    return int(query.count().get()[0][0].value)


def _same_request(record: Document, key: IdempotencyKey) -> RunId:
    if record["bodyHash"] != key.body_hash:
        raise IdempotencyMismatch(
            "This idempotency key was used for another request; choose a new key for a new backtest."
        )
    return RunId(record["runId"])


def _held(usage: Document, run: BacktestRun, quotas: Quotas) -> Document:
    """Return the usage with this run held; `QuotaExceeded` when the plan has no room for it."""
    day = _day(run.created_at)
    today = usage.get("startedToday", 0) if usage.get("day") == day else 0
    active = dict(usage.get("active", {}))
    if not run.state.is_final:
        if len(active) >= quotas.active_runs:
            raise QuotaExceeded(
                f"You already have {quotas.active_runs} backtests in progress; wait for one or cancel it."
            )
        if today >= quotas.runs_per_day:
            raise QuotaExceeded(
                f"You have started {quotas.runs_per_day} backtests today (UTC), which is your limit."
            )
        active[run.id] = run.created_at
        today += 1
    return {"active": active, "day": day, "startedToday": today}


def _moved(usage: Document, run: BacktestRun) -> Document:
    """Return the usage with a run's hold released, or held again; it was counted for its day already."""
    active = dict(usage.get("active", {}))
    if run.state.is_final:
        active.pop(run.id, None)
    else:
        active[run.id] = run.entered_at[run.state]
    return {**usage, "active": active}


def _day(moment: datetime) -> str:
    return moment.date().isoformat()
