"""Valid listings, versions and authors, overridable by keyword."""

from dataclasses import replace
from typing import Any

from candlewick.accounts.models import UserId
from candlewick.backtests.models import RunId
from candlewick.marketplace.models import (
    Access,
    Author,
    ExamId,
    ExamState,
    Handle,
    Licence,
    Listing,
    ListingId,
    ListingVersion,
    Standing,
    Terms,
    Verdict,
    Visibility,
)
from candlewick.strategies.models import StrategyId, hash_code
from candlewick.trust.finding import Grade
from tests.factories import ALICE, CODE, a_spec
from tests.fakes import START

DONE = Verdict(
    exam=ExamId("e1"),
    state=ExamState.DONE,
    grade=Grade.B,
    is_publishable=True,
    base_run=RunId("house-1"),
    headline={"profit_total": 0.05},
)


def some_terms(**changes: Any) -> Terms:
    terms = Terms(
        title="Buys the dip",
        summary="Buys what fell, sells what rose.",
        description="It **buys**.",
        tags=("dip",),
        visibility=Visibility.PUBLIC,
        access=Access.OPEN,
        licence=Licence.MIT,
        price=None,
    )
    return replace(terms, **changes)


def a_listing(**changes: Any) -> Listing:
    """Return a listing, published unless `standing` says otherwise; terms may be named by themselves."""
    names = ("title", "summary", "description", "tags", "visibility", "access", "licence", "price")
    terms = {name: changes.pop(name) for name in names if name in changes}
    is_draft = changes.get("standing") is Standing.DRAFT
    listing = Listing(
        id=ListingId("l1"),
        owner=ALICE,
        author=Handle("first-author"),
        strategy=StrategyId("s1"),
        terms=some_terms(**terms),
        standing=Standing.PUBLISHED,
        created_at=START,
        updated_at=START,
        published_at=None if is_draft else START,
        latest_version=1,
        current_version=None if is_draft else 1,
    )
    return replace(listing, **changes)


def a_listing_version(**changes: Any) -> ListingVersion:
    version = ListingVersion(
        listing=ListingId("l1"),
        number=1,
        owner=ALICE,
        strategy=StrategyId("s1"),
        strategy_version=1,
        class_name="Buyer",
        code_hash=hash_code(CODE),
        fingerprint="f1",
        parameters={"buy": {"period": 14}},
        pairs_named=(),
        spec=a_spec(),
        can_short=False,
        sentence="",
        notes="First.",
        created_at=START,
        verdict=DONE,
        published_at=START,
    )
    return replace(version, **changes)


def an_author(owner: UserId = ALICE, handle: str = "first-author", **changes: Any) -> Author:
    author = Author(
        handle=Handle(handle), owner=owner, name="First Author", about="", created_at=START
    )
    return replace(author, **changes)
