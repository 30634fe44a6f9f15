"""/api/v1/strategies and /api/v1/strategy-checks."""

import pytest

from candlewick.accounts.models import Quotas
from candlewick.strategies.models import MAX_CODE_BYTES
from tests.factories import BROKEN_CODE, CODE
from tests.functions.answers import JsonObject, a_strategy, ok, problem, wrong_fields
from tests.world import World

STRATEGIES = "/api/v1/strategies"
CHECKS = "/api/v1/strategy-checks"


def names(document: JsonObject) -> list[str]:
    return [item["name"] for item in document["items"]]


def test_a_strategy_begins_without_versions(world: World) -> None:
    made = ok(world.api(world.alice).post(STRATEGIES, json={"name": "Buyer"}), 201)

    assert made["latestVersion"] == 0
    assert made["archivedAt"] is None
    assert ok(world.api(world.alice).get(f"{STRATEGIES}/{made['id']}")) == made


@pytest.mark.parametrize("name", ["", " x", "x" * 101, None, 7, ["x"]])
def test_an_unfit_name_is_refused(world: World, name: object) -> None:
    assert wrong_fields(world.api(world.alice).post(STRATEGIES, json={"name": name})) == {"name"}


def test_the_list_shows_the_last_changed_first_in_pages(world: World) -> None:
    client = world.api(world.alice)
    for name in ("first", "second", "third"):
        ok(client.post(STRATEGIES, json={"name": name}), 201)
        world.clock.move(minutes=1)

    page = ok(client.get(STRATEGIES, query_string={"size": 2}))
    rest = ok(client.get(STRATEGIES, query_string={"size": 2, "cursor": page["nextCursor"]}))

    assert names(page) == ["third", "second"]
    assert names(rest) == ["first"]
    assert rest["nextCursor"] is None


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"size": 0}, "size"),
        ({"size": 101}, "size"),
        ({"sice": 1}, "sice"),
        ({"size": "x"}, "size"),
    ],
)
def test_an_unfit_query_is_refused(world: World, query: dict[str, object], field: str) -> None:
    response = world.api(world.alice).get(STRATEGIES, query_string=query)

    assert wrong_fields(response) == {field}


def test_a_cursor_of_somebody_else_is_refused(world: World) -> None:
    response = world.api(world.alice).get(STRATEGIES, query_string={"cursor": "nothing"})

    assert "cursor" in problem(response, 422, "invalid")["detail"]


def test_archiving_hides_and_restoring_shows(world: World) -> None:
    strategy_id = a_strategy(world)
    client = world.api(world.alice)

    ok(client.patch(f"{STRATEGIES}/{strategy_id}", json={"isArchived": True}))

    assert names(ok(client.get(STRATEGIES))) == []
    assert names(ok(client.get(STRATEGIES, query_string={"archived": "true"}))) == ["Buyer"]
    restored = ok(client.patch(f"{STRATEGIES}/{strategy_id}", json={"isArchived": False}))
    assert restored["archivedAt"] is None
    assert names(ok(client.get(STRATEGIES))) == ["Buyer"]


def test_an_archived_strategy_takes_no_version(world: World) -> None:
    strategy_id = a_strategy(world)
    client = world.api(world.alice)
    ok(client.patch(f"{STRATEGIES}/{strategy_id}", json={"isArchived": True}))

    response = client.post(f"{STRATEGIES}/{strategy_id}/versions", json={"code": CODE})

    assert "restore it" in problem(response, 409, "conflict")["detail"]


def test_renaming_changes_the_name_alone(world: World) -> None:
    strategy_id = a_strategy(world)

    changed = ok(
        world.api(world.alice).patch(f"{STRATEGIES}/{strategy_id}", json={"name": "Seller"})
    )

    assert changed["name"] == "Seller"
    assert changed["latestVersion"] == 1


def test_strategies_are_limited(world: World) -> None:
    world.quotas = Quotas(strategies=1)
    a_strategy(world)

    problem(world.api(world.alice).post(STRATEGIES, json={"name": "two"}), 429, "quota_exceeded")

    ok(world.api(world.bob).post(STRATEGIES, json={"name": "Bob's first"}), 201)


def test_a_version_keeps_code_parameters_note_and_findings(world: World) -> None:
    strategy_id = a_strategy(world)
    parameters = {"buy": {"rsi": 30, "factor": 1.5, "on": True, "kind": "ema", "none": None}}
    body = {"code": BROKEN_CODE, "parameters": parameters, "note": "try"}
    client = world.api(world.alice)

    made = ok(client.post(f"{STRATEGIES}/{strategy_id}/versions", json=body), 201)

    assert made["number"] == 2
    assert made["parameters"] == parameters
    assert made["check"]["isRunnable"] is False
    assert made["check"]["findings"][0]["line"] == 1
    assert ok(client.get(f"{STRATEGIES}/{strategy_id}/versions/2")) == made


def test_the_version_list_has_no_code_and_the_newest_first(world: World) -> None:
    strategy_id = a_strategy(world)
    client = world.api(world.alice)
    ok(client.post(f"{STRATEGIES}/{strategy_id}/versions", json={"code": BROKEN_CODE}), 201)

    listed = ok(client.get(f"{STRATEGIES}/{strategy_id}/versions", query_string={"size": 1}))
    following = {"size": 1, "cursor": listed["nextCursor"]}
    rest = ok(client.get(f"{STRATEGIES}/{strategy_id}/versions", query_string=following))

    assert [(item["number"], item["code"]) for item in listed["items"]] == [(2, None)]
    assert [item["number"] for item in rest["items"]] == [1]


@pytest.mark.parametrize(
    "parameters",
    [
        {"buy": 1},
        {"buy": {"rsi": [1]}},
        {"buy": {"rsi": {"deep": 1}}},
        {"buy": {"__rsi__": 1}},
        {"": {}},
        {"buy": {"kind": "x" * 1_001}},
        [],
    ],
)
def test_parameters_that_freqtrade_would_not_write_are_refused(
    world: World, parameters: object
) -> None:
    strategy_id = a_strategy(world)
    body = {"code": CODE, "parameters": parameters}

    response = world.api(world.alice).post(f"{STRATEGIES}/{strategy_id}/versions", json=body)

    assert all(field.startswith("parameters") for field in wrong_fields(response))


def test_a_parameter_that_is_no_number_is_refused(world: World) -> None:
    strategy_id = a_strategy(world)

    response = world.api(world.alice).post(
        f"{STRATEGIES}/{strategy_id}/versions",
        data=b'{"code": "x", "parameters": {"buy": {"rsi": NaN}}}',
        content_type="application/json",
    )

    problem(response, 422, "invalid")


def test_many_parameters_are_too_large(world: World) -> None:
    strategy_id = a_strategy(world)
    parameters = {"buy": {f"p{number}": "x" * 900 for number in range(50)}}

    response = world.api(world.alice).post(
        f"{STRATEGIES}/{strategy_id}/versions", json={"code": CODE, "parameters": parameters}
    )

    problem(response, 413, "too_large")


@pytest.mark.parametrize("path", [CHECKS, "versions"])
def test_code_has_a_limit_in_bytes(world: World, path: str) -> None:
    strategy_id = a_strategy(world)
    where = path if path == CHECKS else f"{STRATEGIES}/{strategy_id}/{path}"
    code = "#" + "é" * (MAX_CODE_BYTES // 2)

    response = world.api(world.alice).post(where, json={"code": code})

    assert "262,144" in problem(response, 413, "too_large")["detail"]


@pytest.mark.parametrize("path", [CHECKS, "versions"])
def test_code_with_a_nul_is_refused(world: World, path: str) -> None:
    strategy_id = a_strategy(world)
    where = path if path == CHECKS else f"{STRATEGIES}/{strategy_id}/{path}"

    response = world.api(world.alice).post(where, json={"code": "x = 1\x00"})

    assert "NUL" in problem(response, 422, "invalid")["detail"]


def test_versions_are_limited(world: World) -> None:
    world.quotas = Quotas(versions_per_strategy=1)
    strategy_id = a_strategy(world)

    response = world.api(world.alice).post(
        f"{STRATEGIES}/{strategy_id}/versions", json={"code": CODE}
    )

    problem(response, 429, "quota_exceeded")


@pytest.mark.parametrize("number", [2, 1_000_000])
def test_a_version_that_is_not_there_is_named(world: World, number: int) -> None:
    strategy_id = a_strategy(world)

    response = world.api(world.alice).get(f"{STRATEGIES}/{strategy_id}/versions/{number}")

    assert f"no version {number}" in problem(response, 404, "not_found")["detail"]


def test_two_versions_can_be_compared(world: World) -> None:
    strategy_id = a_strategy(world)
    client = world.api(world.alice)
    ok(client.post(f"{STRATEGIES}/{strategy_id}/versions", json={"code": BROKEN_CODE}), 201)

    diff = ok(client.get(f"{STRATEGIES}/{strategy_id}/versions/1/diff/2"))

    assert (diff["added"], diff["removed"]) == (1, 0)
    added = [line for line in diff["lines"] if line["kind"] == "added"]
    assert added == [{"kind": "added", "older": None, "newer": 1, "text": "import socket"}]
    assert diff["unified"].startswith("--- version 1")


def test_a_check_says_what_the_code_is_and_stores_nothing(world: World) -> None:
    checked = ok(world.api(world.alice).post(CHECKS, json={"code": CODE}))

    assert checked["isRunnable"] is True
    assert (checked["className"], checked["timeframe"]) == ("Buyer", "5m")
    assert not world.codes.stored


def test_checks_and_changes_are_rate_limited_apart(world: World) -> None:
    strategy_id = a_strategy(world)
    world.limiter.exhausted.add("check")

    limited = world.api(world.alice).post(CHECKS, json={"code": CODE})

    problem(limited, 429, "rate_limited")
    world.limiter.exhausted = {"strategy"}
    ok(world.api(world.alice).post(CHECKS, json={"code": CODE}))
    for method, path in (("POST", ""), ("PATCH", f"/{strategy_id}")):
        response = world.api(world.alice).open(STRATEGIES + path, method=method, json={"name": "x"})
        problem(response, 429, "rate_limited")
