"""Publishing: from a strategy and a verified run to what visitors see."""

from dataclasses import replace
from typing import Any

import pytest
from werkzeug.test import TestResponse

from candlewick.backtests.models import RunId, RunState
from candlewick.errors import Unavailable
from candlewick.marketplace.models import (
    MAX_LISTINGS_PER_AUTHOR,
    MAX_VERSIONS,
    ExamState,
    ListingId,
    Standing,
)
from candlewick.strategies.models import StrategyId
from tests import factories
from tests.functions.answers import a_strategy, ok, problem, verified, wrong_fields
from tests.marketplace_factories import DONE, a_listing, an_author
from tests.world import World

MARKET = "/api/v1/marketplace"
TERMS = {"title": "Buys the dip", "summary": "Buys what fell."}


@pytest.fixture
def strategy(world: World) -> str:
    world.marketplace.authors.put(an_author())
    strategy_id = a_strategy(world)
    verified(world, strategy_id)
    return strategy_id


def create(world: World, strategy: str, **changes: Any) -> TestResponse:
    body = {"strategyId": strategy, "version": 1, "runId": "verified", "terms": TERMS}
    return world.api(world.alice).post(f"{MARKET}/listings", json=body | changes)


def listed(world: World, strategy: str, **terms: Any) -> str:
    return str(ok(create(world, strategy, terms=TERMS | terms), 201)["id"])


def judged(world: World, listing: str, number: int = 1, **changes: Any) -> None:
    world.marketplace.listings.change_version(
        ListingId(listing),
        number,
        lambda found, version: (found, replace(version, verdict=replace(DONE, **changes))),
    )


def act(world: World, listing: str, what: str, status: int = 200) -> dict[str, Any]:
    path = f"{MARKET}/listings/{listing}/{what}"
    return ok(world.api(world.alice).post(path), status)


def refused(world: World, listing: str, what: str) -> str:
    path = f"{MARKET}/listings/{listing}/{what}"
    return str(problem(world.api(world.alice).post(path), 409, "conflict")["detail"])


def test_a_listing_is_a_draft_with_the_runs_settings_until_it_is_published(
    world: World, strategy: str
) -> None:
    made = ok(create(world, strategy), 201)

    assert (made["standing"], made["currentVersion"], made["latestVersion"]) == ("draft", None, 1)
    assert made["version"]["verdict"]["state"] == "running"
    assert made["version"]["spec"]["pairs"] == ["BTC/USDT"]
    assert made["rights"] == ["see", "read_code", "run", "edit"]
    assert [version.listing for version in world.marketplace.examiner.begun] == [made["id"]]
    problem(world.api().get(f"{MARKET}/listings/{made['id']}"), 404, "not_found")


def test_a_published_listing_is_seen_by_anybody(world: World, strategy: str) -> None:
    listing = listed(world, strategy)
    judged(world, listing)
    act(world, listing, "versions/1/publish")

    seen = ok(world.api().get(f"{MARKET}/listings/{listing}"))

    assert (seen["standing"], seen["currentVersion"], seen["author"]) == (
        "published",
        1,
        "first-author",
    )
    assert (seen["strategyId"], seen["latestVersion"]) == (None, None)
    assert seen["rights"] == ["see", "read_code"]
    assert (
        ok(world.api().get(f"{MARKET}/listings/{listing}/versions/1/code"))["code"]
        == factories.CODE
    )


def test_a_page_says_whether_its_viewer_watches(world: World, strategy: str) -> None:
    listing = listed(world, strategy)
    judged(world, listing)
    act(world, listing, "versions/1/publish")

    def watched() -> bool:
        return bool(ok(world.api(world.bob).get(f"{MARKET}/listings/{listing}"))["isWatching"])

    assert not watched()
    world.marketplace.circumstances.watching.add((listing, "bob"))
    assert watched()


def test_nothing_is_published_before_its_examination_is_over(world: World, strategy: str) -> None:
    listing = listed(world, strategy)

    assert "still under way" in refused(world, listing, "versions/1/publish")
    judged(world, listing, state=ExamState.FAILED, message="It raised KeyError.")
    assert "It raised KeyError." in refused(world, listing, "versions/1/publish")


def test_what_sees_the_future_may_be_unlisted_but_never_public(world: World, strategy: str) -> None:
    listing = listed(world, strategy, visibility="unlisted")
    judged(world, listing, is_publishable=False, message="Line 7 looks ahead.")
    act(world, listing, "versions/1/publish")
    page = f"{MARKET}/listings/{listing}"

    said = problem(
        world.api(world.alice).patch(page, json={**TERMS, "visibility": "public"}), 409, "conflict"
    )

    assert "Line 7 looks ahead." in said["detail"]
    assert ok(world.api().get(page))["visibility"] == "unlisted"
    other = listed(world, strategy)
    judged(world, other, is_publishable=False, message="Line 7 looks ahead.")
    assert "Line 7 looks ahead." in refused(world, other, "versions/1/publish")


def test_a_new_version_is_seen_once_it_is_published(world: World, strategy: str) -> None:
    listing = listed(world, strategy)
    judged(world, listing)
    act(world, listing, "versions/1/publish")
    body = {"strategyId": strategy, "version": 1, "runId": "verified", "notes": "Faster."}
    added = world.api(world.alice).post(f"{MARKET}/listings/{listing}/versions", json=body)
    assert ok(added, 201)["number"] == 2

    path = f"{MARKET}/listings/{listing}/versions"
    assert [item["number"] for item in ok(world.api().get(path))["items"]] == [1]
    problem(world.api().get(f"{path}/2"), 404, "not_found")
    judged(world, listing, 2)
    act(world, listing, "versions/2/publish")
    assert [item["number"] for item in ok(world.api().get(path))["items"]] == [2, 1]
    assert ok(world.api().get(f"{MARKET}/listings/{listing}"))["version"]["notes"] == "Faster."


def test_withdrawing_hides_and_restoring_shows_again(world: World, strategy: str) -> None:
    listing = listed(world, strategy)
    judged(world, listing)
    assert "publish one" in refused(world, listing, "restore")
    act(world, listing, "versions/1/publish")

    assert act(world, listing, "withdraw")["standing"] == "withdrawn"
    problem(world.api().get(f"{MARKET}/listings/{listing}"), 404, "not_found")
    assert act(world, listing, "restore")["standing"] == "published"
    assert ok(world.api().get(f"{MARKET}/listings/{listing}"))["standing"] == "published"


@pytest.mark.parametrize("what", ["withdraw", "restore", "versions/1/publish"])
def test_the_author_cannot_lift_a_moderators_suspension(world: World, what: str) -> None:
    world.marketplace.put(a_listing(standing=Standing.SUSPENDED))

    assert "moderator" in refused(world, "l1", what)


@pytest.mark.parametrize(
    "changes",
    [
        {"strategy": {"version": 2}},
        {"strategy": {"code_hash": "0" * 64}},
        {"strategy": {"id": StrategyId("s9")}},
    ],
    ids=["version", "code", "strategy"],
)
def test_the_run_must_be_of_exactly_this_version(
    world: World, strategy: str, changes: dict[str, Any]
) -> None:
    run = world.runs.get(factories.ALICE, RunId("verified"))
    assert run is not None
    world.runs.put(replace(run, strategy=replace(run.strategy, **changes["strategy"])))

    assert wrong_fields(create(world, strategy)) == {"runId"}


def test_the_run_must_have_succeeded(world: World, strategy: str) -> None:
    run = world.runs.get(factories.ALICE, RunId("verified"))
    assert run is not None
    world.runs.put(replace(run, state=RunState.RUNNING, result=None))

    problem(create(world, strategy), 409, "conflict")


def test_who_has_no_handle_cannot_publish(world: World) -> None:
    strategy = a_strategy(world)
    verified(world, strategy)

    assert "handle" in problem(create(world, strategy), 409, "conflict")["detail"]


def test_a_guest_cannot_publish(world: World) -> None:
    world.sessions.sign_in("alice", is_guest=True)
    world.marketplace.authors.put(an_author())
    strategy = a_strategy(world)
    verified(world, strategy)

    assert "e-mail" in problem(create(world, strategy), 403, "forbidden")["detail"]


def test_there_is_room_for_so_many_listings_and_versions(world: World, strategy: str) -> None:
    for number in range(MAX_LISTINGS_PER_AUTHOR):
        world.marketplace.put(a_listing(id=ListingId(f"l{number}"), strategy=StrategyId(strategy)))
    problem(create(world, strategy), 429, "quota_exceeded")

    world.marketplace.listings.change(
        ListingId("l1"), lambda found: replace(found, latest_version=MAX_VERSIONS)
    )
    body = {"strategyId": strategy, "version": 1, "runId": "verified"}
    response = world.api(world.alice).post(f"{MARKET}/listings/l1/versions", json=body)
    problem(response, 429, "quota_exceeded")


def test_an_examination_that_cannot_begin_is_said(world: World, strategy: str) -> None:
    world.marketplace.examiner.raises = Unavailable("The queue is down.")

    problem(create(world, strategy), 503, "unavailable")

    (draft,) = ok(world.api(world.alice).get(f"{MARKET}/my/listings"))["items"]
    assert draft["version"]["verdict"]["state"] == "failed"
    assert "could not be begun" in draft["version"]["verdict"]["message"]


def test_the_sentence_tells_only_rules_that_anybody_may_read(world: World) -> None:
    world.marketplace.authors.put(an_author())
    (example, *_) = ok(world.api(world.alice).get("/api/v1/specs/examples"))["items"]
    compiled = world.api(world.alice).post("/api/v1/specs/compile", json={"spec": example["spec"]})
    strategy = a_strategy(world, code=ok(compiled)["code"])
    version = world.strategy_service().version(factories.ALICE, StrategyId(strategy), 1)
    reference = factories.a_strategy_ref(id=StrategyId(strategy), code_hash=version.code_hash)
    world.runs.put(factories.a_run(RunState.SUCCEEDED, id=RunId("verified"), strategy=reference))

    told = ok(create(world, strategy), 201)
    price = {"amount": "5", "currency": "EUR", "plan": "once"}

    assert told["version"]["sentence"] == example["sentence"]
    for hidden in ({"access": "closed"}, {"price": price}):
        made = ok(create(world, strategy, terms={**TERMS, **hidden}), 201)
        assert made["version"]["sentence"] == ""
    page = f"{MARKET}/listings/{told['id']}"
    judged(world, told["id"])
    act(world, told["id"], "versions/1/publish")
    assert ok(world.api().get(page))["version"]["sentence"] == example["sentence"]
    ok(world.api(world.alice).patch(page, json={**TERMS, "access": "closed"}))
    stored = world.marketplace.listings.version(ListingId(told["id"]), 1)
    assert stored is not None
    assert stored.sentence == ""


def test_titles_hold_no_characters_that_deceive(world: World, strategy: str) -> None:
    made = ok(
        create(world, strategy, terms={**TERMS, "title": "Safe\u202e\u0007 and\nsound\u200b"}), 201
    )

    assert made["title"] == "Safe and sound"
    assert wrong_fields(create(world, strategy, terms={**TERMS, "title": "\u202e\u200b"})) == {
        "title"
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Fine.\n\n<b>bold</b>", "Line 3: HTML"),
        ("One\ntwo <img src=x onerror=y>", "Line 2: HTML"),
        ("<script>\nx\n</script>", "Line 1: HTML"),
        ("![a](https://a.example/b.png)", "Line 1: images"),
        ("a\n[b](http://c.example)", "Line 2: links"),
        ("[b](javascript:alert(1))", "Line 1: links"),
        ("[b](//c.example)", "Line 1: links"),
        ("<mailto:a@example.org>", "Line 1: links"),
        ("[b][c]\n\n[c]: data:text/html,x", "Line 1: links"),
    ],
)
def test_markdown_that_could_load_or_run_something_is_refused(
    world: World, strategy: str, text: str, said: str
) -> None:
    response = create(world, strategy, terms={**TERMS, "description": text})

    assert wrong_fields(response) == {"description"}
    assert said in response.get_json()["errors"][0]["message"]


def test_markdown_that_only_says_something_is_kept(world: World, strategy: str) -> None:
    text = "# Dips\n\n`<b>` and [more](https://a.example/b)\n\n    <code>\n\n| a | b |\n| - | - |\n| 1 | 2 |"

    assert (
        ok(create(world, strategy, terms={**TERMS, "description": text}), 201)["description"]
        == text
    )


def test_publishing_is_rate_limited(world: World, strategy: str) -> None:
    world.limiter.exhausted.add("listing")

    problem(create(world, strategy), 429, "rate_limited")


def test_visitors_who_flood_are_held_back(world: World) -> None:
    world.marketplace.put(a_listing())
    world.visitor_gate.exhausted.add("flood")

    problem(world.api().get(f"{MARKET}/listings/l1"), 429, "rate_limited")
    ok(world.api(world.bob).get(f"{MARKET}/listings/l1"))
