"""A share link: who knows it may look at one result, until it is revoked or has expired."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NewType

from candlewick.accounts.models import UserId
from candlewick.backtests.models import RunId

ShareToken = NewType("ShareToken", str)

MAX_LINKS_PER_RESULT = 20
TITLE_LENGTH = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareLink:
    """`token` is what the address holds: 128 random bits, which nobody guesses."""

    token: ShareToken
    owner: UserId
    run_id: RunId
    title: str  # what visitors read above the figures; empty for the strategy's name
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def revoked(self, now: datetime) -> "ShareLink":
        """Return the link as revoked; once revoked it stays so."""
        return self if self.revoked_at is not None else replace(self, revoked_at=now)
