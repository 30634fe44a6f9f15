"""What operators work with, in memory; the contract tests hold it to what Firestore does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from candlewick.accounts.models import Account, Quotas, Standing, UserId
from candlewick.admin.models import RunQuery, SignIn
from candlewick.admin.runs import RunDesk
from candlewick.admin.users import UserDesk
from candlewick.audit import AuditEntry
from candlewick.backtests.models import BacktestRun
from candlewick.cli.admin_desk import Desk
from candlewick.errors import NotFound
from candlewick.settings import AdminSettings
from tests.fakes import START, RecordingQueue
from tests.in_memory import InMemoryAccounts, InMemoryRuns, InMemoryTokens
from tests.world import World

OPERATOR = "operator@example.org"
REASON = "asked for by support, ticket 7"
SETTINGS = AdminSettings(
    project="p1", queue=None, region="europe-west1", job="backtest", results_bucket="results-p1"
)


@dataclass
class InMemoryRunSearch:
    runs: InMemoryRuns

    def search(self, query: RunQuery, now: datetime) -> Sequence[BacktestRun]:
        found = [run for run in self.runs.runs.values() if query.wants(run, now)]
        return sorted(found, key=lambda run: run.created_at, reverse=True)[: query.limit]


@dataclass
class InMemoryAccountDesk:
    accounts: InMemoryAccounts
    audit: list[AuditEntry]
    moderators: set[str] = field(default_factory=set)

    def suspend(self, owner: UserId, entry: AuditEntry) -> bool:
        if owner in self.accounts.suspended:
            return False
        self.accounts.suspended[owner] = entry.at
        self.audit.append(entry)
        return True

    def restore(self, owner: UserId, entry: AuditEntry) -> bool:
        if self.accounts.suspended.pop(owner, None) is None:
            return False
        self.audit.append(entry)
        return True

    def set_moderator(self, owner: UserId, entry: AuditEntry, *, wanted: bool) -> bool:
        if (owner in self.moderators) is wanted:
            return False
        (self.moderators.add if wanted else self.moderators.discard)(owner)
        self.audit.append(entry)
        return True

    def set_quotas(
        self,
        owner: UserId,
        change: Callable[[Quotas], Quotas],
        entry: Callable[[Quotas, Quotas], AuditEntry],
    ) -> Quotas:
        account = self.accounts.get(owner)
        if account is None:
            raise NotFound("There is no such account.")
        after = change(account.quotas)
        self.accounts.replace(replace(account, quotas=after))
        self.audit.append(entry(account.quotas, after))
        return after

    def suspended(self, *, limit: int) -> Sequence[UserId]:
        newest = sorted(self.accounts.suspended.items(), key=lambda item: item[1], reverse=True)
        return [owner for owner, _ in newest[:limit]]

    def strategies(self, owner: UserId) -> int:
        return 0 if self.accounts.get(owner) is None else 1


@dataclass
class FakeSignIns:
    """Firebase Auth with a few users; `is_down` is it out of order."""

    emails: dict[UserId, str]
    disabled: set[UserId] = field(default_factory=set)

    def by_email(self, email: str) -> SignIn | None:
        return next((self.by_id(uid) for uid, found in self.emails.items() if found == email), None)

    def by_id(self, owner: UserId) -> SignIn | None:
        if owner not in self.emails:
            return None
        return SignIn(
            id=owner,
            email=self.emails[owner],
            is_disabled=owner in self.disabled,
            providers=["password"],
            created_at=START,
            last_seen_at=START,
        )

    def disable(self, owner: UserId) -> None:
        self.disabled.add(owner)

    def enable(self, owner: UserId) -> None:
        self.disabled.discard(owner)


class Operations:
    """An operator's desk over a world: Alice and Bob have accounts."""

    def __init__(self, world: World, queue: RecordingQueue | None = None) -> None:
        self.world, self.tokens = world, InMemoryTokens()
        self.audit = world.runs.audit
        self.sign_ins = FakeSignIns(
            {UserId(name): f"{name}@example.org" for name in ("alice", "bob")}
        )
        for uid, email in self.sign_ins.emails.items():
            account = Account(id=uid, email=email, display_name=uid, created_at=START)
            world.accounts.add_if_missing(account)
        self.runs = RunDesk(
            runs=world.runs,
            everyone=InMemoryRunSearch(world.runs),
            accounts=world.accounts,
            queue=world.queue if queue is None else queue,
            operator=OPERATOR,
            now=world.clock,
            new_id=world.new_id,
        )
        self.users = UserDesk(
            accounts=world.accounts,
            desk=InMemoryAccountDesk(
                world.accounts, self.audit, world.marketplace.circumstances.moderators
            ),
            tokens=self.tokens,
            sign_ins=self.sign_ins,
            runs=world.runs,
            run_desk=self.runs,
            operator=OPERATOR,
            now=world.clock,
            new_id=world.new_id,
        )

    def desk(self) -> Desk:
        return Desk(
            settings=SETTINGS,
            operator=OPERATOR,
            runs=self.runs,
            users=self.users,
            audit=self._entries,
        )

    def standing(self, owner: UserId) -> Standing:
        return self.world.accounts.standing(owner)

    def _entries(self, owner: UserId | None, limit: int) -> Sequence[AuditEntry]:
        newest = sorted(self.audit, key=lambda entry: entry.at, reverse=True)
        return [entry for entry in newest if owner in {None, entry.owner}][:limit]
