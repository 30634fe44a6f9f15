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
from candlewick.marketplace.publishing import Publisher
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
    listings = FirestoreListingStore(platform.firestore)
    authors = FirestoreAuthorStore(platform.firestore)
    return Marketplace(
        listings=ListingService(
            listings=listings,
            authors=authors,
            circumstances=FirestoreCircumstances(client=platform.firestore, now=parts.now),
            standings=parts.standings,
            codes=StoredCode(platform.codes),
        ),
        publisher=Publisher(
            listings=listings,
            authors=authors,
            strategies=parts.strategies,
            runs=parts.backtests,
            examiner=NoExaminer(),
            sentence=sentence_of,
            fingerprint=hash_code,
            now=parts.now,
            new_id=parts.new_id,
        ),
        authors=AuthorService(authors=authors, now=parts.now),
    )
