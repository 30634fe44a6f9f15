"""Runs the real job against services on loopback, and looks for what it left behind."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from socket import socket
from textwrap import indent

import psutil
import pytest
from pydantic import JsonValue

from candlewick.market_data import feather, simulated
from tests.jobs.backtest.platform import TOKEN, Platform, Run

_REPOSITORY = Path(__file__).parents[3]
_FIRST_UID = 1_000_000
_CANDLES = 24 * 21

STRATEGY = """\
from freqtrade.strategy import IStrategy
{top}

class Strategy(IStrategy):
    INTERFACE_VERSION = 3
    timeframe = "1h"
    minimal_roi = {{"0": 0.02}}
    stoploss = -0.05

    def populate_indicators(self, dataframe, metadata):
{body}
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        dataframe.loc[dataframe["close"] < dataframe["open"], "enter_long"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        return dataframe
"""

CONFIG: dict[str, JsonValue] = {
    "strategy": "Strategy",
    "exchange": {"name": "simulated", "pair_whitelist": ["BTC/USDT"]},
    "pairlists": [{"method": "StaticPairList"}],
    "stake_currency": "USDT",
    "stake_amount": 100,
    "dry_run_wallet": 1_000,
    "max_open_trades": 1,
    "timeframe": "1h",
}


def strategy(body: str = "pass", top: str = "") -> bytes:
    return STRATEGY.format(top=top, body=indent(body, " " * 8)).encode()


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How the job's process ended."""

    exit_code: int
    took_s: float
    log: str


class Job:
    """The job as a process of its own, as Cloud Run starts it, or one that waits for its run at a socket."""

    def __init__(
        self, platform: Platform, folder: Path, isolation: str, standby: socket | None = None
    ) -> None:
        self._temporary = folder / "tmp"
        self._temporary.mkdir()
        self._log = folder / "job.log"
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(
                str(_REPOSITORY / part) for part in ("src", "jobs/backtest")
            ),
            "TMPDIR": str(self._temporary),
            "CANDLEWICK_ISOLATION": isolation,
        }
        if standby is None:
            environment |= {
                "CANDLEWICK_EVENTS_URL": f"{platform.url}/events",
                "CANDLEWICK_RUN_TOKEN": TOKEN,
                "CLOUD_RUN_TASK_ATTEMPT": "0",
                "CLOUD_RUN_EXECUTION": "backtest-abc12",
            }
        else:
            environment |= {"CANDLEWICK_STANDBY": str(standby.fileno())}
        self._began = time.monotonic()
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "backtest_job"],
                env=environment,
                cwd=folder,
                stdout=log,
                stderr=log,
                pass_fds=() if standby is None else (standby.fileno(),),
            )

    def wait(self, timeout_s: float = 100) -> Ended:
        code = self.process.wait(timeout_s)
        return Ended(
            exit_code=code, took_s=time.monotonic() - self._began, log=self._log.read_text()
        )

    def survivors(self) -> list[str]:
        """Return the processes that the job left behind, after a moment for the kernel."""
        deadline = time.monotonic() + 5
        while (found := self._survivors()) and time.monotonic() < deadline:
            time.sleep(0.05)
        return found

    def left_files(self) -> list[Path]:
        return list(self._temporary.iterdir())

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def _survivors(self) -> list[str]:
        uid = _FIRST_UID + self.process.pid
        found = []
        for process in psutil.process_iter(["pid", "cmdline", "uids", "status"]):
            facts = process.info
            command = " ".join(facts["cmdline"] or [])
            own = facts["uids"] is not None and facts["uids"].real == uid
            if own or str(self._temporary) in command:
                found.append(f"{facts['pid']} {facts['status']} {command[:200]}")
        return found


StartJob = Callable[..., Job]


@pytest.fixture(scope="session")
def candles() -> bytes:
    """Three weeks of simulated BTC/USDT, 1h."""
    _, (_, frame) = (pair for _, pair in zip(range(2), simulated.candles(), strict=False))
    return feather.write(frame.head(_CANDLES))


@pytest.fixture
def run(candles: bytes) -> Run:
    """A run of a well-behaved strategy."""
    return Run(
        config=dict(CONFIG),
        inputs={
            "strategies/Strategy.py": strategy(),
            "data/BTC_USDT-1h.feather": candles,
            "markets.json": json.dumps(simulated.markets()).encode(),
        },
    )


@pytest.fixture
def platform(run: Run) -> Iterator[Platform]:
    with Platform(run) as services:
        yield services


@pytest.fixture
def start_job(platform: Platform, tmp_path: Path) -> Iterator[StartJob]:
    started: list[Job] = []

    def start(isolation: str = "auto", standby: socket | None = None) -> Job:
        folder = tmp_path / f"job-{len(started)}"
        folder.mkdir()
        folder.chmod(0o755)
        started.append(Job(platform, folder, isolation, standby))
        return started[-1]

    yield start
    for job in started:
        job.stop()


def eventually(condition: Callable[[], bool], *, within_s: float = 60) -> None:
    """Wait until it is so."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
