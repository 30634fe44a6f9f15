"""Saves strategies as immutable versions and checks their code."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from candlewick.accounts.models import UserId
from candlewick.errors import Conflict, Invalid, NotFound, TooLarge
from candlewick.pages import Page
from candlewick.strategies.checks import check_code
from candlewick.strategies.diff import Diff, diff_code
from candlewick.strategies.models import (
    MAX_CODE_BYTES,
    MAX_PARAMETER_BYTES,
    CheckReport,
    Origin,
    Strategy,
    StrategyId,
    Version,
    hash_code,
)


class StrategyStore(Protocol):
    def add(self, strategy: Strategy, *, limit: int) -> None: ...
    def get(self, owner: UserId, strategy_id: StrategyId) -> Strategy | None: ...
    def list(
        self, owner: UserId, *, archived: bool, cursor: str | None, size: int
    ) -> Page[Strategy]: ...
    def change(
        self, owner: UserId, strategy_id: StrategyId, change: Callable[[Strategy], Strategy]
    ) -> Strategy: ...
    def add_version(
        self, owner: UserId, strategy_id: StrategyId, make: Callable[[int], Version], *, limit: int
    ) -> Version: ...
    def version(self, owner: UserId, strategy_id: StrategyId, number: int) -> Version | None: ...
    def versions(
        self, owner: UserId, strategy_id: StrategyId, *, cursor: str | None, size: int
    ) -> Page[Version]: ...


class CodeStore(Protocol):
    def put(self, owner: UserId, code: str) -> None: ...
    def get(self, owner: UserId, code_hash: str) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyService:
    strategies: StrategyStore
    codes: CodeStore
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    max_strategies: int
    max_versions: int

    def create(self, owner: UserId, name: str, *, forked_from: Origin | None = None) -> Strategy:
        now = self.now()
        strategy = Strategy(
            id=StrategyId(self.new_id()),
            owner=owner,
            name=name,
            created_at=now,
            updated_at=now,
            forked_from=forked_from,
        )
        self.strategies.add(strategy, limit=self.max_strategies)
        return strategy

    def get(self, owner: UserId, strategy_id: StrategyId) -> Strategy:
        found = self.strategies.get(owner, strategy_id)
        if found is None:
            raise NotFound("There is no such strategy.")
        return found

    def list(
        self, owner: UserId, *, archived: bool, cursor: str | None, size: int
    ) -> Page[Strategy]:
        return self.strategies.list(owner, archived=archived, cursor=cursor, size=size)

    def rename(self, owner: UserId, strategy_id: StrategyId, name: str) -> Strategy:
        now = self.now()
        return self.strategies.change(owner, strategy_id, lambda found: found.renamed(name, now))

    def archive(self, owner: UserId, strategy_id: StrategyId, *, is_archived: bool) -> Strategy:
        now = self.now()
        return self.strategies.change(
            owner, strategy_id, lambda found: found.archived(is_archived=is_archived, now=now)
        )

    def save_version(
        self,
        owner: UserId,
        strategy_id: StrategyId,
        code: str,
        *,
        parameters: Mapping[str, object] | None,
        note: str,
    ) -> Version:
        """Store code as the next version. Code with errors is stored too: nothing typed is lost."""
        size = checked_size(code, parameters)
        if self.get(owner, strategy_id).archived_at is not None:
            raise Conflict("This strategy is archived; restore it before you save a version.")
        report, code_hash, now = check_code(code), hash_code(code), self.now()
        self.codes.put(owner, code)

        def make(number: int) -> Version:
            return Version(
                strategy_id=strategy_id,
                number=number,
                code_hash=code_hash,
                code_bytes=size,
                parameters=parameters,
                note=note,
                report=report,
                created_at=now,
            )

        return self.strategies.add_version(owner, strategy_id, make, limit=self.max_versions)

    def versions(
        self, owner: UserId, strategy_id: StrategyId, *, cursor: str | None, size: int
    ) -> Page[Version]:
        self.get(owner, strategy_id)
        return self.strategies.versions(owner, strategy_id, cursor=cursor, size=size)

    def version(self, owner: UserId, strategy_id: StrategyId, number: int) -> Version:
        found = self.strategies.version(owner, strategy_id, number)
        if found is None:
            self.get(owner, strategy_id)
            raise NotFound(f"This strategy has no version {number}.")
        return found

    def code(self, owner: UserId, version: Version) -> str:
        return self.codes.get(owner, version.code_hash)

    def diff(self, owner: UserId, strategy_id: StrategyId, older: int, newer: int) -> Diff:
        first = self.version(owner, strategy_id, older)
        second = self.version(owner, strategy_id, newer)
        return diff_code(
            self.code(owner, first),
            self.code(owner, second),
            labels=(f"version {older}", f"version {newer}"),
        )

    def check(self, code: str) -> CheckReport:
        checked_size(code, None)
        return check_code(code)


def checked_size(code: str, parameters: Mapping[str, object] | None) -> int:
    """Return the code's bytes; `TooLarge` or `Invalid` when the two cannot be stored."""
    size = len(code.encode())
    if size > MAX_CODE_BYTES:
        raise TooLarge(
            f"The code has {size:,} bytes; a version may have {MAX_CODE_BYTES:,}. "
            "Move large tables out of the strategy."
        )
    if parameters is not None and len(json.dumps(parameters)) > MAX_PARAMETER_BYTES:
        raise TooLarge(f"The parameters may have {MAX_PARAMETER_BYTES:,} bytes as JSON.")
    if "\x00" in code:
        raise Invalid("The code holds a NUL character; save the file as plain UTF-8 text.")
    return size
