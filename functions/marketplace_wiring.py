"""The part of the composition root that the marketplace needs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from google.cloud import firestore

from api.marketplace.services import Marketplace
from candlewick.accounts.standing import StandingCheck
from candlewick.backtests.service import BacktestService
from candlewick.bots.service import BotService
from candlewick.gcp.storage import BucketStore
from candlewick.market_data.store import CandleStore
from candlewick.marketplace.authors import AuthorService
from candlewick.marketplace.copies.fingerprint import fingerprint
from candlewick.marketplace.copies.firestore import FirestoreMarkStore
from candlewick.marketplace.copies.service import CopyCheck
from candlewick.marketplace.exams.firestore import FirestoreExamStore
from candlewick.marketplace.exams.service import ExamService
from candlewick.marketplace.firestore import FirestoreAuthorStore, FirestoreListingStore
from candlewick.marketplace.house import (
    PublicationDesk,
    StoredLineage,
    StoredOutcomes,
    StoredVerdicts,
)
from candlewick.marketplace.house_results import HouseResults
from candlewick.marketplace.member_store import FirestoreMemberStore
from candlewick.marketplace.members import MemberService
from candlewick.marketplace.out_of_sample.firestore import FirestoreFollowedStore
from candlewick.marketplace.out_of_sample.service import OutOfSampleService
from candlewick.marketplace.payments.firestore import FirestoreBooks
from candlewick.marketplace.payments.service import PaymentService
from candlewick.marketplace.payments.stripe import StripeProvider
from candlewick.marketplace.publishing import Publisher
from candlewick.marketplace.search.firestore import FirestoreShards
from candlewick.marketplace.search.traits import traits_of
from candlewick.marketplace.service import ListingService
from candlewick.marketplace.telling import sentence_of
from candlewick.marketplace.uses import FirestoreUseStore
from candlewick.marketplace.using import ListingUse
from candlewick.marketplace.viewers import FirestoreCircumstances
from candlewick.settings import PaymentSettings
from candlewick.strategies.firestore import StoredCode
from candlewick.strategies.service import StrategyService
from candlewick.trust.evidence import ResultFiles
from marketplace_feedback_wiring import Feedback, watcher_teller


class Platform(Protocol):
    """The clients of `wiring`."""

    @property
    def firestore(self) -> firestore.Client: ...
    @property
    def codes(self) -> BucketStore: ...
    @property
    def results(self) -> BucketStore: ...
    @property
    def candles(self) -> CandleStore: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseParts:
    """What the house needs to run versions of its own accord."""

    strategies: StrategyService
    backtests: BacktestService
    now: Callable[[], datetime]
    new_id: Callable[[], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts(HouseParts):
    """What the marketplace is made of besides clients."""

    bots: BotService
    standings: StandingCheck
    new_token: Callable[[], str]
    payments: PaymentSettings


def marketplace(platform: Platform, parts: Parts) -> Marketplace:
    shards = FirestoreShards(platform.firestore)
    listings = listing_store(platform)
    authors = FirestoreAuthorStore(platform.firestore)
    codes = StoredCode(platform.codes)
    shown = ListingService(
        listings=listings,
        authors=authors,
        circumstances=FirestoreCircumstances(client=platform.firestore, now=parts.now),
        standings=parts.standings,
        codes=codes,
    )
    feedback = Feedback(
        client=platform.firestore, listings=shown, now=parts.now, new_id=parts.new_id
    )
    return Marketplace(
        listings=shown,
        publisher=_publisher(platform, parts, listings),
        authors=AuthorService(authors=authors, now=parts.now),
        exams=exam_service(platform, parts, listings),
        house_results=HouseResults(runs=parts.backtests, files=ResultFiles(platform.results.read)),
        search=feedback.search(),
        reviews=feedback.reviews(),
        notices=feedback.notices(),
        moderation=feedback.moderation(),
        records=feedback.records(),
        members=_members(platform, shown, parts),
        payments=_payments(platform, shown, parts),
        site_url=parts.payments.site_url,
        uses=ListingUse(
            listings=shown,
            uses=FirestoreUseStore(platform.firestore, shards),
            backtests=parts.backtests,
            bots=parts.bots,
            strategies=parts.strategies,
            codes=codes,
            now=parts.now,
        ),
    )


def _publisher(platform: Platform, parts: Parts, listings: FirestoreListingStore) -> Publisher:
    return Publisher(
        listings=listings,
        authors=FirestoreAuthorStore(platform.firestore),
        strategies=parts.strategies,
        runs=parts.backtests,
        examiner=exam_service(platform, parts, listings),
        desk=PublicationDesk(
            CopyCheck(FirestoreMarkStore(platform.firestore)),
            out_of_sample(platform, parts, listings),
        ),
        sentence=sentence_of,
        fingerprint=lambda code: fingerprint(code).exact,
        traits=traits_of,
        watchers=watcher_teller(platform.firestore, parts.now),
        now=parts.now,
        new_id=parts.new_id,
    )


def _members(platform: Platform, listings: ListingService, parts: Parts) -> MemberService:
    return MemberService(
        store=FirestoreMemberStore(platform.firestore),
        listings=listings,
        now=parts.now,
        new_token=parts.new_token,
    )


def listing_store(platform: Platform) -> FirestoreListingStore:
    return FirestoreListingStore(platform.firestore, index=FirestoreShards(platform.firestore))


def exam_service(
    platform: Platform, parts: HouseParts, listings: FirestoreListingStore
) -> ExamService:
    return ExamService(
        exams=FirestoreExamStore(platform.firestore),
        runs=parts.backtests,
        versions=parts.strategies,
        lineage=StoredLineage(listings, parts.backtests),
        verdicts=StoredVerdicts(listings, watcher_teller(platform.firestore, parts.now)),
        results=platform.results,
        now=parts.now,
        new_id=parts.new_id,
    )


def out_of_sample(
    platform: Platform, parts: HouseParts, listings: FirestoreListingStore
) -> OutOfSampleService:
    return OutOfSampleService(
        followed=FirestoreFollowedStore(platform.firestore),
        runs=parts.backtests,
        catalogue=platform.candles,
        files=ResultFiles(platform.results.read),
        outcomes=StoredOutcomes(listings, watcher_teller(platform.firestore, parts.now)),
        now=parts.now,
    )


def _payments(platform: Platform, listings: ListingService, parts: Parts) -> PaymentService:
    found = parts.payments
    return PaymentService(
        listings=listings,
        books=FirestoreBooks(platform.firestore),
        provider=None if found.key is None else StripeProvider(key=found.key, url=found.url),
        secret=found.secret,
        now=parts.now,
    )
