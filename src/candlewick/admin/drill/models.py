"""What a drill is asked for, and what it reports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Problem(StrEnum):
    MISSING = "missing"  # in the copy
    EXTRA = "extra"  # in the copy
    CHANGED = "changed"


class Method(StrEnum):
    STREAM = "stream"  # this program reads and writes every document
    EXPORT = "export"  # Firestore exports into a bucket and imports from it
    BACKUP = "backup"  # Firestore restores a scheduled backup


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    path: str
    problem: Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTally:
    documents: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """Something that no backup holds, and whether it is in force on the copy.

    `is_applied` is None where the database has no administration that could tell.
    """

    name: str
    is_applied: bool | None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    name: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A drill's outcome. Times are UTC.

    Attributes:
        as_of: the moment that the copy shows; what was written later is not in it.
        restore_s: from the beginning to a copy with rules, time limits and indexes (the RTO).
        age_s: how old the copy's content was when the drill began (the RPO of this way).
    """

    source: str
    copy: str
    method: Method
    operator: str
    began: datetime
    as_of: datetime
    age_s: float
    restore_s: float
    steps: Sequence[Step]
    documents: int
    groups: Mapping[str, tuple[GroupTally | None, GroupTally | None]]  # source, copy
    differing: int
    differences: Sequence[Difference]
    protections: Sequence[Protection]

    @property
    def passed(self) -> bool:
        lacking = [item for item in self.protections if item.is_applied is False]
        return self.differing == 0 and not lacking and self.documents > 0
