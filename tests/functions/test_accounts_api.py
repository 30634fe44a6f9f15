"""/api/v1/me."""

from datetime import timedelta

import pytest

from candlewick.accounts.models import Quotas, Scope
from candlewick.accounts.service import SECOND_ERASURE_AFTER
from tests.factories import ALICE
from tests.fakes import START
from tests.functions.answers import (
    NO_SUCH,
    a_request,
    a_strategy,
    ok,
    problem,
    submit,
    wrong_fields,
)
from tests.world import World, bearer

ME = "/api/v1/me"
TOKEN = {"name": "laptop", "scopes": ["read"]}


def test_the_first_call_creates_the_account(world: World) -> None:
    profile = ok(world.api(world.alice).get(ME))

    assert profile == {
        "id": "alice",
        "email": "alice@example.org",
        "displayName": "Alice",
        "createdAt": "2026-01-05T12:00:00Z",
    }


def test_a_later_call_finds_the_account_as_it_was_made(world: World) -> None:
    first = ok(world.api(world.alice).get(ME))
    world.clock.move(days=1)

    assert ok(world.api(world.alice).get(ME)) == first


def test_the_display_name_can_be_changed(world: World) -> None:
    changed = ok(world.api(world.alice).patch(ME, json={"displayName": "Ada"}))

    assert changed["displayName"] == "Ada"
    assert ok(world.api(world.alice).get(ME))["displayName"] == "Ada"


@pytest.mark.parametrize("name", ["", " ", "x" * 101, " Ada", "A\nB", None, 5])
def test_an_unfit_display_name_is_refused(world: World, name: object) -> None:
    response = world.api(world.alice).patch(ME, json={"displayName": name})

    assert wrong_fields(response) == {"displayName"}


def test_quotas_show_what_is_used(world: World) -> None:
    submit(world, a_request(a_strategy(world)))
    world.api_token(Scope.READ)

    quotas = ok(world.api(world.alice).get(f"{ME}/quotas"))

    assert quotas == {
        "activeRuns": {"used": 1, "limit": Quotas().active_runs},
        "runsToday": {"used": 1, "limit": Quotas().runs_per_day},
        "apiTokens": {"used": 1, "limit": Quotas().api_tokens},
    }


def test_a_new_token_is_shown_once_and_works_until_it_expires(world: World) -> None:
    made = ok(world.api(world.alice).post(f"{ME}/tokens", json=TOKEN | {"expiresInDays": 2}), 201)

    assert made["details"]["expiresAt"] == "2026-01-07T12:00:00Z"
    assert ok(world.api(made["token"]).get(ME))["id"] == "alice"
    listed = world.api(world.alice).get(f"{ME}/tokens")
    assert [item["name"] for item in ok(listed)["items"]] == ["laptop"]
    assert made["token"].split("_", 2)[2] not in listed.text
    world.clock.move(days=2)
    problem(world.api(made["token"]).get(ME), 401, "unauthenticated")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes.0"),
        ({"expiresInDays": 0}, "expiresInDays"),
        ({"expiresInDays": 367}, "expiresInDays"),
    ],
)
def test_an_unfit_token_request_is_refused(
    world: World, changes: dict[str, object], field: str
) -> None:
    response = world.api(world.alice).post(f"{ME}/tokens", json=TOKEN | changes)

    assert field in wrong_fields(response)


def test_a_revoked_token_stops_at_once_and_stays_listed(world: World) -> None:
    made = ok(world.api(world.alice).post(f"{ME}/tokens", json=TOKEN), 201)

    for _ in range(2):
        response = world.api(world.alice).delete(f"{ME}/tokens/{made['details']['id']}")
        assert response.status_code == 204

    problem(world.api(made["token"]).get(ME), 401, "unauthenticated")
    (listed,) = ok(world.api(world.alice).get(f"{ME}/tokens"))["items"]
    assert listed["revokedAt"] == "2026-01-05T12:00:00Z"


def test_revoking_a_token_that_is_not_there_is_not_found(world: World) -> None:
    problem(world.api(world.alice).delete(f"{ME}/tokens/{NO_SUCH}"), 404, "not_found")


def test_tokens_are_limited_and_revoking_one_makes_room(world: World) -> None:
    made = [
        ok(world.api(world.alice).post(f"{ME}/tokens", json=TOKEN), 201)
        for _ in range(Quotas().api_tokens)
    ]

    refused = problem(
        world.api(world.alice).post(f"{ME}/tokens", json=TOKEN), 429, "quota_exceeded"
    )
    world.api(world.alice).delete(f"{ME}/tokens/{made[0]['details']['id']}")

    assert "20 API tokens" in refused["detail"]
    ok(world.api(world.alice).post(f"{ME}/tokens", json=TOKEN), 201)


@pytest.mark.parametrize(("method", "path"), [("POST", "/tokens"), ("GET", "/export")])
def test_account_actions_are_rate_limited(world: World, method: str, path: str) -> None:
    world.limiter.exhausted.add("account")

    response = world.api(world.alice).open(ME + path, method=method, json=TOKEN)

    problem(response, 429, "rate_limited")
    assert response.headers["Retry-After"] == "7"


def test_the_export_holds_the_account_and_its_objects(world: World) -> None:
    a_strategy(world)
    world.api(world.alice).get(ME)

    response = world.api(world.alice).get(f"{ME}/export")

    exported = ok(response)
    assert exported["data"]["email"] == "alice@example.org"
    assert len(exported["code"]["objects"]) == 1
    assert "attachment" in response.headers["Content-Disposition"]


def test_an_erased_account_can_change_nothing_any_more(world: World) -> None:
    a_strategy(world)

    erased = world.api(world.alice).delete(ME)

    assert erased.status_code == 204
    refused = world.api(world.alice).post("/api/v1/strategies", json={"name": "again"})
    assert "deleted" in problem(refused, 401, "unauthenticated")["detail"]
    assert not world.codes.stored


def test_a_second_sweep_takes_what_a_job_left_behind(world: World) -> None:
    world.api(world.alice).delete(ME)
    world.results.stored[f"{ALICE}/r1/1/result.zip"] = b"late"
    world.clock.time = START + SECOND_ERASURE_AFTER - timedelta(seconds=1)
    assert ok(world.scheduler().post("/"))["erased"] == 0

    world.clock.move(seconds=1)

    assert ok(world.scheduler().post("/"))["erased"] == 1
    assert not world.results.stored
    assert ok(world.scheduler().post("/"))["erased"] == 0


def test_bobs_data_survives_alices_erasure(world: World) -> None:
    strategy_id = a_strategy(world, world.bob)

    world.api(world.alice).delete(ME)

    version = world.api(world.bob).get(f"/api/v1/strategies/{strategy_id}/versions/1")
    assert "class Buyer" in ok(version)["code"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PATCH", ""),
        ("DELETE", ""),
        ("POST", "/tokens"),
        ("DELETE", f"/tokens/{NO_SUCH}"),
        ("GET", "/export"),
    ],
)
def test_an_api_token_may_not_manage_the_account(world: World, method: str, path: str) -> None:
    token = world.api_token(*Scope)
    body = TOKEN if method == "POST" else {"displayName": "Eve"} if method == "PATCH" else None

    response = world.api().open(ME + path, method=method, json=body, headers=bearer(token))

    assert "Sign in" in problem(response, 403, "forbidden")["detail"]
