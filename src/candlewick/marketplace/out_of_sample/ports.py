"""What following versions needs from the outside."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from candlewick.marketplace.models import ListingId, OutOfSample
from candlewick.marketplace.out_of_sample.models import Followed


class FollowedStore(Protocol):
    def add(self, followed: Followed) -> None:
        """Store it unless it is there."""

    def get(self, key: str) -> Followed | None: ...
    def due(self, now: datetime, *, limit: int) -> Sequence[Followed]: ...
    def change(self, key: str, decide: Callable[[Followed], Followed | None]) -> Followed | None:
        """Apply `decide` in a transaction; `None` when it declines or nothing is there."""


class Outcomes(Protocol):
    def tell(self, listing: ListingId, version: int, found: OutOfSample) -> None:
        """Store how a version does with it, and with the search index. Doing it twice is harmless."""
