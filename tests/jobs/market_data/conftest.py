"""An exchange, a bucket behind the strict gateway, and the job between them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from candlewick.gcp.storage import BucketStore
from tests.architecture.tree import ROOT
from tests.emulators.exchange.venue import Venue
from tests.emulators.exchange.venue import running as exchange
from tests.emulators.pulling.candles import universe, write
from tests.emulators.storage.servers import BUCKETS, PROJECT, StorageServers
from tests.emulators.storage.servers import running as storage

START = "2025-04-30"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What the job finds outside itself."""

    venue: Venue
    servers: StorageServers
    store: BucketStore
    candles: Path

    def env(self, stored_as: str, **changes: str) -> dict[str, str]:
        wanted = universe(store_as=stored_as, timeframes=["5m", "1h"], start=START)
        return {
            "GOOGLE_CLOUD_PROJECT": PROJECT,
            "GOOGLE_APPLICATION_CREDENTIALS": str(self.servers.key_file("operator")),
            "CANDLEWICK_CANDLES_BUCKET": BUCKETS[0],
            "CANDLEWICK_STORAGE_ENDPOINT": self.servers.url,
            "CANDLEWICK_EXCHANGE_URL": self.venue.url,
            "CANDLEWICK_UNIVERSE": json.dumps(wanted),
            "CANDLEWICK_PULL_BATCH": "2",
            **changes,
        }


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    candles = tmp_path_factory.mktemp("job-candles")
    write(candles)
    with (
        exchange(candles, "--stepped", "--weight-limit", "1000000") as venue,
        storage(tmp_path_factory.mktemp("job-storage")) as servers,
        closing(servers.client("operator")) as client,
    ):
        client.create_bucket(BUCKETS[0])
        store = BucketStore(client, BUCKETS[0], servers.credentials("operator"))
        yield World(venue=venue, servers=servers, store=store, candles=candles)


def job_environment(env: dict[str, str]) -> dict[str, str]:
    path = os.pathsep.join(str(ROOT / name) for name in ("src", "jobs/market-data", "."))
    kept = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/tmp")}  # noqa: S108 (nothing is written)
    # Google's libraries look for things outside; with the discard port as proxy they fail at once.
    outside = {"HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": "127.0.0.1"}
    return {**kept, **outside, "PYTHONPATH": path, **env}


@dataclass(frozen=True, slots=True)
class Trials:
    """The job, killed on request."""

    process: "subprocess.Popen[str]"

    def run(self, env: dict[str, str], **wanted: Any) -> dict[str, int]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"env": env, **wanted}) + "\n")
        self.process.stdin.flush()
        ended: dict[str, int] = json.loads(self.process.stdout.readline())
        return ended


@pytest.fixture(scope="session")
def trials(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trials]:
    log = tmp_path_factory.mktemp("job-log") / "trials.log"
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.jobs.market_data.trials"],
            cwd=ROOT,
            env=job_environment({}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        with process:
            yield Trials(process)
            assert process.stdin is not None
            process.stdin.close()
