"""Cases in Firestore; no client may read them.

cases/{id}                           Case; the id is its target's: one case a listing, one a review
cases/{id}/reports/{uid}             Report; one a user
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from candlewick.accounts.models import UserId
from candlewick.errors import NotFound
from candlewick.gcp.audit import add_audit
from candlewick.gcp.documents import Document, from_document, to_document
from candlewick.gcp.pages import read_page
from candlewick.gcp.transactions import run_transaction
from candlewick.marketplace.firestore import Index
from candlewick.marketplace.models import Listing, ListingVersion
from candlewick.marketplace.moderation.models import (
    MOST_SHOWN_REPORTS,
    Case,
    CaseId,
    CaseState,
    Report,
)
from candlewick.marketplace.moderation.ports import Outcome, Situation
from candlewick.marketplace.notices.firestore import add_notices
from candlewick.marketplace.reviews.firestore import write_review
from candlewick.marketplace.reviews.models import Review
from candlewick.pages import Page

_MISSING = "There is no such case."
_MOST_REPORTERS = 200


@dataclass(frozen=True, slots=True)
class FirestoreCaseStore:
    client: firestore.Client
    index: Index

    def report(self, case: Case, report: Report) -> Case:
        place = self._place(case.id)
        mine = place.collection("reports").document(report.user)

        def work(transaction: firestore.Transaction) -> Case:
            found = place.get(transaction=transaction)
            before = _report(mine.get(transaction=transaction))
            known = _case(found.to_dict() or {}) if found.exists else None
            after = with_report(known, case, before, report)
            transaction.set(mine, to_document(report))
            transaction.set(place, to_document(after))
            return after

        return run_transaction(self.client, work, lane=case.id)

    def get(self, case_id: CaseId) -> Case | None:
        found = self._place(case_id).get()
        return _case(found.to_dict() or {}) if found.exists else None

    def reports(self, case_id: CaseId) -> Sequence[Report]:
        reports = self._place(case_id).collection("reports")
        newest = reports.order_by("at", direction=firestore.Query.DESCENDING)
        found = newest.limit(MOST_SHOWN_REPORTS).stream()
        return [from_document(document.to_dict() or {}, Report) for document in found]

    def queue(self, state: CaseState, *, cursor: str | None, size: int) -> Page[Case]:
        cases = self.client.collection("cases")
        waiting = cases.where(filter=FieldFilter("state", "==", state.value)).order_by("openedAt")
        return read_page(waiting, cases, cursor=cursor, size=size, read=_case)

    def change(self, case_id: CaseId, change: Callable[[Case], Case]) -> Case:
        place = self._place(case_id)

        def work(transaction: firestore.Transaction) -> Case:
            changed = change(_read(place, transaction))
            transaction.set(place, to_document(changed))
            return changed

        return run_transaction(self.client, work, lane=case_id)

    def decide(self, case_id: CaseId, decide: Callable[[Situation], Outcome]) -> Outcome:
        place = self._place(case_id)

        def work(transaction: firestore.Transaction) -> Outcome:
            case = _read(place, transaction)
            targets = _Targets(self.client, case)
            listing, review = targets.read(transaction)
            current = targets.current(transaction, listing)
            reporters = place.collection("reports").limit(_MOST_REPORTERS).select([])
            outcome = decide(
                Situation(
                    case=case,
                    listing=listing,
                    review=review,
                    reporters=[UserId(found.id) for found in transaction.get(reporters)],
                )
            )
            if outcome.listing is not None:
                self.index.write(transaction, outcome.listing, current)
                transaction.set(targets.listing, to_document(outcome.listing))
            if outcome.review is not None and targets.review is not None:
                write_review(transaction, targets.review, review, outcome.review)
            transaction.set(place, to_document(outcome.case))
            add_audit(self.client, transaction, outcome.audit)
            add_notices(self.client, transaction, outcome.notices)
            return outcome

        return run_transaction(self.client, work, lane=case_id)

    def _place(self, case_id: CaseId) -> firestore.DocumentReference:
        return self.client.collection("cases").document(case_id)


@dataclass(frozen=True, slots=True)
class FirestoreModerators:
    client: firestore.Client

    def is_moderator(self, user: UserId) -> bool:
        return bool(self.client.collection("moderators").document(user).get().exists)


class _Targets:
    """The documents that a case is about."""

    def __init__(self, client: firestore.Client, case: Case) -> None:
        self.listing = client.collection("listings").document(case.listing)
        self.review: firestore.DocumentReference | None = None
        if case.reviewer is not None:
            self.review = self.listing.collection("reviews").document(case.reviewer)

    def read(self, transaction: firestore.Transaction) -> tuple[Listing, Review | None]:
        listing = self.listing.get(transaction=transaction)
        if not listing.exists:
            raise NotFound("There is no such listing.")
        found = None if self.review is None else self.review.get(transaction=transaction)
        review = None
        if found is not None and found.exists:
            review = from_document(found.to_dict() or {}, Review)
        return from_document(listing.to_dict() or {}, Listing), review

    def current(
        self, transaction: firestore.Transaction, listing: Listing
    ) -> ListingVersion | None:
        if listing.current_version is None:
            return None
        version = self.listing.collection("versions").document(str(listing.current_version))
        found = version.get(transaction=transaction)
        return from_document(found.to_dict() or {}, ListingVersion) if found.exists else None


def with_report(known: Case | None, fresh: Case, before: Report | None, report: Report) -> Case:
    """Return the case with a report; whoever reports twice while it is open is counted once."""
    if known is None:
        return fresh.reported(report.at)
    is_counted = before is not None and before.at >= known.opened_at
    if is_counted and known.state is not CaseState.DECIDED:
        return known
    return known.reported(report.at)


def _read(place: firestore.DocumentReference, transaction: firestore.Transaction) -> Case:
    found = place.get(transaction=transaction)
    if not found.exists:
        raise NotFound(_MISSING)
    return _case(found.to_dict() or {})


def _case(document: Document | Any) -> Case:
    return from_document(document, Case)


def _report(found: Any) -> Report | None:
    return from_document(found.to_dict() or {}, Report) if found.exists else None
