"""Drafts: unsaved code, kept on the server while it is written."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from candlewick.accounts.models import UserId
from candlewick.errors import Conflict, NotFound
from candlewick.strategies.models import Draft, Strategy, StrategyId
from candlewick.strategies.service import checked_size

NO_DRAFT = 0  # the revision that a client has seen when there is none


class DraftStore(Protocol):
    def draft(self, owner: UserId, strategy_id: StrategyId) -> Draft | None: ...

    def change_draft(
        self,
        owner: UserId,
        strategy_id: StrategyId,
        decide: Callable[[Draft | None], Draft | None],
    ) -> Draft | None:
        """Replace the draft by what `decide` makes of it, in a transaction; `None` deletes it.

        Raises `NotFound` when the strategy is not there.
        """


class StrategySource(Protocol):
    def get(self, owner: UserId, strategy_id: StrategyId) -> Strategy: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftService:
    store: DraftStore
    strategies: StrategySource
    now: Callable[[], datetime]

    def get(self, owner: UserId, strategy_id: StrategyId) -> Draft | None:
        found = self.store.draft(owner, strategy_id)
        if found is None:
            self.strategies.get(owner, strategy_id)
        return found

    def write(
        self,
        owner: UserId,
        strategy_id: StrategyId,
        code: str,
        *,
        base_version: int | None,
        seen: int,
    ) -> Draft:
        """Replace the draft of revision `seen`; `Conflict` when it is not the newest any more."""
        checked_size(code, None)
        if base_version is not None:
            latest = self.strategies.get(owner, strategy_id).latest_version
            if base_version > latest:
                raise NotFound(f"This strategy has no version {base_version}.")
        now = self.now()

        def decide(found: Draft | None) -> Draft:
            _require_newest(found, seen)
            # Time, so that a revision never comes back after the draft was deleted.
            revision = max(seen + 1, int(now.timestamp() * 1000))
            return Draft(code=code, base_version=base_version, revision=revision, saved_at=now)

        written = self.store.change_draft(owner, strategy_id, decide)
        if written is None:
            raise NotFound("There is no such draft.")
        return written

    def delete(self, owner: UserId, strategy_id: StrategyId, *, seen: int | None) -> None:
        """Delete the draft; with `seen` only when it is still that revision."""

        def decide(found: Draft | None) -> None:
            if found is not None and seen is not None:
                _require_newest(found, seen)

        self.store.change_draft(owner, strategy_id, decide)


def _require_newest(found: Draft | None, seen: int) -> None:
    newest = NO_DRAFT if found is None else found.revision
    if newest == seen:
        return
    raise Conflict(
        "The draft that you worked on is gone: it was saved or discarded elsewhere. Read it again."
        if found is None
        else "Another tab or device wrote a newer draft. Read it again, then choose which one to keep."
    )
