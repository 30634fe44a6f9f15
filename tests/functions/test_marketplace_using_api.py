"""Trying, forking and running other people's strategies."""

from dataclasses import replace
from typing import Any

import pytest

from candlewick.backtests.models import BacktestRun, RunId
from candlewick.marketplace.models import (
    Access,
    Licence,
    Listing,
    ListingId,
    Plan,
    Price,
    Standing,
    Visibility,
)
from candlewick.strategies.models import StrategyId
from tests.factories import ALICE, BOB, CODE, a_spec
from tests.functions.answers import ok, problem
from tests.marketplace_factories import a_listing, an_author
from tests.world import World

MARKET = "/api/v1/marketplace"
DATES = {"start": "2025-01-01T00:00:00Z", "end": "2025-01-02T00:00:00Z"}
TRIAL = {"pairs": ["BTC/USDT"], **DATES}
BOT = {"name": "Dips", "venue": "simulated", "pairs": ["BTC/USDT"]}
PRICE = Price(amount=a_spec().wallet, currency="EUR", plan=Plan.ONCE)


def put(world: World, **changes: Any) -> Listing:
    listing = a_listing(**changes)
    world.marketplace.put(listing)
    return listing


def tried(
    world: World, credential: str | None = None, *, key: str = "key-00000001", **changes: Any
) -> Any:
    client = world.api(credential or world.bob)
    return client.post(
        f"{MARKET}/listings/l1/backtests", json=TRIAL | changes, headers={"Idempotency-Key": key}
    )


def forked(world: World, credential: str | None = None, **body: Any) -> Any:
    return world.api(credential or world.bob).post(f"{MARKET}/listings/l1/forks", json=body)


def paper_bot(world: World, **changes: Any) -> Any:
    headers = {"Idempotency-Key": "key-00000001"}
    return world.api(world.bob).post(
        f"{MARKET}/listings/l1/paper-bots", json=BOT | changes, headers=headers
    )


def run_of(world: World, run_id: str) -> BacktestRun:
    found = world.runs.get(BOB, RunId(run_id))
    assert found is not None
    return found


def counts(world: World) -> tuple[int, int]:
    listing = world.marketplace.listings.get(ListingId("l1"))
    assert listing is not None
    return listing.counts.users, listing.counts.forks


def test_a_try_is_a_backtest_of_ones_own_with_the_authors_settings(world: World) -> None:
    put(world)

    run = ok(tried(world, wallet="500"), 202)

    assert run["strategy"]["listed"] == {"listingId": "l1", "version": 1, "isClosed": False}
    assert (run["strategy"]["id"], run["strategy"]["name"]) == ("l1", "Buys the dip")
    assert run["strategy"]["parameters"] == {"buy": {"period": 14}}
    assert (run["spec"]["wallet"], run["spec"]["maxOpenTrades"], run["spec"]["timeframe"]) == (
        "500",
        3,
        "5m",
    )
    assert ok(world.api(world.bob).get(f"/api/v1/backtests/{run['id']}"))["id"] == run["id"]
    problem(world.api(world.alice).get(f"/api/v1/backtests/{run['id']}"), 404, "not_found")


def test_trying_again_with_the_same_key_starts_nothing_new(world: World) -> None:
    put(world)

    assert ok(tried(world), 202)["id"] == ok(tried(world), 202)["id"]
    problem(tried(world, wallet="500"), 422, "idempotency_mismatch")


def test_the_runs_document_names_no_account_of_the_author(world: World) -> None:
    put(world)

    run = run_of(world, ok(tried(world), 202)["id"])

    assert run.strategy.code_owner is None
    assert "alice" not in repr(run)


def test_the_author_learns_that_somebody_used_it_and_not_who(world: World) -> None:
    put(world)
    tried(world)
    tried(world, key="key-00000002")
    forked(world)

    assert counts(world) == (1, 1)
    for path in ("listings/l1", "my/listings", "my/uses", "listings/l1/lineage"):
        assert "bob" not in world.api(world.alice).get(f"{MARKET}/{path}").text


def test_an_authors_own_use_counts_for_nothing(world: World) -> None:
    put(world)

    ok(tried(world, world.alice), 202)

    assert counts(world) == (0, 0)


def test_who_has_run_it_may_review_it_and_who_forked_it_may_not(world: World) -> None:
    put(world)
    forked(world)
    assert "review" not in ok(world.api(world.bob).get(f"{MARKET}/listings/l1"))["rights"]

    tried(world)

    assert "review" in ok(world.api(world.bob).get(f"{MARKET}/listings/l1"))["rights"]


def test_a_fork_is_a_strategy_of_ones_own_that_knows_its_origin(world: World) -> None:
    put(world)

    made = ok(forked(world, name="My dips"), 201)

    assert (made["name"], made["latestVersion"]) == ("My dips", 1)
    assert made["forkedFrom"] == {"listingId": "l1", "version": 1}
    version = ok(world.api(world.bob).get(f"/api/v1/strategies/{made['id']}/versions/1"))
    assert (version["code"], version["parameters"]) == (CODE, {"buy": {"period": 14}})
    assert (
        ok(world.api(world.bob).get(f"/api/v1/strategies/{made['id']}"))["forkedFrom"] is not None
    )


def test_a_listed_fork_names_its_ancestor_and_shows_the_difference(world: World) -> None:
    put(world)
    strategy = StrategyId(ok(forked(world), 201)["id"])
    world.marketplace.authors.put(an_author(BOB, "second-author"))
    changed = CODE.replace('"enter_long"] = 1', '"enter_long"] = 0')
    client = world.api(world.bob)
    ok(client.post(f"/api/v1/strategies/{strategy}/versions", json={"code": changed}), 201)
    version = world.strategy_service().version(BOB, strategy, 2)
    world.marketplace.verified_run(BOB, strategy, version)
    body = {"strategyId": strategy, "version": 2, "runId": "verified"}
    terms = {"title": "Never buys", "summary": "It waits."}

    made = ok(client.post(f"{MARKET}/listings", json={**body, "terms": terms}), 201)

    assert made["ancestor"] == {"listingId": "l1", "version": 1, "isDeclared": True}
    diff = ok(client.get(f"{MARKET}/listings/{made['id']}/ancestor-diff"))
    assert (diff["added"], diff["removed"]) == (1, 1)
    line = ok(client.get(f"{MARKET}/listings/{made['id']}/lineage"))
    assert [item["id"] for item in line["ancestors"]] == ["l1"]


@pytest.mark.parametrize(
    "terms",
    [
        {"access": Access.CLOSED},
        {"licence": Licence.RESERVED},
        {"price": PRICE},
    ],
    ids=["closed", "reserved", "paid"],
)
def test_what_may_not_be_forked_is_not(world: World, terms: dict[str, Any]) -> None:
    put(world, **terms)

    problem(forked(world), 403, "forbidden")
    assert not [name for name in world.codes.stored if name.startswith("bob/")]


def test_what_is_sold_runs_for_whoever_bought_it(world: World) -> None:
    put(world, price=PRICE)
    problem(tried(world), 403, "forbidden")

    world.marketplace.entitle("l1", BOB)

    ok(tried(world), 202)


@pytest.mark.parametrize("standing", [Standing.WITHDRAWN, Standing.SUSPENDED, Standing.DRAFT])
def test_what_is_not_shown_cannot_be_used(world: World, standing: Standing) -> None:
    put(world, standing=standing)

    for response in (tried(world), forked(world), paper_bot(world)):
        problem(response, 404, "not_found")


def test_a_version_that_is_not_published_cannot_be_used(world: World) -> None:
    put(world)
    world.marketplace.listings.add_version(
        ListingId("l1"),
        lambda _: replace(world.marketplace.version("l1"), number=2, published_at=None),
    )

    problem(tried(world, version=2), 404, "not_found")
    problem(forked(world, version=2), 404, "not_found")


def test_a_paper_bot_runs_open_code_of_its_own(world: World) -> None:
    put(world)

    bot = ok(paper_bot(world), 201)

    assert (bot["mode"], bot["strategy"]["id"]) == ("paper", "l1")
    assert bot["strategy"]["listed"]["isClosed"] is False
    assert [name for name in world.codes.stored if name.startswith("bob/code/")]
    assert counts(world) == (1, 0)
    assert "alice" not in repr(world.bots.bots.list(BOB))


def test_a_bot_of_a_listed_strategy_keeps_its_version(world: World) -> None:
    put(world)
    bot = ok(paper_bot(world), 201)

    answer = world.api(world.bob).post(
        f"/api/v1/bots/{bot['id']}/update", json={"version": 2, "confirmName": bot["name"]}
    )

    assert "from the listing" in problem(answer, 409, "conflict")["detail"]


def test_closed_code_runs_in_no_bot_yet(world: World) -> None:
    put(world, access=Access.CLOSED)

    assert "could" in problem(paper_bot(world), 409, "conflict")["detail"]
    assert not [name for name in world.codes.stored if name.startswith("bob/")]


def test_my_uses_are_listed_and_those_that_are_gone_say_so(world: World) -> None:
    put(world)
    tried(world)
    assert ok(world.api(world.bob).get(f"{MARKET}/my/uses"))["items"][0]["listing"]["id"] == "l1"

    world.marketplace.listings.change(
        ListingId("l1"),
        lambda found: replace(found, terms=replace(found.terms, visibility=Visibility.PRIVATE)),
    )

    (use,) = ok(world.api(world.bob).get(f"{MARKET}/my/uses"))["items"]
    assert (use["listing"], use["listingId"]) == (None, "l1")
    assert use["ranAt"] is not None
    assert ok(world.api(world.alice).get(f"{MARKET}/my/uses"))["items"] == []
    assert ALICE not in str(use)
