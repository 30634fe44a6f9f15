"""Listings and their versions: what the marketplace shows, and the only ways in which it may change."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NewType

from candlewick.accounts.models import UserId
from candlewick.backtests.models import BacktestSpec, RunId, StrategyRef
from candlewick.errors import Conflict
from candlewick.strategies.models import StrategyId
from candlewick.trust.finding import Grade

ListingId = NewType("ListingId", str)
Handle = NewType("Handle", str)
ExamId = NewType("ExamId", str)

_HOUSE = "marketplace-"

# Own what an erased account published: it stays in the statistics and belongs to nobody. No sign-in has this id.
ERASED, NOBODY = UserId("erased"), Handle("erased")

TITLE_LENGTH = 80
SUMMARY_LENGTH = 200
DESCRIPTION_LENGTH = 10_000
NOTES_LENGTH = 2_000
MAX_TAGS = 8
MAX_VERSIONS = 200
MAX_LISTINGS_PER_AUTHOR = 100


class Visibility(StrEnum):
    PUBLIC = "public"  # found by search
    UNLISTED = "unlisted"  # seen by whoever has the address
    PRIVATE = "private"  # seen by whoever was invited


class Access(StrEnum):
    """Whether others may read the code, or only run it."""

    OPEN = "open"
    CLOSED = "closed"


class Standing(StrEnum):
    """Where a listing stands. A withdrawn or suspended one stays in every statistic."""

    DRAFT = "draft"  # no version is published yet
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"  # by its author
    SUSPENDED = "suspended"  # by a moderator


_NEXT: Mapping[Standing, frozenset[Standing]] = {
    Standing.DRAFT: frozenset({Standing.PUBLISHED, Standing.WITHDRAWN, Standing.SUSPENDED}),
    Standing.PUBLISHED: frozenset({Standing.WITHDRAWN, Standing.SUSPENDED}),
    Standing.WITHDRAWN: frozenset({Standing.PUBLISHED, Standing.SUSPENDED}),
    Standing.SUSPENDED: frozenset({Standing.PUBLISHED, Standing.WITHDRAWN}),
}


class Licence(StrEnum):
    """Under which terms an open listing's code is given; SPDX names, and one that allows reading only."""

    GPL = "GPL-3.0-or-later"
    MIT = "MIT"
    APACHE = "Apache-2.0"
    RESERVED = "all-rights-reserved"

    @property
    def allows_forks(self) -> bool:
        return self is not Licence.RESERVED


class Plan(StrEnum):
    ONCE = "once"
    MONTHLY = "monthly"


def house_of(listing: ListingId) -> UserId:
    """Return who owns the platform's own runs of a listing. No sign-in has such an id.

    One for each listing, so that the runs of many do not wait for one another's usage document.
    """
    return UserId(f"{_HOUSE}{listing}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """`amount` in units of `currency` (an ISO 4217 code), for instance 19.90 USD."""

    amount: Decimal
    currency: str
    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who publishes, as others see it. The account's e-mail address and id are never shown."""

    handle: Handle
    owner: UserId
    name: str
    about: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ancestor:
    """What a listing or strategy was forked from, or is a near copy of."""

    listing: ListingId
    version: int
    is_declared: bool  # forked by the button, rather than found by its fingerprint


class ExamState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"  # the strategy fails when it is run; or the platform did, and says so


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an examination came to, kept with the version. `is_publishable` is false when it sees the future."""

    exam: ExamId
    state: ExamState
    grade: Grade | None = None
    is_publishable: bool = False
    base_run: RunId | None = None  # the house's run of the version as its author ran it
    headline: Mapping[str, object] = field(default_factory=dict)  # of that run: in-sample figures
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfSample:
    """What a version did on candles that came after it was published. Ratios are fractions, Sharpe ratios yearly."""

    run: RunId
    since: datetime
    until: datetime
    days: int
    trades: int
    profit: float
    drawdown: float
    sharpe: float | None
    rank: float  # what search sorts by: the lower bound of the Sharpe ratio
    is_in_range: bool  # whether the profit lies within what its in-sample trades let expect
    buy_and_hold: float


class Style(StrEnum):
    """How a strategy looks for its chances, as far as its entry conditions show."""

    TREND = "trend-following"
    REVERSION = "mean-reversion"
    BREAKOUT = "breakout"
    MOMENTUM = "momentum"
    GRID = "grid-dca"
    CANDLESTICKS = "candlestick-patterns"


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What search can filter by and the author need not write: read from the code (`search/traits.py`)."""

    styles: tuple[Style, ...] = ()
    indicators: tuple[str, ...] = ()  # names of the registry, `candlewick.indicators`
    has_leverage: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingVersion:
    """A numbered, immutable state of a listing: its code, settings and release notes never change.

    Only what the platform finds about it does: `verdict`, `published_at` and `out_of_sample`.
    """

    listing: ListingId
    number: int
    owner: UserId
    strategy: StrategyId
    strategy_version: int
    class_name: str
    code_hash: str
    fingerprint: str
    parameters: Mapping[str, object] | None
    pairs_named: tuple[str, ...]
    spec: BacktestSpec
    can_short: bool
    sentence: str  # what it does, from its spec; empty where its code is none of the builder's
    notes: str
    created_at: datetime
    verdict: Verdict
    traits: Traits = Traits()
    published_at: datetime | None = None
    out_of_sample: OutOfSample | None = None

    def reference(self) -> StrategyRef:
        """Return the code as a run names it."""
        return StrategyRef(
            id=self.strategy,
            name=self.class_name,
            version=self.strategy_version,
            class_name=self.class_name,
            code_hash=self.code_hash,
            parameters=self.parameters,
            pairs_named=self.pairs_named,
            code_owner=self.owner,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the author writes and may change without a new version."""

    title: str
    summary: str
    description: str  # Markdown
    tags: tuple[str, ...]
    visibility: Visibility
    access: Access
    licence: Licence
    price: Price | None  # None: free


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How often a listing was used. A user counts once for each."""

    users: int = 0
    forks: int = 0
    watchers: int = 0
    reviews: int = 0
    stars: int = 0  # the sum of the ratings


class UseKind(StrEnum):
    """How a listing was used."""

    RUN = "run"
    FORK = "fork"
    BOT = "bot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """That somebody used a listing, kept with them: when they last did what. Its author is not told who."""

    listing: ListingId
    version: int
    ran_at: datetime | None = None
    forked_at: datetime | None = None
    bot_at: datetime | None = None

    @property
    def has_run(self) -> bool:
        return self.ran_at is not None or self.bot_at is not None

    def after(self, kind: UseKind, version: int, now: datetime) -> "Use":
        changed = {UseKind.RUN: "ran_at", UseKind.FORK: "forked_at", UseKind.BOT: "bot_at"}[kind]
        return replace(self, version=version, **{changed: now})  # type: ignore[arg-type]  # of a field above


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    id: ListingId
    owner: UserId
    author: Handle
    strategy: StrategyId
    terms: Terms
    standing: Standing
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None = None  # when it first was
    latest_version: int = 0
    current_version: int | None = None  # the published one that visitors see
    ancestor: Ancestor | None = None
    counts: Counts = Counts()

    def used(self, before: Use | None, after: Use) -> "Listing":
        """Return the listing with a use counted, unless the same user was counted for such a one before."""
        had_run = before is not None and before.has_run
        had_forked = before is not None and before.forked_at is not None
        users = self.counts.users + (after.has_run and not had_run)
        forks = self.counts.forks + (after.forked_at is not None and not had_forked)
        return replace(self, counts=replace(self.counts, users=users, forks=forks))

    def moved_to(self, standing: Standing, now: datetime) -> "Listing":
        if standing not in _NEXT[self.standing]:
            raise Conflict(f"A {self.standing} listing cannot become {standing}.")
        return replace(self, standing=standing, updated_at=now)
