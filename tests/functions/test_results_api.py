"""/api/v1/backtests/{id}/summary, trades, equity, downloads."""

import pytest

from candlewick.backtests.models import RunState
from tests.factories import a_run
from tests.functions.answers import ok, problem
from tests.world import World

RUN = "/api/v1/backtests/r1"


@pytest.mark.parametrize("name", ["summary", "trades", "equity"])
def test_a_verified_files_bytes_arrive_as_they_are(world: World, name: str) -> None:
    world.put_run(a_run(RunState.SUCCEEDED))
    world.results.stored[f"alice/r1/1/{name}.json"] = b'{"figure": 0.1}'

    response = world.api(world.alice).get(f"{RUN}/{name}")

    assert ok(response) == {"figure": 0.1}
    assert "immutable" in response.headers["Cache-Control"]
    assert "private" in response.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["summary", "trades", "equity", "downloads"])
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

    items = ok(world.api(world.alice).get(f"{RUN}/downloads"))["items"]

    assert {item["name"] for item in items} == {
        "result.zip",
        "trades.csv",
        "trades.json",
        "summary.json",
        "equity.json",
    }
    assert {item["expiresAt"] for item in items} == {"2026-01-05T12:15:00Z"}
    archive = next(item for item in items if item["name"] == "result.zip")
    assert archive["url"] == (
        "https://objects.invalid/alice/r1/1/result.zip?as=freqtrade-result-r1.zip&for=900"
    )
