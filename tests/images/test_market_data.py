"""The market-data job in a container: read-only root, nobody's user, whole revisions, and an end when it is told to."""

import json
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.emulators.emulator_process import eventually
from tests.emulators.exchange.venue import BTC
from tests.emulators.pulling.candles import whole
from tests.images.conftest import built
from tests.images.containers import Runtime, environment, run_in
from tests.jobs.market_data.conftest import World, world
from tools.images.build import MARKET_DATA, Built

__all__ = ["world"]

pytestmark = [pytest.mark.images, pytest.mark.timeout(300, func_only=True)]

_KEY = "/tmp/key.json"  # noqa: S108 - the container's
_PYTHON = "/usr/bin/python3.13"
_TELLS = """
import json, os, ssl
import ccxt, certifi, freqtrade, google.cloud.bigquery, google.cloud.storage
import candlewick.gcp.warehouse, candlewick.pulling.running, market_data_job.loading

def refused(path):
    try:
        open(path, "w").close()
    except OSError as error:
        return error.strerror
    return "written"

trusted = ssl.create_default_context(cafile=certifi.where()).cert_store_stats()
status = dict(line.split(":\\t", 1) for line in open("/proc/self/status").read().splitlines())
print(json.dumps({
    "user": [os.getuid(), os.getgid()],
    "capabilities": status["CapEff"],
    "refused": [refused(path) for path in ("/app/x", "/usr/lib/x", "/x")],
    "tmp": refused("/tmp/x"),
    "authorities": trusted["x509_ca"],
}))
"""


@pytest.fixture(scope="session")
def market_image() -> Built:
    return built(MARKET_DATA)


class Pull:
    """A pull in a container on this machine's network, where the exchange and the bucket are."""

    def __init__(self, runtime: Runtime, image: Built, folder: Path, env: dict[str, str]) -> None:
        key = folder / "key.json"
        key.write_text(Path(env["GOOGLE_APPLICATION_CREDENTIALS"]).read_text())
        key.chmod(0o644)  # the container's user owns nothing here
        options = ("--network=shared", "--bind", f"{key}:{_KEY}")
        self._log = folder / "pull.log"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                runtime.command(image, folder / "state", *options),
                env=environment(image, **{**env, "GOOGLE_APPLICATION_CREDENTIALS": _KEY}),
                stdout=log,
                stderr=log,
            )

    def ended(self) -> tuple[int, dict[str, dict[str, Any]]]:
        """Return the exit code and the last line of each message."""
        code = self.process.wait(200)
        lines = [json.loads(line) for line in self.log.splitlines() if line.startswith("{")]
        return code, {line["message"]: line for line in lines}

    @property
    def log(self) -> str:
        return self._log.read_text()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def asked_for(world: World) -> set[str]:
    requests = world.venue.control("GET", "requests")
    return {each["parameters"].get("symbol", "") for each in requests}


def test_it_has_what_a_pull_needs_and_can_write_nothing_but_tmp(
    runtime: Runtime, market_image: Built, tmp_path: Path
) -> None:
    done = run_in(runtime, market_image, tmp_path / "state", (), (_PYTHON, "-c", _TELLS))

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["user"] == [10_001, 10_001]
    assert int(told["capabilities"], 16) == 0
    assert "written" not in told["refused"]
    assert told["tmp"] == "written"
    assert told["authorities"] > 100


def test_a_pull_in_a_container_publishes_a_whole_revision(
    runtime: Runtime, market_image: Built, world: World, tmp_path: Path
) -> None:
    name = f"{runtime.name}whole"
    pull = Pull(runtime, market_image, tmp_path, world.env(name))

    code, lines = pull.ended()

    assert code == 0, pull.log
    published = whole(world.store, name)
    assert len(published.files) == 4
    assert lines["pull finished"]["candles"] == sum(file.candles for file in published.files)
    assert list((tmp_path / "state").iterdir()) == []


def test_told_to_stop_the_container_publishes_what_it_has_and_ends(
    runtime: Runtime, market_image: Built, world: World, tmp_path: Path
) -> None:
    name = f"{runtime.name}stopped"
    world.venue.control("DELETE", "requests")
    slow = {"path": "/api/v3/klines", "fault": "slow", "count": 0, "seconds": 300}
    world.venue.faults({**slow, "parameters": {"symbol": "ETHUSDT"}})
    pull = Pull(runtime, market_image, tmp_path, world.env(name))
    try:
        eventually(lambda: "ETHUSDT" in asked_for(world), within=200)
        pull.process.send_signal(signal.SIGTERM)
        code, lines = pull.ended()
    finally:
        world.venue.faults()
        pull.stop()

    assert code == 1, pull.log
    assert "pull told to stop" in lines
    assert {file.pair for file in whole(world.store, name).files} == {BTC}
    assert list((tmp_path / "state").iterdir()) == []
