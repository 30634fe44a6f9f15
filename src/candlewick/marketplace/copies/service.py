"""Which listed version a strategy's code is a copy of, if any."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from candlewick.accounts.models import UserId
from candlewick.errors import Conflict
from candlewick.marketplace.copies.fingerprint import Fingerprint, fingerprint
from candlewick.marketplace.models import Ancestor, ListingId

LIKE = 0.8  # from this likeness on one counts as a copy of the other


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A published version's fingerprint."""

    listing: ListingId
    version: int
    owner: UserId
    exact: str
    sketch: tuple[int, ...]
    bands: tuple[str, ...]

    @property
    def fingerprint(self) -> Fingerprint:
        return Fingerprint(self.exact, self.sketch)


class MarkStore(Protocol):
    def add(self, marked: Marked) -> None:
        """Store it; again it is harmless."""

    def alike(self, bands: Sequence[str]) -> Sequence[Marked]:
        """Return versions that share a band, the oldest first."""


@dataclass(frozen=True, slots=True)
class CopyCheck:
    marks: MarkStore

    def ancestor(self, owner: UserId, code: str) -> Ancestor | None:
        """Return the other author's version that code is a near copy of; `None` where it is its own.

        Raises:
            Conflict: it is the same strategy, under other names at most.
        """
        own = fingerprint(code)
        found = [each for each in self.marks.alike(own.bands) if each.owner != owner]
        if any(each.exact == own.exact for each in found):
            raise Conflict(
                "This strategy is listed already by somebody else, under other names at most. Fork that listing and change what you "
                "want to do better."
            )
        likest = max(found, key=lambda each: own.likeness(each.fingerprint), default=None)
        if likest is None or own.likeness(likest.fingerprint) < LIKE:
            return None
        return Ancestor(listing=likest.listing, version=likest.version, is_declared=False)

    def register(self, listing: ListingId, version: int, owner: UserId, code: str) -> None:
        """Remember a version that is published now."""
        own = fingerprint(code)
        self.marks.add(
            Marked(
                listing=listing,
                version=version,
                owner=owner,
                exact=own.exact,
                sketch=own.sketch,
                bands=own.bands,
            )
        )
