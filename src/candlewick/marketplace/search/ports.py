"""What search needs of the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from candlewick.accounts.models import UserId
from candlewick.marketplace.models import Listing, ListingId, ListingVersion

SHARDS = 256


@dataclass(frozen=True, slots=True)
class Shard:
    """All rows of one shard. `stamp` rises with every change."""

    number: int
    stamp: Any
    rows: Mapping[ListingId, bytes]


@dataclass(frozen=True, slots=True)
class Changes:
    """The shards that changed, whole. `until` is what to ask with the next time."""

    shards: Sequence[Shard]
    until: datetime | None


class ShardReader(Protocol):
    def read(self, known: Mapping[int, object], since: datetime | None) -> Changes:
        """Return every shard whose stamp is not the known one; `since` is the last answer's `until`."""


@dataclass(frozen=True, slots=True)
class Found:
    """A listing with the version that visitors see, as it is now."""

    listing: Listing
    version: ListingVersion
    is_author_suspended: bool


class FoundReader(Protocol):
    def read(self, wanted: Sequence[tuple[ListingId, int, UserId]]) -> Mapping[ListingId, Found]:
        """Return those listings that are there and whose current version is the one named, by one read."""


class Suspensions(Protocol):
    def suspended(self) -> frozenset[UserId]:
        """Return all accounts that are suspended now."""
