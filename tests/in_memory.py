"""The stores in memory. The contract tests hold them to what the Firestore adapters do."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from candlewick.accounts.models import Account, ApiToken, Quotas, Standing, UserId
from candlewick.backtests.models import BacktestRun, Change, FollowUp, RunId, RunState
from candlewick.backtests.ports import Census, Decide, IdempotencyKey, RunFilter, Usage
from candlewick.errors import IdempotencyMismatch, Invalid, NotFound, QuotaExceeded, Unavailable
from candlewick.pages import Page
from candlewick.strategies.models import Draft, ParameterSet, Strategy, StrategyId, Version

if TYPE_CHECKING:
    from candlewick.audit import AuditEntry

Item = TypeVar("Item")


class InMemoryRuns:
    def __init__(self) -> None:
        self.runs: dict[tuple[UserId, RunId], BacktestRun] = {}
        self.outbox: dict[tuple[RunId, int], tuple[datetime, FollowUp]] = {}
        self.known: dict[tuple[UserId, str], RunId] = {}
        self._keys: dict[tuple[UserId, str], tuple[str, RunId]] = {}
        self._active: dict[UserId, set[RunId]] = {}
        self._started: dict[tuple[UserId, str], int] = {}
        self._lock = threading.RLock()
        self.is_down = False
        self.audit: list[AuditEntry] = []

    def put(self, run: BacktestRun) -> BacktestRun:
        """Arrange a run as if it had come this far."""
        self.runs[run.owner, run.id] = run
        if not run.state.is_final:
            self._active.setdefault(run.owner, set()).add(run.id)
        return run

    def submitted(self, owner: UserId, key: IdempotencyKey) -> BacktestRun | None:
        self._require_up()
        body_hash, run_id = self._keys.get((owner, key.key_hash), (None, None))
        if run_id is None:
            return None
        if body_hash != key.body_hash:
            raise IdempotencyMismatch("This idempotency key was used for another request.")
        return self.runs.get((owner, run_id))

    def submit(self, change: Change, key: IdempotencyKey, quotas: Quotas) -> BacktestRun:
        run = change.run
        with self._lock:
            if self.submitted(run.owner, key) is not None:
                return self._read(run.owner, self._keys[run.owner, key.key_hash][1])
            if (run.owner, key.key_hash) in self._keys:
                raise NotFound("There is no such backtest.")
            known = self.known.get((run.owner, run.identity))
            if known is not None:
                run = run.served_by(self._read(run.owner, known))
            else:
                self._hold(run, quotas)
                self._add_to_outbox(change)
            self._keys[run.owner, key.key_hash] = key.body_hash, run.id
            self.runs[run.owner, run.id] = run
            return run

    def get(self, owner: UserId, run_id: RunId) -> BacktestRun | None:
        self._require_up()
        return self.runs.get((owner, run_id))

    def list(
        self, owner: UserId, wanted: RunFilter, *, cursor: str | None, size: int
    ) -> Page[BacktestRun]:
        found = [
            run
            for run in self.runs.values()
            if run.owner == owner
            and wanted.state in {None, run.state}
            and wanted.strategy_id in {None, run.strategy.id}
            and wanted.exchange in {None, run.spec.exchange}
        ]
        found.sort(key=lambda run: (run.created_at, run.id), reverse=True)
        return page_of(found, cursor, size, lambda run: run.id)

    def change(self, owner: UserId, run_id: RunId, decide: Decide) -> BacktestRun | None:
        with self._lock:
            before = self._read(owner, run_id)
            change = decide(before)
            if change is None:
                return None
            self.runs[owner, run_id] = run = change.run
            self._add_to_outbox(change)
            if change.audit is not None:
                self.audit.append(change.audit)
            if run.state.is_final:
                self._active.get(owner, set()).discard(run_id)
            else:
                self._active.setdefault(owner, set()).add(run_id)
            if run.state is RunState.SUCCEEDED and not before.state.is_final:
                self.known[owner, run.identity] = run_id
            return run

    def delete(self, owner: UserId, run_id: RunId) -> bool:
        with self._lock:
            run = self._read(owner, run_id)
            del self.runs[owner, run_id]
            prefix = None if run.result is None else run.result.prefix
            others = [
                other.id
                for other in self.runs.values()
                if prefix and other.result is not None and other.result.prefix == prefix
            ]
            if self.known.get((owner, run.identity)) == run_id:
                del self.known[owner, run.identity]
                if others:
                    self.known[owner, run.identity] = others[0]
            return bool(others)

    def usage(self, owner: UserId, now: datetime) -> Usage:
        today = self._started.get((owner, now.date().isoformat()), 0)
        return Usage(active_runs=len(self._active.get(owner, ())), runs_today=today)

    def overdue(self, now: datetime, *, limit: int) -> Sequence[tuple[UserId, RunId]]:
        self._require_up()
        late = [run for run in self.runs.values() if run.deadline_at and run.deadline_at <= now]
        late.sort(key=lambda run: run.deadline_at or now)
        return [(run.owner, run.id) for run in late[:limit]]

    def census(self) -> Census:
        alive = [state for state in RunState if not state.is_final]
        counts = {state: sum(r.state is state for r in self.runs.values()) for state in alive}
        since = [
            run.entered_at[run.state] for run in self.runs.values() if run.state is RunState.QUEUED
        ]
        return Census(counts=counts, oldest_queued=min(since, default=None))

    def unsent(self, older_than: datetime, *, limit: int) -> Sequence[FollowUp]:
        old = [(at, task.number, task) for at, task in self.outbox.values() if at <= older_than]
        return [task for _, _, task in sorted(old, key=lambda entry: entry[:2])[:limit]]

    def mark_sent(self, follow_up: FollowUp) -> None:
        self.outbox.pop((follow_up.run_id, follow_up.number), None)

    def _require_up(self) -> None:
        if self.is_down:
            raise Unavailable("The database does not answer; please try again.")

    def _read(self, owner: UserId, run_id: RunId) -> BacktestRun:
        self._require_up()
        if (owner, run_id) not in self.runs:
            raise NotFound("There is no such backtest.")
        return self.runs[owner, run_id]

    def _hold(self, run: BacktestRun, quotas: Quotas) -> None:
        active, day = self._active.setdefault(run.owner, set()), run.created_at.date().isoformat()
        started = self._started.get((run.owner, day), 0)
        if len(active) >= quotas.active_runs or started >= quotas.runs_per_day:
            raise QuotaExceeded("Your plan has no room for another backtest.")
        active.add(run.id)
        self._started[run.owner, day] = started + 1

    def _add_to_outbox(self, change: Change) -> None:
        if (task := change.follow_up) is not None:
            latest = max(change.run.entered_at.values())
            self.outbox[task.run_id, task.number] = latest, task


class InMemoryStrategies:
    def __init__(self) -> None:
        self._strategies: dict[tuple[UserId, StrategyId], Strategy] = {}
        self._versions: dict[tuple[UserId, StrategyId, int], Version] = {}
        self._drafts: dict[tuple[UserId, StrategyId], Draft] = {}
        self._sets: dict[tuple[UserId, StrategyId, int], dict[str, ParameterSet]] = {}
        self._lock = threading.RLock()

    def add(self, strategy: Strategy, *, limit: int) -> None:
        with self._lock:
            if len([owner for owner, _ in self._strategies if owner == strategy.owner]) >= limit:
                raise QuotaExceeded(f"You already have {limit} strategies.")
            self._strategies[strategy.owner, strategy.id] = strategy

    def get(self, owner: UserId, strategy_id: StrategyId) -> Strategy | None:
        return self._strategies.get((owner, strategy_id))

    def list(
        self, owner: UserId, *, archived: bool, cursor: str | None, size: int
    ) -> Page[Strategy]:
        found = [
            item
            for item in self._strategies.values()
            if item.owner == owner and (item.archived_at is not None) == archived
        ]
        found.sort(key=lambda item: (item.updated_at, item.id), reverse=True)
        return page_of(found, cursor, size, lambda item: item.id)

    def change(
        self, owner: UserId, strategy_id: StrategyId, change: Callable[[Strategy], Strategy]
    ) -> Strategy:
        with self._lock:
            if (owner, strategy_id) not in self._strategies:
                raise NotFound("There is no such strategy.")
            changed = change(self._strategies[owner, strategy_id])
            self._strategies[owner, strategy_id] = changed
            return changed

    def add_version(
        self, owner: UserId, strategy_id: StrategyId, make: Callable[[int], Version], *, limit: int
    ) -> Version:
        def next_version(strategy: Strategy) -> Strategy:
            if strategy.latest_version >= limit:
                raise QuotaExceeded(f"A strategy may have {limit} versions.")
            version = make(strategy.latest_version + 1)
            self._versions[owner, strategy_id, version.number] = version
            return replace(strategy, latest_version=version.number, updated_at=version.created_at)

        with self._lock:
            latest = self.change(owner, strategy_id, next_version).latest_version
            return self._versions[owner, strategy_id, latest]

    def version(self, owner: UserId, strategy_id: StrategyId, number: int) -> Version | None:
        return self._versions.get((owner, strategy_id, number))

    def versions(
        self, owner: UserId, strategy_id: StrategyId, *, cursor: str | None, size: int
    ) -> Page[Version]:
        found = [item for key, item in self._versions.items() if key[:2] == (owner, strategy_id)]
        found.sort(key=lambda item: item.number, reverse=True)
        return page_of(found, cursor, size, lambda item: str(item.number))

    def draft(self, owner: UserId, strategy_id: StrategyId) -> Draft | None:
        return self._drafts.get((owner, strategy_id))

    def change_draft(
        self,
        owner: UserId,
        strategy_id: StrategyId,
        decide: Callable[[Draft | None], Draft | None],
    ) -> Draft | None:
        with self._lock:
            self.change(owner, strategy_id, lambda found: found)
            draft = decide(self._drafts.get((owner, strategy_id)))
            self._drafts.pop((owner, strategy_id), None)
            if draft is not None:
                self._drafts[owner, strategy_id] = draft
            return draft

    def add_set(
        self, owner: UserId, made: ParameterSet, check: Callable[[Sequence[ParameterSet]], None]
    ) -> None:
        with self._lock:
            check(self.sets(owner, made.strategy_id, made.version))
            self._sets.setdefault((owner, made.strategy_id, made.version), {})[made.id] = made

    def sets(self, owner: UserId, strategy_id: StrategyId, version: int) -> Sequence[ParameterSet]:
        found = self._sets.get((owner, strategy_id, version), {}).values()
        return sorted(found, key=lambda item: item.created_at, reverse=True)

    def delete_set(self, owner: UserId, strategy_id: StrategyId, version: int, set_id: str) -> bool:
        found = self._sets.get((owner, strategy_id, version), {})
        return found.pop(set_id, None) is not None


class InMemoryAccounts:
    def __init__(self) -> None:
        self._accounts: dict[UserId, Account] = {}
        self._erasures: dict[UserId, datetime | None] = {}
        self.suspended: dict[UserId, datetime] = {}

    def get(self, owner: UserId) -> Account | None:
        return self._accounts.get(owner)

    def add_if_missing(self, account: Account) -> Account:
        return self._accounts.setdefault(account.id, account)

    def set_display_name(self, owner: UserId, name: str) -> None:
        self._accounts[owner] = replace(self._accounts[owner], display_name=name)

    def replace(self, account: Account) -> None:
        self._accounts[account.id] = account

    def standing(self, owner: UserId) -> Standing:
        if owner in self._erasures:
            return Standing.ERASED
        return Standing.SUSPENDED if owner in self.suspended else Standing.ACTIVE

    def mark_erased(self, owner: UserId, *, again_at: datetime) -> None:
        self._erasures[owner] = again_at

    def due_erasures(self, now: datetime) -> Sequence[UserId]:
        return [owner for owner, at in self._erasures.items() if at is not None and at <= now]

    def finish_erasure(self, owner: UserId) -> None:
        self._erasures[owner] = None

    def export(self, owner: UserId) -> Mapping[str, object]:
        found = self._accounts.get(owner)
        return {} if found is None else {"email": found.email, "displayName": found.display_name}

    def erase(self, owner: UserId) -> None:
        self._accounts.pop(owner, None)


class InMemoryTokens:
    def __init__(self) -> None:
        self._tokens: dict[str, ApiToken] = {}
        self._lock = threading.Lock()

    def add(self, token: ApiToken, *, limit: int) -> bool:
        with self._lock:
            active = [item for item in self.list(token.owner) if item.revoked_at is None]
            if len(active) >= limit:
                return False
            self._tokens[token.id] = token
            return True

    def find(self, token_id: str) -> ApiToken | None:
        return self._tokens.get(token_id)

    def list(self, owner: UserId) -> Sequence[ApiToken]:
        owned = [token for token in self._tokens.values() if token.owner == owner]
        return sorted(owned, key=lambda token: token.created_at, reverse=True)

    def revoke(self, owner: UserId, token_id: str, now: datetime) -> bool:
        token = self._tokens.get(token_id)
        if token is None or token.owner != owner:
            return False
        self._tokens[token_id] = token.revoked(now)
        return True


def page_of(
    items: Sequence[Item], cursor: str | None, size: int, name: Callable[[Item], str]
) -> Page[Item]:
    names = [name(item) for item in items]
    if cursor is not None and cursor not in names:
        raise Invalid("The item at this cursor is gone; start again without a cursor.")
    first = 0 if cursor is None else names.index(cursor) + 1
    kept = items[first : first + size]
    return Page(
        items=kept, next_cursor=names[first + size - 1] if len(items) > first + size else None
    )
