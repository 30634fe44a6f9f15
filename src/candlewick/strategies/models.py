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


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeFacts:
    """What can be read from strategy code without running it."""

    class_name: str | None = None
    timeframe: str | None = None
    startup_candle_count: int | None = None
    can_short: bool = False
    pairs_named: tuple[str, ...] = ()  # pair-like strings: candidates for informative pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    facts: CodeFacts
    findings: tuple[Finding, ...]

    @property
    def is_runnable(self) -> bool:
        return not any(finding.severity is Severity.ERROR for finding in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy:
    id: StrategyId
    owner: UserId
    name: str
    created_at: datetime
    updated_at: datetime
    latest_version: int = 0
    archived_at: datetime | None = None

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


def hash_code(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def code_object(owner: UserId, code_hash: str) -> str:
    """Where code lies in the code bucket."""
    return f"{owner}/code/{code_hash}.py"
