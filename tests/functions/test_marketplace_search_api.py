"""/api/v1/marketplace/search: what anybody finds."""

from dataclasses import replace
from typing import Any

import pytest

from candlewick.backtests.models import RunId
from candlewick.marketplace.models import Access, ListingId, OutOfSample, Standing, Visibility
from candlewick.marketplace.search.query import Query
from tests.factories import ALICE, BOB
from tests.fakes import START
from tests.functions.answers import ok, problem
from tests.marketplace.catalogue import catalogue
from tests.marketplace_factories import a_listing
from tests.world import World

SEARCH = "/api/v1/marketplace/search"


@pytest.fixture
def market(world: World) -> World:
    for listing, version in catalogue():
        world.marketplace.listings.add(listing, version, lambda _: None)
    return world


def search(world: World, credential: str | None = None, **query: Any) -> dict[str, Any]:
    return dict(ok(world.api(credential).get(SEARCH, query_string=query)))


def ids(found: dict[str, Any]) -> list[str]:
    return [item["id"] for item in found["items"]]


def test_anybody_finds_public_listings_by_words(market: World) -> None:
    found = search(market, q="turtle")

    (card,) = found["items"]
    assert (card["id"], card["title"], card["author"]) == ("turtle", "Turtle Trader Reloaded", "pavel")  # fmt: skip
    assert (card["timeframe"], card["market"], card["grade"]) == ("1d", "spot", "A")
    assert card["styles"] == ["breakout"]
    assert card["outOfSample"]["rank"] == 1.4
    assert (found["total"], found["nextCursor"], found["corrected"]) == (1, None, None)


def test_a_card_tells_nobody_whose_account_it_is(market: World) -> None:
    text = str(search(market, size=50))

    assert "user-" not in text
    assert "owner" not in text


@pytest.mark.parametrize("credential", ["alice", None])
def test_filters_may_have_several_values(market: World, credential: str | None) -> None:
    signed_in = market.alice if credential else None

    found = search(market, signed_in, timeframe=["1d", "4h"], grade="B", market="spot")

    assert set(ids(found)) == {"rsi2", "cafe", "vol", "ichi", "engulf"}
    counts = {item["value"]: item["count"] for item in found["facets"]["timeframe"]}
    assert counts["15m"] == 1  # under the other filters: what choosing it too would add
    assert counts["1d"] + counts["4h"] == 5


def test_a_tag_is_found_in_any_case(market: World) -> None:
    assert set(ids(search(market, tag="Classic"))) == {"rsi2", "golden", "turtle"}


def test_pages_follow_each_other(market: World) -> None:
    first = search(market, size=20)
    second = search(market, size=20, cursor=first["nextCursor"])

    assert (len(first["items"]), len(second["items"])) == (20, 16)
    assert not set(ids(first)) & set(ids(second))
    assert second["nextCursor"] is None


def test_where_nothing_is_found_something_is_suggested(market: World) -> None:
    found = search(market, q="bollinger turtle")

    assert (found["items"], found["total"]) == ([], 0)
    assert "turtle" in found["suggestions"]


def test_a_typing_error_is_corrected_and_said(market: World) -> None:
    found = search(market, q="ichimouk")

    assert (ids(found), found["corrected"]) == (["ichi"], "ichimoku")


def test_words_are_completed(market: World) -> None:
    found = ok(market.api().get(f"{SEARCH}/completions", query_string={"q": "golden cr"}))

    assert found["items"] == ["golden cross", "golden crossover"]
    assert ok(market.api().get(f"{SEARCH}/completions", query_string={"q": "zz"}))["items"] == []


@pytest.mark.parametrize(
    "query",
    [
        {"order": "price"}, {"size": 0}, {"size": 51}, {"cursor": "x"}, {"q": "x" * 201}, {"colour": "red"},
        {"timeframe": ["5m"] * 21},
    ],
)  # fmt: skip
def test_what_is_no_query_is_refused(market: World, query: dict[str, Any]) -> None:
    problem(market.api().get(SEARCH, query_string=query), 422, "invalid")


@pytest.mark.parametrize(
    "text", ["'; DROP", "🙂🙂", "\u0000", "a" * 200, "((((", "=rsi", "* -x", "日本"]
)
def test_any_text_is_a_query(market: World, text: str) -> None:
    search(market, q=text)


@pytest.mark.parametrize(
    "change",
    [
        {"standing": Standing.WITHDRAWN},
        {"standing": Standing.SUSPENDED},
        {"visibility": Visibility.PRIVATE},
        {"visibility": Visibility.UNLISTED},
        {"standing": Standing.DRAFT, "current_version": None},
    ],
)
def test_what_strangers_may_not_see_is_not_found_even_by_its_author(
    world: World, change: dict[str, Any]
) -> None:
    world.marketplace.put(a_listing())
    assert search(world, q="dip")["total"] == 1

    world.marketplace.put(a_listing(**change))

    for credential in (None, world.alice, world.bob):
        assert search(world, credential, q="dip")["total"] == 0


def test_a_suspended_authors_listings_are_gone_at_once(world: World) -> None:
    world.marketplace.put(a_listing(owner=BOB))
    assert search(world)["total"] == 1

    world.accounts.suspended[BOB] = START

    assert search(world)["items"] == []
    world.clock.move(seconds=31)
    assert search(world)["total"] == 0


def test_what_closed_code_computes_is_not_told(world: World) -> None:
    traits = {"sentence": "Buys when the secret line crosses."}
    for number, access in enumerate(Access):
        listing = a_listing(id=ListingId(f"l{number}"), access=access)
        version = world.marketplace.put(listing, **traits)
        changed = replace(version, traits=replace(version.traits, indicators=("rsi",)))
        world.marketplace.listings.change_version(listing.id, 1, lambda found, _, to=changed: (found, to))  # type: ignore[misc]  # fmt: skip

    found = {item["access"]: item for item in search(world)["items"]}

    assert (found["open"]["indicators"], found["closed"]["indicators"]) == (["rsi"], [])
    assert found["closed"]["sentence"] == ""
    assert ids(search(world, q="secret")) == [found["open"]["id"]]
    assert ids(search(world, indicator="rsi")) == [found["open"]["id"]]
    assert ids(search(world, q="relative strength index")) == [found["open"]["id"]]


def test_ones_own_publication_is_found_at_once(world: World) -> None:
    service = world.marketplace.search()
    assert service.search(Query()).total == 0
    world.marketplace.put(a_listing(owner=ALICE))

    assert service.search(Query(text="dip")).total == 1


def test_what_changed_after_the_index_was_read_is_looked_at_again(world: World) -> None:
    listing = a_listing()
    world.marketplace.put(listing)
    service = world.marketplace.search()
    world.marketplace.listings._listings[listing.id] = replace(listing, standing=Standing.SUSPENDED)

    assert service.search(Query()).items == []


def test_rank_decides_the_order_without_words(world: World) -> None:
    sample = OutOfSample(
        run=RunId("r"), since=START, until=START, days=9, trades=3, profit=0.1, drawdown=0.1, sharpe=1.0, rank=0.5, is_in_range=True, buy_and_hold=0.0
    )  # fmt: skip
    for name, rank in (("low", -1.0), ("high", 2.0), ("none", None)):
        listing = a_listing(id=ListingId(name))
        out_of_sample = None if rank is None else replace(sample, rank=rank)
        world.marketplace.put(listing, out_of_sample=out_of_sample)

    assert ids(search(world)) == ["high", "low", "none"]
