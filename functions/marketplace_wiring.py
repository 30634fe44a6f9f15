"""The part of the composition root that the marketplace needs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from google.cloud import firestore

from api.marketplace.services import Marketplace
from candlewick.accounts.standing import StandingCheck
from candlewick.backtests.service import BacktestService
from candlewick.gcp.storage import BucketStore
from candlewick.marketplace.authors import AuthorService
from candlewick.marketplace.firestore import FirestoreAuthorStore, FirestoreListingStore
from candlewick.marketplace.models import ExamId, ListingVersion
from candlewick.marketplace.moderation.firestore import FirestoreCaseStore, FirestoreModerators
from candlewick.marketplace.moderation.service import ModerationService
from candlewick.marketplace.notices.firestore import FirestoreNoticeStore, FirestoreWatchStore
from candlewick.marketplace.notices.service import NoticeService, WatcherTeller
from candlewick.marketplace.publishing import Publisher
from candlewick.marketplace.reviews.firestore import FirestoreReviewStore
from candlewick.marketplace.reviews.service import ReviewService
from candlewick.marketplace.search.firestore import FirestoreFound, FirestoreShards
from candlewick.marketplace.search.live import LiveIndex
from candlewick.marketplace.search.service import SearchService
from candlewick.marketplace.service import ListingService
from candlewick.marketplace.telling import sentence_of
from candlewick.marketplace.viewers import FirestoreCircumstances
from candlewick.strategies.firestore import StoredCode
from candlewick.strategies.models import hash_code
from candlewick.strategies.service import StrategyService


class Platform(Protocol):
    """The clients of `wiring`."""

    @property
    def firestore(self) -> firestore.Client: ...
    @property
    def codes(self) -> BucketStore: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the marketplace is made of besides clients."""

    strategies: StrategyService
    backtests: BacktestService
    standings: StandingCheck
    now: Callable[[], datetime]
    new_id: Callable[[], str]


@dataclass(frozen=True, slots=True)
class NoExaminer:
    """`Examiner` where nothing examines: versions wait."""

    def begin(self, version: ListingVersion) -> ExamId:
        return ExamId(f"{version.listing}-{version.number}")


def marketplace(platform: Platform, parts: Parts) -> Marketplace:
    shards = FirestoreShards(platform.firestore)
    listings = FirestoreListingStore(platform.firestore, index=shards)
    found = FirestoreFound(platform.firestore)
    authors = FirestoreAuthorStore(platform.firestore)
    service = ListingService(
        listings=listings,
        authors=authors,
        circumstances=FirestoreCircumstances(client=platform.firestore, now=parts.now),
        standings=parts.standings,
        codes=StoredCode(platform.codes),
    )
    return Marketplace(
        listings=service,
        publisher=Publisher(
            listings=listings,
            authors=authors,
            strategies=parts.strategies,
            runs=parts.backtests,
            examiner=NoExaminer(),
            sentence=sentence_of,
            fingerprint=hash_code,
            watchers=watcher_teller(platform, parts.now),
            now=parts.now,
            new_id=parts.new_id,
        ),
        authors=AuthorService(authors=authors, now=parts.now),
        search=SearchService(
            live=LiveIndex(shards=shards, suspensions=found, now=parts.now), listings=found
        ),
        reviews=ReviewService(
            reviews=FirestoreReviewStore(platform.firestore),
            listings=service,
            authors=authors,
            now=parts.now,
            new_id=parts.new_id,
        ),
        notices=NoticeService(
            watches=FirestoreWatchStore(platform.firestore),
            notices=FirestoreNoticeStore(platform.firestore),
            listings=service,
            now=parts.now,
        ),
        moderation=_moderation(platform, parts, service),
    )


def watcher_teller(platform: Platform, now: Callable[[], datetime]) -> WatcherTeller:
    return WatcherTeller(
        watches=FirestoreWatchStore(platform.firestore),
        notices=FirestoreNoticeStore(platform.firestore),
        now=now,
    )


def _moderation(platform: Platform, parts: Parts, service: ListingService) -> ModerationService:
    return ModerationService(
        cases=FirestoreCaseStore(platform.firestore, FirestoreShards(platform.firestore)),
        moderators=FirestoreModerators(platform.firestore),
        watchers=watcher_teller(platform, parts.now),
        listings=service,
        reader=service.listings,
        reviews=FirestoreReviewStore(platform.firestore),
        authors=service.authors,
        now=parts.now,
        new_id=parts.new_id,
    )
