"""Share links in memory. The contract tests hold them to what the Firestore adapter does."""

from collections.abc import Callable, Sequence
from datetime import datetime

from candlewick.accounts.models import UserId
from candlewick.backtests.models import RunId
from candlewick.shares.models import ShareLink, ShareToken


class InMemoryShares:
    def __init__(self) -> None:
        self._links: dict[ShareToken, ShareLink] = {}

    def add(self, link: ShareLink, check: Callable[[Sequence[ShareLink]], None]) -> None:
        check(self.of_run(link.owner, link.run_id))
        self._links[link.token] = link

    def get(self, token: ShareToken) -> ShareLink | None:
        return self._links.get(token)

    def of_run(self, owner: UserId, run_id: RunId) -> Sequence[ShareLink]:
        found = [
            link for link in self._links.values() if (link.owner, link.run_id) == (owner, run_id)
        ]
        return sorted(found, key=lambda link: (link.created_at, link.token), reverse=True)

    def revoke(self, owner: UserId, token: ShareToken, now: datetime) -> ShareLink | None:
        link = self._links.get(token)
        if link is None or link.owner != owner:
            return None
        self._links[token] = link.revoked(now)
        return self._links[token]
