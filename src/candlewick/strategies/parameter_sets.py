"""Parameter sets: named values for the parameters of one version."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from candlewick.accounts.models import UserId
from candlewick.errors import Conflict, NotFound, QuotaExceeded
from candlewick.strategies.models import ParameterSet, StrategyId, Version
from candlewick.strategies.service import checked_size
from candlewick.strategies.values import check_values

MAX_SETS = 100


class ParameterSetStore(Protocol):
    def add_set(
        self, owner: UserId, made: ParameterSet, check: Callable[[Sequence[ParameterSet]], None]
    ) -> None:
        """Store a set unless `check` refuses it for those that are there, in one transaction."""

    def sets(
        self, owner: UserId, strategy_id: StrategyId, version: int
    ) -> Sequence[ParameterSet]: ...
    def delete_set(
        self, owner: UserId, strategy_id: StrategyId, version: int, set_id: str
    ) -> bool: ...


class VersionSource(Protocol):
    def version(self, owner: UserId, strategy_id: StrategyId, number: int) -> Version: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterSetService:
    store: ParameterSetStore
    versions: VersionSource
    now: Callable[[], datetime]
    new_id: Callable[[], str]

    def list(self, owner: UserId, strategy_id: StrategyId, version: int) -> Sequence[ParameterSet]:
        """Return the version's sets, the newest first."""
        self.versions.version(owner, strategy_id, version)
        return self.store.sets(owner, strategy_id, version)

    def create(
        self,
        owner: UserId,
        version: Version,
        name: str,
        parameters: Mapping[str, Mapping[str, object]],
    ) -> ParameterSet:
        """Store values under a name; `Invalid` names each one that the code would not take."""
        checked_size("", parameters)
        check_values(version.report.facts, parameters)
        made = ParameterSet(
            id=self.new_id(),
            strategy_id=version.strategy_id,
            version=version.number,
            name=name,
            parameters=parameters,
            created_at=self.now(),
        )
        self.store.add_set(owner, made, lambda others: _require_room(others, name))
        return made

    def delete(self, owner: UserId, version: Version, set_id: str) -> None:
        if not self.store.delete_set(owner, version.strategy_id, version.number, set_id):
            raise NotFound("There is no such parameter set.")


def _require_room(others: Sequence[ParameterSet], name: str) -> None:
    if any(other.name == name for other in others):
        raise Conflict(f"This version already has a parameter set named {name}.")
    if len(others) >= MAX_SETS:
        raise QuotaExceeded(f"A version may have {MAX_SETS} parameter sets; delete one first.")
