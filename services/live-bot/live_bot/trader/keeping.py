"""Freqtrade's database: restored at the start, handed to the supervisor after each commit that changed it."""

import hashlib
import logging
import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from live_bot.trader.door import Door, FencedOff

log = logging.getLogger(__name__)


class DatabaseDamaged(Exception):
    """The restored database fails SQLite's own check."""


def restore(content: bytes, path: Path) -> None:
    """Write the database that was stored last, and check it.

    Raises:
        DatabaseDamaged: it must not be used.
    """
    path.unlink(missing_ok=True)
    if not content:
        return
    path.write_bytes(content)
    try:
        with sqlite3.connect(path) as connection:
            (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.DatabaseError as error:
        raise DatabaseDamaged(str(error)) from error
    finally:
        connection.close()
    if verdict != "ok":
        raise DatabaseDamaged(str(verdict))


class Keeping:
    """Hands the database over, within the commit: what Freqtrade goes on with is stored by then."""

    def __init__(self, door: Door, path: Path, restored: bytes) -> None:
        self._door = door
        self._path = path
        self._last = _digest(restored)
        self.is_stored = True

    def hook(self) -> None:
        """Be called after each commit of any session in this process."""
        event.listen(Session, "after_commit", self._committed)

    def unhook(self) -> None:
        event.remove(Session, "after_commit", self._committed)

    def save(self) -> None:
        """Hand the database over unless nothing has changed since the last time."""
        content = _serialised(self._path)
        digest = _digest(content)
        if digest == self._last:
            return
        try:
            self.is_stored = self._door.save(content)
        except FencedOff:
            # Another holder trades: nothing of this process may be kept.
            os._exit(0)
        self._last = digest

    def _committed(self, _session: Any) -> None:
        self.save()


def _serialised(path: Path) -> bytes:
    connection = sqlite3.connect(path)
    try:
        return connection.serialize()
    finally:
        connection.close()


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
