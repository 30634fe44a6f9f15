"""The marketplace's operations, and what a rightful call of each looks like."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from candlewick.accounts.models import Scope, UserId
from candlewick.marketplace.members import Invitation, InvitationToken, Member, member_of
from candlewick.marketplace.models import (
    Ancestor,
    ExamState,
    Handle,
    ListingId,
    Plan,
    Price,
    Standing,
    UseKind,
)
from candlewick.marketplace.moderation.models import Case, CaseId, CaseState, Report, ReportReason
from candlewick.marketplace.reviews.models import Review, ReviewId
from candlewick.strategies.models import StrategyId
from tests.factories import ALICE, BOB
from tests.fakes import START
from tests.functions.operation import IDEMPOTENT, SESSION_ONLY, Key, Operation
from tests.house_results import put_exam
from tests.marketplace_factories import DONE, a_listing, a_listing_version, an_author
from tests.payment_events import an_event, signature
from tests.world import World

_MARKET = "/api/v1/marketplace"
_LISTING = f"{_MARKET}/listings/{{listing_id}}"
_VERSION = f"{_LISTING}/versions/{{number}}"
PRICE = Price(amount=Decimal("19.90"), currency="EUR", plan=Plan.ONCE)
EVENT = an_event("customer.created", {})
_CASE = f"{_MARKET}/moderation/{{case_id}}"
_TERMS = {"title": "Buys the dip", "summary": "Buys what fell."}


def an_edition(strategy_id: str) -> dict[str, Any]:
    return {"strategyId": strategy_id, "version": 1, "runId": "verified"}


def _moderating(
    body: Callable[[str], dict[str, Any]] | None = None, *, is_taken: bool = False
) -> Operation:
    """Return what Alice, who is a moderator, may do, and Bob may not."""
    return Operation(
        scope=None, body=body, owned=True, foreign=True, taken=is_taken, others=(403, "forbidden")
    )


MARKETPLACE: dict[Key, Operation] = {
    ("get", _LISTING): Operation(scope=Scope.READ, anybody=True),
    ("get", f"{_LISTING}/lineage"): Operation(scope=Scope.READ, anybody=True),
    ("get", f"{_LISTING}/ancestor-diff"): Operation(scope=Scope.READ, anybody=True),
    ("get", f"{_LISTING}/versions"): Operation(scope=Scope.READ, anybody=True),
    ("get", _VERSION): Operation(scope=Scope.READ, anybody=True),
    ("get", f"{_VERSION}/code"): Operation(scope=Scope.READ, anybody=True),
    ("get", f"{_VERSION}/diff"): Operation(scope=Scope.READ, anybody=True, query={"from": "1"}),
    ("get", f"{_VERSION}/result"): Operation(scope=Scope.READ, anybody=True),
    ("get", f"{_VERSION}/trust"): Operation(scope=Scope.READ, anybody=True),
    ("get", f"{_VERSION}/exam"): Operation(scope=Scope.READ, owned=True),
    ("post", f"{_VERSION}/exam"): Operation(
        scope=Scope.STRATEGIES, owned=True, status=201, exam=ExamState.FAILED
    ),
    ("get", f"{_MARKET}/authors/{{handle}}"): Operation(scope=Scope.READ, anybody=True),
    ("get", f"{_MARKET}/search"): Operation(
        scope=Scope.READ, anybody=True, query={"q": "dip", "timeframe": "5m"}
    ),
    ("get", f"{_MARKET}/search/completions"): Operation(
        scope=Scope.READ, anybody=True, query={"q": "di"}
    ),
    ("get", f"{_LISTING}/reviews"): Operation(scope=Scope.READ, anybody=True),
    ("put", f"{_LISTING}/reviews/mine"): Operation(
        scope=None, body=lambda _: {"stars": 4}, foreign=True
    ),
    ("delete", f"{_LISTING}/reviews/mine"): Operation(scope=None, status=204, foreign=True),
    ("post", f"{_LISTING}/reviews/{{review_id}}/answer"): Operation(
        scope=None, body=lambda _: {"text": "Thank you."}, owned=True
    ),
    ("post", f"{_LISTING}/reports"): Operation(
        scope=None, body=lambda _: {"reason": "other"}, status=204, foreign=True
    ),
    ("put", f"{_LISTING}/watch"): Operation(scope=Scope.STRATEGIES, status=204, foreign=True),
    ("delete", f"{_LISTING}/watch"): Operation(scope=Scope.STRATEGIES, status=204),
    ("get", f"{_MARKET}/my/watches"): Operation(scope=Scope.READ),
    ("get", f"{_MARKET}/my/notices"): Operation(scope=Scope.READ),
    ("post", f"{_MARKET}/my/notices/read"): Operation(
        scope=Scope.STRATEGIES, body=lambda _: {"until": "2026-01-05T12:00:00Z"}
    ),
    ("get", f"{_MARKET}/moderation/queue"): _moderating(),
    ("get", _CASE): _moderating(),
    ("post", f"{_CASE}/take"): _moderating(body=lambda _: {"revision": 2}),
    ("post", f"{_CASE}/release"): _moderating(body=lambda _: {"revision": 2}, is_taken=True),
    ("post", f"{_CASE}/decisions"): _moderating(
        body=lambda _: {"ruling": "dismiss", "reason": "Fine.", "revision": 2}
    ),
    ("get", f"{_MARKET}/my/listings"): Operation(scope=Scope.READ),
    ("get", f"{_MARKET}/my/author"): Operation(scope=Scope.READ),
    ("put", f"{_MARKET}/my/author"): Operation(
        scope=Scope.STRATEGIES,
        body=lambda _: {"handle": "first-author", "name": "First"},
        owned=True,
        others=(409, "conflict"),
    ),
    ("post", f"{_MARKET}/listings"): Operation(
        scope=Scope.STRATEGIES,
        body=lambda it: {**an_edition(it), "terms": _TERMS},
        status=201,
        owned=True,
    ),
    ("patch", _LISTING): Operation(scope=Scope.STRATEGIES, body=lambda _: dict(_TERMS), owned=True),
    ("post", f"{_LISTING}/withdraw"): Operation(scope=Scope.STRATEGIES, owned=True),
    ("post", f"{_LISTING}/restore"): Operation(
        scope=Scope.STRATEGIES, owned=True, listing=Standing.WITHDRAWN
    ),
    ("post", f"{_LISTING}/versions"): Operation(
        scope=Scope.STRATEGIES, body=an_edition, status=201, owned=True
    ),
    ("post", f"{_VERSION}/publish"): Operation(scope=Scope.STRATEGIES, owned=True),
    ("post", f"{_LISTING}/invitations"): Operation(
        scope=Scope.STRATEGIES, body=lambda _: {}, status=201, owned=True
    ),
    ("delete", f"{_LISTING}/invitations/{{token}}"): Operation(
        scope=Scope.STRATEGIES, status=204, owned=True
    ),
    ("get", f"{_LISTING}/members"): Operation(scope=Scope.READ, owned=True),
    ("delete", f"{_LISTING}/members/{{member}}"): Operation(
        scope=Scope.STRATEGIES, status=204, owned=True
    ),
    ("post", f"{_MARKET}/invitations/{{token}}"): Operation(
        scope=Scope.STRATEGIES, of_bob=True, owned=True, others=(409, "conflict")
    ),
    ("post", f"{_LISTING}/checkout"): Operation(
        scope=SESSION_ONLY,
        body=lambda _: {},
        headers=IDEMPOTENT,
        of_bob=True,
        price=PRICE,
        owned=True,
        others=(403, "forbidden"),
    ),
    ("post", f"{_MARKET}/payments/events"): Operation(
        scope=None,
        body=lambda _: EVENT,
        headers={"Stripe-Signature": signature(EVENT)},
        status=204,
        public=True,
    ),
    ("get", f"{_MARKET}/my/earnings"): Operation(scope=Scope.READ),
    ("get", f"{_MARKET}/my/uses"): Operation(scope=Scope.READ),
    ("post", f"{_LISTING}/backtests"): Operation(
        scope=Scope.BACKTESTS,
        body=lambda _: {"pairs": ["BTC/USDT"], "start": "2025-01-01", "end": "2025-01-02"},
        headers=IDEMPOTENT,
        status=202,
        of_bob=True,
    ),
    ("post", f"{_LISTING}/forks"): Operation(
        scope=Scope.STRATEGIES,
        body=lambda _: {},
        status=201,
        of_bob=True,
        owned=True,
        others=(403, "forbidden"),
    ),
    ("post", f"{_LISTING}/paper-bots"): Operation(
        scope=Scope.BOTS,
        body=lambda _: {"name": "Dips", "venue": "simulated", "pairs": ["BTC/USDT"]},
        headers=IDEMPOTENT,
        status=201,
        of_bob=True,
    ),
}


def put_invitations(world: World) -> dict[str, str]:
    """Give the listing an open invitation and a member; return their names in paths."""
    market, listing = world.marketplace, ListingId("l1")
    member = Member(id=member_of(listing, UserId("carol")), note="", since=START)
    for token in ("5ha4e", "used"):
        invitation = Invitation(
            token=InvitationToken(token), listing=listing, note="", created_at=START
        )
        market.members.invite(invitation, lambda _invited, _members: None)
    market.members.accept(InvitationToken("used"), member)
    return {"member": member.id}


def put_listings(world: World, operation: Operation, strategy_id: StrategyId) -> None:
    """Give Alice and Bob a handle each, and Alice a listing with its ancestor."""
    market = world.marketplace
    market.authors.put(an_author(ALICE))
    market.authors.put(an_author(BOB, "second-author"))
    market.put(a_listing(id=ListingId("l0")))
    if operation.of_bob:
        market.put(a_listing(owner=BOB, author=Handle("second-author"), price=operation.price))
        return
    if operation.foreign:
        _put_foreign(world, operation)
        return
    hidden = Standing.DRAFT if operation.owned else Standing.PUBLISHED
    listing = a_listing(
        strategy=strategy_id,
        standing=operation.listing or hidden,
        ancestor=Ancestor(listing=ListingId("l0"), version=1, is_declared=True),
    )
    market.put(listing, strategy=strategy_id, verdict=replace(DONE, state=operation.exam))
    put_exam(world, listing)
    market.reviews.put(listing.id, BOB, lambda _: a_review("r-bob", BOB))


def _put_foreign(world: World, operation: Operation) -> None:
    """Publish a strategy of Carol's, which Alice and Bob have run, reviewed and reported; Alice moderates."""
    market, carol = world.marketplace, UserId("carol")
    listing = a_listing(owner=carol, author=Handle("third-author"))
    market.listings.add(listing, a_listing_version(owner=carol), lambda _: None)
    market.circumstances.moderators.add(ALICE)
    for user in (ALICE, BOB):
        market.uses.note(user, listing.id, 1, UseKind.RUN, START)
        market.reviews.put(listing.id, user, lambda _, by=user: a_review(f"r-{by}", by))  # type: ignore[misc]
    report = Report(user=BOB, reason=ReportReason.OTHER, text="Look.", at=START)
    case = Case(
        id=CaseId("case"),
        listing=listing.id,
        review=None,
        reviewer=None,
        state=CaseState.IN_REVIEW if operation.taken else CaseState.OPEN,
        moderator=ALICE if operation.taken else None,
        opened_at=START,
        changed_at=START,
    )
    market.cases.report(case, report)


def a_review(review: str, user: UserId) -> Review:
    return Review(
        id=ReviewId(review),
        listing=ListingId("l1"),
        user=user,
        reviewer=None,
        version=1,
        stars=3,
        text="So so.",
        at=START,
    )
