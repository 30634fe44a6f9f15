"""/api/v1/specs/preview and /explain. The candles of the tests' exchange all stand at 100."""

from datetime import date
from typing import Any

import pytest

from candlewick.market_data.manifest import TickSize
from candlewick.specs.examples.library import EXAMPLES
from tests.factories import a_candle_file, a_manifest, store_candles
from tests.functions.answers import ok, problem, wrong_fields
from tests.world import World

PREVIEW, EXPLAIN = "/api/v1/specs/preview", "/api/v1/specs/explain"
LAST = 1_735_862_400_000 - 3_600_000  # when the last hourly candle opened
ABOVE = {"kind": "compare", "left": {"kind": "price"}, "sign": ">=", "right": 100}
A_QUARTER = TickSize(since=date(2025, 1, 1), tick_size=0.25)
BELOW = {**ABOVE, "sign": "<"}


def a_spec(*conditions: dict[str, Any], **changes: Any) -> dict[str, Any]:
    rules = [
        {"kind": "rule", "tag": f"rule {n}", "when": each}
        for n, each in enumerate(conditions, start=1)
    ]
    average = {"name": "mean", "indicator": "sma", "settings": {"length": 5}}
    return {
        "name": "Steady",
        "timeframe": "1h",
        "indicators": [{"kind": "indicator", **average}],
        "entries": rules,
        **changes,
    }


def test_a_preview_says_in_which_steps_prices_move(world: World) -> None:
    file = a_candle_file("ETH/USDT", "1h", tick_sizes=[A_QUARTER])
    body = a_body(a_spec(ABOVE))
    unknown = ok(world.api(world.alice).post(PREVIEW, json=body))
    store_candles(world.candles, a_manifest(file))

    found = ok(world.api(world.alice).post(PREVIEW, json=body))

    assert unknown["candles"]["tickSize"] is None
    assert found["candles"]["tickSize"] == 0.25


def a_body(spec: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"spec": spec, "exchange": "simulated", "pair": "ETH/USDT", "candles": 10, **changes}


def test_a_preview_has_candles_lines_and_signals(world: World) -> None:
    spec = a_spec(ABOVE, BELOW)

    found = ok(world.api(world.alice).post(PREVIEW, json=a_body(spec)))

    assert found["revision"] == world.revision
    assert found["startupCandles"] == 4
    assert found["warmingUp"] == 0
    candles = found["candles"]
    assert candles["date"][-1] == LAST
    assert (candles["timeframe"], candles["candleSeconds"], candles["isSimulated"]) == (
        "1h", 3_600, True,
    )  # fmt: skip
    assert candles["close"] == [100.0] * 10
    (line,) = found["lines"]
    assert line["values"] == [100.0] * 10
    assert (line["column"], line["name"], line["title"], line["pane"]) == (
        "mean", "mean", "Simple moving average (5)", "price",
    )  # fmt: skip
    assert [signal["date"] for signal in found["signals"]] == candles["date"]
    assert found["signals"][0] == {
        "date": candles["date"][0], "way": "enter", "side": "long", "tag": "rule 1",
    }  # fmt: skip
    assert found["notEvaluated"] == []


def test_an_old_revision_and_an_earlier_end_can_be_named(world: World) -> None:
    body = a_body(a_spec(ABOVE), revision=world.revision, end="2025-01-02T00:30:00Z")

    found = ok(world.api(world.alice).post(PREVIEW, json=body))

    assert found["candles"]["date"][-1] == 1_735_776_000_000


def test_candles_without_enough_before_them_are_counted(world: World) -> None:
    body = a_body(a_spec(ABOVE), end="2025-01-01T12:00:00Z", candles=20)

    found = ok(world.api(world.alice).post(PREVIEW, json=body))

    assert len(found["candles"]["date"]) == 12
    assert found["warmingUp"] == 4
    assert found["lines"][0]["values"][:5] == [None, None, None, None, 100.0]


def test_a_candle_is_explained_with_operands_and_truth(world: World) -> None:
    both = {"kind": "all", "conditions": [ABOVE, BELOW]}

    found = ok(world.api(world.alice).post(EXPLAIN, json=a_body(a_spec(both), at=LAST)))

    assert found["date"] == LAST
    assert found["isWarmingUp"] is False
    (rule,) = found["rules"]
    assert (rule["path"], rule["way"], rule["side"], rule["tag"], rule["holds"]) == (
        "entries.0", "enter", "long", "rule 1", False,
    )  # fmt: skip
    held, missed = rule["when"]["conditions"]
    assert held == {
        "path": "entries.0.when.conditions.0",
        "text": "the close is at or above 100",
        "holds": True,
        "operands": [{"text": "the close", "value": 100.0}],
        "conditions": [],
    }
    assert missed["holds"] is False


def test_a_parameter_can_be_given_another_value(world: World) -> None:
    length = {"kind": "int", "name": "length", "low": 2, "high": 9, "default": 5}
    spec = a_spec(ABOVE, parameters=[length])
    spec["indicators"][0]["settings"] = {"length": {"kind": "parameter", "name": "length"}}
    body = a_body(spec, candles=48, parameters={"length": 3})

    found = ok(world.api(world.alice).post(PREVIEW, json=body))

    assert found["lines"][0]["values"][:3] == [None, None, 100.0]


@pytest.mark.parametrize(("given", "signals"), [({}, 10), ({"is_open": False}, 0)])
def test_a_switch_can_be_turned_off(world: World, given: dict[str, bool], signals: int) -> None:
    switch = {"kind": "bool", "name": "is_open", "default": True}
    both = {"kind": "all", "conditions": [ABOVE, {"kind": "switch", "name": "is_open"}]}
    body = a_body(a_spec(both, parameters=[switch]), parameters=given)

    found = ok(world.api(world.alice).post(PREVIEW, json=body))

    assert len(found["signals"]) == signals


@pytest.mark.parametrize(
    "given", [{"length": True}, {"length": 1}, {"length": 2.5}, {"nothing": 1}]
)
def test_a_parameter_that_is_out_of_range_or_unknown_is_refused(
    world: World, given: dict[str, float]
) -> None:
    length = {"kind": "int", "name": "length", "low": 2, "high": 9, "default": 5}
    body = a_body(a_spec(ABOVE, parameters=[length]), parameters=given)

    response = world.api(world.alice).post(PREVIEW, json=body)

    assert wrong_fields(response) == {f"parameters.{next(iter(given))}"}


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        (a_spec(ABOVE, timeframe="7m"), "timeframe"),
        (a_spec(ABOVE, timeframe="1d"), "timeframe"),
        (a_spec(ABOVE, version=2), "version"),
        (a_spec({"kind": "crosses", "left": {"kind": "price"}, "right": 1}), "entries.0.when.direction"),
        (a_spec(ABOVE, informatives=[{"name": "4h", "timeframe": "4h"}]), "informatives.0.timeframe"),
        (
            a_spec(ABOVE, informatives=[{"name": "sol", "timeframe": "1h", "pair": "SOL/{stake}"}]),
            "informatives.0.pair",
        ),
        (a_spec(ABOVE, description="x" * 300_000), "spec"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_block(world: World, spec: dict[str, Any], field: str) -> None:
    response = world.api(world.alice).post(PREVIEW, json=a_body(spec))

    assert wrong_fields(response) == {field}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"candles": 9}, "candles"),
        ({"candles": 1_001}, "candles"),
        ({"candles": True}, "candles"),
        ({"pair": "../etc/passwd"}, "pair"),
        ({"exchange": "a/b"}, "exchange"),
        ({"revision": "latest"}, "revision"),
        ({"end": "soon"}, "end"),
        ({"end": "2024-12-31T00:00:00Z"}, "end"),
        ({"parameters": {"a": "1"}}, "parameters.a"),
        ({"tradingMode": "margin"}, "tradingMode"),
        ({"more": 1}, "more"),
        ({"spec": [1]}, "spec"),
    ],
)
def test_a_body_that_does_not_fit_is_refused_at_its_field(
    world: World, changes: dict[str, Any], field: str
) -> None:
    response = world.api(world.alice).post(PREVIEW, json=a_body(a_spec(ABOVE)) | changes)

    assert field in wrong_fields(response)


@pytest.mark.parametrize(
    "changes",
    [
        {"exchange": "binance"},
        {"pair": "SOL/USDT"},
        {"tradingMode": "futures"},
        {"revision": "0" * 64},
    ],
)
def test_candles_that_there_are_not_are_not_found(world: World, changes: dict[str, Any]) -> None:
    response = world.api(world.alice).post(PREVIEW, json=a_body(a_spec(ABOVE)) | changes)

    problem(response, 404, "not_found")


@pytest.mark.parametrize("at", [LAST + 3_600_000, LAST - 20 * 3_600_000, LAST + 1])
def test_a_candle_outside_the_window_is_not_explained(world: World, at: int) -> None:
    response = world.api(world.alice).post(EXPLAIN, json=a_body(a_spec(ABOVE), at=at))

    assert wrong_fields(response) == {"at"}


def test_code_is_named_and_never_run(world: World) -> None:
    attack = '__import__("os").abort()'
    spec = a_spec(
        {"kind": "all", "conditions": [ABOVE, {"kind": "code", "code": attack}]},
        ABOVE,
        exits=[{"kind": "code", "code": attack}],
        code=[{"place": "module", "code": attack}, {"place": "class", "code": attack}],
    )
    spec["indicators"].append({"kind": "code", "code": attack})

    client = world.api(world.alice)
    found = ok(client.post(PREVIEW, json=a_body(spec)))
    explained = ok(client.post(EXPLAIN, json=a_body(spec, at=LAST)))

    assert {each["path"] for each in found["notEvaluated"]} == {
        "indicators.1", "entries.0.when.conditions.1", "entries.0", "exits.0",
    }  # fmt: skip
    assert {signal["tag"] for signal in found["signals"]} == {"rule 2"}
    assert [rule["holds"] for rule in explained["rules"]] == [None, True, None]
    assert explained["notEvaluated"] == found["notEvaluated"]


def test_calls_are_counted(world: World) -> None:
    world.limiter.exhausted = {"preview"}

    response = world.api(world.alice).post(PREVIEW, json=a_body(a_spec(ABOVE)))

    problem(response, 429, "rate_limited")


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_every_example_is_answered_on_candles_that_never_move(world: World, name: str) -> None:
    spec = EXAMPLES[name].model_dump(mode="json", exclude_none=True)

    found = ok(world.api(world.alice).post(PREVIEW, json=a_body(spec)))

    assert len(found["candles"]["date"]) == 10
