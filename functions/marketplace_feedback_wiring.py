"""The part of the composition root that search, reviews, notices and moderation need."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from google.cloud import firestore

from candlewick.marketplace.holding import MarketplaceHolding
from candlewick.marketplace.moderation.firestore import FirestoreCaseStore, FirestoreModerators
from candlewick.marketplace.moderation.service import ModerationService
from candlewick.marketplace.notices.firestore import FirestoreNoticeStore, FirestoreWatchStore
from candlewick.marketplace.notices.service import NoticeService, WatcherTeller
from candlewick.marketplace.records.firestore import FirestoreOwnedVersions
from candlewick.marketplace.records.service import RecordService
from candlewick.marketplace.reviews.firestore import FirestoreReviewStore
from candlewick.marketplace.reviews.service import ReviewService
from candlewick.marketplace.search.firestore import FirestoreFound, FirestoreShards
from candlewick.marketplace.search.live import LiveIndex
from candlewick.marketplace.search.service import SearchService
from candlewick.marketplace.service import ListingService


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What it is made of: `listings` says who may do what."""

    client: firestore.Client
    listings: ListingService
    now: Callable[[], datetime]
    new_id: Callable[[], str]

    def search(self) -> SearchService:
        found = FirestoreFound(self.client)
        live = LiveIndex(shards=FirestoreShards(self.client), suspensions=found, now=self.now)
        return SearchService(live=live, listings=found)

    def reviews(self) -> ReviewService:
        return ReviewService(
            reviews=FirestoreReviewStore(self.client),
            listings=self.listings,
            authors=self.listings.authors,
            now=self.now,
            new_id=self.new_id,
        )

    def notices(self) -> NoticeService:
        return NoticeService(
            watches=FirestoreWatchStore(self.client),
            notices=FirestoreNoticeStore(self.client),
            listings=self.listings,
            now=self.now,
        )

    def records(self) -> RecordService:
        return RecordService(
            authors=self.listings.authors,
            listings=self.listings.listings,
            versions=FirestoreOwnedVersions(self.client),
            standings=self.listings.standings,
        )

    def moderation(self) -> ModerationService:
        return ModerationService(
            cases=FirestoreCaseStore(self.client, FirestoreShards(self.client)),
            moderators=FirestoreModerators(self.client),
            watchers=watcher_teller(self.client, self.now),
            listings=self.listings,
            reader=self.listings.listings,
            reviews=FirestoreReviewStore(self.client),
            authors=self.listings.authors,
            now=self.now,
            new_id=self.new_id,
        )


def watcher_teller(client: firestore.Client, now: Callable[[], datetime]) -> WatcherTeller:
    return WatcherTeller(
        watches=FirestoreWatchStore(client), notices=FirestoreNoticeStore(client), now=now
    )


def holding(client: firestore.Client, now: Callable[[], datetime]) -> MarketplaceHolding:
    return MarketplaceHolding(client=client, index=FirestoreShards(client), now=now)
