"""Looks once an hour whether the database has a recent backup, and says so in the log."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from candlewick.errors import AppError
from candlewick.log import logger

log = logger(__name__)

_EVERY = timedelta(hours=1)
# One is made every day; the rest is what making it may take.
_TOO_OLD = timedelta(hours=30)


@dataclass(kw_only=True)
class BackupWatch:
    """`snapshots` returns when each usable backup was taken; `None` where nobody makes any."""

    snapshots: Callable[[], Sequence[datetime]] | None
    now: Callable[[], datetime]
    _next: datetime | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def check(self) -> None:
        """Look, unless this instance looked within the hour."""
        if self.snapshots is None or not self._is_due():
            return
        try:
            taken = self.snapshots()
        except AppError as error:
            log.warning("backups cannot be checked", extra={"reason": str(error)})
            return
        age = min((self.now() - moment for moment in taken), default=None)
        seconds = None if age is None else round(age.total_seconds())
        facts = {"ready": len(taken), "newest_backup_s": seconds}
        log.info("backups checked", extra=facts)
        if age is None or age > _TOO_OLD:
            log.error("backup missing", extra=facts)

    def _is_due(self) -> bool:
        with self._lock:
            now = self.now()
            if self._next is not None and now < self._next:
                return False
            self._next = now + _EVERY
            return True
