"""The market-data job on the stack: an operator starts it as Cloud Scheduler does, and what it brings is there to be read."""

import subprocess
import sys

import pytest
from google.cloud import run_v2

from candlewick.gcp.clients import credentials, jobs_client, storage_client
from candlewick.gcp.storage import BucketStore
from emulators.stack.environment import PULL_JOB
from emulators.stack.options import PROJECT, REGION
from emulators.stack.supervisor import Stack
from tests.emulators.pulling.candles import whole
from tests.stack.conftest import User
from tests.stack.strategies import BOTH_WAYS

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]
NAME = f"projects/{PROJECT}/locations/{REGION}/jobs/{PULL_JOB}"


def pull(stack: Stack, *arguments: str) -> run_v2.Execution:
    """Run the job as one task and wait for its end."""
    container = run_v2.RunJobRequest.Overrides.ContainerOverride(args=list(arguments))
    overrides = run_v2.RunJobRequest.Overrides(container_overrides=[container], task_count=1)
    request = run_v2.RunJobRequest(name=NAME, overrides=overrides)
    client = jobs_client(stack.env["CANDLEWICK_RUN_ENDPOINT"])
    operation = client.run_job(request)
    ended: run_v2.Execution = operation.result(timeout=110)  # type: ignore[no-untyped-call]  # the library leaves it untyped
    return ended


def test_a_pull_fills_the_store_and_the_next_one_goes_on(stack: Stack) -> None:
    identity = credentials()
    client = storage_client(PROJECT, stack.env["CANDLEWICK_STORAGE_ENDPOINT"], identity)
    store = BucketStore(client, stack.env["CANDLEWICK_CANDLES_BUCKET"], identity)

    first = pull(stack, "--pair", "BTC/USDT")
    before = whole(store, "replay")
    second = pull(stack)
    after = whole(store, "replay")
    client.close()

    assert (first.succeeded_count, second.succeeded_count) == (1, 1)
    assert (before.simulated, before.title) == (True, "Simulated exchange")
    assert {(file.pair, file.timeframe) for file in before.files} == {
        ("BTC/USDT", "5m"),
        ("BTC/USDT", "1h"),
    }
    assert {file.pair for file in after.files} == {"ADA/USDT", "BTC/USDT", "ETH/USDT"}
    # Its clock runs: there are more candles each time.
    until = {file.file_name: file.until for file in after.files}
    assert all(until[file.file_name] >= file.until for file in before.files)


def test_a_futures_backtest_runs_on_what_was_pulled(stack: Stack, user: User) -> None:
    pair = "BTC/USDT:USDT"
    # A name that Freqtrade does not know: Binance's rules hold all the same.
    elsewhere = ("--url", stack.env["CANDLEWICK_EXCHANGE_URL"], "--store-as", "perpetuals")
    what = ("--pair", pair, "--timeframe", "5m", "--since", "2025-02-15")
    pulling = [sys.executable, "-m", "candlewick.cli.main", "data", "pull", "--simulated"]
    done = subprocess.run(
        [*pulling, "--exchange", "binance", *elsewhere, *what],
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    wanted = {
        "exchange": "perpetuals",
        "pairs": [pair],
        "tradingMode": "futures",
        "start": "2025-02-17T00:00:00Z",
        "end": "2025-02-24T00:00:00Z",
    }

    run = user.wait(user.submit(BOTH_WAYS, **wanted))

    assert run["state"] == "succeeded", run["failure"]
    assert (run["isVerified"], run["isSimulated"]) == (True, True)
    trades = user.api.get(f"/backtests/{run['id']}/trades")["trades"]
    assert {(trade["leverage"], trade["isShort"]) for trade in trades} == {(3, True), (3, False)}
    fees = [trade["fundingFees"] for trade in trades]
    assert min(fees) < 0 < max(fees)
