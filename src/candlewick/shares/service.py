"""Sharing a result: make a link, list and revoke links, and look at what a link shows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from candlewick.accounts.models import UserId
from candlewick.backtests.models import BacktestRun, RunId
from candlewick.errors import (
    AccountSuspended,
    Conflict,
    Gone,
    Invalid,
    NotFound,
    QuotaExceeded,
    Unauthenticated,
)
from candlewick.log import logger
from candlewick.shares.models import MAX_LINKS_PER_RESULT, ShareLink, ShareToken

log = logger(__name__)

_GONE = (
    "This link no longer shows anything: whoever shared it has taken it back, or it has expired."
)


class ShareStore(Protocol):
    def add(self, link: ShareLink, check: Callable[[Sequence[ShareLink]], None]) -> None:
        """Store a link unless `check` refuses it for those that the result has, in one transaction."""

    def get(self, token: ShareToken) -> ShareLink | None: ...

    def of_run(self, owner: UserId, run_id: RunId) -> Sequence[ShareLink]: ...

    def revoke(self, owner: UserId, token: ShareToken, now: datetime) -> ShareLink | None:
        """Mark a link of this owner as revoked; `None` when there is no such one."""


class Results(Protocol):
    def succeeded(self, owner: UserId, run_id: RunId) -> BacktestRun: ...


class Standings(Protocol):
    def require(self, owner: UserId, *, fresh: bool) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareService:
    shares: ShareStore
    results: Results
    standings: Standings
    now: Callable[[], datetime]
    new_token: Callable[[], str]

    def create(
        self, owner: UserId, run_id: RunId, *, title: str, expires_at: datetime | None
    ) -> ShareLink:
        """Make a link to a verified result."""
        now = self.now()
        self.results.succeeded(owner, run_id)
        if expires_at is not None and expires_at <= now:
            message = "This moment has passed. Choose a later one, or none for a link that stays."
            raise Invalid(message, fields=(("expiresAt", message),))
        link = ShareLink(
            token=ShareToken(self.new_token()),
            owner=owner,
            run_id=run_id,
            title=title,
            created_at=now,
            expires_at=expires_at,
        )
        self.shares.add(link, lambda others: _require_room(others, now))
        log.info("result shared", extra={"run_id": run_id})
        return link

    def list(self, owner: UserId, run_id: RunId) -> Sequence[ShareLink]:
        """Return the result's links, the newest first, those that are over too."""
        self.results.succeeded(owner, run_id)
        return self.shares.of_run(owner, run_id)

    def revoke(self, owner: UserId, token: ShareToken) -> None:
        revoked = self.shares.revoke(owner, token, self.now())
        if revoked is None:
            raise NotFound("There is no such link.")
        log.info("share link revoked", extra={"run_id": revoked.run_id})

    def open(self, token: ShareToken) -> tuple[ShareLink, BacktestRun]:
        """Return what a link shows.

        Raises:
            NotFound: there was never such a link.
            Gone: it was revoked, has expired, or what it showed was deleted.
        """
        link = self.shares.get(token)
        if link is None:
            raise NotFound("There is no such link. Look whether the whole address was copied.")
        if not link.is_open(self.now()):
            raise Gone(_GONE)
        try:
            self.standings.require(link.owner, fresh=False)
            return link, self.results.succeeded(link.owner, link.run_id)
        except (NotFound, Conflict, AccountSuspended, Unauthenticated) as error:
            raise Gone(_GONE) from error


def _require_room(others: Sequence[ShareLink], now: datetime) -> None:
    if sum(link.is_open(now) for link in others) >= MAX_LINKS_PER_RESULT:
        raise QuotaExceeded(
            f"A result may have {MAX_LINKS_PER_RESULT} open links; revoke one that is no longer needed."
        )
