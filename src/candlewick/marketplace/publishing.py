"""Publishing: what an author does with listings and their versions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NoReturn

from candlewick.accounts.models import UserId
from candlewick.backtests.models import BacktestRun, RunId
from candlewick.errors import Conflict, Invalid, NotFound, QuotaExceeded
from candlewick.log import logger
from candlewick.marketplace import texts
from candlewick.marketplace.models import (
    MAX_LISTINGS_PER_AUTHOR,
    MAX_VERSIONS,
    Access,
    Ancestor,
    ExamId,
    ExamState,
    Listing,
    ListingId,
    ListingVersion,
    Standing,
    Terms,
    Traits,
    Verdict,
    Visibility,
)
from candlewick.marketplace.notices.models import NoticeKind
from candlewick.marketplace.ports import (
    AuthorStore,
    Changed,
    Desk,
    Examiner,
    ListingStore,
    Runs,
    Strategies,
    Watchers,
)
from candlewick.strategies.models import Origin, StrategyId, Version

log = logger(__name__)

_UNEXAMINED = Verdict(exam=ExamId(""), state=ExamState.RUNNING)
_NOT_BEGUN = "The examination could not be begun; that is our fault. Save it as a new version."
_SUSPENDED = "A moderator took this listing down; only a moderator can put it back."


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What is to become a version: code of one's own, and the verified run that says with which settings."""

    strategy: StrategyId
    version: int
    run: RunId
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    listings: ListingStore
    authors: AuthorStore
    strategies: Strategies
    runs: Runs
    examiner: Examiner
    desk: Desk
    sentence: Callable[[str], str]
    fingerprint: Callable[[str], str]
    traits: Callable[[str], Traits]
    watchers: Watchers
    now: Callable[[], datetime]
    new_id: Callable[[], str]

    def create(self, owner: UserId, edition: Edition, terms: Terms) -> Listing:
        """Make a listing, a draft until a version is published, and begin to examine its first version."""
        author = self.authors.of_user(owner)
        if author is None:
            raise Conflict("Choose a handle first; it is what others see as the author.")
        now, origin = self.now(), self.strategies.get(owner, edition.strategy).forked_from
        listing = Listing(
            id=ListingId(self.new_id()),
            owner=owner,
            author=author.handle,
            strategy=edition.strategy,
            terms=cleaned(terms),
            standing=Standing.DRAFT,
            created_at=now,
            updated_at=now,
            latest_version=1,
            ancestor=None if origin is None else _declared(origin),
        )
        version = self._version(listing, 1, edition)
        self.listings.add(listing, version, _require_room)
        log.info("listing made", extra={"listing": listing.id})
        self._examine(version)
        return listing

    def add_version(self, owner: UserId, listing_id: ListingId, edition: Edition) -> ListingVersion:
        """Save a new version, which visitors do not see before it is published; its examination begins."""
        listing = self._own(owner, listing_id)
        if edition.strategy != listing.strategy:
            raise Invalid("This listing is of another strategy; make a listing of its own for it.")
        made = self._version(listing, 0, edition)

        def number(found: Listing) -> ListingVersion:
            if found.latest_version >= MAX_VERSIONS:
                raise QuotaExceeded(f"A listing may have {MAX_VERSIONS} versions.")
            return replace(made, number=found.latest_version + 1)

        version = self.listings.add_version(listing_id, number)
        return self._examine(version)

    def examine_again(self, version: ListingVersion) -> ListingVersion:
        """Examine a version once more whose examination failed."""
        if version.verdict.state is not ExamState.FAILED:
            raise Conflict("Only a failed examination can be asked for again.")

        def decide(listing: Listing, found: ListingVersion) -> Changed:
            return listing, replace(found, verdict=_UNEXAMINED)

        again = self.listings.change_version(version.listing, version.number, decide)[1]
        return self._examine(again)

    def edit(self, owner: UserId, listing_id: ListingId, terms: Terms) -> Listing:
        """Change what needs no new version: text, tags, visibility, access, licence, price."""
        current = self._own(owner, listing_id).current_version
        wanted, now = cleaned(terms), self.now()

        def decide(listing: Listing) -> Listing:
            return replace(listing, terms=wanted, updated_at=now)

        if current is None:
            return self.listings.change(listing_id, decide)

        def decide_both(listing: Listing, version: ListingVersion) -> Changed:
            edited = decide(listing)
            _require_publishable(edited, version)
            code = self._code(version)
            return edited, replace(
                version,
                sentence=self._sentence(edited.terms, code),
                traits=self._traits(edited.terms, code),
            )

        return self.listings.change_version(listing_id, current, decide_both)[0]

    def publish(self, owner: UserId, listing_id: ListingId, number: int) -> Changed:
        """Make a version the one that visitors see; its examination must be over, and fit the visibility."""
        ancestor, now = self._prepare(self._own(owner, listing_id), number), self.now()

        def decide(listing: Listing, version: ListingVersion) -> Changed:
            _require_fit(listing, version)
            shown = replace(listing, ancestor=listing.ancestor or ancestor)
            if listing.standing is not Standing.PUBLISHED:
                shown = shown.moved_to(Standing.PUBLISHED, now)
            return (
                replace(
                    shown,
                    current_version=number,
                    published_at=listing.published_at or now,
                    updated_at=now,
                ),
                replace(version, published_at=version.published_at or now),
            )

        changed = self.listings.change_version(listing_id, number, decide)
        log.info("listing published", extra={"listing": listing_id, "version": number})
        text = f"Version {number} was published. {changed[1].notes}".strip()
        self._tell(NoticeKind.NEW_VERSION, changed[0], str(number), text)
        return changed

    def _prepare(self, listing: Listing, number: int) -> Ancestor | None:
        """Look for copies, and begin to follow the version; return whose near copy it is."""
        version = self.listings.version(listing.id, number)
        if version is None:
            raise NotFound(f"This listing has no version {number}.")
        _require_fit(listing, version)
        found = self.strategies.version(version.owner, version.strategy, version.strategy_version)
        code = self.strategies.code(version.owner, found)
        ancestor = self.desk.ancestor(version.owner, code)
        self.desk.published(version, code)
        return ancestor

    def withdraw(self, owner: UserId, listing_id: ListingId) -> Listing:
        """Hide a listing. It stays in every statistic, and whoever bought it keeps it."""
        self._own(owner, listing_id)

        def decide(listing: Listing) -> Listing:
            _require_not_suspended(listing)
            return listing.moved_to(Standing.WITHDRAWN, self.now())

        changed = self.listings.change(listing_id, decide)
        log.info("listing withdrawn", extra={"listing": listing_id})
        key = changed.updated_at.isoformat()
        self._tell(NoticeKind.WITHDRAWN, changed, key, "Its author withdrew it.")
        return changed

    def restore(self, owner: UserId, listing_id: ListingId) -> Listing:
        """Show a withdrawn listing again."""
        self._own(owner, listing_id)

        def decide(listing: Listing) -> Listing:
            _require_not_suspended(listing)
            if listing.current_version is None:
                raise Conflict("No version was published yet: publish one to show it.")
            return listing.moved_to(Standing.PUBLISHED, self.now())

        changed = self.listings.change(listing_id, decide)
        log.info("listing restored", extra={"listing": listing_id})
        key = changed.updated_at.isoformat()
        self._tell(NoticeKind.RESTORED, changed, key, "Its author shows it again.")
        return changed

    def _tell(self, kind: NoticeKind, listing: Listing, key: str, text: str) -> None:
        self.watchers.tell_watchers(kind, listing, key=key, text=text)

    def _own(self, owner: UserId, listing_id: ListingId) -> Listing:
        found = self.listings.get(listing_id)
        if found is None or found.owner != owner:
            raise NotFound("There is no such listing of yours.")
        return found

    def _version(self, listing: Listing, number: int, edition: Edition) -> ListingVersion:
        owner = listing.owner
        version = self.strategies.version(owner, edition.strategy, edition.version)
        run = self.runs.succeeded(owner, edition.run)
        _require_run_of(run, edition, version)
        code = self.strategies.code(owner, version)
        return ListingVersion(
            listing=listing.id,
            number=number,
            owner=owner,
            strategy=edition.strategy,
            strategy_version=edition.version,
            class_name=run.strategy.class_name,
            code_hash=version.code_hash,
            fingerprint=self.fingerprint(code),
            parameters=run.strategy.parameters,
            pairs_named=run.strategy.pairs_named,
            spec=run.spec,
            can_short=version.report.facts.can_short,
            sentence=self._sentence(listing.terms, code),
            notes=texts.markdown("notes", edition.notes),
            created_at=self.now(),
            verdict=_UNEXAMINED,
            traits=self._traits(listing.terms, code),
        )

    def _code(self, version: ListingVersion) -> str:
        found = self.strategies.version(version.owner, version.strategy, version.strategy_version)
        return self.strategies.code(version.owner, found)

    def _sentence(self, terms: Terms, code: str) -> str:
        return self.sentence(code) if _is_told(terms) else ""

    def _traits(self, terms: Terms, code: str) -> Traits:
        found = self.traits(code)
        return found if _is_told(terms) else replace(found, indicators=())

    def _examine(self, version: ListingVersion) -> ListingVersion:
        try:
            exam = self.examiner.begin(version)
        except Exception:
            failed = Verdict(exam=ExamId(""), state=ExamState.FAILED, message=_NOT_BEGUN)
            self.listings.change_version(
                version.listing,
                version.number,
                lambda listing, found: (listing, replace(found, verdict=failed)),
            )
            raise
        return self.listings.change_version(
            version.listing,
            version.number,
            lambda listing, found: (
                listing,
                replace(found, verdict=replace(found.verdict, exam=exam)),
            ),
        )[1]


def _is_told(terms: Terms) -> bool:
    """Whether the rules may be told: where the code is not given to everybody, neither are they."""
    return terms.access is Access.OPEN and terms.price is None


def _declared(origin: Origin) -> Ancestor:
    return Ancestor(listing=ListingId(origin.listing), version=origin.version, is_declared=True)


def cleaned(terms: Terms) -> Terms:
    """Return terms whose text may be shown; `Invalid` names what may not."""
    title, summary = texts.line(terms.title), texts.line(terms.summary)
    for name, text in (("title", title), ("summary", summary)):
        if not text:
            _refuse(name, f"Write a {name}: what remains of this one shows nothing.")
    tags = tuple(dict.fromkeys(texts.line(tag).lower() for tag in terms.tags))
    return replace(
        terms,
        title=title,
        summary=summary,
        description=texts.markdown("description", terms.description),
        tags=tuple(filter(None, tags)),
    )


def _refuse(field: str, message: str) -> NoReturn:
    raise Invalid(message, fields=((field, message),))


def _require_room(others: Sequence[Listing]) -> None:
    if len(others) >= MAX_LISTINGS_PER_AUTHOR:
        raise QuotaExceeded(f"You already have {MAX_LISTINGS_PER_AUTHOR} listings.")


def _require_run_of(run: BacktestRun, edition: Edition, version: Version) -> None:
    used = (run.strategy.id, run.strategy.version, run.strategy.code_hash)
    if used != (edition.strategy, edition.version, version.code_hash):
        _refuse(
            "runId",
            f"This backtest is not of version {edition.version} of this strategy; run that first.",
        )


def _require_not_suspended(listing: Listing) -> None:
    if listing.standing is Standing.SUSPENDED:
        raise Conflict(_SUSPENDED)


def _require_examined(version: ListingVersion) -> None:
    verdict = version.verdict
    if verdict.state is ExamState.RUNNING:
        raise Conflict("The examination is still under way; it can be published when it is done.")
    if verdict.state is ExamState.FAILED:
        raise Conflict(
            f"The examination failed, so there is nothing to publish. {verdict.message}".strip()
        )


def _require_fit(listing: Listing, version: ListingVersion) -> None:
    _require_not_suspended(listing)
    _require_examined(version)
    _require_publishable(listing, version)


def _require_publishable(listing: Listing, version: ListingVersion) -> None:
    if listing.terms.visibility is Visibility.PUBLIC and not version.verdict.is_publishable:
        raise Conflict(
            "This version's examination speaks against showing it to everybody: "
            f"{version.verdict.message or 'its report says why'} It may be unlisted or private."
        )
