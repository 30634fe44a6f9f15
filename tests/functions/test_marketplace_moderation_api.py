"""Reports and moderation: several reports make a case, a case is decided once, and every decision is audited."""

from typing import Any

import pytest

from candlewick.audit import Action
from candlewick.errors import RateLimited
from candlewick.marketplace.models import ListingId, Standing, UseKind
from tests.factories import ALICE, BOB
from tests.fakes import START
from tests.functions.answers import ok, problem
from tests.marketplace_factories import a_listing, an_author
from tests.world import World

MARKET = "/api/v1/marketplace"
LISTING = f"{MARKET}/listings/l1"
QUEUE = f"{MARKET}/moderation/queue"
CASE = f"{MARKET}/moderation/l1"


@pytest.fixture
def listed(world: World) -> World:
    """Alice published a strategy; Bob, Carol and Dave use the site; Mona and Max moderate."""
    world.marketplace.put(a_listing())
    world.marketplace.authors.put(an_author())
    for name in ("mona", "max"):
        world.sessions.sign_in(name)
        world.marketplace.circumstances.moderators.add(name)
    return world


def session(world: World, name: str) -> str:
    return world.sessions.sign_in(name)


def report(world: World, name: str = "bob", **body: Any) -> None:
    given = {"reason": "misleading", "text": "The figures are invented."} | body
    ok(world.api(session(world, name)).post(f"{LISTING}/reports", json=given), 204)


def opened(world: World, name: str = "mona", path: str = CASE) -> dict[str, Any]:
    return dict(ok(world.api(session(world, name)).get(path)))


def queue(world: World, **query: Any) -> list[str]:
    found = ok(world.api(session(world, "mona")).get(QUEUE, query_string=query))
    return [case["id"] for case in found["items"]]


def decide(world: World, ruling: str, name: str = "mona", path: str = CASE, **body: Any) -> dict[str, Any]:  # fmt: skip
    revision = opened(world, path=path)["case"]["revision"]
    given = {"ruling": ruling, "reason": "Invented figures.", "revision": revision} | body
    return dict(ok(world.api(session(world, name)).post(f"{path}/decisions", json=given)))


def standing(world: World) -> Standing:
    found = world.marketplace.listings.get(ListingId("l1"))
    assert found is not None
    return found.standing


def notices(world: World, name: str) -> list[str]:
    found = ok(world.api(session(world, name)).get(f"{MARKET}/my/notices"))
    return [item["kind"] for item in found["items"]]


def a_review(world: World) -> str:
    """Let Bob review the listing; return the review's id."""
    world.marketplace.uses.note(BOB, ListingId("l1"), 1, UseKind.RUN, START)
    body = {"stars": 1, "text": "Buy my course."}
    written = ok(world.api(session(world, "bob")).put(f"{LISTING}/reviews/mine", json=body))
    return str(written["id"])


def test_several_reports_make_one_case_without_their_writers(listed: World) -> None:
    report(listed, "bob")
    listed.clock.move(minutes=1)
    report(listed, "carol", reason="copied", text="It is mine.")

    found = opened(listed)

    assert queue(listed) == ["l1"]
    assert (found["case"]["reports"], found["case"]["state"]) == (2, "open")
    assert [item["reason"] for item in found["reports"]] == ["copied", "misleading"]
    assert "carol" not in str(found)
    assert "bob" not in str(found)
    assert found["listing"]["author"] == "first-author"


def test_who_reports_twice_counts_once(listed: World) -> None:
    report(listed)
    report(listed)

    assert opened(listed)["case"]["reports"] == 1


@pytest.mark.parametrize(
    "body", [{}, {"reason": "ugly"}, {"reason": "other", "text": "x" * 1_001}, {"reason": "other", "reviewId": "../x"}]
)  # fmt: skip
def test_what_is_no_report_is_refused(listed: World, body: dict[str, Any]) -> None:
    problem(listed.api(listed.bob).post(f"{LISTING}/reports", json=body), 422, "invalid")


def test_one_does_not_report_oneself_nor_what_is_not_there(listed: World) -> None:
    body = {"reason": "other"}

    problem(listed.api(listed.alice).post(f"{LISTING}/reports", json=body), 403, "forbidden")
    problem(listed.api(listed.bob).post(f"{MARKET}/listings/none/reports", json=body), 404, "not_found")  # fmt: skip
    gone = {"reason": "other", "reviewId": "none"}
    problem(listed.api(listed.bob).post(f"{LISTING}/reports", json=gone), 404, "not_found")


def test_reports_are_limited(listed: World) -> None:
    listed.limiter.exhausted.add("report")

    refused = listed.api(listed.bob).post(f"{LISTING}/reports", json={"reason": "other"})

    problem(refused, 429, RateLimited.code)


def test_only_moderators_see_and_decide(listed: World) -> None:
    report(listed)

    for credential in (listed.alice, listed.bob):
        api = listed.api(credential)
        problem(api.get(QUEUE), 403, "forbidden")
        problem(api.get(CASE), 403, "forbidden")
        for action in ("take", "release"):
            problem(api.post(f"{CASE}/{action}", json={"revision": 2}), 403, "forbidden")
        body = {"ruling": "dismiss", "reason": "x", "revision": 2}
        problem(api.post(f"{CASE}/decisions", json=body), 403, "forbidden")


def test_a_listing_is_suspended_with_reason_audit_and_notices(listed: World) -> None:
    carol = session(listed, "carol")
    ok(listed.api(carol).put(f"{LISTING}/watch"), 204)
    report(listed)

    decided = decide(listed, "suspend-listing", reason="Figures are invented.")

    assert (decided["state"], decided["decisions"][0]["ruling"]) == ("decided", "suspend-listing")
    assert standing(listed) is Standing.SUSPENDED
    (entry,) = listed.marketplace.cases.audit
    assert (entry.action, entry.operator, entry.owner) == (Action.SUSPEND_LISTING, "mona", ALICE)
    assert (entry.target, entry.reason) == ("listings/l1", "Figures are invented.")
    assert (entry.before, entry.after) == ({"standing": "published"}, {"standing": "suspended"})
    told = ok(listed.api(listed.alice).get(f"{MARKET}/my/notices"))["items"]
    assert [item["text"] for item in told] == ["A moderator took this listing down: Figures are invented."]  # fmt: skip
    assert (notices(listed, "bob"), notices(listed, "carol")) == (["report-decided"], ["suspended"])
    problem(listed.api(listed.bob).get(LISTING), 404, "not_found")
    assert ok(listed.api().get(f"{MARKET}/search"))["total"] == 0


def test_a_suspended_listing_comes_back_as_it_was(listed: World) -> None:
    report(listed)
    decide(listed, "suspend-listing")

    decide(listed, "restore-listing", name="max", reason="A mistake.")

    assert standing(listed) is Standing.PUBLISHED
    assert [entry.action for entry in listed.marketplace.cases.audit] == [
        Action.SUSPEND_LISTING,
        Action.RESTORE_LISTING,
    ]
    assert sorted(notices(listed, "alice")) == ["restored", "suspended"]
    assert ok(listed.api().get(f"{MARKET}/search"))["total"] == 1


def test_what_was_withdrawn_before_comes_back_withdrawn(listed: World) -> None:
    report(listed)
    ok(listed.api(listed.alice).post(f"{LISTING}/withdraw"))
    decide(listed, "suspend-listing")

    decide(listed, "restore-listing")

    assert standing(listed) is Standing.WITHDRAWN


def test_the_author_cannot_put_back_what_a_moderator_took_down(listed: World) -> None:
    report(listed)
    decide(listed, "suspend-listing")

    problem(listed.api(listed.alice).post(f"{LISTING}/restore"), 409, "conflict")


def test_a_review_is_hidden_and_shown_again_with_its_stars(listed: World) -> None:
    review = a_review(listed)
    report(listed, "carol", reviewId=review, reason="advertising")
    path = f"{MARKET}/moderation/l1-{review}"
    assert opened(listed, path=path)["review"]["text"] == "Buy my course."

    decide(listed, "hide-review", path=path)
    page = ok(listed.api(listed.bob).get(f"{LISTING}/reviews"))
    counts = ok(listed.api().get(LISTING))["counts"]
    decide(listed, "restore-review", path=path)

    assert (page["items"], page["mine"]["isHidden"], counts["reviews"]) == ([], True, 0)
    assert ok(listed.api().get(LISTING))["counts"]["stars"] == 1
    assert [entry.action for entry in listed.marketplace.cases.audit] == [Action.HIDE_REVIEW, Action.RESTORE_REVIEW]  # fmt: skip
    assert listed.marketplace.cases.audit[0].before == {"isHidden": False}
    assert "review-hidden" in notices(listed, "bob")


def test_a_hidden_review_that_is_changed_stays_hidden(listed: World) -> None:
    review = a_review(listed)
    report(listed, "carol", reviewId=review)
    decide(listed, "hide-review", path=f"{MARKET}/moderation/l1-{review}")

    a_review(listed)

    assert ok(listed.api().get(f"{LISTING}/reviews"))["items"] == []
    assert ok(listed.api().get(LISTING))["counts"]["reviews"] == 0


def test_a_dismissed_case_changes_nothing_and_tells_who_reported(listed: World) -> None:
    report(listed)

    decide(listed, "dismiss")

    assert standing(listed) is Standing.PUBLISHED
    assert (notices(listed, "bob"), notices(listed, "alice")) == (["report-decided"], [])
    assert (queue(listed), queue(listed, state="decided")) == ([], ["l1"])


def test_two_moderators_do_not_decide_twice(listed: World) -> None:
    report(listed)
    revision = opened(listed)["case"]["revision"]
    body = {"ruling": "suspend-listing", "reason": "Invented.", "revision": revision}

    ok(listed.api(session(listed, "mona")).post(f"{CASE}/decisions", json=body))
    late = listed.api(session(listed, "max")).post(f"{CASE}/decisions", json=body | {"ruling": "dismiss"})  # fmt: skip

    problem(late, 409, "conflict")
    assert len(listed.marketplace.cases.audit) == 1


def test_what_another_moderator_has_in_hand_is_taken_over_before_it_is_decided(
    listed: World,
) -> None:
    report(listed)
    mona, max_ = (listed.api(session(listed, name)) for name in ("mona", "max"))
    taken = ok(mona.post(f"{CASE}/take", json={"revision": opened(listed)["case"]["revision"]}))
    assert (taken["state"], taken["isMine"], queue(listed, state="in-review")) == ("in-review", True, ["l1"])  # fmt: skip

    body = {"ruling": "dismiss", "reason": "x", "revision": taken["revision"]}
    problem(max_.post(f"{CASE}/decisions", json=body), 409, "conflict")
    problem(max_.post(f"{CASE}/release", json={"revision": taken["revision"]}), 409, "conflict")
    over = ok(max_.post(f"{CASE}/take", json={"revision": taken["revision"]}))
    ok(max_.post(f"{CASE}/decisions", json=body | {"revision": over["revision"]}))

    assert opened(listed)["case"]["moderator"] == "a moderator"


def test_a_case_is_given_back(listed: World) -> None:
    report(listed)
    mona = listed.api(session(listed, "mona"))
    taken = ok(mona.post(f"{CASE}/take", json={"revision": opened(listed)["case"]["revision"]}))

    back = ok(mona.post(f"{CASE}/release", json={"revision": taken["revision"]}))

    assert (back["state"], back["moderator"], queue(listed)) == ("open", None, ["l1"])


def test_a_report_that_comes_while_it_is_read_asks_for_another_look(listed: World) -> None:
    report(listed)
    revision = opened(listed)["case"]["revision"]
    report(listed, "carol")

    body = {"ruling": "dismiss", "reason": "x", "revision": revision}
    problem(listed.api(session(listed, "mona")).post(f"{CASE}/decisions", json=body), 409, "conflict")  # fmt: skip


def test_a_new_report_opens_a_decided_case_again(listed: World) -> None:
    report(listed)
    decide(listed, "dismiss")
    listed.clock.move(days=1)

    report(listed)

    found = opened(listed)["case"]
    assert (found["state"], found["moderator"], len(found["decisions"])) == ("open", None, 1)


@pytest.mark.parametrize("ruling", ["hide-review", "restore-review"])
def test_a_decision_fits_its_case(listed: World, ruling: str) -> None:
    report(listed)
    body = {"ruling": ruling, "reason": "x", "revision": opened(listed)["case"]["revision"]}

    problem(listed.api(session(listed, "mona")).post(f"{CASE}/decisions", json=body), 422, "invalid")  # fmt: skip


@pytest.mark.parametrize(("ruling", "reason"), [("restore-listing", "x"), ("dismiss", " \u200b")])
def test_a_decision_needs_a_reason_and_something_to_decide(
    listed: World, ruling: str, reason: str
) -> None:
    report(listed)
    body = {"ruling": ruling, "reason": reason, "revision": opened(listed)["case"]["revision"]}

    refused = listed.api(session(listed, "mona")).post(f"{CASE}/decisions", json=body)

    assert refused.status_code in {409, 422}
    assert listed.marketplace.cases.audit == []


def test_nobody_decides_about_a_listing_of_their_own(listed: World) -> None:
    listed.marketplace.circumstances.moderators.add(ALICE)
    report(listed)
    body = {"ruling": "dismiss", "reason": "x", "revision": opened(listed)["case"]["revision"]}

    problem(listed.api(listed.alice).post(f"{CASE}/decisions", json=body), 403, "forbidden")


def test_a_case_that_is_none_reads_as_missing(listed: World) -> None:
    mona = listed.api(session(listed, "mona"))

    problem(mona.get(f"{MARKET}/moderation/none"), 404, "not_found")
    problem(mona.post(f"{MARKET}/moderation/none/take", json={"revision": 1}), 404, "not_found")
