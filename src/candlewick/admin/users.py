"""Operators' use cases for users: find, suspend, restore, change quotas."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Protocol

from candlewick.accounts.models import Account, ApiToken, Quotas, Standing, UserId
from candlewick.admin.models import Deed, RunChange, SignIn, UserView, changed_quotas
from candlewick.admin.runs import RunDesk
from candlewick.audit import Action, AuditEntry
from candlewick.backtests.ports import RunStore
from candlewick.errors import Conflict, NotFound


class SignIns(Protocol):
    """Firebase Auth, as an operator uses it."""

    def by_email(self, email: str) -> SignIn | None: ...
    def by_id(self, owner: UserId) -> SignIn | None: ...
    def disable(self, owner: UserId) -> None:
        """Refuse new sign-ins, and end the ones that are. Doing it twice is harmless."""

    def enable(self, owner: UserId) -> None: ...


class AccountDesk(Protocol):
    """The operators' writes; each stores its audit entry in the same transaction."""

    def suspend(self, owner: UserId, entry: AuditEntry) -> bool:
        """Close an account; False, and no entry, when it is closed already."""

    def restore(self, owner: UserId, entry: AuditEntry) -> bool:
        """Open a suspended account; False, and no entry, when it is open."""

    def set_moderator(self, owner: UserId, entry: AuditEntry, *, wanted: bool) -> bool:
        """Let a user moderate the marketplace or no longer; False, and no entry, when it is so already."""

    def set_quotas(
        self,
        owner: UserId,
        change: Callable[[Quotas], Quotas],
        entry: Callable[[Quotas, Quotas], AuditEntry],
    ) -> Quotas:
        """Change an account's quotas; `NotFound` when there is no account."""

    def suspended(self, *, limit: int) -> Sequence[UserId]: ...
    def strategies(self, owner: UserId) -> int: ...


class Accounts(Protocol):
    def get(self, owner: UserId) -> Account | None: ...
    def standing(self, owner: UserId) -> Standing: ...


class Tokens(Protocol):
    def list(self, owner: UserId) -> Sequence[ApiToken]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class UserDesk:
    accounts: Accounts
    desk: AccountDesk
    tokens: Tokens
    sign_ins: SignIns
    runs: RunStore
    run_desk: RunDesk
    operator: str
    now: Callable[[], datetime]
    new_id: Callable[[], str]

    def find(self, who: str) -> UserView:
        """Return a user by e-mail address or id; `NotFound` when nobody has it."""
        sign_in = self.sign_ins.by_email(who) if "@" in who else self.sign_ins.by_id(UserId(who))
        if sign_in is None and "@" in who:
            raise NotFound(f"Nobody signs in with {who}.")
        owner = sign_in.id if sign_in is not None else UserId(who)
        return self._view(owner, sign_in)

    def suspended(self, *, limit: int = 100) -> Sequence[UserView]:
        owners = self.desk.suspended(limit=limit)
        return [self._view(owner, self.sign_ins.by_id(owner)) for owner in owners]

    def suspend(
        self, who: str, reason: str, *, rehearse: bool
    ) -> tuple[UserView, Sequence[RunChange]]:
        """Close an account: refuse its requests and tokens, end its sign-ins, stop its runs.

        What was done half is completed when it is asked for again.
        """
        deed, found = Deed(action=Action.SUSPEND, reason=reason), self.find(who)
        if found.standing is Standing.ERASED:
            raise Conflict("This account is deleted already.")
        if not rehearse:
            # First what every request looks at: from here on nothing new begins.
            states = (Standing.ACTIVE, Standing.SUSPENDED)
            self.desk.suspend(found.id, self._entry(deed, found.id, *states))
            self.sign_ins.disable(found.id)
        stopped = self.run_desk.cancel_all(found.id, reason, rehearse=rehearse)
        return (found if rehearse else self.find(found.id)), stopped

    def restore(self, who: str, reason: str, *, rehearse: bool) -> UserView:
        """Open a suspended account again, with everything in it."""
        deed, found = Deed(action=Action.RESTORE, reason=reason), self.find(who)
        if found.standing is not Standing.SUSPENDED:
            raise Conflict(f"This account is {found.standing}, not suspended.")
        if rehearse:
            return found
        self.sign_ins.enable(found.id)
        states = (Standing.SUSPENDED, Standing.ACTIVE)
        self.desk.restore(found.id, self._entry(deed, found.id, *states))
        return self.find(found.id)

    def set_moderator(
        self, who: str, reason: str, *, wanted: bool, rehearse: bool
    ) -> tuple[UserView, bool]:
        """Let somebody moderate the marketplace, or no longer; return whether that changed anything."""
        deed, found = Deed(action=Action.MODERATOR, reason=reason), self.find(who)
        if wanted and found.standing is not Standing.ACTIVE:
            raise Conflict(f"This account is {found.standing}; it cannot moderate.")
        if rehearse:
            return found, False
        states = ({"isModerator": not wanted}, {"isModerator": wanted})
        entry = self._audit(deed, f"moderators/{found.id}", found.id, *states)
        return found, self.desk.set_moderator(found.id, entry, wanted=wanted)

    def set_quotas(
        self, who: str, wanted: Mapping[str, int] | None, reason: str, *, rehearse: bool
    ) -> tuple[Quotas, Quotas]:
        """Change some limits, or with `None` all back to the plan's; return them before and after."""
        deed, found = Deed(action=Action.QUOTA, reason=reason), self.find(who)
        if found.account is None:
            raise NotFound("This user has no account yet: the first request makes it.")

        def change(quotas: Quotas) -> Quotas:
            return Quotas() if wanted is None else changed_quotas(quotas, wanted)

        def entry(before: Quotas, after: Quotas) -> AuditEntry:
            return self._audit(deed, f"users/{found.id}", found.id, asdict(before), asdict(after))

        before, after = found.account.quotas, change(found.account.quotas)
        if rehearse or before == after:
            return before, after
        return before, self.desk.set_quotas(found.id, change, entry)

    def _view(self, owner: UserId, sign_in: SignIn | None) -> UserView:
        account, standing = self.accounts.get(owner), self.accounts.standing(owner)
        if sign_in is None and account is None and standing is Standing.ACTIVE:
            raise NotFound(f"There is no user {owner}.")
        tokens = [token for token in self.tokens.list(owner) if token.revoked_at is None]
        return UserView(
            id=owner,
            sign_in=sign_in,
            account=account,
            standing=standing,
            usage=self.runs.usage(owner, self.now()),
            strategies=self.desk.strategies(owner),
            tokens=len(tokens),
        )

    def _entry(self, deed: Deed, owner: UserId, before: Standing, after: Standing) -> AuditEntry:
        shown = ({"standing": state.value} for state in (before, after))
        return self._audit(deed, f"suspensions/{owner}", owner, *shown)

    def _audit(
        self,
        deed: Deed,
        target: str,
        owner: UserId,
        before: Mapping[str, object],
        after: Mapping[str, object],
    ) -> AuditEntry:
        return AuditEntry(
            id=self.new_id(),
            at=self.now(),
            operator=self.operator,
            action=deed.action,
            target=target,
            owner=owner,
            reason=deed.reason,
            before=before,
            after=after,
        )
