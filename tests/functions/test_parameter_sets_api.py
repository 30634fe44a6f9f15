"""Parameter facts, parameter sets, and runs with parameters of their own."""

import pytest

from candlewick.strategies.parameter_sets import MAX_SETS
from tests.factories import CODE
from tests.functions.answers import NO_SUCH, a_request, a_strategy, ok, problem, submit
from tests.world import World

TUNED = CODE.replace(
    '    timeframe = "5m"\n',
    '    timeframe = "5m"\n'
    "    buy_rsi = IntParameter(10, 40, default=30)\n"
    '    kind = CategoricalParameter(["ema", "sma"], default="ema", space="sell")\n',
)
VALUES = {"buy": {"buy_rsi": 25}, "sell": {"kind": "sma"}}


@pytest.fixture
def strategy_id(world: World) -> str:
    return a_strategy(world, code=TUNED)


@pytest.fixture
def path(strategy_id: str) -> str:
    return f"/api/v1/strategies/{strategy_id}/versions/1/parameter-sets"


def test_a_check_lists_the_parameters_of_the_code(world: World) -> None:
    checked = ok(world.api(world.alice).post("/api/v1/strategy-checks", json={"code": TUNED}))

    rsi, kind = checked["parameters"]
    assert rsi == {
        "name": "buy_rsi",
        "kind": "int",
        "space": "buy",
        "low": 10,
        "high": 40,
        "default": 30,
        "decimals": None,
        "options": [],
        "optimize": True,
        "load": True,
        "line": 6,
    }
    assert (kind["kind"], kind["options"], kind["default"]) == (
        "categorical",
        ["ema", "sma"],
        "ema",
    )


def test_a_version_keeps_its_parameters(world: World, strategy_id: str) -> None:
    version = ok(world.api(world.alice).get(f"/api/v1/strategies/{strategy_id}/versions/1"))

    assert [item["name"] for item in version["check"]["parameters"]] == ["buy_rsi", "kind"]


def test_sets_are_listed_with_the_newest_first_and_deleted(world: World, path: str) -> None:
    client = world.api(world.alice)
    first = ok(client.post(path, json={"name": "first", "parameters": VALUES}), 201)
    world.clock.move(minutes=1)
    ok(client.post(path, json={"name": "second", "parameters": {}}), 201)

    listed = ok(client.get(path))["items"]
    deleted = client.delete(f"{path}/{first['id']}")

    assert [item["name"] for item in listed] == ["second", "first"]
    assert listed[1] == first
    assert (first["parameters"], first["version"]) == (VALUES, 1)
    assert deleted.status_code == 204
    assert [item["name"] for item in ok(client.get(path))["items"]] == ["second"]


def test_each_unfit_value_is_a_field_error(world: World, path: str) -> None:
    body = {"name": "x", "parameters": {"buy": {"buy_rsi": 99, "none": 1}}}

    response = world.api(world.alice).post(path, json=body)

    errors = problem(response, 422, "invalid")["errors"]
    assert [(item["field"], item["message"]) for item in errors] == [
        ("parameters.buy.buy_rsi", "give a number from 10 to 40"),
        (
            "parameters.buy.none",
            "the code declares no such parameter; it declares: buy_rsi, kind",
        ),
    ]


def test_a_name_is_taken_once_and_sets_are_limited(world: World, path: str) -> None:
    client = world.api(world.alice)
    for number in range(MAX_SETS):
        ok(client.post(path, json={"name": f"s{number}", "parameters": {}}), 201)

    problem(client.post(path, json={"name": "s1", "parameters": {}}), 409, "conflict")
    problem(client.post(path, json={"name": "more", "parameters": {}}), 429, "quota_exceeded")


def test_what_is_not_there_is_said(world: World, path: str) -> None:
    client = world.api(world.alice)
    other = path.replace("/1/", "/9/")

    problem(client.delete(f"{path}/{NO_SUCH}"), 404, "not_found")
    assert "no version 9" in problem(client.get(other), 404, "not_found")["detail"]
    problem(client.post(other, json={"name": "x", "parameters": {}}), 404, "not_found")


def test_a_run_with_parameters_is_another_run(world: World, strategy_id: str) -> None:
    plain = ok(submit(world, a_request(strategy_id), key="key-00000001"), 202)
    tuned = ok(submit(world, a_request(strategy_id, parameters=VALUES), key="key-00000002"), 202)

    assert plain["strategy"]["parameters"] is None
    assert tuned["strategy"]["parameters"] == VALUES
    assert tuned["identity"] != plain["identity"]


def test_a_runs_parameters_go_before_the_versions_own(world: World, strategy_id: str) -> None:
    body = {"code": TUNED, "parameters": {"buy": {"buy_rsi": 12}, "sell": {"kind": "sma"}}}
    ok(world.api(world.alice).post(f"/api/v1/strategies/{strategy_id}/versions", json=body), 201)
    chosen = {"buy": {"buy_rsi": 40}}

    run = ok(submit(world, a_request(strategy_id, version=2, parameters=chosen)), 202)

    assert run["strategy"]["parameters"] == {"buy": {"buy_rsi": 40}, "sell": {"kind": "sma"}}


def test_a_run_refuses_parameters_that_the_code_does_not_take(
    world: World, strategy_id: str
) -> None:
    response = submit(world, a_request(strategy_id, parameters={"buy": {"buy_rsi": 41}}))

    errors = problem(response, 422, "invalid")["errors"]
    assert errors[0]["field"] == "parameters.buy.buy_rsi"
