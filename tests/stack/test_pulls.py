"""The market-data job on the stack: an operator starts it as Cloud Scheduler does, and what it brings is there to be read."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.cloud import run_v2

from candlewick.cli.api import JsonObject
from candlewick.gcp.clients import credentials, jobs_client, storage_client
from candlewick.gcp.storage import BucketStore
from candlewick.market_data import feather
from candlewick.market_data.importer import Source, import_candles
from emulators.stack.environment import PULL_JOB
from emulators.stack.options import PROJECT, REGION
from emulators.stack.supervisor import Stack
from tests.emulators.pulling.candles import whole
from tests.stack.conftest import User
from tests.stack.strategies import BOTH_WAYS

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]
RATES = "futures/BTC_USDT_USDT-1h-funding_rate.feather"
FROM, UNTIL = datetime(2025, 2, 20, tzinfo=UTC), datetime(2025, 2, 22, tzinfo=UTC)
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


def millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000)


def certificate(user: User, run: JsonObject) -> Any:
    return user.api.get(f"/backtests/{run['id']}/certificate")


def leave_out(stack: Stack, start: datetime, until: datetime) -> None:
    """Publish the contract's funding rates anew, without those of a time."""
    identity = credentials()
    client = storage_client(PROJECT, stack.env["CANDLEWICK_STORAGE_ENDPOINT"], identity)
    store = BucketStore(client, stack.env["CANDLEWICK_CANDLES_BUCKET"], identity)
    before = whole(store, "perpetuals")
    (file,) = [file for file in before.files if file.file_name == RATES]
    rates = feather.read(store.read(file.object_name))
    kept = rates[(rates["date"] < start) | (rates["date"] >= until)].reset_index(drop=True)
    source = Source(
        exchange="perpetuals", title=before.title, note=before.note, simulated=before.simulated
    )
    import_candles(store, source, {RATES: lambda: feather.write(kept)}, now=datetime.now(UTC))
    client.close()


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
    (sound,) = certificate(user, run)["pairs"]
    assert (sound["funding"]["due"], sound["funding"]["uncounted"]) == (21, 0)
    assert sound["funding"]["rates"]["file"]["name"] == RATES

    leave_out(stack, FROM, UNTIL)
    run = user.wait(user.submit(BOTH_WAYS, **wanted))

    assert run["state"] == "succeeded", run["failure"]
    found = certificate(user, run)
    (holed,) = found["pairs"]
    gap = {"start": millis(FROM), "until": millis(UNTIL), "missing": 6}
    assert holed["funding"]["rates"]["gaps"] == [gap]
    trades = user.api.get(f"/backtests/{run['id']}/trades")["trades"]
    due = [millis(FROM + place * timedelta(hours=8)) for place in range(6)]
    without = {
        trade["number"]
        for trade in trades
        if any(trade["openedAt"] <= at <= (trade["closedAt"] or at) for at in due)
    }
    named = [item for item in found["affectedTrades"] if "funding_missing" in item["reasons"]]
    assert {item["number"] for item in named} == without != set()
    lacked = [item["missingFunding"] for item in named]
    # Two days without rates have known ones around them; which they were nobody knows.
    assert all(each["amount"] is None and each["estimated"] > 0 for each in lacked)
    assert holed["funding"]["ofTrades"]["estimate"] == pytest.approx(
        sum(each["estimate"] for each in lacked)
    )
    assert found["byReason"]["funding_missing"] == {
        "trades": len(named),
        "profit": pytest.approx(sum(item["profit"] or 0 for item in named)),
    }
