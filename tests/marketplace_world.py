"""The marketplace over fakes, as a part of `World`."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from api.marketplace.services import Marketplace
from candlewick.accounts.standing import StandingCheck
from candlewick.marketplace.authors import AuthorService
from candlewick.marketplace.models import Listing, ListingVersion
from candlewick.marketplace.moderation.service import ModerationService
from candlewick.marketplace.notices.service import NoticeService, WatcherTeller
from candlewick.marketplace.publishing import Publisher
from candlewick.marketplace.reviews.service import ReviewService
from candlewick.marketplace.search.live import LiveIndex
from candlewick.marketplace.search.service import SearchService
from candlewick.marketplace.service import ListingService
from candlewick.marketplace.telling import sentence_of
from candlewick.strategies.firestore import StoredCode
from candlewick.strategies.models import code_object, hash_code
from tests.factories import CODE
from tests.in_memory_feedback import (
    InMemoryCases,
    InMemoryNotices,
    InMemoryReviews,
    InMemoryWatches,
)
from tests.in_memory_marketplace import (
    InMemoryAuthors,
    InMemoryCircumstances,
    InMemoryListings,
    RecordingExaminer,
)
from tests.in_memory_search import InMemoryFound, InMemoryShards
from tests.marketplace_factories import a_listing_version

if TYPE_CHECKING:
    from tests.world import World


class MarketplaceWorld:
    def __init__(self, world: "World") -> None:
        self._world = world
        self.shards = InMemoryShards()
        self.listings, self.authors = InMemoryListings(self.shards.write), InMemoryAuthors()
        self.notices, self.watches = InMemoryNotices(), InMemoryWatches(self.listings)
        self.reviews = InMemoryReviews(self.listings, self.notices)
        self.cases = InMemoryCases(self.listings, self.reviews, self.notices)
        self.circumstances, self.examiner = InMemoryCircumstances(), RecordingExaminer()

    def put(self, listing: Listing, **changes: Any) -> ListingVersion:
        """Store a listing as if it had come this far; `changes` are of its one version."""
        fields = {"listing": listing.id, "owner": listing.owner, "strategy": listing.strategy}
        version = a_listing_version(**fields | changes)
        if listing.current_version is None:
            version = replace(version, published_at=None)
        self.listings.add(listing, version, lambda _: None)
        self._world.codes.stored[code_object(listing.owner, hash_code(CODE))] = CODE.encode()
        return version

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
            sentence=sentence_of,
            fingerprint=hash_code,
            watchers=self.watcher_teller(),
            now=world.clock,
            new_id=world.new_id,
        )

    def search(self) -> SearchService:
        world = self._world
        found = InMemoryFound(self.listings, world.accounts.suspended)
        live = LiveIndex(shards=self.shards, suspensions=found, now=world.clock)
        return SearchService(live=live, listings=found)

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
        return Marketplace(
            listings=self.service(),
            publisher=self.publisher(),
            authors=AuthorService(authors=self.authors, now=self._world.clock),
            search=self.search(),
            reviews=self.review_service(),
            notices=self.notice_service(),
            moderation=self.moderation(),
        )
