"""/api/v1/backtests/{id}/trust."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from candlewick.backtests.models import BacktestRun, RunId, RunState, StoredResult
from tests.factories import a_run
from tests.functions.answers import ok, problem
from tests.world import World

TRUST = "/api/v1/backtests/r1/trust"
CERTIFICATE = {
    "pairs": [{"expected": 100, "missing": 0}],
    "profit": {"all": 1.0, "affected": 0.0, "unaffected": 1.0, "affectedTrades": 0},
}


def a_trade(profit: float, *, is_open: bool = False) -> dict[str, Any]:
    orders = [{"amount": 1.0, "price": 100.0}, {"amount": 1.0, "price": 100.0 + profit}]
    return {"pair": "BTC/USDT", "isOpen": is_open, "profit": profit, "orders": orders}


def put(
    world: World, name: str = "r1", *, seed: int = 1, sharpe: float = 2.0, **changes: Any
) -> BacktestRun:
    """Store a verified run of 60 days and 120 trades."""
    run = a_run(RunState.SUCCEEDED, id=RunId(name), identity=f"{seed:08x}{name}", **changes)
    prefix = f"alice/{name}/1"
    headline = {"sharpe": sharpe}
    stored = StoredResult(
        prefix=prefix, archive_sha256="0" * 64, archive_bytes=1, headline=headline
    )
    world.put_run(replace(run, result=stored))
    chance = np.random.default_rng(seed)
    balances = 1_000 * np.cumprod(1 + chance.normal(0.002, 0.01, 60))
    files = {
        "trades": {
            "trades": [*map(a_trade, chance.normal(0.5, 2, 120)), a_trade(1.0, is_open=True)]
        },
        "equity": {"days": {"balance": list(balances)}},
        "certificate": CERTIFICATE,
    }
    for kind, content in files.items():
        world.results.stored[f"{prefix}/{kind}.json"] = json.dumps(content).encode()
    return run


def test_a_result_gets_a_grade_with_its_reasons(world: World) -> None:
    put(world)

    found = ok(world.api(world.alice).get(TRUST))

    assert found["grade"] in {"B", "C", "D"}
    names = [each["name"] for each in found["findings"]]
    assert (
        names[:3] == ["Number of trades", "Skill or chance", "Luck of the draw"]
        or "Look-ahead" in names
    )
    assert found["trials"] == 1
    assert found["overfitting"] is None
    assert found["fan"]["steps"][-1] == 120
    assert found["falls"]["low"] <= found["falls"]["high"]
    assert "walk-forward" in " ".join(found["notExamined"])


def test_the_same_result_gets_the_same_report(world: World) -> None:
    put(world)
    client = world.api(world.alice)

    assert ok(client.get(TRUST)) == ok(client.get(TRUST))


def test_every_other_run_of_the_strategy_is_an_attempt(world: World) -> None:
    put(world)
    alone = ok(world.api(world.alice).get(TRUST))
    for number in range(2, 12):
        put(world, f"r{number}", seed=number, sharpe=float(number - 6))

    among = ok(world.api(world.alice).get(TRUST))

    assert among["trials"] == 11
    assert among["deflated"] < alone["deflated"]
    assert among["overfitting"] is not None
    assert any("Of its 11 variants" in each["text"] for each in among["findings"])


def test_a_run_that_is_served_from_another_is_no_attempt_of_its_own(world: World) -> None:
    first = put(world)
    again = put(world, "r2")
    world.put_run(replace(again, identity=first.identity))

    assert ok(world.api(world.alice).get(TRUST))["trials"] == 1


@pytest.mark.parametrize("state", [RunState.RUNNING, RunState.FAILED])
def test_what_is_not_verified_gets_no_report(world: World, state: RunState) -> None:
    world.put_run(a_run(state))

    problem(world.api(world.alice).get(TRUST), 409, "conflict")
