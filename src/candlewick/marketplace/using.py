"""Using other people's strategies: try, fork, run a paper bot. The author learns that somebody did, never who."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from candlewick.accounts.models import Account, UserClass, UserId
from candlewick.backtests.models import BacktestRun, BacktestSpec, RunId
from candlewick.backtests.ports import IdempotencyKey
from candlewick.backtests.service import CodeSubmission
from candlewick.bots.models import Bot, Trading
from candlewick.bots.service import NewBot
from candlewick.bots.verified import CheckedCode
from candlewick.bots.wire import Mode, RiskLimits
from candlewick.errors import Conflict, Invalid
from candlewick.log import logger
from candlewick.marketplace.access import Right
from candlewick.marketplace.models import (
    Access,
    Listing,
    ListingId,
    ListingVersion,
    Use,
    UseKind,
)
from candlewick.marketplace.ports import Backtests, Bots, Codes, OwnStrategies, UseStore
from candlewick.marketplace.running import listed_of, reference_of
from candlewick.marketplace.service import ListingService
from candlewick.strategies.models import Origin, Strategy

log = logger(__name__)

_CLOSED_BOT = (
    "The author does not show this code, and a bot keeps a log that could: try it as a backtest. "
    "Bots of closed code are not there yet."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """On which pairs and dates to try a version; without `version` the current one."""

    version: int | None
    pairs: tuple[str, ...]
    start: datetime
    until: datetime
    exchange: str | None = None
    wallet: Decimal | None = None
    max_open_trades: int | None = None
    fee: Decimal | None = None
    key: IdempotencyKey


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperBot:
    """A bot that trades on paper; `key` and `body` make asking twice harmless."""

    version: int | None
    name: str
    trading: Trading
    limits: RiskLimits
    key: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingUse:
    listings: ListingService
    uses: UseStore
    backtests: Backtests
    bots: Bots
    strategies: OwnStrategies
    codes: Codes
    now: Callable[[], datetime]

    def try_out(
        self, account: Account, listing_id: ListingId, wanted: Trial, user_class: UserClass
    ) -> BacktestRun:
        """Start a backtest that belongs to whoever tries; closed code leaves no trace in it."""
        seen, version = self.listings.version(account.id, listing_id, wanted.version, Right.RUN)
        code = reference_of(seen.listing, version, listed_of(seen.listing, version))
        submission = CodeSubmission(
            strategy=code, spec=_spec(version.spec, wanted), key=wanted.key, user_class=user_class
        )
        run = self.backtests.submit_code(account.id, submission, account.quotas)
        self._note(account.id, seen.listing, version, UseKind.RUN)
        return run

    def fork(
        self, user: UserId, listing_id: ListingId, *, number: int | None, name: str
    ) -> Strategy:
        """Make a strategy of one's own that begins with this code, and knows where it came from."""
        seen, version = self.listings.version(user, listing_id, number, Right.FORK)
        code = self.codes.get(version.owner, version.code_hash)
        origin = Origin(listing=listing_id, version=version.number)
        made = self.strategies.create(user, name or seen.listing.terms.title, forked_from=origin)
        self.strategies.save_version(
            user,
            made.id,
            code,
            parameters=version.parameters,
            note=f"Forked from {seen.listing.terms.title}, version {version.number}.",
        )
        self._note(user, seen.listing, version, UseKind.FORK)
        return replace(made, latest_version=1)

    def start_paper_bot(
        self, user: UserId, listing_id: ListingId, wanted: PaperBot, user_class: UserClass
    ) -> Bot:
        """Make a bot that trades on paper with open code; it is started like any other."""
        seen, version = self.listings.version(user, listing_id, wanted.version, Right.RUN)
        listing = seen.listing
        if listing.terms.access is Access.CLOSED:
            raise Conflict(_CLOSED_BOT)
        if version.can_short:
            raise Invalid("This strategy opens short positions; bots trade the spot market only.")
        if version.verdict.base_run is None:
            raise Conflict("This version has no verified backtest yet.")
        # A bot reads code of its own: it goes on when its author takes the listing back.
        self.codes.put(user, self.codes.get(version.owner, version.code_hash))
        code = reference_of(listing, version, listed_of(listing, version)).stored()
        new = NewBot(
            name=wanted.name,
            mode=Mode.PAPER,
            strategy=CheckedCode(code=code, run=RunId(version.verdict.base_run)),
            trading=replace(wanted.trading, timeframe=version.spec.timeframe),
            limits=wanted.limits,
            user_class=user_class,
        )
        bot = self.bots.create(user, new, key=wanted.key, body=wanted.body)
        self._note(user, listing, version, UseKind.BOT)
        return bot

    def mine(self, user: UserId) -> list[tuple[Use, Listing | None]]:
        """Return what a user ran, forked and lets bots run; None for what they may not see any more."""
        found = []
        for use in self.uses.of_user(user):
            listing = self.listings.if_seen(user, use.listing)
            found.append((use, listing))
        return found

    def _note(self, user: UserId, listing: Listing, version: ListingVersion, kind: UseKind) -> None:
        if user == listing.owner:
            return  # an author's own use says nothing about a strategy
        self.uses.note(user, listing.id, version.number, kind, self.now())
        log.info("listing used", extra={"listing": listing.id, "kind": kind})


def _spec(published: BacktestSpec, wanted: Trial) -> BacktestSpec:
    """Return the version's own settings, on other pairs and dates."""
    return replace(
        published,
        exchange=wanted.exchange or published.exchange,
        pairs=wanted.pairs,
        start=wanted.start,
        until=wanted.until,
        wallet=wanted.wallet or published.wallet,
        max_open_trades=wanted.max_open_trades or published.max_open_trades,
        fee=published.fee if wanted.fee is None else wanted.fee,
        probe=None,
    )
