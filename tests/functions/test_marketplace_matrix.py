"""Who reaches which route of which listing: written out, and independent of what decides it in the product."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from candlewick.accounts.models import UserId
from candlewick.marketplace.members import Invitation, InvitationToken, Member, member_of
from candlewick.marketplace.models import (
    Access,
    Ancestor,
    ListingId,
    Plan,
    Price,
    Standing,
    UseKind,
    Visibility,
)
from candlewick.strategies.models import StrategyId
from tests.factories import ALICE
from tests.fakes import START
from tests.functions.answers import a_strategy
from tests.functions.operation import IDEMPOTENT
from tests.functions.operations import OPERATIONS
from tests.house_results import put_exam
from tests.marketplace_factories import DONE, a_listing, an_author
from tests.world import World

MARKET = "/api/v1/marketplace"
LISTING = f"{MARKET}/listings/{{listing_id}}"
VERSION = f"{LISTING}/versions/{{number}}"
PRICE = Price(amount=Decimal("19.90"), currency="EUR", plan=Plan.ONCE)
TERMS = {"title": "Buys the dip", "summary": "Buys what fell."}
TRIAL = {"version": 1, "pairs": ["BTC/USDT"], "start": "2025-01-01", "end": "2025-01-02"}
BOT = {"version": 1, "name": "Dips", "venue": "simulated", "pairs": ["BTC/USDT"]}
EDITION = {"strategyId": "s1", "version": 1, "runId": "verified"}

VIEWERS = ("author", "buyer", "member", "other", "anonymous", "moderator", "suspended")
KINDS: dict[str, dict[str, Any]] = {
    "open": {},
    "closed": {"access": Access.CLOSED},
    "unlisted": {"visibility": Visibility.UNLISTED},
    "private": {"visibility": Visibility.PRIVATE},
    "paid": {"price": PRICE},
    "withdrawn": {"standing": Standing.WITHDRAWN},
    "taken down": {"standing": Standing.SUSPENDED},
    "draft": {"standing": Standing.DRAFT},
}

# Statuses in the order of VIEWERS; 0 is what the route answers when it is allowed, - is not looked at.
SEE = """
open         0   0   0   0   0   0   403
closed       0   0   0   0   0   0   403
unlisted     0   0   0   0   0   0   403
private      0   0   0   404 404 0   403
paid         0   0   0   0   0   0   403
withdrawn    0   0   0   404 404 0   403
taken down   0   404 404 404 404 0   403
draft        0   404 404 404 404 0   403
"""
SEE_VERSION = SEE.replace(
    "draft        0   404 404 404 404 0  ", "draft        0   404 404 404 404 404"
)
READ_CODE = """
open         0   0   0   0   0   0   403
closed       0   403 403 403 403 403 403
unlisted     0   0   0   0   0   0   403
private      0   0   0   404 404 403 403
paid         0   0   403 403 403 403 403
withdrawn    0   0   0   404 404 403 403
taken down   0   404 404 404 404 403 403
draft        0   404 404 404 404 403 403
"""
RUN = """
open         0   0   0   0   401 0   403
closed       0   0   0   0   401 0   403
unlisted     0   0   0   0   401 0   403
private      0   0   0   404 401 403 403
paid         0   0   403 403 401 403 403
withdrawn    0   0   0   404 401 403 403
taken down   0   404 404 404 401 403 403
draft        0   404 404 404 401 403 403
"""
RUN_A_BOT = RUN.replace(
    "closed       0   0   0   0   401 0  ", "closed       409 409 409 409 401 409"
)
FORK = """
open         403 0   0   0   401 0   403
closed       403 403 403 403 401 403 403
unlisted     403 0   0   0   401 0   403
private      403 0   0   404 401 403 403
paid         403 0   403 403 401 403 403
withdrawn    403 0   0   404 401 403 403
taken down   403 404 404 404 401 403 403
draft        403 404 404 404 401 403 403
"""
BUY = """
open         403 403 403 403 401 403 403
closed       403 403 403 403 401 403 403
unlisted     403 403 403 403 401 403 403
private      403 403 403 404 401 403 403
paid         403 403 0   0   401 0   403
withdrawn    403 403 403 404 401 403 403
taken down   403 404 404 404 401 403 403
draft        403 404 404 404 401 403 403
"""
EDIT = """
open         0   403 403 403 401 403 403
closed       0   403 403 403 401 403 403
unlisted     0   403 403 403 401 403 403
private      0   403 403 404 401 403 403
paid         0   403 403 403 401 403 403
withdrawn    0   403 403 404 401 403 403
taken down   0   404 404 404 401 403 403
draft        0   404 404 404 401 403 403
"""
# What an author may only do at the right moment has tests of its own.
EDIT_BY_OTHERS = "\n".join(line.replace(" 0 ", " - ", 1) for line in EDIT.splitlines())
# Of somebody who has run it once.
JUDGE = """
open         403 0   0   0   401 0   403
closed       403 0   0   0   401 0   403
unlisted     403 0   0   0   401 0   403
private      403 0   0   404 401 403 403
paid         403 0   403 403 401 403 403
withdrawn    403 0   0   404 401 403 403
taken down   403 404 404 404 401 403 403
draft        403 404 404 404 401 403 403
"""
TELL = """
open         403 0   0   0   401 0   403
closed       403 0   0   0   401 0   403
unlisted     403 0   0   0   401 0   403
private      403 0   0   404 401 403 403
paid         403 0   0   0   401 0   403
withdrawn    403 0   0   404 401 403 403
taken down   403 404 404 404 401 403 403
draft        403 404 404 404 401 403 403
"""


@dataclass(frozen=True)
class Group:
    """Routes with one table: method and path, what is sent, and what an allowed call answers."""

    table: str
    routes: dict[tuple[str, str], tuple[Any, int]]


GROUPS = {
    "see": Group(
        SEE,
        {
            ("get", LISTING): (None, 200),
            ("get", f"{LISTING}/versions"): (None, 200),
            ("get", f"{LISTING}/lineage"): (None, 200),
            ("get", f"{LISTING}/reviews"): (None, 200),
        },
    ),
    "see a version": Group(
        SEE_VERSION,
        {
            ("get", VERSION): (None, 200),
            ("get", f"{VERSION}/result"): (None, 200),
            ("get", f"{VERSION}/trust"): (None, 200),
        },
    ),
    "read code": Group(
        READ_CODE,
        {
            ("get", f"{VERSION}/code"): (None, 200),
            ("get", f"{VERSION}/diff"): (None, 200),
            ("get", f"{LISTING}/ancestor-diff"): (None, 200),
        },
    ),
    "run": Group(RUN, {("post", f"{LISTING}/backtests"): (TRIAL, 202)}),
    "run a bot": Group(RUN_A_BOT, {("post", f"{LISTING}/paper-bots"): (BOT, 201)}),
    "fork": Group(FORK, {("post", f"{LISTING}/forks"): ({"version": 1}, 201)}),
    "buy": Group(BUY, {("post", f"{LISTING}/checkout"): ({}, 200)}),
    "edit": Group(
        EDIT,
        {
            ("patch", LISTING): (TERMS, 200),
            ("post", f"{LISTING}/invitations"): ({}, 201),
            ("get", f"{LISTING}/members"): (None, 200),
            ("delete", f"{LISTING}/invitations/{{token}}"): (None, 204),
            ("delete", f"{LISTING}/members/{{member}}"): (None, 204),
            ("get", f"{VERSION}/exam"): (None, 200),
        },
    ),
    "edit, by others": Group(
        EDIT_BY_OTHERS,
        {
            ("post", f"{LISTING}/versions"): (EDITION, 201),
            ("post", f"{VERSION}/publish"): (None, 200),
            ("post", f"{LISTING}/withdraw"): (None, 200),
            ("post", f"{LISTING}/restore"): (None, 200),
            ("post", f"{VERSION}/exam"): (None, 201),
            ("post", f"{LISTING}/reviews/{{review_id}}/answer"): ({"text": "Thanks."}, 200),
        },
    ),
    "judge": Group(JUDGE, {("put", f"{LISTING}/reviews/mine"): ({"stars": 4}, 200)}),
    "tell": Group(
        TELL,
        {
            ("post", f"{LISTING}/reports"): ({"reason": "other"}, 204),
            ("put", f"{LISTING}/watch"): (None, 204),
        },
    ),
}
# One may always take back what is one's own, of whatever became invisible since.
OWN = {("delete", f"{LISTING}/reviews/mine"), ("delete", f"{LISTING}/watch")}


def rows(table: str) -> dict[str, list[str]]:
    """Return a table's statuses by kind of listing."""
    found = {}
    for line in table.strip().splitlines():
        *words, _ = cells = line.split()
        assert words
        split = len(cells) - len(VIEWERS)
        found[" ".join(cells[:split])] = cells[split:]
    return found


def arranged(kind: str, *, with_exam: bool = False) -> tuple[World, dict[str, str | None]]:
    """Return a world with Alice's listing of this kind, and everybody's credential."""
    world = World()
    market = world.marketplace
    names = {name: name for name in VIEWERS if name not in {"author", "anonymous"}}
    credentials: dict[str, str | None] = {
        "author": world.alice,
        "anonymous": None,
        **{name: world.sessions.sign_in(name) for name in names},
    }
    market.authors.put(an_author())
    market.put(a_listing(id=ListingId("l0")))
    strategy = StrategyId(a_strategy(world))
    line = Ancestor(listing=ListingId("l0"), version=1, is_declared=True)
    listing = a_listing(strategy=strategy, ancestor=line, **KINDS[kind])
    market.put(listing, strategy=strategy)
    if with_exam:  # takes a while
        put_exam(world, listing)
    market.entitle("l1", UserId("buyer"))
    for token in ("open", "used"):
        market.members.invite(
            Invitation(token=InvitationToken(token), listing=listing.id, note="", created_at=START),
            lambda _invited, _members: None,
        )
    member = Member(id=member_of(listing.id, UserId("member")), note="", since=START)
    market.members.accept(InvitationToken("used"), member)
    market.circumstances.moderators.add("moderator")
    for name in names:
        market.uses.note(UserId(name), listing.id, 1, UseKind.RUN, START)
    world.accounts.suspended[UserId("suspended")] = START
    return world, credentials


def answered(kind: str, route: tuple[str, str], body: Any) -> list[int]:
    """Return the statuses that everybody gets; who changes something does so in a world of their own."""
    method, path = route
    found, is_examined = [], path.endswith(("/result", "/trust", "/exam"))
    world, credentials = arranged(kind, with_exam=is_examined)
    for viewer in VIEWERS:
        if method != "get" and viewer != VIEWERS[0]:
            world, credentials = arranged(kind)
        member = member_of(ListingId("l1"), UserId("member"))
        named = path.format(listing_id="l1", number=1, token="open", member=member, review_id="r1")
        query = {"from": "1"} if path.endswith("/diff") else {}
        response = world.api(credentials[viewer]).open(
            named, method=method.upper(), json=body, query_string=query, headers=IDEMPOTENT
        )
        assert ALICE not in response.text or viewer == "author", response.text
        found.append(response.status_code)
    return found


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("group", "route"), [(name, route) for name, group in GROUPS.items() for route in group.routes]
)
def test_exactly_who_may_gets_through(kind: str, group: str, route: tuple[str, str]) -> None:
    body, allowed = GROUPS[group].routes[route]
    cells = rows(GROUPS[group].table)[kind]
    got = answered(kind, route, body)

    wanted = [
        status if cell == "-" else allowed if cell == "0" else int(cell)
        for cell, status in zip(cells, got, strict=True)
    ]
    assert dict(zip(VIEWERS, got, strict=True)) == dict(zip(VIEWERS, wanted, strict=True))


def test_every_route_of_a_listing_is_in_a_table() -> None:
    tabled = {route for group in GROUPS.values() for route in group.routes}
    routes = {route for route in OPERATIONS if "{listing_id}" in route[1]}

    assert routes - tabled - OWN == set()
    assert tabled <= routes


def test_every_table_speaks_of_every_kind_of_listing() -> None:
    for group in GROUPS.values():
        assert list(rows(group.table)) == list(KINDS)


@pytest.mark.parametrize("route", [route for route in OPERATIONS if "/moderation/" in route[1]])
def test_only_moderators_moderate(route: tuple[str, str]) -> None:
    method, path = route
    world, credentials = arranged("open")
    body = {"revision": 1, "ruling": "dismiss", "reason": "Fine."}
    body = body if path.endswith("/decisions") else {"revision": 1}

    for viewer, wanted in (
        ("author", 403),
        ("buyer", 403),
        ("other", 403),
        ("anonymous", 401),
        ("suspended", 403),
    ):
        response = world.api(credentials[viewer]).open(
            path.format(case_id="l1"), method=method.upper(), json=None if method == "get" else body
        )
        assert response.status_code == wanted, (viewer, response.text)


def test_everything_of_a_suspended_author_is_gone_for_others() -> None:
    world, credentials = arranged("open")
    world.accounts.suspended[ALICE] = START

    for viewer, wanted in (("other", 404), ("buyer", 404), ("anonymous", 404), ("moderator", 200)):
        response = world.api(credentials[viewer]).get(f"{MARKET}/listings/l1")
        assert response.status_code == wanted, viewer
    assert DONE.is_publishable
