"""The marketplace over fakes, as a part of `World`."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from api.marketplace.services import Marketplace
from candlewick.accounts.models import UserId
from candlewick.accounts.standing import StandingCheck
from candlewick.backtests.models import RunId, RunState
from candlewick.marketplace.authors import AuthorService
from candlewick.marketplace.exams.service import ExamService
from candlewick.marketplace.house import StoredLineage, StoredOutcomes, StoredVerdicts
from candlewick.marketplace.house_results import HouseResults
from candlewick.marketplace.members import MemberService
from candlewick.marketplace.models import Listing, ListingId, ListingVersion
from candlewick.marketplace.moderation.service import ModerationService
from candlewick.marketplace.notices.service import NoticeService, WatcherTeller
from candlewick.marketplace.out_of_sample.service import OutOfSampleService
from candlewick.marketplace.payments.models import Entitlement, PurchaseId
from candlewick.marketplace.payments.service import PaymentService
from candlewick.marketplace.publishing import Publisher
from candlewick.marketplace.records.service import RecordService
from candlewick.marketplace.reviews.service import ReviewService
from candlewick.marketplace.search.live import LiveIndex
from candlewick.marketplace.search.service import SearchService
from candlewick.marketplace.search.traits import traits_of
from candlewick.marketplace.service import ListingService
from candlewick.marketplace.telling import sentence_of
from candlewick.marketplace.using import ListingUse
from candlewick.strategies.firestore import StoredCode
from candlewick.strategies.models import StrategyId, Version, code_object, hash_code
from candlewick.trust.evidence import ResultFiles
from tests.factories import CODE, a_run, a_strategy_ref
from tests.in_memory_books import InMemoryBooks, RecordingProvider
from tests.in_memory_feedback import (
    InMemoryCases,
    InMemoryNotices,
    InMemoryOwnedVersions,
    InMemoryReviews,
    InMemoryWatches,
)
from tests.in_memory_house import InMemoryExams, InMemoryFollowed, RecordingDesk
from tests.in_memory_marketplace import (
    InMemoryAuthors,
    InMemoryCircumstances,
    InMemoryListings,
    InMemoryUses,
    RecordingExaminer,
)
from tests.in_memory_members import InMemoryMembers
from tests.in_memory_search import InMemoryFound, InMemoryShards
from tests.marketplace_factories import a_listing_version

if TYPE_CHECKING:
    from candlewick.marketplace.payments.ports import PaymentProvider
    from tests.world import World


PAYMENTS_SECRET = "a signing secret of the tests"


class MarketplaceWorld:
    def __init__(self, world: "World") -> None:
        self._world = world
        self.shards = InMemoryShards()
        self.listings, self.authors = InMemoryListings(self.shards.write), InMemoryAuthors()
        self.notices, self.watches = InMemoryNotices(), InMemoryWatches(self.listings)
        self.uses = InMemoryUses(self.listings)
        self.reviews = InMemoryReviews(self.listings, self.notices, self.uses)
        self.cases = InMemoryCases(self.listings, self.reviews, self.notices)
        self.members, self.books = InMemoryMembers(), InMemoryBooks()
        self.provider: PaymentProvider | None = RecordingProvider()
        self.circumstances = InMemoryCircumstances(self.uses, self.members, self.books, world.clock)
        self.examiner = RecordingExaminer()
        self.exams, self.followed, self.desk = InMemoryExams(), InMemoryFollowed(), RecordingDesk()

    def put(self, listing: Listing, **changes: Any) -> ListingVersion:
        """Store a listing as if it had come this far; `changes` are of its one version."""
        fields = {"listing": listing.id, "owner": listing.owner, "strategy": listing.strategy}
        version = a_listing_version(**fields | changes)
        if listing.current_version is None:
            version = replace(version, published_at=None)
        self.listings.add(listing, version, lambda _: None)
        self._world.codes.stored[code_object(listing.owner, hash_code(CODE))] = CODE.encode()
        return version

    def entitle(self, listing: str, user: UserId) -> None:
        self.books.entitlements[listing, user] = Entitlement(
            listing=ListingId(listing),
            user=user,
            purchase=PurchaseId("p1"),
            since=self._world.clock(),
            until=None,
        )

    def version(self, listing: str, number: int = 1) -> ListingVersion:
        found = self.listings.version(ListingId(listing), number)
        assert found is not None
        return found

    def verified_run(self, owner: UserId, strategy: StrategyId, version: Version) -> None:
        """Give somebody a verified backtest of a version of their own, under the id `verified`."""
        used = a_strategy_ref(id=strategy, version=version.number, code_hash=version.code_hash)
        run = a_run(RunState.SUCCEEDED, id=RunId("verified"), owner=owner, strategy=used)
        self._world.runs.put(run)

    def service(self) -> ListingService:
        world = self._world
        return ListingService(
            listings=self.listings,
            authors=self.authors,
            circumstances=self.circumstances,
            standings=StandingCheck(accounts=world.accounts, now=world.clock),
            codes=StoredCode(world.codes),
        )

    def publisher(self) -> Publisher:
        world = self._world
        return Publisher(
            listings=self.listings,
            authors=self.authors,
            strategies=world.strategy_service(),
            runs=world.backtest_service(),
            examiner=self.examiner,
            desk=self.desk,
            sentence=sentence_of,
            fingerprint=hash_code,
            traits=traits_of,
            watchers=self.watcher_teller(),
            now=world.clock,
            new_id=world.new_id,
        )

    def files(self) -> ResultFiles:
        return ResultFiles(self._world.results.read)

    def exam_service(self) -> ExamService:
        world, runs = self._world, self._world.backtest_service()
        return ExamService(
            exams=self.exams,
            runs=runs,
            versions=world.strategy_service(),
            lineage=StoredLineage(self.listings, runs),
            verdicts=StoredVerdicts(self.listings, self.watcher_teller()),
            results=world.results,
            now=world.clock,
            new_id=world.new_id,
        )

    def out_of_sample(self) -> OutOfSampleService:
        world = self._world
        return OutOfSampleService(
            followed=self.followed,
            runs=world.backtest_service(),
            catalogue=world.catalogue,
            files=self.files(),
            outcomes=StoredOutcomes(self.listings, self.watcher_teller()),
            now=world.clock,
        )

    def search(self) -> SearchService:
        world = self._world
        found = InMemoryFound(self.listings, world.accounts.suspended)
        live = LiveIndex(shards=self.shards, suspensions=found, now=world.clock)
        return SearchService(live=live, listings=found)

    def payments(self) -> PaymentService:
        world = self._world
        return PaymentService(
            listings=self.service(),
            books=self.books,
            provider=self.provider,
            secret=PAYMENTS_SECRET if self.provider else None,
            now=world.clock,
        )

    def watcher_teller(self) -> WatcherTeller:
        return WatcherTeller(watches=self.watches, notices=self.notices, now=self._world.clock)

    def review_service(self) -> ReviewService:
        world = self._world
        return ReviewService(
            reviews=self.reviews,
            listings=self.service(),
            authors=self.authors,
            now=world.clock,
            new_id=world.new_id,
        )

    def notice_service(self) -> NoticeService:
        return NoticeService(
            watches=self.watches,
            notices=self.notices,
            listings=self.service(),
            now=self._world.clock,
        )

    def records(self) -> RecordService:
        return RecordService(
            authors=self.authors,
            listings=self.listings,
            versions=InMemoryOwnedVersions(self.listings),
            standings=StandingCheck(accounts=self._world.accounts, now=self._world.clock),
        )

    def moderation(self) -> ModerationService:
        world = self._world
        return ModerationService(
            cases=self.cases,
            moderators=self.circumstances,
            watchers=self.watcher_teller(),
            listings=self.service(),
            reader=self.listings,
            reviews=self.reviews,
            authors=self.authors,
            now=world.clock,
            new_id=world.new_id,
        )

    def services(self) -> Marketplace:
        world = self._world
        return Marketplace(
            listings=self.service(),
            publisher=self.publisher(),
            authors=AuthorService(authors=self.authors, now=world.clock),
            exams=self.exam_service(),
            house_results=HouseResults(world.backtest_service(), self.files()),
            search=self.search(),
            payments=self.payments(),
            site_url="https://site.example",
            reviews=self.review_service(),
            notices=self.notice_service(),
            moderation=self.moderation(),
            records=self.records(),
            members=MemberService(
                store=self.members,
                listings=self.service(),
                now=world.clock,
                new_token=world.new_invitation,
            ),
            uses=ListingUse(
                listings=self.service(),
                uses=self.uses,
                backtests=world.backtest_service(),
                bots=world.bots.service(),
                strategies=world.strategy_service(),
                codes=StoredCode(world.codes),
                now=world.clock,
            ),
        )
