"""The stores of reviews, watches, notices and cases under test, and what is put into them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from candlewick.accounts.models import UserId
from candlewick.audit import AuditEntry
from candlewick.gcp.audit import list_audit
from candlewick.marketplace.firestore import FirestoreListingStore
from candlewick.marketplace.models import Handle, Listing
from candlewick.marketplace.moderation.firestore import FirestoreCaseStore
from candlewick.marketplace.moderation.models import Case, CaseState, case_of
from candlewick.marketplace.moderation.ports import CaseStore
from candlewick.marketplace.notices.firestore import FirestoreNoticeStore, FirestoreWatchStore
from candlewick.marketplace.notices.models import Notice, NoticeKind, happening
from candlewick.marketplace.notices.service import NoticeStore, WatchStore
from candlewick.marketplace.ports import ListingStore, UseStore
from candlewick.marketplace.reviews.firestore import FirestoreReviewStore
from candlewick.marketplace.reviews.models import Review, ReviewId
from candlewick.marketplace.reviews.service import ReviewStore
from candlewick.marketplace.search.firestore import FirestoreShards
from candlewick.marketplace.search.ports import ShardReader
from candlewick.marketplace.uses import FirestoreUseStore
from tests.fakes import START
from tests.in_memory_feedback import (
    InMemoryCases,
    InMemoryNotices,
    InMemoryReviews,
    InMemoryWatches,
)
from tests.in_memory_marketplace import InMemoryListings, InMemoryUses
from tests.in_memory_search import InMemoryShards

if TYPE_CHECKING:
    from google.cloud import firestore


@dataclass(frozen=True)
class Feedback:
    listings: ListingStore
    reviews: ReviewStore
    watches: WatchStore
    notices: NoticeStore
    cases: CaseStore
    shards: ShardReader
    uses: UseStore
    audit: Callable[[UserId], list[AuditEntry]]


def in_memory() -> Feedback:
    shards = InMemoryShards()
    listings, notices = InMemoryListings(shards.write), InMemoryNotices()
    uses = InMemoryUses(listings)
    reviews = InMemoryReviews(listings, notices, uses)
    cases = InMemoryCases(listings, reviews, notices)
    return Feedback(
        listings, reviews, InMemoryWatches(listings), notices, cases, shards, uses,
        lambda owner: [entry for entry in cases.audit if entry.owner == owner],
    )  # fmt: skip


def on(client: "firestore.Client") -> Feedback:
    shards = FirestoreShards(client)
    return Feedback(
        FirestoreListingStore(client, shards),
        FirestoreReviewStore(client),
        FirestoreWatchStore(client),
        FirestoreNoticeStore(client),
        FirestoreCaseStore(client, shards),
        shards,
        FirestoreUseStore(client, shards),
        lambda owner: list(list_audit(client, owner=owner)),
    )


def a_review(listing: Listing, user: UserId, **changes: Any) -> Review:
    review = Review(
        id=ReviewId(f"r-{user}"), listing=listing.id, user=user, reviewer=Handle("somebody"), version=1, stars=4, text="Good.", at=START
    )  # fmt: skip
    return replace(review, **changes)


def put(stores: Feedback, review: Review, *notices: Notice) -> Review | None:
    return stores.reviews.put(review.listing, review.user, lambda _: review, notices)


def counts(stores: Feedback, listing: Listing) -> tuple[int, int, int]:
    found = stores.listings.get(listing.id)
    assert found is not None
    return found.counts.reviews, found.counts.stars, found.counts.watchers


def others(owner: UserId, number: int) -> list[UserId]:
    return [UserId(f"{owner}-{n}") for n in range(number)]


def a_notice(listing: Listing, to: UserId, key: str = "1", minutes: int = 0) -> Notice:
    at = START + timedelta(minutes=minutes)
    return happening(NoticeKind.NEW_VERSION, listing, key=key, text="New.", at=at).to(to)


def a_case(listing: Listing, review: Review | None = None, **changes: Any) -> Case:
    review_id = None if review is None else review.id
    case = Case(
        id=case_of(listing.id, review_id), listing=listing.id, review=review_id, reviewer=None if review is None else review.user,
        state=CaseState.OPEN, opened_at=START, changed_at=START,
    )  # fmt: skip
    return replace(case, **changes)
