"""Reviews, watches, notices and cases in memory. The contract tests hold them to what Firestore's adapters do."""

import functools
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from candlewick.accounts.models import UserId
from candlewick.errors import Invalid, NotFound
from candlewick.marketplace.models import ListingId, ListingVersion
from candlewick.marketplace.moderation.firestore import with_report
from candlewick.marketplace.moderation.models import Case, CaseId, CaseState, Report
from candlewick.marketplace.moderation.ports import Outcome, Situation
from candlewick.marketplace.notices.models import Notice, Watch
from candlewick.marketplace.reviews.models import Review, ReviewId
from candlewick.pages import Page
from tests.in_memory_marketplace import InMemoryListings, InMemoryUses

if TYPE_CHECKING:
    from candlewick.audit import AuditEntry

Item = TypeVar("Item")
Given = ParamSpec("Given")

# One at a time, as transactions are.
_TURN = threading.RLock()


def _in_turn(work: Callable[Given, Item]) -> Callable[Given, Item]:
    @functools.wraps(work)
    def wait(*arguments: Given.args, **named: Given.kwargs) -> Item:
        with _TURN:
            return work(*arguments, **named)

    return wait


class InMemoryNotices:
    def __init__(self) -> None:
        self._notices: dict[str, Notice] = {}
        self._read_until: dict[UserId, datetime] = {}

    def add(self, notices: Sequence[Notice]) -> None:
        for notice in notices:
            self._notices[notice.id] = notice

    def of_user(self, owner: UserId, *, cursor: str | None, size: int) -> Page[Notice]:
        found = sorted(self._of(owner), key=lambda notice: (notice.at, notice.id), reverse=True)
        return page_of({notice.id: notice for notice in found}, cursor, size)

    def unread(self, owner: UserId) -> int:
        until = self.read_until(owner)
        return sum(until is None or notice.at > until for notice in self._of(owner))

    def read_until(self, owner: UserId) -> datetime | None:
        return self._read_until.get(owner)

    def mark_read(self, owner: UserId, until: datetime) -> None:
        self._read_until[owner] = max(until, self._read_until.get(owner, until))

    def _of(self, owner: UserId) -> list[Notice]:
        return [notice for notice in self._notices.values() if notice.owner == owner]


class InMemoryWatches:
    def __init__(self, listings: InMemoryListings) -> None:
        self._listings = listings
        self._watches: dict[tuple[ListingId, UserId], Watch] = {}

    @_in_turn
    def add(self, watch: Watch) -> None:
        if (watch.listing, watch.user) not in self._watches:
            self._watches[watch.listing, watch.user] = watch
            self._count(watch.listing, 1)

    @_in_turn
    def remove(self, listing: ListingId, user: UserId) -> None:
        if self._watches.pop((listing, user), None) is not None:
            self._count(listing, -1)

    def of_user(self, user: UserId) -> Sequence[Watch]:
        found = [watch for watch in self._watches.values() if watch.user == user]
        return sorted(found, key=lambda watch: (watch.at, watch.listing), reverse=True)

    def is_watching(self, listing: ListingId, user: UserId) -> bool:
        return (listing, user) in self._watches

    def watchers(self, listing: ListingId) -> Sequence[UserId]:
        return [user for of, user in self._watches if of == listing]

    def _count(self, listing: ListingId, change: int) -> None:
        self._listings.change(
            listing,
            lambda found: replace(
                found, counts=replace(found.counts, watchers=found.counts.watchers + change)
            ),
        )


class InMemoryReviews:
    def __init__(
        self, listings: InMemoryListings, notices: InMemoryNotices, uses: InMemoryUses
    ) -> None:
        self._listings, self._notices, self._uses = listings, notices, uses
        self._reviews: dict[tuple[ListingId, UserId], Review] = {}

    def get(self, listing: ListingId, user: UserId) -> Review | None:
        return self._reviews.get((listing, user))

    def find(self, listing: ListingId, review: ReviewId) -> Review | None:
        return next((item for item in self._of(listing) if item.id == review), None)

    def shown(self, listing: ListingId, *, cursor: str | None, size: int) -> Page[Review]:
        found = [review for review in self._of(listing) if not review.is_hidden]
        newest = sorted(found, key=lambda review: review.at, reverse=True)
        return page_of({review.id: review for review in newest}, cursor, size)

    @_in_turn
    def put(
        self,
        listing: ListingId,
        user: UserId,
        make: Callable[[Review | None], Review | None],
        notices: Sequence[Notice] = (),
    ) -> Review | None:
        after = make(self.get(listing, user))
        self.write(listing, user, after)
        self._notices.add(notices)
        return after

    @_in_turn
    def write(self, listing: ListingId, user: UserId, after: Review | None) -> None:
        before = self._reviews.pop((listing, user), None)
        if after is not None:
            self._reviews[listing, user] = after
        old, new = (item.counted if item is not None else (0, 0) for item in (before, after))
        reviews, stars = new[0] - old[0], new[1] - old[1]
        self._listings.change(
            listing,
            lambda found: replace(
                found,
                counts=replace(
                    found.counts,
                    reviews=found.counts.reviews + reviews,
                    stars=found.counts.stars + stars,
                ),
            ),
        )

    def version_run(self, listing: ListingId, user: UserId) -> int | None:
        use = self._uses.get(user, listing)
        return use.version if use is not None and use.has_run else None

    def _of(self, listing: ListingId) -> list[Review]:
        return [review for (of, _), review in self._reviews.items() if of == listing]


class InMemoryOwnedVersions:
    def __init__(self, listings: InMemoryListings) -> None:
        self._listings = listings

    def of_owner(self, owner: UserId) -> Sequence[ListingVersion]:
        found = self._listings.of_owner(owner)
        return [version for each in found for version in self._listings.versions(each.id)]


class InMemoryCases:
    def __init__(
        self, listings: InMemoryListings, reviews: InMemoryReviews, notices: InMemoryNotices
    ) -> None:
        self._listings, self._reviews, self._notices = listings, reviews, notices
        self._cases: dict[CaseId, Case] = {}
        self._reports: dict[tuple[CaseId, UserId], Report] = {}
        self.audit: list[AuditEntry] = []

    @_in_turn
    def report(self, case: Case, report: Report) -> Case:
        before = self._reports.get((case.id, report.user))
        after = with_report(self._cases.get(case.id), case, before, report)
        self._reports[case.id, report.user] = report
        self._cases[case.id] = after
        return after

    def get(self, case_id: CaseId) -> Case | None:
        return self._cases.get(case_id)

    def reports(self, case_id: CaseId) -> Sequence[Report]:
        found = [report for (of, _), report in self._reports.items() if of == case_id]
        return sorted(found, key=lambda report: report.at, reverse=True)

    def queue(self, state: CaseState, *, cursor: str | None, size: int) -> Page[Case]:
        found = [case for case in self._cases.values() if case.state is state]
        oldest = sorted(found, key=lambda case: (case.opened_at, case.id))
        return page_of({case.id: case for case in oldest}, cursor, size)

    @_in_turn
    def change(self, case_id: CaseId, change: Callable[[Case], Case]) -> Case:
        self._cases[case_id] = change(self._read(case_id))
        return self._cases[case_id]

    @_in_turn
    def decide(self, case_id: CaseId, decide: Callable[[Situation], Outcome]) -> Outcome:
        case = self._read(case_id)
        listing = self._listings.get(case.listing)
        if listing is None:
            raise NotFound("There is no such listing.")
        review = None if case.reviewer is None else self._reviews.get(case.listing, case.reviewer)
        reporters = [user for of, user in self._reports if of == case_id]
        outcome = decide(Situation(case=case, listing=listing, review=review, reporters=reporters))
        if outcome.listing is not None:
            changed = outcome.listing
            self._listings.change(case.listing, lambda _: changed)
        if outcome.review is not None and case.reviewer is not None:
            self._reviews.write(case.listing, case.reviewer, outcome.review)
        self._cases[case_id] = outcome.case
        self.audit.append(outcome.audit)
        self._notices.add(outcome.notices)
        return outcome

    def _read(self, case_id: CaseId) -> Case:
        if case_id not in self._cases:
            raise NotFound("There is no such case.")
        return self._cases[case_id]


def page_of(items: Mapping[str, Item], cursor: str | None, size: int) -> Page[Item]:
    """Return the page after a cursor: the name of the last item, which Firestore's adapters encode."""
    names = list(items)
    start = 0
    if cursor is not None:
        if cursor not in items:
            raise Invalid("The item at this cursor is gone; start again without a cursor.")
        start = names.index(cursor) + 1
    kept = names[start : start + size]
    following = kept[-1] if len(names) > start + size else None
    return Page(items=[items[name] for name in kept], next_cursor=following)
