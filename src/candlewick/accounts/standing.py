"""Whether a caller's account may be used; asked at every request, so remembered for a moment."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from candlewick.accounts.models import Standing, UserId
from candlewick.errors import AccountSuspended, Unauthenticated

# For so long a suspended account can still read; whatever changes something asks the database each time.
_REMEMBERED = timedelta(seconds=30)
_MAX_REMEMBERED = 50_000


class StandingSource(Protocol):
    def standing(self, owner: UserId) -> Standing: ...


@dataclass(kw_only=True)
class StandingCheck:
    accounts: StandingSource
    now: Callable[[], datetime]
    _good_until: dict[UserId, datetime] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def require(self, owner: UserId, *, fresh: bool) -> None:
        """Raise `AccountSuspended` or `Unauthenticated`; with `fresh` nothing remembered counts."""
        now = self.now()
        if not fresh and self._good_until.get(owner, now) > now:
            return
        standing = self.accounts.standing(owner)
        if standing is Standing.SUSPENDED:
            raise AccountSuspended
        # Who was deleted may read nothing that is left; only a new beginning must be kept from them.
        if standing is Standing.ERASED and fresh:
            raise Unauthenticated("This account was deleted.")
        self._remember(owner, now + _REMEMBERED)

    def _remember(self, owner: UserId, until: datetime) -> None:
        with self._lock:
            if len(self._good_until) >= _MAX_REMEMBERED:
                self._good_until.clear()
            self._good_until[owner] = until
