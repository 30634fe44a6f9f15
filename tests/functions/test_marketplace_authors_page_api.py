"""An author's page: everything that was ever published counts, and nothing that is taken away makes it better."""

from dataclasses import replace
from typing import Any

import pytest

from candlewick.backtests.models import RunId
from candlewick.marketplace.models import Listing, ListingId, OutOfSample, Standing, Visibility
from tests.factories import ALICE, BOB
from tests.fakes import START
from tests.functions.answers import ok, problem
from tests.marketplace_factories import a_listing, a_listing_version, an_author
from tests.world import World

MARKET = "/api/v1/marketplace"
AUTHOR = f"{MARKET}/authors/first-author"


def a_sample(profit: float, *, is_in_range: bool = True) -> OutOfSample:
    return OutOfSample(
        run=RunId("house"), since=START, until=START, days=90, trades=30, profit=profit, drawdown=0.1, sharpe=10 * profit, rank=10 * profit - 1,
        is_in_range=is_in_range, buy_and_hold=0.0,
    )  # fmt: skip


def publish(world: World, name: str, profit: float | None = None, *, is_in_range: bool = True, **changes: Any) -> Listing:  # fmt: skip
    listing = a_listing(id=ListingId(name), **changes)
    sample = None if profit is None else a_sample(profit, is_in_range=is_in_range)
    world.marketplace.put(listing, out_of_sample=sample)
    return listing


def page(world: World) -> dict[str, Any]:
    return dict(ok(world.api().get(AUTHOR)))


@pytest.fixture
def author(world: World) -> World:
    """Alice published one that earned, one that broke even, and one that lost and left its range."""
    world.marketplace.authors.put(an_author())
    publish(world, "good", 0.3)
    publish(world, "even", 0.0)
    publish(world, "bad", -0.4, is_in_range=False)
    return world


def test_the_record_tells_the_middle_and_the_spread_of_all_results(author: World) -> None:
    found = page(author)

    record = found["record"]
    assert (record["listings"], record["versions"], record["followed"]) == (3, 3, 3)
    assert (record["failed"], record["losing"]) == (1, 1)
    assert record["profit"]["median"] == 0.0
    assert record["profit"]["low"] == pytest.approx(-0.32)
    assert record["profit"]["high"] == pytest.approx(0.24)
    assert [item["id"] for item in found["listings"]] == ["good", "even", "bad"]


def test_withdrawing_a_bad_one_makes_no_figure_better(author: World) -> None:
    before = page(author)

    ok(author.api(author.alice).post(f"{MARKET}/listings/bad/withdraw"))

    after = page(author)
    assert after["record"] == before["record"] | {"withdrawn": 1}
    assert [item["id"] for item in after["listings"]] == ["good", "even"]


@pytest.mark.parametrize(
    "change", [{"standing": Standing.SUSPENDED}, {"visibility": Visibility.PRIVATE}, {"visibility": Visibility.UNLISTED}]
)  # fmt: skip
def test_hiding_a_bad_one_makes_no_figure_better(author: World, change: dict[str, Any]) -> None:
    before = page(author)["record"]

    publish(author, "bad", -0.4, is_in_range=False, **change)

    after = page(author)["record"]
    assert after == before | {"suspended": int("standing" in change)}


def test_a_new_version_does_not_make_the_old_one_forgotten(author: World) -> None:
    better = a_listing_version(listing=ListingId("bad"), number=2, out_of_sample=a_sample(0.9))
    author.marketplace.listings.add_version(ListingId("bad"), lambda _: better)
    author.marketplace.listings.change(ListingId("bad"), lambda found: replace(found, current_version=2))  # fmt: skip

    record = page(author)["record"]

    assert (record["listings"], record["versions"], record["failed"], record["losing"]) == (3, 4, 1, 1)  # fmt: skip


def test_drafts_and_unpublished_versions_are_none_of_the_record(author: World) -> None:
    before = page(author)["record"]

    publish(author, "draft", standing=Standing.DRAFT, current_version=None)
    unpublished = a_listing_version(listing=ListingId("good"), number=2, published_at=None)
    author.marketplace.listings.add_version(ListingId("good"), lambda _: unpublished)

    assert page(author)["record"] == before


def test_what_is_young_has_no_figures_yet(world: World) -> None:
    world.marketplace.authors.put(an_author())
    publish(world, "young")

    record = page(world)["record"]

    assert (record["versions"], record["followed"], record["profit"], record["sharpe"]) == (1, 0, None, None)  # fmt: skip


def test_one_result_is_its_own_middle(world: World) -> None:
    world.marketplace.authors.put(an_author())
    publish(world, "only", 0.1)

    assert page(world)["record"]["profit"] == {"median": 0.1, "low": 0.1, "high": 0.1}


def test_others_listings_are_none_of_it_and_no_id_is_told(author: World) -> None:
    publish(author, "other", 5.0, owner=BOB)

    found = page(author)

    assert found["record"]["listings"] == 3
    assert "alice" not in str(found)


def test_a_suspended_authors_page_reads_as_missing(author: World) -> None:
    author.accounts.suspended[ALICE] = START
    author.clock.move(minutes=1)

    problem(author.api().get(AUTHOR), 404, "not_found")
    problem(author.api().get(f"{MARKET}/authors/nobody"), 404, "not_found")
