"""/api/v1/specs and /api/v1/indicators."""

from typing import Any

import pytest

from candlewick.specs.compiler import compile_spec
from candlewick.specs.examples.library import EXAMPLES
from tests.functions.answers import ok, problem, wrong_fields
from tests.world import World

SPECS = "/api/v1/specs"
CROSS = EXAMPLES["EmaCross"]


def document(**changes: Any) -> dict[str, Any]:
    return CROSS.model_dump(mode="json", exclude_none=True) | changes


def test_a_good_spec_is_put_into_words(world: World) -> None:
    checked = ok(world.api(world.alice).post(f"{SPECS}/check", json={"spec": document()}))

    assert checked["problems"] == []
    assert "crosses above ema(slow_length (26))" in checked["sentence"]
    assert checked["startupCandles"] == 251


def test_each_problem_of_a_spec_is_told_at_its_block(world: World) -> None:
    spec = document(indicators=[{"kind": "indicator", "name": "fast", "indicator": "emma"}])

    checked = ok(world.api(world.alice).post(f"{SPECS}/check", json={"spec": spec}))

    assert checked["sentence"] is None
    paths = {found["path"] for found in checked["problems"]}
    assert "indicators.0.indicator" in paths
    assert "entries.0.when.right.name" in paths


def test_a_spec_is_compiled_and_its_code_is_read_back(world: World) -> None:
    client = world.api(world.alice)

    compiled = ok(client.post(f"{SPECS}/compile", json={"spec": document()}))
    read = ok(client.post(f"{SPECS}/parse", json={"code": compiled["code"]}))

    assert compiled["code"] == compile_spec(CROSS)
    assert read == compiled
    assert read["spec"] == document()


def test_a_wrong_spec_is_not_compiled(world: World) -> None:
    response = world.api(world.alice).post(f"{SPECS}/compile", json={"spec": document(version=2)})

    assert wrong_fields(response) == {"version"}


@pytest.mark.parametrize("code", ["", "x = 1", "class A(IStrategy:"])
def test_code_that_blocks_cannot_show_is_refused(world: World, code: str) -> None:
    response = world.api(world.alice).post(f"{SPECS}/parse", json={"code": code})

    assert problem(response, 422, "invalid")["detail"]


def test_a_spec_of_many_bytes_is_told_so(world: World) -> None:
    spec = document(description="x" * 300_000)

    checked = ok(world.api(world.alice).post(f"{SPECS}/check", json={"spec": spec}))

    assert "at most 262,144 are read" in checked["problems"][0]["message"]


def test_the_indicators_come_with_ranges_panes_and_meaning(world: World) -> None:
    items = ok(world.api(world.alice).get("/api/v1/indicators"))["items"]

    assert len(items) >= 100
    bands = next(item for item in items if item["name"] == "bollinger")
    assert bands["settings"][0] == {
        "name": "length", "title": "Length", "default": 20, "low": 2, "high": 500, "isWhole": True,
    }  # fmt: skip
    assert [output["name"] for output in bands["outputs"]] == ["upper", "middle", "lower"]
    assert bands["outputs"][0]["pane"] == "price"
    assert bands["warmUp"] == 19


def test_the_examples_are_specs_that_compile(world: World) -> None:
    client = world.api(world.alice)

    items = ok(client.get(f"{SPECS}/examples"))["items"]

    assert [item["name"] for item in items] == list(EXAMPLES)
    cross = items[0]
    assert "crosses above ema" in cross["sentence"]
    compiled = ok(client.post(f"{SPECS}/compile", json={"spec": cross["spec"]}))
    assert compiled["code"] == compile_spec(EXAMPLES[cross["name"]])
