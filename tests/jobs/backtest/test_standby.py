"""A job's process that was started before its run: what it holds until then, and that it serves one run, once."""

import json
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from backtest_job.settings import Settings, SettingsInvalid
from backtest_job.standby import TAKES, Standby
from candlewick.backtests.wire import Failed, FailureKind, Limits, Succeeded
from tests.jobs.backtest.conftest import Job, StartJob, eventually, strategy
from tests.jobs.backtest.platform import TOKEN, Platform, Run
from tests.jobs.backtest.test_sandbox import assert_stops_without_a_trace, inside

_only_root = pytest.mark.skipif(os.getuid() != 0, reason="only root sees what the sandbox has")


class Keeper:
    """Whoever keeps a waiting job: holds the other end of its socket."""

    def __init__(self, platform: Platform) -> None:
        self.socket, self.theirs = socket.socketpair()
        self.socket.settimeout(60)
        self.environment = {
            "CANDLEWICK_EVENTS_URL": f"{platform.url}/events",
            "CANDLEWICK_RUN_TOKEN": TOKEN,
            "CLOUD_RUN_TASK_ATTEMPT": "3",
            "CLOUD_RUN_EXECUTION": "backtest-late1",
        }

    def start(self, start_job: StartJob, isolation: str = "auto") -> Job:
        job = start_job(isolation, standby=self.theirs)
        self.theirs.close()
        return job

    def is_greeted(self) -> list[str]:
        """Wait until the job is ready; return what it takes."""
        takes: list[str] = json.loads(self.socket.recv(10_000))["takes"]
        return takes

    def say(self, word: bytes) -> None:
        self.socket.sendall(word)
        self.socket.shutdown(socket.SHUT_WR)

    def hand_over(self, **changes: str) -> bytes:
        """Give the job its run; return its answer."""
        self.say(json.dumps(self.environment | changes).encode())
        return self.socket.recv(10)


@pytest.fixture
def keeper(platform: Platform) -> Iterator[Keeper]:
    made = Keeper(platform)
    yield made
    made.socket.close()
    made.theirs.close()


def descriptors_of(process: psutil.Process) -> list[str]:
    folder = Path(f"/proc/{process.pid}/fd")
    return [str(each.readlink()) for each in folder.iterdir()]


def test_a_run_that_comes_later_is_done_like_any_other(
    run: Run, keeper: Keeper, start_job: StartJob
) -> None:
    job = keeper.start(start_job)
    keeper.is_greeted()

    answer = keeper.hand_over(CANDLEWICK_RUN_ID="run-7")
    ended = job.wait()

    assert answer == b"\n"
    assert ended.exit_code == 0, ended.log
    assert isinstance(run.last.outcome, Succeeded), ended.log
    (claim,) = run.claims
    assert (claim.task_attempt, claim.execution) == (3, "backtest-late1")
    reported = json.loads(ended.log.splitlines()[-1])
    assert reported["logging.googleapis.com/labels"]["run_id"] == "run-7"
    assert job.survivors() == []
    assert job.left_files() == []


@_only_root
def test_what_waits_holds_nothing_of_a_run_and_has_imported_what_runs_need(
    run: Run, keeper: Keeper, start_job: StartJob
) -> None:
    job = keeper.start(start_job)
    keeper.is_greeted()

    def has_indicators() -> bool:
        maps = (Path(f"/proc/{process.pid}/maps") for process in inside(job))
        return any("talib" in each.read_text() for each in maps)

    eventually(has_indicators)
    supervisor = psutil.Process(job.process.pid)

    assert run.claims == []
    assert not {"CANDLEWICK_RUN_TOKEN", "CANDLEWICK_EVENTS_URL"} & set(supervisor.environ())
    assert supervisor.net_connections("inet") == []
    for process in inside(job):
        assert set(process.environ()) <= {"PWD"}  # of bubblewrap itself
        # The socket by which the run comes is the supervisor's alone.
        assert not any(name.startswith("socket:") for name in descriptors_of(process))


@_only_root
def test_the_run_finds_the_sandbox_that_waited_and_no_other(
    run: Run, keeper: Keeper, start_job: StartJob
) -> None:
    run.inputs["strategies/Strategy.py"] = strategy("time.sleep(3)", top="import time")
    job = keeper.start(start_job)
    keeper.is_greeted()
    waiting = {process.pid for process in inside(job)}

    keeper.hand_over()
    eventually(lambda: bool(run.progress))
    running = {process.pid for process in inside(job)}
    job.wait()

    assert waiting
    assert running >= waiting
    assert job.survivors() == []


def test_the_time_that_it_waited_counts_for_no_limit(
    run: Run, keeper: Keeper, start_job: StartJob
) -> None:
    run.inputs["strategies/Strategy.py"] = strategy("while True: pass")
    run.limits = Limits(wall_s=4, cpu_s=60)
    job = keeper.start(start_job)
    keeper.is_greeted()
    eventually(lambda: bool(inside(job)))
    # It is the keeper who does nothing for longer than the run may take.
    keeper.socket.settimeout(5)
    with pytest.raises(TimeoutError):
        keeper.socket.recv(1)

    keeper.hand_over()
    ended = job.wait()

    assert isinstance(run.last.outcome, Failed), ended.log
    assert run.last.outcome.failure.kind is FailureKind.TIME_LIMIT
    took = run.last.timings.backtest_s
    assert took is not None
    assert took >= 4


def test_processor_time_is_limited_as_without_waiting(
    run: Run, keeper: Keeper, start_job: StartJob
) -> None:
    run.inputs["strategies/Strategy.py"] = strategy("while True: pass")
    run.limits = Limits(wall_s=60, cpu_s=4)
    job = keeper.start(start_job)
    keeper.is_greeted()

    keeper.hand_over()
    ended = job.wait()

    assert isinstance(run.last.outcome, Failed), ended.log
    assert run.last.outcome.failure.kind is FailureKind.TIME_LIMIT


def assert_ends_quietly(job: Job, run: Run) -> None:
    ended = job.wait(30)
    assert ended.exit_code == 0, ended.log
    assert "ERROR" not in ended.log
    assert run.claims == []
    assert job.survivors() == []
    assert job.left_files() == []


def test_a_sandbox_that_died_meanwhile_takes_no_run(
    run: Run, keeper: Keeper, start_job: StartJob
) -> None:
    job = keeper.start(start_job)
    keeper.is_greeted()
    sandbox = inside(job)
    sandbox[-1].kill()
    eventually(lambda: not inside(job))

    answer = keeper.hand_over()
    ended = job.wait(30)

    assert answer == b""
    assert "no sandbox any more" in ended.log
    assert run.claims == []
    assert job.survivors() == []


def test_it_ends_when_nobody_keeps_it(run: Run, keeper: Keeper, start_job: StartJob) -> None:
    job = keeper.start(start_job)
    keeper.is_greeted()

    keeper.socket.close()

    assert_ends_quietly(job, run)


def test_it_ends_when_nobody_keeps_it_before_it_is_ready(
    run: Run, keeper: Keeper, start_job: StartJob
) -> None:
    job = keeper.start(start_job)

    keeper.socket.close()

    assert_ends_quietly(job, run)


def test_it_ends_at_once_when_it_is_told_to(run: Run, keeper: Keeper, start_job: StartJob) -> None:
    job = keeper.start(start_job)
    keeper.is_greeted()

    job.process.send_signal(signal.SIGTERM)

    assert_ends_quietly(job, run)


@pytest.mark.parametrize("isolation", ["bubblewrap", "unshare"])
def test_its_sandbox_ends_with_it_when_it_is_killed(
    isolation: str, keeper: Keeper, start_job: StartJob
) -> None:
    job = keeper.start(start_job, isolation)
    keeper.is_greeted()
    eventually(lambda: bool(inside(job)))

    job.process.kill()
    job.wait(30)

    assert job.survivors() == []


def test_a_run_that_is_told_to_stop_ends_as_it_does_without_waiting(
    run: Run, keeper: Keeper, start_job: StartJob
) -> None:
    run.inputs["strategies/Strategy.py"] = strategy("time.sleep(60)", top="import time")
    job = keeper.start(start_job)
    keeper.is_greeted()
    keeper.hand_over()
    eventually(lambda: bool(run.progress))

    assert_stops_without_a_trace(job, run)


def test_a_mistake_in_what_comes_late_is_told_as_at_the_start(
    run: Run, keeper: Keeper, start_job: StartJob
) -> None:
    job = keeper.start(start_job)
    keeper.is_greeted()

    answer = keeper.hand_over(CANDLEWICK_EVENTS_URL="ftp://x", CANDLEWICK_RUN_TOKEN="")
    ended = job.wait(30)

    assert answer == b"\n"
    assert ended.exit_code == 1
    mistakes = "CANDLEWICK_EVENTS_URL must be an http(s) URL; CANDLEWICK_RUN_TOKEN is missing."
    assert mistakes in ended.log
    assert run.claims == []
    assert job.survivors() == []


@pytest.mark.parametrize(
    ("word", "complaint"),
    [
        (b"no json", "is no JSON"),
        (b"[]", "must be a JSON object of strings"),
        (b'{"CLOUD_RUN_TASK_ATTEMPT": 1}', "must be a JSON object of strings"),
        (b'{"CANDLEWICK_ISOLATION": "none"}', "Too late for CANDLEWICK_ISOLATION"),
    ],
)
def test_what_was_not_asked_for_is_refused_without_an_answer(
    word: bytes, complaint: str, keeper: Keeper, start_job: StartJob
) -> None:
    job = keeper.start(start_job)
    keeper.is_greeted()

    keeper.say(word)
    ended = job.wait(30)

    assert keeper.socket.recv(10) == b""
    assert ended.exit_code == 1
    assert complaint in ended.log
    assert job.survivors() == []


def test_a_mistake_in_what_must_be_there_at_the_start_is_told_then(
    keeper: Keeper, start_job: StartJob
) -> None:
    job = keeper.start(start_job, "chains")

    ended = job.wait(30)

    assert keeper.socket.recv(10) == b""
    assert ended.exit_code == 1
    assert "CANDLEWICK_ISOLATION must be one of" in ended.log


@pytest.mark.parametrize("given", ["", "three", "-1", "4000"])
def test_a_descriptor_that_is_none_is_refused(given: str) -> None:
    with pytest.raises(SettingsInvalid, match="CANDLEWICK_STANDBY must be"):
        Standby.from_env({"CANDLEWICK_STANDBY": given})


def test_without_the_variable_nothing_is_waited_for() -> None:
    assert Standby.from_env({"CANDLEWICK_RUN_TOKEN": TOKEN}) is None


def test_mistakes_at_the_start_are_told_in_their_order() -> None:
    given = {"CANDLEWICK_ISOLATION": "chains", "CLOUD_RUN_TASK_ATTEMPT": "x"}

    with pytest.raises(SettingsInvalid) as refused:
        Settings.from_env(given)

    assert str(refused.value) == (
        "CANDLEWICK_EVENTS_URL must be an http(s) URL; CANDLEWICK_RUN_TOKEN is missing; "
        "CANDLEWICK_ISOLATION must be one of auto, bubblewrap, unshare, none; "
        "CLOUD_RUN_TASK_ATTEMPT must be a number."
    )


def test_the_isolation_is_nothing_that_comes_late() -> None:
    assert "CANDLEWICK_ISOLATION" not in TAKES
