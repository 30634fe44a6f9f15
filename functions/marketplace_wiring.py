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
from candlewick.marketplace.authors import AuthorService
from candlewick.marketplace.firestore import FirestoreAuthorStore, FirestoreListingStore
from candlewick.marketplace.member_store import FirestoreMemberStore
from candlewick.marketplace.members import MemberService
from candlewick.marketplace.models import ExamId, ListingVersion
from candlewick.marketplace.publishing import Publisher
from candlewick.marketplace.search.firestore import FirestoreFound, FirestoreShards
from candlewick.marketplace.search.live import LiveIndex
from candlewick.marketplace.search.service import SearchService
from candlewick.marketplace.search.traits import traits_of
from candlewick.marketplace.service import ListingService
from candlewick.marketplace.telling import sentence_of
from candlewick.marketplace.uses import FirestoreUseStore
from candlewick.marketplace.using import ListingUse
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
    bots: BotService
    standings: StandingCheck
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    new_token: Callable[[], str]


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
    codes = StoredCode(platform.codes)
    shown = ListingService(
        listings=listings,
        authors=authors,
        circumstances=FirestoreCircumstances(client=platform.firestore, now=parts.now),
        standings=parts.standings,
        codes=codes,
    )
    return Marketplace(
        listings=shown,
        publisher=Publisher(
            listings=listings,
            authors=authors,
            strategies=parts.strategies,
            runs=parts.backtests,
            examiner=NoExaminer(),
            sentence=sentence_of,
            fingerprint=hash_code,
            traits=traits_of,
            now=parts.now,
            new_id=parts.new_id,
        ),
        authors=AuthorService(authors=authors, now=parts.now),
        search=SearchService(
            live=LiveIndex(shards=shards, suspensions=found, now=parts.now), listings=found
        ),
        members=MemberService(
            store=FirestoreMemberStore(platform.firestore),
            listings=shown,
            now=parts.now,
            new_token=parts.new_token,
        ),
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
