"""/api/v1/strategies/{id}/draft: code that is not saved as a version yet."""

import pytest

from candlewick.strategies.models import MAX_CODE_BYTES
from tests.functions.answers import a_strategy, ok, problem, wrong_fields
from tests.world import World


@pytest.fixture
def path(world: World) -> str:
    return f"/api/v1/strategies/{a_strategy(world)}/draft"


def test_without_a_draft_there_is_revision_nought(world: World, path: str) -> None:
    assert ok(world.api(world.alice).get(path)) == {
        "code": None,
        "baseVersion": None,
        "revision": 0,
        "savedAt": None,
    }


def test_a_draft_comes_back_as_it_was_and_is_replaced(world: World, path: str) -> None:
    client = world.api(world.alice)
    first = ok(client.put(path, json={"code": "x = 1", "baseVersion": 1}))
    second = ok(client.put(path, json={"code": "", "revision": first["revision"]}))

    assert (first["code"], first["baseVersion"]) == ("x = 1", 1)
    assert second["revision"] > first["revision"]
    assert ok(client.get(path)) == second
    assert second["code"] == ""


def test_an_older_revision_does_not_overwrite_a_newer_draft(world: World, path: str) -> None:
    client = world.api(world.alice)
    newer = ok(client.put(path, json={"code": "newer"}))

    response = client.put(path, json={"code": "older"})

    assert "newer draft" in problem(response, 409, "conflict")["detail"]
    assert ok(client.get(path)) == newer


def test_a_draft_that_was_discarded_elsewhere_is_not_written_over_unasked(
    world: World, path: str
) -> None:
    client = world.api(world.alice)
    written = ok(client.put(path, json={"code": "x"}))
    assert client.delete(path, query_string={"revision": written["revision"]}).status_code == 204
    world.clock.move(seconds=1)

    response = client.put(path, json={"code": "y", "revision": written["revision"]})

    assert "elsewhere" in problem(response, 409, "conflict")["detail"]
    again = ok(client.put(path, json={"code": "y", "revision": 0}))
    assert again["revision"] > written["revision"]


def test_only_the_draft_that_was_seen_is_discarded(world: World, path: str) -> None:
    client = world.api(world.alice)
    written = ok(client.put(path, json={"code": "x"}))

    response = client.delete(path, query_string={"revision": written["revision"] - 1})

    problem(response, 409, "conflict")
    assert client.delete(path).status_code == 204
    assert client.delete(path).status_code == 204
    assert ok(client.get(path))["revision"] == 0


def test_unfit_drafts_are_refused(world: World, path: str) -> None:
    client = world.api(world.alice)

    problem(client.put(path, json={"code": "#" * (MAX_CODE_BYTES + 1)}), 413, "too_large")
    problem(client.put(path, json={"code": "x", "baseVersion": 2}), 404, "not_found")
    assert "NUL" in problem(client.put(path, json={"code": "\x00"}), 422, "invalid")["detail"]
    assert wrong_fields(client.put(path, json={"code": "x", "revision": -1})) == {"revision"}


def test_drafts_have_a_rate_of_their_own(world: World, path: str) -> None:
    world.limiter.exhausted.add("draft")

    problem(world.api(world.alice).put(path, json={"code": "x"}), 429, "rate_limited")
