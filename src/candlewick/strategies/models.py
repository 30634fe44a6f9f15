"""Strategies and their immutable, numbered versions."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType

from candlewick.accounts.models import UserId

StrategyId = NewType("StrategyId", str)

MAX_CODE_BYTES = 256 * 1024
MAX_PARAMETER_BYTES = 32 * 1024


class Severity(StrEnum):
    ERROR = "error"  # refuses a run
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the static checks found at one place. Lines count from 1, columns from 0."""

    rule: str
    severity: Severity
    line: int
    column: int
    message: str
    advice: str


class ParameterKind(StrEnum):
    INT = "int"
    DECIMAL = "decimal"
    REAL = "real"
    CATEGORICAL = "categorical"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterFact:
    """A parameter that the strategy declares, as its code says. `None` where the code cannot be read.

    Values are what JSON knows of: text, numbers, booleans or `None`.
    """

    name: str
    kind: ParameterKind
    space: str | None
    low: object = None
    high: object = None
    default: object = None
    decimals: int | None = None  # of a decimal parameter
    options: tuple[object, ...] = ()  # of a categorical one
    optimize: bool = True
    load: bool = True  # whether Freqtrade takes a value from a parameter file
    line: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeFacts:
    """What can be read from strategy code without running it."""

    class_name: str | None = None
    timeframe: str | None = None
    startup_candle_count: int | None = None
    can_short: bool = False
    pairs_named: tuple[str, ...] = ()  # pair-like strings: candidates for informative pairs
    parameters: tuple[ParameterFact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    facts: CodeFacts
    findings: tuple[Finding, ...]

    @property
    def is_runnable(self) -> bool:
        return not any(finding.severity is Severity.ERROR for finding in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The version of a listing that a strategy was forked from."""

    listing: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy:
    id: StrategyId
    owner: UserId
    name: str
    created_at: datetime
    updated_at: datetime
    latest_version: int = 0
    archived_at: datetime | None = None
    forked_from: Origin | None = None

    def renamed(self, name: str, now: datetime) -> "Strategy":
        return replace(self, name=name, updated_at=now)

    def archived(self, *, is_archived: bool, now: datetime) -> "Strategy":
        return replace(self, archived_at=now if is_archived else None, updated_at=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One saved state of a strategy. Its code is stored under its hash."""

    strategy_id: StrategyId
    number: int
    code_hash: str
    code_bytes: int
    parameters: Mapping[str, object] | None  # Freqtrade's parameter file's `params`
    note: str
    report: CheckReport
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Code that is not saved as a version yet. A strategy has one; each writing replaces it."""

    code: str
    base_version: int | None  # the version it was begun from; None before the first one
    revision: int  # grows with every writing, also over a deletion
    saved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterSet:
    """Values for a version's parameters, by space and name, under a name of the user's."""

    id: str
    strategy_id: StrategyId
    version: int
    name: str
    parameters: Mapping[str, object]
    created_at: datetime


def hash_code(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def code_object(owner: UserId, code_hash: str) -> str:
    """Where code lies in the code bucket."""
    return f"{owner}/code/{code_hash}.py"
