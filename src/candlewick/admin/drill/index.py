"""What two databases hold, on disk: one line a document, so that their size does not matter."""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from candlewick.admin.drill.models import Difference, GroupTally, Problem

_BATCH = 1_000


class Side(StrEnum):
    SOURCE = "source"
    COPY = "copy"


class Index:
    """`path` is relative to the database; a group is the name of the collections at a path's end."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._sql = connection
        self._sql.execute(
            "CREATE TABLE documents (side TEXT, path TEXT, digest BLOB, PRIMARY KEY (side, path))"
            " WITHOUT ROWID"
        )

    def add(self, side: Side, found: Iterable[tuple[str, bytes]]) -> int:
        """Store documents as (path, digest); return how many there were."""
        count = 0
        rows: list[tuple[str, str, bytes]] = []
        for path, digest in found:
            rows.append((side.value, path, digest))
            count += 1
            if len(rows) == _BATCH:
                self._store(rows)
        self._store(rows)
        return count

    def tallies(self, side: Side) -> dict[str, GroupTally]:
        """Return each group's number of documents, and one hash over all of them."""
        counts: dict[str, int] = {}
        hashes: dict[str, hashlib._Hash] = {}
        for path, digest in self._sql.execute(
            "SELECT path, digest FROM documents WHERE side = ? ORDER BY path", (side.value,)
        ):
            group = group_of(path)
            counts[group] = counts.get(group, 0) + 1
            hashes.setdefault(group, hashlib.sha256()).update(path.encode() + b"\0" + digest)
        return {
            group: GroupTally(documents=count, sha256=hashes[group].hexdigest())
            for group, count in sorted(counts.items())
        }

    def differences(self, *, limit: int) -> tuple[int, list[Difference]]:
        """Return how many documents differ, and the first of them by path."""
        found = list(self._differing())
        return len(found), sorted(found, key=lambda item: item.path)[:limit]

    def _differing(self) -> Iterator[Difference]:
        pairs = (
            (Problem.MISSING, _ONLY_ONE, (Side.SOURCE, Side.COPY)),
            (Problem.EXTRA, _ONLY_ONE, (Side.COPY, Side.SOURCE)),
            (Problem.CHANGED, _CHANGED, (Side.SOURCE, Side.COPY)),
        )
        for problem, query, sides in pairs:
            for (path,) in self._sql.execute(query, [side.value for side in sides]):
                yield Difference(path=path, problem=problem)

    def _store(self, rows: list[tuple[str, str, bytes]]) -> None:
        self._sql.executemany("INSERT INTO documents VALUES (?, ?, ?)", rows)
        rows.clear()


_ONLY_ONE = (
    "SELECT a.path FROM documents a WHERE a.side = ?1 AND NOT EXISTS"
    " (SELECT 1 FROM documents b WHERE b.side = ?2 AND b.path = a.path)"
)
_CHANGED = (
    "SELECT a.path FROM documents a JOIN documents b ON b.path = a.path AND b.side = ?2"
    " WHERE a.side = ?1 AND a.digest <> b.digest"
)


def group_of(path: str) -> str:
    return path.split("/")[-2]


@contextmanager
def open_index(folder: Path) -> Iterator[Index]:
    """Make an index in a folder that the caller removes."""
    connection = sqlite3.connect(folder / "drill.sqlite")
    try:
        connection.execute("PRAGMA synchronous = OFF")
        yield Index(connection)
    finally:
        connection.close()
