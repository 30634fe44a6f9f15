"""/api/v1/backtests/{id}/summary, trades, equity, downloads."""

import json

import pytest

from candlewick.backtests.models import RunState
from tests.factories import a_run
from tests.functions.answers import ok, problem
from tests.world import World

RUN = "/api/v1/backtests/r1"
FILES = {
    "result.zip", "trades.csv", "trades.json", "summary.json", "equity.json", "certificate.json", "log.txt",
}  # fmt: skip
START_MS = 1_735_689_600_000
CURVE = {
    "format": 1,
    "start": START_MS,
    "step": 300_000,
    "balance": [100.0 + number for number in range(20)],
    "positions": [0, 1] * 10,
    "market": [1.0] * 20,
    "buyAndHold": [100.0] * 20,
    "days": {"closedAt": [], "balance": [], "market": [], "buyAndHold": []},
    "drawdowns": [],
}


@pytest.mark.parametrize("name", ["summary", "trades", "equity", "certificate"])
def test_a_verified_files_bytes_arrive_as_they_are(world: World, name: str) -> None:
    world.put_run(a_run(RunState.SUCCEEDED))
    world.results.stored[f"alice/r1/1/{name}.json"] = b'{"figure": 0.1}'

    response = world.api(world.alice).get(f"{RUN}/{name}")

    assert ok(response) == {"figure": 0.1}
    assert "immutable" in response.headers["Cache-Control"]
    assert "private" in response.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["summary", "trades", "equity", "certificate", "downloads"])
@pytest.mark.parametrize("state", [state for state in RunState if state is not RunState.SUCCEEDED])
def test_an_unverified_result_is_not_shown(world: World, name: str, state: RunState) -> None:
    world.put_run(a_run(state))
    world.results.stored[f"alice/r1/1/{name}.json"] = b'{"claim": 1}'

    response = world.api(world.alice).get(f"{RUN}/{name}")

    assert state in problem(response, 409, "conflict")["detail"]


def test_headline_figures_wait_for_the_verification(world: World) -> None:
    world.put_run(a_run(RunState.VERIFYING))

    shown = ok(world.api(world.alice).get(RUN))

    assert (shown["isVerified"], shown["headline"]) == (False, None)


def test_downloads_are_signed_for_a_quarter_of_an_hour(world: World) -> None:
    world.put_run(a_run(RunState.SUCCEEDED))
    for name in FILES:
        world.results.stored[f"alice/r1/1/{name}"] = b"content"

    items = ok(world.api(world.alice).get(f"{RUN}/downloads"))["items"]

    assert {item["name"] for item in items} == FILES
    assert {item["expiresAt"] for item in items} == {"2026-01-05T12:15:00Z"}
    archive = next(item for item in items if item["name"] == "result.zip")
    assert archive["url"] == (
        "https://objects.invalid/alice/r1/1/result.zip?as=freqtrade-result-r1.zip&for=900"
    )


def test_a_file_that_was_not_kept_is_not_offered(world: World) -> None:
    world.put_run(a_run(RunState.SUCCEEDED))
    world.results.stored["alice/r1/1/result.zip"] = b"zip"

    items = ok(world.api(world.alice).get(f"{RUN}/downloads"))["items"]

    assert [item["name"] for item in items] == ["result.zip"]


def test_an_equity_curve_is_merged_into_the_points_of_a_chart(world: World) -> None:
    world.put_run(a_run(RunState.SUCCEEDED))
    world.results.stored["alice/r1/1/equity.json"] = json.dumps(CURVE).encode()

    response = world.api(world.alice).get(f"{RUN}/equity?points=10")

    found = ok(response)
    assert (found["step"], found["merged"], found["candles"]) == (600_000, 2, 20)
    assert found["balance"] == [float(value) for value in range(101, 120, 2)]
    assert found["low"][0] == 100.0
    assert found["days"] == CURVE["days"]
    assert "immutable" in response.headers["Cache-Control"]


def test_a_window_of_an_equity_curve_begins_where_it_was_asked_to(world: World) -> None:
    world.put_run(a_run(RunState.SUCCEEDED))
    world.results.stored["alice/r1/1/equity.json"] = json.dumps(CURVE).encode()
    window = "points=10&start=2025-01-01T00:10:00Z&end=2025-01-01T00:25:00Z"

    found = ok(world.api(world.alice).get(f"{RUN}/equity?{window}"))

    assert (found["start"], found["merged"]) == (START_MS + 600_000, 1)
    assert found["balance"] == [102.0, 103.0, 104.0]


def test_a_window_outside_the_run_is_refused_in_words(world: World) -> None:
    world.put_run(a_run(RunState.SUCCEEDED))
    world.results.stored["alice/r1/1/equity.json"] = json.dumps(CURVE).encode()

    response = world.api(world.alice).get(f"{RUN}/equity?points=10&start=2026-01-01")

    assert "no candles in this window" in problem(response, 422, "invalid")["detail"]


@pytest.mark.parametrize("state", [RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELLED])
def test_a_log_is_served_as_plain_text_whatever_became_of_the_run(
    world: World, state: RunState
) -> None:
    run = world.put_run(a_run(state))
    world.results.stored[f"{run.files}/log.txt"] = "<b>Größe</b>\n".encode()

    response = world.api(world.alice).get(f"{RUN}/log")

    assert response.text == "<b>Größe</b>\n"
    assert response.content_type == "text/plain; charset=utf-8"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in response.headers["Cache-Control"]


def test_the_end_of_a_log_is_served_while_the_run_goes_on(world: World) -> None:
    world.put_run(a_run(RunState.RUNNING, log_tail="at work"))

    response = world.api(world.alice).get(f"{RUN}/log")

    assert (response.text, response.headers["Cache-Control"]) == ("at work", "no-store")
