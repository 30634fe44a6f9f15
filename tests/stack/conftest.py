"""The whole stack, started once for all tests, and users of it."""

import itertools
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psutil
import pytest
from google.cloud import firestore

from candlewick.cli.api import Api, JsonObject
from candlewick.cli.sign_in import sign_in, sign_up
from emulators.stack.options import Options
from emulators.stack.supervisor import Stack, start
from tests.stack.canaries import Canaries, documents, files
from tests.stack.strategies import HONEST

PASSWORD = "correct horse battery staple"
# A run takes about six seconds alone; these machines do several at once.
RUN_DEADLINE_S = 120

Found = TypeVar("Found")
_numbers = itertools.count(1)


def eventually(look: Callable[[], Found | None], *, within_s: float = RUN_DEADLINE_S) -> Found:
    """Return the first thing found; fail when the time is over."""
    ends = time.monotonic() + within_s
    while True:
        found = look()
        if found is not None:
            return found
        assert time.monotonic() < ends, f"not within {within_s} s"
        time.sleep(0.1)


@dataclass(frozen=True)
class User:
    email: str
    api: Api
    env: dict[str, str]
    url: str

    def sign_in_again(self) -> Api:
        return Api.at(self.url, sign_in(self.url, self.email, PASSWORD, self.env))

    def save(self, code: str, name: str = "Momentum") -> JsonObject:
        strategy = self.api.post("/strategies", {"name": name})
        return self.api.post(f"/strategies/{strategy['id']}/versions", {"code": code})

    def request(self, saved: JsonObject, **changes: Any) -> JsonObject:
        return {
            "strategyId": saved["strategyId"],
            "version": saved["number"],
            "exchange": "simulated",
            "pairs": ["BTC/USDT"],
            "start": "2025-03-01T00:00:00Z",
            "end": "2025-03-08T00:00:00Z",
            **changes,
        }

    def submit(self, code: str = HONEST, **changes: Any) -> str:
        run: str = self.api.submit(self.request(self.save(code), **changes))["id"]
        return run

    def run(self, run_id: str) -> JsonObject:
        return self.api.get(f"/backtests/{run_id}")

    def wait(self, run_id: str, *states: str) -> JsonObject:
        """Return the run once it is in one of these states, or over."""
        wanted = {*states, "succeeded", "failed", "cancelled"}

        def look() -> JsonObject | None:
            found = self.run(run_id)
            return found if found["state"] in wanted else None

        return eventually(look)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    options = Options(
        state_dir=tmp_path_factory.mktemp("stack"), free_ports=True, scheduler_interval_s=1
    )
    with start(options) as running, pytest.MonkeyPatch.context() as patch:
        for name, value in running.env.items():
            patch.setenv(name, value)
        command = [sys.executable, "-m", "candlewick.cli.main", "data", "simulate"]
        subprocess.run(command, check=True, capture_output=True)
        yield running


@pytest.fixture(scope="session")
def canaries(stack: Stack) -> Iterator[Canaries]:
    """Exchange keys that tests handed in: at the end they are nowhere that anybody can read."""
    kept = Canaries()
    yield kept
    client = firestore.Client(project=stack.env["GOOGLE_CLOUD_PROJECT"])
    places = [*files(stack.options.state_dir), *documents(client)]
    client.close()  # type: ignore[no-untyped-call]  # the library leaves it untyped
    leaks = [place for place, content in places if kept.found_in(content)]
    assert kept.leaks + leaks == []


@pytest.fixture
def new_user(stack: Stack, canaries: Canaries) -> Iterator[Callable[[], User]]:
    made: list[User] = []

    def make() -> User:
        email = f"user{next(_numbers)}-{os.getpid()}@candlewick.example"
        url = stack.urls["hosting"]
        token = sign_up(url, email, PASSWORD, stack.env)
        made.append(User(email=email, api=Api.at(url, token), env=stack.env, url=url))
        canaries.watch(made[-1].api.http)
        return made[-1]

    yield make
    for user in made:
        user.api.http.close()


@pytest.fixture
def user(new_user: Callable[[], User]) -> User:
    return new_user()


@pytest.fixture
def database(stack: Stack) -> Iterator[firestore.Client]:
    client = firestore.Client(project=stack.env["GOOGLE_CLOUD_PROJECT"])
    yield client
    client.close()  # type: ignore[no-untyped-call]  # the library leaves it untyped


@pytest.fixture(autouse=True)
def _faults_taken_back(stack: Stack) -> Iterator[None]:
    yield
    for name in ("cloud-tasks", "cloud-run"):
        stack.faults(name, {})


def nothing_runs(stack: Stack) -> bool:
    """Whether no job's process is alive, supervisors and children alike, but for one that waits for a run."""
    emulator = psutil.Process(stack.pid("cloud-run"))
    waiting = {process.pid for process in standby(stack)}
    everything = emulator.children(recursive=True)
    return not [child for child in everything if _is_job(child) and child.pid not in waiting]


def standby(stack: Stack) -> list[psutil.Process]:
    """Return the processes of the job that waits for a run, once it is ready; none before."""
    found = httpx.get(f"{stack.urls['cloud-run-http']}/standby").json()
    if not found.get("ready"):
        return []
    with suppress(psutil.NoSuchProcess):  # it has just been taken, and is over
        keeper = psutil.Process(found["pid"])
        return [keeper, *keeper.children(recursive=True)]
    return []


def _is_job(process: psutil.Process) -> bool:
    try:
        return any("backtest_job" in part for part in process.cmdline())
    except psutil.Error:
        return False


def logs(stack: Stack) -> dict[Path, str]:
    """Every log that the stack has written so far, those of the jobs included."""
    folder = stack.options.state_dir
    return {file: file.read_text(errors="replace") for file in folder.rglob("*.log")}
