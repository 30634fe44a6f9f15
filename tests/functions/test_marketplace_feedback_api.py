"""Reviews, watches and notices: what people say about strategies, and what they are told."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from candlewick.accounts.models import UserId
from candlewick.backtests.models import RunId
from candlewick.errors import RateLimited
from candlewick.marketplace.house import StoredOutcomes, StoredVerdicts
from candlewick.marketplace.models import ListingId, OutOfSample, Standing, UseKind, Visibility
from candlewick.marketplace.notices.models import MAX_WATCHES, NoticeKind
from candlewick.strategies.models import StrategyId
from candlewick.trust.finding import Grade
from tests.factories import ALICE, BOB
from tests.fakes import START
from tests.functions.answers import a_strategy, ok, problem
from tests.marketplace_factories import DONE, a_listing, an_author
from tests.world import World

LISTING = "/api/v1/marketplace/listings/l1"
REVIEWS = f"{LISTING}/reviews"
WATCH = f"{LISTING}/watch"
NOTICES = "/api/v1/marketplace/my/notices"


@pytest.fixture
def listed(world: World) -> World:
    """Alice published a strategy, and Bob has run it."""
    strategy = StrategyId(a_strategy(world, world.alice))
    world.marketplace.put(a_listing(strategy=strategy))
    world.marketplace.authors.put(an_author())
    ran(world, BOB)
    return world


def ran(world: World, user: UserId, version: int = 1) -> None:
    world.marketplace.uses.note(user, ListingId("l1"), version, UseKind.RUN, START)


def review(world: World, credential: str, **body: Any) -> dict[str, Any]:
    given = {"stars": 4, "text": "It **works**."} | body
    return dict(ok(world.api(credential).put(f"{REVIEWS}/mine", json=given)))


def reviews(world: World, credential: str | None = None, **query: Any) -> dict[str, Any]:
    return dict(ok(world.api(credential).get(REVIEWS, query_string=query)))


def inbox(world: World, credential: str) -> dict[str, Any]:
    return dict(ok(world.api(credential).get(NOTICES)))


def counts(world: World) -> dict[str, int]:
    return dict(ok(world.api().get(LISTING))["counts"])


def test_who_ran_a_strategy_reviews_it_and_everybody_reads_it(listed: World) -> None:
    ran(listed, BOB, version=3)
    written = review(listed, listed.bob)

    (shown,) = reviews(listed)["items"]

    assert shown == written
    assert (shown["stars"], shown["text"], shown["version"]) == (4, "It **works**.", 3)
    assert (counts(listed)["reviews"], counts(listed)["stars"]) == (1, 4)


def test_a_reviewer_is_a_handle_or_a_user_and_never_an_id(listed: World) -> None:
    assert review(listed, listed.bob)["reviewer"] == "a user"

    listed.marketplace.authors.put(an_author(BOB, "second-author"))
    assert review(listed, listed.bob)["reviewer"] == "second-author"

    assert BOB not in str(reviews(listed)).replace("second-author", "")


def test_each_user_has_one_review_and_may_change_it(listed: World) -> None:
    first = review(listed, listed.bob)
    listed.clock.move(hours=1)
    second = review(listed, listed.bob, stars=1, text="No longer.")

    found = reviews(listed, listed.bob)

    assert (second["id"], second["at"]) == (first["id"], first["at"])
    assert second["changedAt"] is not None
    assert found["items"] == [second]
    assert found["mine"] == second
    assert (counts(listed)["reviews"], counts(listed)["stars"]) == (1, 1)


def test_a_review_is_taken_back(listed: World) -> None:
    review(listed, listed.bob)

    ok(listed.api(listed.bob).delete(f"{REVIEWS}/mine"), 204)

    assert reviews(listed, listed.bob) == {"items": [], "nextCursor": None, "mine": None}
    assert counts(listed)["reviews"] == 0
    problem(listed.api(listed.bob).delete(f"{REVIEWS}/mine"), 404, "not_found")


def test_who_never_ran_it_and_its_author_write_no_review(listed: World) -> None:
    carol = listed.sessions.sign_in("carol")
    ran(listed, ALICE)

    for credential in (carol, listed.alice):
        refused = listed.api(credential).put(f"{REVIEWS}/mine", json={"stars": 5})
        problem(refused, 403, "forbidden")


@pytest.mark.parametrize(
    "body",
    [
        {"stars": 0}, {"stars": 6}, {"stars": 4.5}, {}, {"stars": 3, "text": "x" * 4_001},
        {"stars": 3, "text": "<script>alert(1)</script>"}, {"stars": 3, "text": "[x](javascript:alert(1))"},
        {"stars": 3, "text": "![x](https://tracker.example/x.png)"},
    ],
)  # fmt: skip
def test_what_is_no_review_is_refused(listed: World, body: dict[str, Any]) -> None:
    problem(listed.api(listed.bob).put(f"{REVIEWS}/mine", json=body), 422, "invalid")


def test_the_author_answers_once_and_the_reviewer_is_told(listed: World) -> None:
    written = review(listed, listed.bob)
    path = f"{REVIEWS}/{written['id']}/answer"

    answered = ok(listed.api(listed.alice).post(path, json={"text": "Thank you."}))
    problem(listed.api(listed.alice).post(path, json={"text": "And again."}), 409, "conflict")

    assert answered["answer"]["text"] == "Thank you."
    assert reviews(listed)["items"] == [answered]
    assert [item["kind"] for item in inbox(listed, listed.bob)["items"]] == ["answered"]


def test_only_the_author_answers_and_only_what_is_there(listed: World) -> None:
    written = review(listed, listed.bob)

    for credential in (listed.bob, listed.sessions.sign_in("carol")):
        path = f"{REVIEWS}/{written['id']}/answer"
        problem(listed.api(credential).post(path, json={"text": "x"}), 403, "forbidden")
    path = f"{REVIEWS}/other/answer"
    problem(listed.api(listed.alice).post(path, json={"text": "x"}), 404, "not_found")


def test_an_answer_stays_when_the_review_is_changed(listed: World) -> None:
    written = review(listed, listed.bob)
    path = f"{REVIEWS}/{written['id']}/answer"
    ok(listed.api(listed.alice).post(path, json={"text": "Thank you."}))

    assert review(listed, listed.bob, stars=2)["answer"]["text"] == "Thank you."


def test_the_author_is_told_of_a_review_once(listed: World) -> None:
    review(listed, listed.bob)
    listed.clock.move(hours=1)
    review(listed, listed.bob, stars=1)

    told = inbox(listed, listed.alice)

    assert [(item["kind"], item["text"]) for item in told["items"]] == [("reviewed", "A review with 4 of 5 stars.")]  # fmt: skip


@pytest.mark.parametrize("change", [{"visibility": Visibility.PRIVATE}, {"standing": Standing.SUSPENDED}])  # fmt: skip
def test_what_may_not_be_seen_has_no_reviews_and_no_watchers(
    listed: World, change: dict[str, Any]
) -> None:
    listed.marketplace.put(a_listing(**change))

    problem(listed.api().get(REVIEWS), 404, "not_found")
    problem(listed.api(listed.bob).put(f"{REVIEWS}/mine", json={"stars": 1}), 404, "not_found")
    problem(listed.api(listed.bob).put(WATCH), 404, "not_found")


def test_reviews_come_in_pages_that_name_nobody(listed: World) -> None:
    for name in ("carol", "dave", "erin"):
        ran(listed, UserId(name))
        listed.clock.move(minutes=1)
        review(listed, listed.sessions.sign_in(name))

    first = reviews(listed, size=2)
    second = reviews(listed, size=2, cursor=first["nextCursor"])

    assert (len(first["items"]), len(second["items"])) == (2, 1)
    assert first["nextCursor"] == first["items"][-1]["id"]


def test_reviews_are_limited(listed: World) -> None:
    listed.limiter.exhausted.add("review")

    refused = listed.api(listed.bob).put(f"{REVIEWS}/mine", json={"stars": 1})

    problem(refused, 429, RateLimited.code)


# Watches and notices


def test_watchers_are_told_of_a_new_version(listed: World) -> None:
    ok(listed.api(listed.bob).put(WATCH), 204)
    assert counts(listed)["watchers"] == 1

    listed.marketplace.publisher().publish(ALICE, ListingId("l1"), 1)

    told = inbox(listed, listed.bob)
    (notice,) = told["items"]
    assert (notice["kind"], notice["listingId"], notice["title"]) == ("new-version", "l1", "Buys the dip")  # fmt: skip
    assert "Version 1" in notice["text"]
    assert (told["unread"], notice["isRead"]) == (1, False)
    assert inbox(listed, listed.alice)["items"] == []


def test_watchers_are_told_of_withdrawal_and_return(listed: World) -> None:
    ok(listed.api(listed.bob).put(WATCH), 204)
    for action in ("withdraw", "restore"):
        listed.clock.move(minutes=1)
        ok(listed.api(listed.alice).post(f"{LISTING}/{action}"))

    assert [item["kind"] for item in inbox(listed, listed.bob)["items"]] == ["restored", "withdrawn"]  # fmt: skip


def test_who_no_longer_watches_is_told_nothing(listed: World) -> None:
    ok(listed.api(listed.bob).put(WATCH), 204)
    ok(listed.api(listed.bob).delete(WATCH), 204)
    ok(listed.api(listed.bob).delete(WATCH), 204)

    listed.marketplace.publisher().publish(ALICE, ListingId("l1"), 1)

    assert inbox(listed, listed.bob)["items"] == []
    assert counts(listed)["watchers"] == 0


def test_the_same_event_is_told_once(listed: World) -> None:
    ok(listed.api(listed.bob).put(WATCH), 204)
    teller, (listing, *_) = listed.marketplace.watcher_teller(), listed.marketplace.listings.of_owner(ALICE)  # fmt: skip

    for _ in range(3):
        listed.clock.move(minutes=1)
        teller.tell_watchers(NoticeKind.OUT_OF_RANGE, listing, key="2026-01-05", text="Below.")

    assert inbox(listed, listed.bob)["unread"] == 1


def test_notices_are_read_up_to_a_moment(listed: World) -> None:
    ok(listed.api(listed.bob).put(WATCH), 204)
    teller, (listing, *_) = listed.marketplace.watcher_teller(), listed.marketplace.listings.of_owner(ALICE)  # fmt: skip
    for key in ("1", "2", "3"):
        listed.clock.move(minutes=1)
        teller.tell_watchers(NoticeKind.BACK_IN_RANGE, listing, key=key, text="Back.")
    latest, middle, _ = inbox(listed, listed.bob)["items"]

    left = ok(listed.api(listed.bob).post(f"{NOTICES}/read", json={"until": middle["at"]}))
    ok(listed.api(listed.bob).post(f"{NOTICES}/read", json={"until": "2001-01-01T00:00:00Z"}))

    assert left == {"unread": 1}
    assert [item["isRead"] for item in inbox(listed, listed.bob)["items"]] == [False, True, True]
    future = ok(listed.api(listed.bob).post(f"{NOTICES}/read", json={"until": "2099-01-01T00:00:00Z"}))  # fmt: skip
    assert future == {"unread": 0}
    listed.clock.move(minutes=1)
    teller.tell_watchers(NoticeKind.OUT_OF_RANGE, listing, key="4", text="Out.")
    assert inbox(listed, listed.bob)["unread"] == 1
    assert latest["id"] != inbox(listed, listed.bob)["items"][0]["id"]


def test_notices_come_in_pages(listed: World) -> None:
    ok(listed.api(listed.bob).put(WATCH), 204)
    teller, (listing, *_) = listed.marketplace.watcher_teller(), listed.marketplace.listings.of_owner(ALICE)  # fmt: skip
    for key in "abc":
        teller.tell_watchers(NoticeKind.GRADE_CHANGED, listing, key=key, text="Now C.")

    first = ok(listed.api(listed.bob).get(NOTICES, query_string={"size": 2}))
    second = ok(listed.api(listed.bob).get(NOTICES, query_string={"cursor": first["nextCursor"]}))

    assert (len(first["items"]), len(second["items"]), second["nextCursor"]) == (2, 1, None)


def test_so_many_listings_are_watched_at_most(listed: World) -> None:
    for number in range(MAX_WATCHES):
        listing = a_listing(id=ListingId(f"w{number}"))
        listed.marketplace.put(listing)
        listed.marketplace.notice_service().watch(BOB, listing.id)

    problem(listed.api(listed.bob).put(WATCH), 429, "quota_exceeded")
    listed.marketplace.notice_service().unwatch(BOB, ListingId("w0"))
    ok(listed.api(listed.bob).put(WATCH), 204)
    ok(listed.api(listed.bob).put(WATCH), 204)


def test_watchers_are_told_when_it_leaves_its_range_and_when_it_comes_back(listed: World) -> None:
    ok(listed.api(listed.bob).put(WATCH), 204)
    outcomes = StoredOutcomes(listed.marketplace.listings, listed.marketplace.watcher_teller())
    for day, is_in_range in enumerate((True, False, False, True, True)):
        listed.clock.move(days=1)
        sample = OutOfSample(
            run=RunId("house"), since=START, until=START + timedelta(days=day), days=day, trades=3, profit=-0.125, drawdown=0.1, sharpe=None,
            rank=0.0, is_in_range=is_in_range, buy_and_hold=0.0,
        )  # fmt: skip
        outcomes.tell(ListingId("l1"), 1, sample)

    told = inbox(listed, listed.bob)["items"]

    assert [item["kind"] for item in told] == ["back-in-range", "out-of-range"]
    assert "-12.5%" in told[1]["text"]


def test_watchers_are_told_when_the_grade_changes(listed: World) -> None:
    ok(listed.api(listed.bob).put(WATCH), 204)
    verdicts = StoredVerdicts(listed.marketplace.listings, listed.marketplace.watcher_teller())

    verdicts.settle(ListingId("l1"), 1, DONE)
    verdicts.settle(ListingId("l1"), 1, replace(DONE, grade=Grade.D))
    verdicts.settle(ListingId("l1"), 1, replace(DONE, grade=Grade.D))

    assert [item["text"] for item in inbox(listed, listed.bob)["items"]] == ["The grade of version 1 is D now; it was B."]  # fmt: skip


def test_what_is_not_shown_tells_nobody(listed: World) -> None:
    ok(listed.api(listed.bob).put(WATCH), 204)
    ok(listed.api(listed.alice).post(f"{LISTING}/withdraw"))
    verdicts = StoredVerdicts(listed.marketplace.listings, listed.marketplace.watcher_teller())

    verdicts.settle(ListingId("l1"), 1, replace(DONE, grade=Grade.F))

    assert [item["kind"] for item in inbox(listed, listed.bob)["items"]] == ["withdrawn"]


def test_one_sees_what_one_watches_and_nobody_elses(listed: World) -> None:
    ok(listed.api(listed.bob).put(WATCH), 204)

    path = "/api/v1/marketplace/my/watches"
    mine, theirs = (ok(listed.api(who).get(path))["items"] for who in (listed.bob, listed.alice))

    assert ([item["listingId"] for item in mine], theirs) == (["l1"], [])
