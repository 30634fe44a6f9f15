"""Carries a drill out, step by step, and measures each."""

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from candlewick.admin.drill.index import Index, Side, open_index
from candlewick.admin.drill.models import GroupTally, Method, Protection, Report, Step
from candlewick.errors import Conflict

_NAMED_DIFFERENCES = 200

Told = Callable[[str, int], None]  # a step's name, and how many documents it has done


class Database(Protocol):
    """One database, whose documents can be read as they were at a moment."""

    @property
    def name(self) -> str:
        """Return `projects/…/databases/…`."""

    def is_empty(self) -> bool: ...
    def digests(self, at: datetime | None) -> Iterable[tuple[str, bytes]]:
        """Yield each document's path and canonical hash."""


class Restorer(Protocol):
    """Brings the documents of one database into another that does not exist yet."""

    @property
    def method(self) -> Method: ...

    def as_of(self, now: datetime, /) -> datetime:
        """Return the moment that the copy will show."""

    def restore(self, at: datetime, told: Told, /) -> None:
        """Create the copy and fill it."""

    def secure(self) -> Sequence[Protection]:
        """Apply what no copy brings along (rules, time limits, indexes) and look whether it holds."""

    def discard(self) -> None:
        """Delete the copy."""


@dataclass(kw_only=True)
class Drill:
    source: Database
    copy: Database
    restorer: Restorer
    operator: str
    now: Callable[[], datetime]
    told: Told
    clock: Callable[[], float] = time.monotonic
    has_begun: bool = False  # from then on the copy holds something
    _steps: list[Step] = field(default_factory=list)

    def run(self) -> Report:
        """Copy, secure, compare; `Conflict` when the copy's name is taken. The copy is left in place."""
        if self.source.name == self.copy.name:
            raise Conflict("A database is not restored over itself: name a new one.")
        if not self.copy.is_empty():
            raise Conflict(f"{self.copy.name} holds documents already: name a new database.")
        began = self.now()
        as_of = self.restorer.as_of(began)
        self.has_begun = True
        with self._step("restore"):
            self.restorer.restore(as_of, self.told)
        with self._step("secure"):
            protections = self.restorer.secure()
        restore_s = sum(step.seconds for step in self._steps)
        with tempfile.TemporaryDirectory() as folder, open_index(Path(folder)) as index:
            documents = self._read(index, as_of)
            differing, differences = index.differences(limit=_NAMED_DIFFERENCES)
            groups = _side_by_side(index)
        return Report(
            source=self.source.name,
            copy=self.copy.name,
            method=self.restorer.method,
            operator=self.operator,
            began=began,
            as_of=as_of,
            age_s=round((began - as_of).total_seconds(), 3),
            restore_s=round(restore_s, 3),
            steps=tuple(self._steps),
            documents=documents,
            groups=groups,
            differing=differing,
            differences=differences,
            protections=protections,
        )

    def _read(self, index: Index, as_of: datetime) -> int:
        with self._step("read source"):
            documents = index.add(
                Side.SOURCE, self._counted("read source", self.source.digests(as_of))
            )
        with self._step("read copy"):
            index.add(Side.COPY, self._counted("read copy", self.copy.digests(None)))
        return documents

    def _counted(
        self, name: str, found: Iterable[tuple[str, bytes]]
    ) -> Iterator[tuple[str, bytes]]:
        for number, item in enumerate(found, start=1):
            self.told(name, number)
            yield item

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        self.told(name, 0)
        began = self.clock()
        yield
        self._steps.append(Step(name=name, seconds=round(self.clock() - began, 3)))


def _side_by_side(index: Index) -> dict[str, tuple[GroupTally | None, GroupTally | None]]:
    source, copy = index.tallies(Side.SOURCE), index.tallies(Side.COPY)
    return {name: (source.get(name), copy.get(name)) for name in sorted({*source, *copy})}
