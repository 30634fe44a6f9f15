"""What the marketplace needs of stores and of its neighbours."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from candlewick.accounts.models import Quotas, UserId
from candlewick.backtests.models import BacktestRun, RunId
from candlewick.backtests.service import CodeSubmission
from candlewick.bots.models import Bot
from candlewick.bots.service import NewBot
from candlewick.marketplace.access import Viewer
from candlewick.marketplace.models import (
    Ancestor,
    Author,
    ExamId,
    Handle,
    Listing,
    ListingId,
    ListingVersion,
    Use,
    UseKind,
)
from candlewick.marketplace.notices.models import NoticeKind
from candlewick.strategies.models import Origin, Strategy, StrategyId, Version

# What a decision makes of a listing and one of its versions; both are stored at once.
Changed = tuple[Listing, ListingVersion]


class ListingStore(Protocol):
    """Listings with their versions. Whatever is written, the search index is written with it."""

    def add(
        self, listing: Listing, version: ListingVersion, check: Callable[[Sequence[Listing]], None]
    ) -> None:
        """Store a listing and its first version unless `check` refuses it for the owner's others."""

    def get(self, listing_id: ListingId) -> Listing | None: ...

    def of_owner(self, owner: UserId) -> Sequence[Listing]:
        """Return an author's listings, the last changed first."""

    def forks(self, listing_id: ListingId) -> Sequence[Listing]:
        """Return the listings whose ancestor this one is, the oldest first; a hundred at most."""

    def change(self, listing_id: ListingId, decide: Callable[[Listing], Listing]) -> Listing:
        """Replace a listing by what `decide` makes of it; `NotFound` when there is none."""

    def add_version(
        self, listing_id: ListingId, make: Callable[[Listing], ListingVersion]
    ) -> ListingVersion:
        """Store what `make` returns as the listing's latest version."""

    def version(self, listing_id: ListingId, number: int) -> ListingVersion | None: ...

    def versions(self, listing_id: ListingId) -> Sequence[ListingVersion]:
        """Return a listing's versions, the newest first."""

    def change_version(
        self,
        listing_id: ListingId,
        number: int,
        decide: Callable[[Listing, ListingVersion], Changed],
    ) -> Changed:
        """Replace a version, and its listing, by what `decide` makes of the two; `NotFound` without them."""


class UseStore(Protocol):
    def note(
        self, user: UserId, listing_id: ListingId, version: int, kind: UseKind, now: datetime
    ) -> None:
        """Keep that a user used a listing, and count it once, in one transaction."""

    def of_user(self, user: UserId) -> Sequence[Use]:
        """Return what a user used, in no order."""


class AuthorStore(Protocol):
    def get(self, handle: Handle) -> Author | None: ...

    def of_user(self, owner: UserId) -> Author | None: ...

    def put(self, author: Author) -> None:
        """Store an author; `Conflict` when the handle is another's, or the user has another handle."""


class Circumstances(Protocol):
    def viewer(self, listing_id: ListingId, user: UserId | None) -> Viewer:
        """Return what is known about who looks at a listing."""


class Standings(Protocol):
    def require(self, owner: UserId, *, fresh: bool) -> None: ...


class Examiner(Protocol):
    def begin(self, version: ListingVersion) -> ExamId:
        """Start to examine a version, and return the examination."""


class Desk(Protocol):
    def ancestor(self, owner: UserId, code: str) -> Ancestor | None:
        """Return whose near copy code is; `Conflict` when it is somebody else's."""

    def published(self, version: ListingVersion, code: str) -> None:
        """Do what belongs to a publication. Doing it twice is harmless."""


class Watchers(Protocol):
    def tell_watchers(self, kind: NoticeKind, listing: Listing, *, key: str, text: str) -> None:
        """Tell everybody who watches a listing; telling it twice under one `key` tells it once."""


class Runs(Protocol):
    def succeeded(self, owner: UserId, run_id: RunId) -> BacktestRun: ...


class Strategies(Protocol):
    def get(self, owner: UserId, strategy_id: StrategyId) -> Strategy: ...

    def version(self, owner: UserId, strategy_id: StrategyId, number: int) -> Version: ...

    def code(self, owner: UserId, version: Version) -> str: ...


class Codes(Protocol):
    def get(self, owner: UserId, code_hash: str) -> str: ...

    def put(self, owner: UserId, code: str) -> None: ...


class OwnStrategies(Protocol):
    def create(
        self, owner: UserId, name: str, *, forked_from: Origin | None = None
    ) -> Strategy: ...

    def save_version(
        self,
        owner: UserId,
        strategy_id: StrategyId,
        code: str,
        *,
        parameters: Mapping[str, object] | None,
        note: str,
    ) -> Version: ...


class Backtests(Protocol):
    def submit_code(self, owner: UserId, wanted: CodeSubmission, quotas: Quotas) -> BacktestRun: ...


class Bots(Protocol):
    def create(self, owner: UserId, wanted: NewBot, *, key: str, body: str) -> Bot: ...
