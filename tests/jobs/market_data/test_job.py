"""The job as Cloud Run starts it: environment and arguments in, exit code and log lines out."""

import json
import signal
import subprocess
import sys
from typing import Any

import pytest

from candlewick.market_data.publishing import current_manifest
from tests.architecture.tree import ROOT
from tests.emulators.emulator_process import eventually
from tests.emulators.exchange.venue import BTC, ETH
from tests.emulators.pulling.candles import whole
from tests.jobs.market_data.conftest import World, job_environment

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("market-data-job")]
KLINES = {"path": "/api/v3/klines"}


def start(env: dict[str, str], *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "market_data_job", *arguments],
        cwd=ROOT,
        env=job_environment(env),
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: "subprocess.Popen[str]") -> tuple[int, dict[str, dict[str, Any]]]:
    """Return the exit code and the last line of each message."""
    _, text = process.communicate(timeout=110)
    lines = [json.loads(line) for line in text.splitlines()]
    return process.returncode, {line["message"]: line for line in lines}


def test_a_pull_says_what_it_did_and_ends_with_0(world: World) -> None:
    code, lines = ended(start(world.env("told")))

    assert code == 0
    finished = lines["pull finished"]
    assert (finished["severity"], finished["exchange"]) == ("INFO", "told")
    assert (finished["series"], finished["missed"]) == (4, 0)
    assert finished["candles"] == sum(file.candles for file in whole(world.store, "told").files)
    assert lines["candles pulled"]["pair"] in {BTC, ETH}
    assert finished["logging.googleapis.com/labels"] == {"feature": "market-data"}


def test_an_operator_pulls_one_pair(world: World) -> None:
    code, _ = ended(
        start(world.env("one"), "--pair", "eth/usdt", "--timeframe", "15m", "--since", "2025-04-30")
    )

    (file,) = whole(world.store, "one").files
    assert (code, file.pair, file.timeframe, file.candles) == (0, ETH, "15m", 96)


def test_two_tasks_at_the_same_time_publish_all(world: World) -> None:
    env = world.env("both")
    tasks = [
        start({**env, "CLOUD_RUN_TASK_INDEX": str(index), "CLOUD_RUN_TASK_COUNT": "2"})
        for index in range(2)
    ]

    codes = [ended(task)[0] for task in tasks]

    assert codes == [0, 0]
    assert sorted({file.pair for file in whole(world.store, "both").files}) == [BTC, ETH]


def test_what_is_missing_is_said_and_tried_again(world: World) -> None:
    env = world.env("missing")
    world.venue.faults(
        {
            **KLINES,
            "fault": "reject",
            "code": -1121,
            "count": 0,
            "parameters": {"symbol": "ETHUSDT"},
        }
    )
    try:
        code, lines = ended(start(env))
    finally:
        world.venue.faults()
    again, _ = ended(start(env))

    assert (code, again) == (1, 0)
    assert (lines["pull incomplete"]["severity"], lines["pull incomplete"]["missed"]) == (
        "ERROR",
        2,
    )
    assert lines["candles not pulled"]["pair"] == ETH
    assert "Binance gave no candles" in lines["candles not pulled"]["reason"]
    assert len(whole(world.store, "missing").files) == 4


def test_told_to_stop_it_publishes_what_it_has(world: World) -> None:
    world.venue.control("DELETE", "requests")
    symbol = {"parameters": {"symbol": "ETHUSDT"}}
    world.venue.faults({**KLINES, **symbol, "fault": "slow", "count": 0, "seconds": 300})
    try:
        process = start(world.env("stopped"))
        eventually(
            lambda: any(
                each["parameters"].get("symbol") == "ETHUSDT"
                for each in world.venue.control("GET", "requests")
            ),
            within=100,
        )
        process.send_signal(signal.SIGTERM)
        code, lines = ended(process)
    finally:
        world.venue.faults()

    assert code == 1
    assert "pull told to stop" in lines
    assert {file.pair for file in whole(world.store, "stopped").files} == {BTC}


def test_settings_that_are_wrong_are_named_together(world: World) -> None:
    env = world.env("wrong", CANDLEWICK_EXCHANGE_URL="exchange", CLOUD_RUN_TASK_COUNT="many")
    del env["CANDLEWICK_CANDLES_BUCKET"]

    code, lines = ended(start(env))

    assert code == 1
    reason = lines["pull failed"]["reason"]
    for name in ("CANDLES_BUCKET", "EXCHANGE_URL", "TASK_COUNT"):
        assert name in reason


def test_an_exchange_that_cannot_be_reached_is_named(world: World) -> None:
    code, lines = ended(start(world.env("away", CANDLEWICK_EXCHANGE_URL="http://127.0.0.1:9")))

    assert code == 1
    assert "Binance cannot be asked" in lines["pull failed"]["reason"]
    assert current_manifest(world.store, "away") is None
