"""The sandbox is there before the run: what it holds until then, and what becomes of it when no run comes."""

import io
import os
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from backtest_job import sandbox
from candlewick.backtests.wire import Failed, FailureKind, Limits, Succeeded
from candlewick.isolation.driver import Isolation, NoIsolation, Placement, Room
from candlewick.isolation.unconfined import Unconfined
from tests.jobs.backtest.conftest import Job, StartJob, eventually, strategy
from tests.jobs.backtest.platform import TOKEN, Run

_REPOSITORY = Path(__file__).parents[3]
_ENTRY = "backtest_job.inside.entry"
_only_root = pytest.mark.skipif(os.getuid() != 0, reason="only root sees what the sandbox has")


@dataclass
class HeldClaim:
    """The run-events function, which does not answer a claim before it is let go."""

    asked: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)

    def fault(self, _method: str, path: str) -> None:
        if path == "/events/started":
            self.asked.set()
            self.released.wait(100)


@dataclass(frozen=True)
class FailingDriver:
    """Starts a command that never says that it is inside."""

    command: tuple[str, ...]
    name: str = "failing"

    def placement(self, room: Room) -> Placement | None:
        return Placement(command=self.command, source="/", input=str(room.inputs), scratch="/")


@pytest.fixture
def claim(run: Run) -> Iterator[HeldClaim]:
    held = HeldClaim()
    run.fault = held.fault
    yield held
    held.released.set()


def inside(job: Job) -> list[psutil.Process]:
    """Return the sandbox's processes, its own launcher among them."""
    found = psutil.Process(job.process.pid).children(recursive=True)
    return [process for process in found if _ENTRY in command_of(process)]


def command_of(process: psutil.Process) -> str:
    """Return its command line; nothing of one that has just ended."""
    with suppress(psutil.Error):
        return " ".join(process.cmdline())
    return ""


def test_the_sandbox_is_started_by_the_standard_library_alone() -> None:
    code = "import backtest_job.__main__, sys; print(sorted(sys.modules))"
    paths = os.pathsep.join(str(_REPOSITORY / part) for part in ("src", "jobs/backtest"))

    loaded = subprocess.run(
        [sys.executable, "-S", "-c", code],
        env={"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )

    # Without site-packages nothing else could be imported.
    assert loaded.returncode == 0, loaded.stderr
    assert "'backtest_job.sandbox'" in loaded.stdout


def test_the_sandbox_is_of_the_size_that_tickets_ask_for() -> None:
    assert Limits().scratch_mib == sandbox.USUAL_SCRATCH_MIB


@_only_root
def test_the_sandbox_waits_before_the_run_is_claimed_and_holds_nothing_of_it(
    run: Run, claim: HeldClaim, start_job: StartJob
) -> None:
    job = start_job()

    assert claim.asked.wait(60)
    processes = inside(job)
    known = [(process.environ(), command_of(process)) for process in processes]
    claim.released.set()
    ended = job.wait()

    assert processes
    for environment, command in known:
        assert set(environment) <= {"PWD"}  # of bubblewrap itself
        assert TOKEN not in command
        assert "Strategy" not in command
    assert isinstance(run.last.outcome, Succeeded), ended.log
    assert job.survivors() == []
    assert job.left_files() == []


@_only_root
def test_the_sandbox_imports_what_runs_need_while_it_waits(
    claim: HeldClaim, start_job: StartJob
) -> None:
    job = start_job()
    assert claim.asked.wait(60)

    def has_indicators() -> bool:
        maps = (Path(f"/proc/{process.pid}/maps") for process in inside(job))
        with suppress(OSError):  # one of them has just ended
            return any("talib" in each.read_text() for each in maps)
        return False

    eventually(has_indicators)


def assert_stops_without_a_trace(job: Job, run: Run) -> None:
    job.process.send_signal(signal.SIGTERM)
    ended = job.wait(30)

    assert ended.exit_code == 1, ended.log
    assert run.finished == []
    assert job.survivors() == []
    assert job.left_files() == []


def test_a_job_that_is_told_to_stop_before_its_claim_leaves_no_sandbox(
    run: Run, claim: HeldClaim, start_job: StartJob
) -> None:
    job = start_job()
    assert claim.asked.wait(60)
    assert inside(job)

    assert_stops_without_a_trace(job, run)


def test_a_job_that_is_told_to_stop_as_soon_as_its_sandbox_is_there_leaves_none(
    run: Run, start_job: StartJob
) -> None:
    job = start_job()
    eventually(lambda: bool(inside(job)))

    assert_stops_without_a_trace(job, run)


def test_a_sandbox_that_dies_before_its_run_is_the_platforms_mistake(
    run: Run, claim: HeldClaim, start_job: StartJob
) -> None:
    job = start_job()
    assert claim.asked.wait(60)

    eventually(lambda: bool(inside(job)))
    for process in inside(job):
        with suppress(psutil.NoSuchProcess):  # it died with the one before
            process.kill()
    claim.released.set()
    ended = job.wait()

    outcome = run.last.outcome
    assert isinstance(outcome, Failed)
    assert outcome.failure.kind is FailureKind.PLATFORM_ERROR, ended.log
    assert ended.exit_code == 1
    assert job.survivors() == []


def test_a_driver_whose_process_ends_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    working = Unconfined()
    failing = FailingDriver(("/bin/sh", "-c", "exit 1"))
    monkeypatch.setattr(sandbox, "candidates", lambda _: (failing, working))

    found = sandbox.start(Isolation.AUTO, tmp_path)
    found.close()

    assert found.driver is working


def test_a_driver_whose_process_says_nothing_is_ended_and_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging = FailingDriver(("/bin/sh", "-c", "exec sleep 600"))
    monkeypatch.setattr(sandbox, "candidates", lambda _: (hanging,))
    monkeypatch.setattr(sandbox, "_INSIDE_TIMEOUT_S", 0.1)
    before = set(psutil.Process().children(recursive=True))

    with pytest.raises(NoIsolation, match="No isolation works here"):
        sandbox.start(Isolation.AUTO, tmp_path)

    assert set(psutil.Process().children(recursive=True)) <= before


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="there is one processor only")
@pytest.mark.parametrize("isolation", ["bubblewrap", "unshare"])
def test_within_the_sandbox_pairs_are_analysed_on_every_processor(
    isolation: str, run: Run, claim: HeldClaim, candles: bytes, start_job: StartJob
) -> None:
    pairs = ["BTC/USDT", "ETH/USDT", "SOL/USDT"]
    run.inputs["strategies/Strategy.py"] = strategy(
        "for number in range(5_000_000):\n    number += 1"
    )
    run.inputs |= {f"data/{pair.replace('/', '_')}-1h.feather": candles for pair in pairs}
    run.config["exchange"] = {"name": "simulated", "pair_whitelist": [*pairs]}
    job = start_job(isolation)
    assert claim.asked.wait(60)
    before = len(inside(job))

    claim.released.set()
    eventually(lambda: len(inside(job)) > before)
    ended = job.wait()

    assert isinstance(run.last.outcome, Succeeded), ended.log
    assert job.survivors() == []


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="there is one processor only")
@pytest.mark.parametrize("isolation", ["bubblewrap", "unshare"])
def test_within_the_sandbox_a_charts_columns_are_deflated_beside_the_loop(
    isolation: str, run: Run, start_job: StartJob
) -> None:
    looks = """
    def bot_loop_start(self, current_time, **kwargs):
        print("threads:", *(thread.name for thread in threading.enumerate()))
"""
    source = strategy('dataframe["ema"] = dataframe["close"] * 1.01', top="import threading")
    run.inputs["strategies/Strategy.py"] = source + looks.encode()
    job = start_job(isolation)

    ended = job.wait()

    assert isinstance(run.last.outcome, Succeeded), ended.log
    assert run.log is not None
    assert b"threads: MainThread candlewick-beside" in run.log
    assert run.result is not None
    with zipfile.ZipFile(io.BytesIO(run.result)) as archive:
        assert archive.testzip() is None
        assert archive.getinfo("candlewick_indicators.f32").file_size > 0
