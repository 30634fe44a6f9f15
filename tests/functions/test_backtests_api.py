"""/api/v1/backtests: submit, list, look, note, cancel, delete."""

from typing import Any

import pytest

from candlewick.accounts.models import Quotas
from candlewick.backtests.models import Change, RunId, RunState, TaskKind
from candlewick.backtests.wire import Failure, FailureKind, TracebackLine
from tests.factories import BROKEN_CODE, CODE, a_run
from tests.functions.answers import (
    NO_SUCH,
    a_request,
    a_strategy,
    ok,
    problem,
    submit,
    wrong_fields,
)
from tests.world import World

BACKTESTS = "/api/v1/backtests"
OVER = [RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELLED]
UNDER_WAY = [state for state in RunState if state not in OVER]


def test_a_submitted_backtest_is_queued_and_its_dispatch_is_sent(world: World) -> None:
    run = ok(submit(world, a_request(a_strategy(world))), 202)

    assert run["state"] == "queued"
    assert run["isSimulated"] is True
    assert run["spec"]["timeframe"] == "5m"
    assert [(task.run_id, task.kind) for task in world.queue.sent] == [(run["id"], "dispatch")]
    assert ok(world.api(world.alice).get(f"{BACKTESTS}/{run['id']}")) == run


def test_a_task_that_cannot_be_sent_now_is_sent_by_the_reconciler(world: World) -> None:
    world.queue.is_down = True
    run = ok(submit(world, a_request(a_strategy(world))), 202)
    world.queue.is_down = False
    world.clock.move(seconds=11)

    assert ok(world.scheduler().post("/"))["tasks_sent"] == 1

    assert [task.run_id for task in world.queue.sent] == [run["id"]]


def test_freqtrades_own_loop_is_another_run_whose_known_result_is_its_own(world: World) -> None:
    body = a_request(a_strategy(world))
    skipping = ok(submit(world, body), 202)

    stock = ok(submit(world, body | {"loop": "stock"}, key="another-key"), 202)

    assert (skipping["spec"]["loop"], stock["spec"]["loop"]) == ("skipping", "stock")
    assert stock["identity"] != skipping["identity"]


def test_the_same_request_with_the_same_key_is_the_same_run(world: World) -> None:
    body = a_request(a_strategy(world))
    first = ok(submit(world, body), 202)

    second = ok(submit(world, body), 202)

    assert second == first
    assert len(world.queue.sent) == 1


def test_another_request_with_the_same_key_is_refused(world: World) -> None:
    strategy_id = a_strategy(world)
    submit(world, a_request(strategy_id))

    response = submit(world, a_request(strategy_id, pairs=["ETH/USDT"]))

    problem(response, 422, "idempotency_mismatch")


def test_a_key_is_the_owners_own(world: World) -> None:
    submit(world, a_request(a_strategy(world)))
    theirs = a_request(a_strategy(world, world.bob))

    run = ok(submit(world, theirs, credential=world.bob), 202)

    assert ok(world.api(world.bob).get(f"{BACKTESTS}/{run['id']}"))["id"] == run["id"]


@pytest.mark.parametrize("key", [None, "short", "x" * 256, "with a space"])
def test_a_request_without_a_fit_key_is_refused(world: World, key: str | None) -> None:
    headers = {} if key is None else {"Idempotency-Key": key}

    response = world.api(world.alice).post(
        BACKTESTS, json=a_request(a_strategy(world)), headers=headers
    )

    assert wrong_fields(response) == {"Idempotency-Key"}
    assert not world.runs.runs


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"strategyId": ...}, "strategyId"),
        ({"strategyId": "a/b"}, "strategyId"),
        ({"version": 0}, "version"),
        ({"version": 10**9}, "version"),
        ({"exchange": "No Exchange"}, "exchange"),
        ({"pairs": []}, "pairs"),
        ({"pairs": ["btc-usdt"]}, "pairs.0"),
        ({"pairs": ["BTC/USDT", "BTC/USDT"]}, "pairs"),
        ({"pairs": ["A/B"] * 101}, "pairs"),
        ({"timeframe": "5x"}, "timeframe"),
        ({"start": "yesterday"}, "start"),
        ({"start": "0001-01-01T00:00:00+14:00"}, "start"),
        ({"end": "9999-12-31T23:59:59-14:00"}, "end"),
        ({"end": ...}, "end"),
        ({"wallet": 0}, "wallet"),
        ({"wallet": "NaN"}, "wallet"),
        ({"wallet": "1e13"}, "wallet"),
        ({"stakeAmount": "all"}, "stakeAmount"),
        ({"maxOpenTrades": 0}, "maxOpenTrades"),
        ({"fee": 0.2}, "fee"),
        ({"fee": -0.1}, "fee"),
        ({"tradingMode": "margin"}, "tradingMode"),
        ({"loop": "vectorised"}, "loop"),
        ({"leverage": 3}, "leverage"),
    ],
)
def test_an_unfit_request_names_the_field(
    world: World, changes: dict[str, Any], field: str
) -> None:
    response = submit(world, a_request("s1", **changes))

    assert any(wrong.startswith(field) for wrong in wrong_fields(response))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"exchange": "kraken"}, "available: simulated"),
        ({"pairs": ["DOGE/USDT"]}, "DOGE/USDT is not available on simulated"),
        ({"timeframe": "3m"}, "no 3m candles here; available: 5m, 1h"),
        ({"timeframe": "1M"}, "1M is no timeframe"),
        ({"timeframeDetail": "1h"}, "must be shorter"),
        ({"start": "2025-01-02", "end": "2025-01-01"}, "reversed or empty"),
        ({"start": "2025-01-01", "end": "2025-01-01"}, "reversed or empty"),
        ({"start": "2024-01-01", "end": "2024-01-02"}, "span 2025-01-01 to 2025-01-03"),
        ({"tradingMode": "futures"}, "nothing in this trading mode"),
        ({"pairs": ["BTC/USDT", "ETH/BTC"]}, "same currency"),
    ],
)
def test_a_request_that_the_candles_cannot_serve_is_told_what_to_change(
    world: World, changes: dict[str, Any], told: str
) -> None:
    response = submit(world, a_request(a_strategy(world), **changes))

    assert told in problem(response, 422, "invalid")["detail"]
    assert not world.runs.runs


def test_code_with_errors_cannot_run_and_the_line_is_named(world: World) -> None:
    strategy_id = a_strategy(world, code=BROKEN_CODE)

    response = submit(world, a_request(strategy_id))

    assert "Line 1" in problem(response, 422, "invalid")["detail"]


def test_code_without_a_timeframe_needs_one_in_the_request(world: World) -> None:
    strategy_id = a_strategy(world, code=CODE.replace('timeframe = "5m"', "pass"))

    refused = submit(world, a_request(strategy_id))
    taken = submit(world, a_request(strategy_id, timeframe="1h"))

    assert "Name a timeframe" in problem(refused, 422, "invalid")["detail"]
    assert ok(taken, 202)["spec"]["timeframe"] == "1h"


@pytest.mark.parametrize("changes", [{"strategyId": NO_SUCH}, {"version": 9}])
def test_a_version_that_is_not_there_cannot_run(world: World, changes: dict[str, Any]) -> None:
    problem(submit(world, a_request(a_strategy(world), **changes)), 404, "not_found")


def test_active_backtests_are_limited_until_one_ends(world: World) -> None:
    body = a_request(a_strategy(world))
    runs = [
        ok(submit(world, body, key=f"key-{number:08}"), 202)
        for number in range(Quotas().active_runs)
    ]

    refused = submit(world, body, key="key-of-one-too-many")
    ok(world.api(world.alice).post(f"{BACKTESTS}/{runs[0]['id']}/cancel"), 202)

    problem(refused, 429, "quota_exceeded")
    ok(submit(world, body, key="key-of-one-too-many"), 202)


def test_a_known_result_is_served_at_once_and_says_so(world: World) -> None:
    body = a_request(a_strategy(world))
    first = ok(submit(world, body), 202)
    _succeed(world, first["id"])

    second = ok(submit(world, body, key="another-key"), 202)

    assert second["state"] == "succeeded"
    assert second["servedFrom"] == first["id"]
    assert second["headline"] == {"total_trades": 3, "profit_total": 0.05}
    assert len(world.queue.sent) == 1


def test_the_list_is_newest_first_filtered_and_in_pages(world: World) -> None:
    for number, state in enumerate([RunState.SUCCEEDED, RunState.FAILED, RunState.SUCCEEDED]):
        world.put_run(a_run(state, id=RunId(f"r{number}"), created_at=world.clock.move(hours=1)))
    client = world.api(world.alice)

    page = ok(client.get(BACKTESTS, query_string={"size": 2}))
    rest = ok(client.get(BACKTESTS, query_string={"size": 2, "cursor": page["nextCursor"]}))
    failed = ok(client.get(BACKTESTS, query_string={"state": "failed", "exchange": "simulated"}))

    assert [item["id"] for item in page["items"]] == ["r2", "r1"]
    assert [item["id"] for item in rest["items"]] == ["r0"]
    assert [item["id"] for item in failed["items"]] == ["r1"]
    assert wrong_fields(client.get(BACKTESTS, query_string={"state": "lost"})) == {"state"}


def test_a_failure_arrives_with_the_users_own_lines(world: World) -> None:
    line = TracebackLine(line=7, function="populate_indicators", code="1 / 0")
    failure = Failure(
        kind=FailureKind.STRATEGY_ERROR, message="ZeroDivisionError", traceback=[line]
    )
    world.put_run(a_run(RunState.FAILED, failure=failure))

    shown = ok(world.api(world.alice).get(f"{BACKTESTS}/r1"))

    assert shown["failure"] == {
        "kind": "strategy_error",
        "message": "ZeroDivisionError",
        "traceback": [{"line": 7, "function": "populate_indicators", "code": "1 / 0"}],
    }


def test_notes_can_be_written_whatever_the_state(world: World) -> None:
    for state in RunState:
        world.put_run(a_run(state))

        written = world.api(world.alice).patch(f"{BACKTESTS}/r1", json={"notes": "good"})

        assert ok(written)["notes"] == "good"
        assert ok(written)["state"] == state


def test_long_notes_are_refused(world: World) -> None:
    world.put_run(a_run())

    response = world.api(world.alice).patch(f"{BACKTESTS}/r1", json={"notes": "x" * 10_001})

    assert wrong_fields(response) == {"notes"}


@pytest.mark.parametrize("state", [RunState.QUEUED, RunState.VERIFYING])
def test_a_run_without_a_job_is_cancelled_at_once(world: World, state: RunState) -> None:
    world.put_run(a_run(state))

    run = ok(world.api(world.alice).post(f"{BACKTESTS}/r1/cancel"), 202)

    assert run["state"] == "cancelled"
    assert not world.queue.sent


@pytest.mark.parametrize("state", [RunState.STARTING, RunState.RUNNING])
def test_a_run_with_a_job_is_told_to_stop(world: World, state: RunState) -> None:
    world.put_run(a_run(state))

    for _ in range(2):
        run = ok(world.api(world.alice).post(f"{BACKTESTS}/r1/cancel"), 202)
        assert run["state"] == "cancelling"

    assert [task.kind for task in world.queue.sent] == [TaskKind.CANCEL]


def test_a_cancelled_run_stays_cancelled(world: World) -> None:
    world.put_run(a_run(RunState.CANCELLED))

    assert ok(world.api(world.alice).post(f"{BACKTESTS}/r1/cancel"), 202)["state"] == "cancelled"


@pytest.mark.parametrize("state", [RunState.SUCCEEDED, RunState.FAILED])
def test_a_run_that_is_over_cannot_be_cancelled(world: World, state: RunState) -> None:
    world.put_run(a_run(state))

    response = world.api(world.alice).post(f"{BACKTESTS}/r1/cancel")

    assert state in problem(response, 409, "conflict")["detail"]


@pytest.mark.parametrize("state", UNDER_WAY)
def test_a_run_under_way_cannot_be_deleted(world: World, state: RunState) -> None:
    world.put_run(a_run(state))

    response = world.api(world.alice).delete(f"{BACKTESTS}/r1")

    assert "cancel it" in problem(response, 409, "conflict")["detail"]


@pytest.mark.parametrize("state", OVER)
def test_a_run_that_is_over_is_deleted_with_its_files(world: World, state: RunState) -> None:
    world.put_run(a_run(state))
    world.results.stored["alice/r1/1/result.zip"] = b"zip"
    world.results.stored["alice/r10/1/result.zip"] = b"another run's"

    assert world.api(world.alice).delete(f"{BACKTESTS}/r1").status_code == 204

    problem(world.api(world.alice).get(f"{BACKTESTS}/r1"), 404, "not_found")
    assert "alice/r10/1/result.zip" in world.results.stored
    assert "alice/r1/1/result.zip" not in world.results.stored


def test_a_result_lives_as_long_as_a_run_that_is_served_from_it(world: World) -> None:
    body = a_request(a_strategy(world))
    first = ok(submit(world, body), 202)["id"]
    prefix = _succeed(world, first)
    world.results.stored[f"{prefix}/summary.json"] = b"{}"
    second = ok(submit(world, body, key="another-key"), 202)["id"]
    client = world.api(world.alice)

    client.delete(f"{BACKTESTS}/{first}")
    ok(client.get(f"{BACKTESTS}/{second}/summary"))
    client.delete(f"{BACKTESTS}/{second}")

    assert not world.results.stored
    assert ok(submit(world, body, key="third-key"), 202)["state"] == "queued"


def test_changes_are_rate_limited_and_looking_is_not(world: World) -> None:
    body = a_request(a_strategy(world))
    world.put_run(a_run(RunState.SUCCEEDED))
    world.limiter.exhausted.add("backtest")
    client = world.api(world.alice)

    refused = [
        submit(world, body),
        client.patch(f"{BACKTESTS}/r1", json={"notes": ""}),
        client.post(f"{BACKTESTS}/r1/cancel"),
        client.delete(f"{BACKTESTS}/r1"),
    ]

    for response in refused:
        problem(response, 429, "rate_limited")
        assert response.headers["Retry-After"] == "7"
    ok(client.get(f"{BACKTESTS}/r1"))


def _succeed(world: World, run_id: str) -> str:
    """Carry a submitted run to its verified end; return where its result lies."""
    run = world.runs.runs.pop(next(key for key in world.runs.runs if key[1] == run_id))
    verifying = a_run(RunState.VERIFYING, id=run.id, identity=run.identity)
    world.put_run(verifying)
    done = verifying.moved_to(RunState.SUCCEEDED, world.clock())
    world.runs.change(run.owner, run.id, lambda _: Change(run=done))
    return done.result.prefix if done.result else ""
