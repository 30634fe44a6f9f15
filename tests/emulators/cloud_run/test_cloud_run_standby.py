"""A process that waits for its execution: what it serves, what it does not, and how each of its ends is noticed."""

import asyncio
import json
import os
import shlex
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
from google.cloud import run_v2

from emulators.cloud_run import standby
from emulators.cloud_run.options import read_options
from emulators.cloud_run.store import Store
from emulators.times import moment
from tests.emulators.cloud_run.conftest import LOCATION, Cloud, alive, cloud
from tests.emulators.emulator_process import eventually

pytestmark = pytest.mark.emulator

# Says what it takes, and does what the variable WORD says once it has it. The file `manner` says how it fails before.
_PROGRAM = """
import json, os, pathlib, signal, subprocess, sys, time
folder = pathlib.Path(os.environ["FOLDER"])
manner = folder / "manner"
print("started", flush=True)
signal.signal(signal.SIGTERM, lambda *_: (print("leaving", flush=True), sys.exit(0)))
if (descriptor := os.environ.pop("CANDLEWICK_STANDBY", None)) is not None:
    if manner.exists() and manner.read_text() == "is slow":
        time.sleep(60)
    takes = ["WORD", *(f"CLOUD_RUN_{name}" for name in ("JOB", "EXECUTION", "TASK_INDEX", "TASK_COUNT", "TASK_ATTEMPT"))]
    greeting = "{}" if manner.exists() and manner.read_text() == "is rude" else json.dumps({"takes": takes})
    os.write(int(descriptor), greeting.encode() + b"\\n")
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    word = b"".join(iter(lambda: os.read(int(descriptor), 65536), b""))
    if not word:
        sys.exit(0)
    if manner.exists() and manner.read_text() == "dies before its answer":
        os._exit(9)
    os.write(int(descriptor), b"\\n")
    if manner.exists() and manner.read_text() == "dies after its answer":
        os._exit(9)
    os.environ.update(json.loads(word))
print(json.dumps({"pid": os.getpid(), "waited": descriptor is not None, "env": dict(os.environ), "cwd": os.getcwd()}))
sys.stdout.flush()
exec(os.environ.get("WORD", ""))
"""
_JOB = """
apiVersion: run.googleapis.com/v1
kind: Job
metadata: {name: patient}
spec:
  template:
    spec:
      taskCount: 1
      template:
        spec:
          maxRetries: 1
          timeoutSeconds: "600"
          containers:
            - image: patient
              env:
                - {name: STATIC, value: of the job}
"""
_NAME = f"{LOCATION}/jobs/patient"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """An emulator that has a process of the job `patient` wait."""

    cloud: Cloud
    folder: Path

    def behave(self, manner: str) -> None:
        (self.folder / "manner").write_text(manner)

    def look(self) -> dict[str, Any]:
        url = f"{self.cloud.emulator.http_url}/standby"
        found: dict[str, Any] = requests.get(url, timeout=5).json()
        return found

    def waits(self) -> int:
        """Return the process id of the command that waits, once it is ready."""
        eventually(lambda: self.look().get("ready"))
        return self.command()

    def command(self) -> int:
        keeper = psutil.Process(self.look()["pid"])
        return eventually(keeper.children)[0].pid

    def start(self, word: str = "", *, args: tuple[str, ...] = (), **env: str) -> str:
        variables = [{"name": name, "value": value} for name, value in env.items()]
        given = [*variables, {"name": "WORD", "value": word}]
        override = {"env": given} | ({"args": args} if args else {})
        return self.cloud.start(_NAME, container_overrides=[override])

    def run(self, word: str = "", **given: Any) -> run_v2.Execution:
        return self.cloud.finished(self.start(word, **given))

    def is_under_way(self, execution: str) -> None:
        """Wait until the command of an execution has said something about itself."""
        logs = self.cloud.state / "logs" / execution.rpartition("/")[2]
        eventually(lambda: any("waited" in file.read_text() for file in logs.glob("*")))

    def said(self, execution: str, attempt: int = 0) -> dict[str, Any]:
        """Return what the command said about itself."""
        lines = self.cloud.log_of(execution, attempt=attempt).splitlines()
        found: dict[str, Any] = json.loads(next(line for line in lines if line.startswith("{")))
        return found

    def served(self, execution: str) -> bool:
        return bool(self.said(execution)["waited"])


@contextmanager
def patient(folder: Path, *flags: str) -> Iterator[Patient]:
    job = folder / "job.yaml"
    job.write_text(_JOB)
    (folder / "code").mkdir(exist_ok=True)
    image = shlex.join([sys.executable, "-c", _PROGRAM])
    with cloud(
        folder,
        *(f"--job={job}", f"--image=patient={image}", f"--image-env=patient:FOLDER={folder}"),
        *(f"--image-env=patient:PYTHONPATH={folder / 'code'}", "--standby=patient"),
        *("--standby-within=0", "--grace=0.5", *flags),
    ) as started:
        yield Patient(cloud=started, folder=folder)


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Patient]:
    with patient(tmp_path) as started:
        yield started


def everything_of(pid: int) -> list[int]:
    """Return a command, its keeper and its descendants."""
    process = psutil.Process(pid)
    return [pid, process.ppid(), *(child.pid for child in process.children(recursive=True))]


def keepers(state: Path) -> list[int]:
    with closing(Store(state / "state.sqlite")) as store:
        return [pid for pid, _ in store.keepers()]


def test_the_next_execution_is_the_waiting_process_which_is_used_once(job: Patient) -> None:
    first = job.waits()

    execution = job.run()

    said = job.said(execution.name)
    assert (said["waited"], said["pid"]) == (True, first)
    assert execution.succeeded_count == 1
    eventually(lambda: not alive([first]))
    second = job.waits()
    again = job.said(job.run().name)
    assert again["pid"] == second != first


def test_a_served_execution_finds_what_an_ordinary_one_finds(job: Patient) -> None:
    job.waits()
    served = job.run("import pathlib; pathlib.Path(os.environ['HOME'], 'x').touch()").name
    ordinary = job.run(args=("more",)).name

    waited, usual = job.said(served), job.said(ordinary)
    assert (waited["waited"], usual["waited"]) == (True, False)
    differ = {"HOME", "PWD", "WORD", "CLOUD_RUN_EXECUTION"}
    same = waited["env"].keys() - differ
    assert waited["env"].keys() == usual["env"].keys() | {"HOME"}
    assert {name: waited["env"][name] for name in same} == {
        name: usual["env"][name] for name in same
    }
    assert waited["env"]["CLOUD_RUN_EXECUTION"] == served.rpartition("/")[2]
    assert waited["env"]["HOME"] == waited["cwd"] != usual["cwd"]
    assert not Path(waited["cwd"]).exists()


def test_what_waits_has_nothing_of_an_execution(job: Patient) -> None:
    job.run("pass", args=("of-a-run",))

    known = psutil.Process(job.waits())

    assert not any(name.startswith("CLOUD_RUN_") for name in known.environ())
    assert "WORD" not in known.environ()
    assert "of-a-run" not in known.cmdline()


def test_its_output_is_in_its_attempts_log_and_within_its_limit(tmp_path: Path) -> None:
    with patient(tmp_path, "--log-limit=5000") as job:
        job.waits()

        name = job.start("print('x' * 100000)")
        job.cloud.finished(name)

        log = job.cloud.log_of(name)
        assert log.startswith("started\n{")
        assert len(log) < 5200
        assert log.endswith("[cut here: the log's limit is reached]\n")
        assert not (job.cloud.state / "logs" / "standby" / "patient.log").exists()


def test_none_is_started_while_an_execution_runs(job: Patient) -> None:
    job.waits()
    name = job.start("time.sleep(60)")
    eventually(lambda: job.look() == {})

    other = job.cloud.run_to_end(job.cloud.new_job("exit", 0))
    time.sleep(0.3)

    assert other.succeeded_count == 1
    assert job.look() == {}
    job.cloud.executions.cancel_execution(name=name)
    job.cloud.finished(name)
    assert job.waits()


@pytest.mark.parametrize(
    "changes", [{"args": ("more",)}, {"STATIC": "of the run"}, {"HOME": "/"}, {"NEW": "variable"}]
)
def test_an_execution_with_other_settings_is_started_ordinarily(
    job: Patient, changes: dict[str, Any]
) -> None:
    waiting = job.waits()

    execution = job.run(**changes)

    assert execution.succeeded_count == 1
    assert not job.served(execution.name)
    assert job.waits() == waiting


def test_a_job_that_was_changed_gets_another_process(job: Patient) -> None:
    old = job.waits()
    shown = job.cloud.jobs.get_job(name=_NAME)
    shown.template.template.containers[0].env[0].value = "changed"

    job.cloud.jobs.update_job(job=shown).result(timeout=10)  # type: ignore[no-untyped-call]

    eventually(lambda: not alive([old]))
    job.waits()
    execution = job.run()
    assert job.said(execution.name)["env"]["STATIC"] == "changed"
    assert job.served(execution.name)


def test_a_job_that_was_deleted_leaves_nothing_waiting(job: Patient) -> None:
    processes = everything_of(job.waits())

    job.cloud.jobs.delete_job(name=_NAME)

    eventually(lambda: not alive(processes))
    assert job.look() == {}


def test_code_that_was_edited_since_is_what_runs(job: Patient) -> None:
    old = job.waits()
    (job.folder / "code" / "module.py").write_text("edited = True\n")

    execution = job.run("import module; print(module.edited)")

    assert not job.served(execution.name)
    assert "True" in job.cloud.log_of(execution.name)
    eventually(lambda: not alive([old]))
    job.waits()
    assert job.served(job.run().name)


def test_one_that_is_not_ready_is_ended_and_an_ordinary_one_started(job: Patient) -> None:
    job.waits()
    job.behave("is slow")
    job.run()
    eventually(lambda: job.look().get("ready") is False)
    slow = job.command()

    execution = job.run()

    assert not job.served(execution.name)
    eventually(lambda: not alive([slow]))


def test_one_that_died_while_it_waited_serves_nobody(job: Patient) -> None:
    pid = job.waits()
    processes = everything_of(pid)

    os.kill(pid, signal.SIGKILL)
    eventually(lambda: job.look() == {})
    execution = job.run()

    assert execution.succeeded_count == 1
    assert not job.served(execution.name)
    assert alive(processes) == []
    assert "has ended before its execution" in job.cloud.emulator.log.read_text()
    log = job.cloud.state / "logs" / "standby" / "patient.log"
    assert log.read_text() == "started\n"
    assert job.waits()


def test_one_whose_keeper_was_killed_serves_nobody(job: Patient) -> None:
    processes = everything_of(job.waits())

    os.kill(job.look()["pid"], signal.SIGKILL)

    eventually(lambda: not alive(processes))
    assert not job.served(job.run().name)


def test_one_that_dies_before_it_has_its_word_costs_no_attempt(job: Patient) -> None:
    job.waits()
    job.behave("dies before its answer")

    execution = job.run()

    assert (execution.succeeded_count, execution.retried_count) == (1, 0)
    said = job.said(execution.name)
    assert (said["waited"], said["env"]["CLOUD_RUN_TASK_ATTEMPT"]) == (False, "0")
    assert job.cloud.log_of(execution.name).count("started") == 1


def test_one_that_dies_after_it_had_its_word_was_an_attempt(job: Patient) -> None:
    job.waits()
    job.behave("dies after its answer")

    execution = job.run()

    assert (execution.succeeded_count, execution.retried_count) == (1, 1)
    assert job.cloud.log_of(execution.name, attempt=0) == "started\n"
    said = job.said(execution.name, attempt=1)
    assert (said["waited"], said["env"]["CLOUD_RUN_TASK_ATTEMPT"]) == (False, "1")


def test_one_that_does_not_answer_is_killed_and_costs_no_attempt(job: Patient) -> None:
    pid = job.waits()
    processes = everything_of(pid)
    os.kill(pid, signal.SIGSTOP)

    execution = job.run()

    assert (execution.succeeded_count, execution.retried_count) == (1, 0)
    assert not job.served(execution.name)
    eventually(lambda: not alive(processes))


def test_one_that_says_something_else_is_ended(job: Patient) -> None:
    job.waits()
    job.behave("is rude")
    job.run()
    eventually(lambda: "said something else" in job.cloud.emulator.log.read_text())

    execution = job.run()

    assert execution.succeeded_count == 1
    assert not job.served(execution.name)


def test_one_process_serves_one_task_of_several(job: Patient) -> None:
    job.waits()

    name = job.cloud.start(_NAME, task_count=3)
    execution = job.cloud.finished(name)

    logs = [job.cloud.log_of(name, task=index) for index in range(3)]
    assert execution.succeeded_count == 3
    assert sum('"waited": true' in log for log in logs) == 1
    indices = {json.loads(log.splitlines()[1])["env"]["CLOUD_RUN_TASK_INDEX"] for log in logs}
    assert indices == {"0", "1", "2"}


def test_the_time_that_it_waited_is_none_of_its_attempts(job: Patient) -> None:
    job.waits()
    time.sleep(0.6)

    name = job.cloud.start(
        _NAME,
        timeout={"nanos": 500_000_000},
        container_overrides=[{"env": [{"name": "WORD", "value": "time.sleep(60)"}]}],
    )
    job.is_under_way(name)
    execution = job.cloud.finished(name)

    took = moment(execution.completion_time) - moment(execution.start_time)
    (task,) = job.cloud.tasks_of(name)
    assert execution.failed_count == 1
    assert task.last_attempt_result.status.message == "The configured timeout was reached."
    assert took >= timedelta(seconds=1)  # two attempts


def test_a_served_execution_can_be_cancelled(job: Patient) -> None:
    processes = everything_of(job.waits())
    name = job.start("time.sleep(60)")
    job.is_under_way(name)

    job.cloud.executions.cancel_execution(name=name)
    execution = job.cloud.finished(name)

    assert execution.cancelled_count == 1
    assert job.cloud.log_of(name).endswith("leaving\n")
    assert alive(processes) == []


def test_faults_hold_for_a_served_execution(job: Patient) -> None:
    job.waits()
    job.cloud.emulator.put_faults(
        slow_start={"next": 1, "seconds": 0.4}, kill_task={"next": 1, "seconds": 0.2}
    )

    name = job.start("time.sleep(0.6)")
    execution = job.cloud.finished(name)

    waited = moment(execution.start_time) - moment(execution.create_time)
    assert waited >= timedelta(seconds=0.4)
    assert job.served(name)
    assert (execution.succeeded_count, execution.retried_count) == (1, 1)


def end_by_sigterm(job: Patient) -> None:
    asked = time.monotonic()
    assert job.cloud.emulator.terminate() == 0
    assert time.monotonic() - asked < 5
    assert "Traceback" not in job.cloud.emulator.log.read_text()


def end_by_sigkill(job: Patient) -> None:
    job.cloud.emulator.kill()


@pytest.mark.parametrize("end", [end_by_sigterm, end_by_sigkill])
def test_nothing_waits_any_more_when_the_emulator_has_ended(
    job: Patient, end: Callable[[Patient], None]
) -> None:
    processes = everything_of(job.waits())

    end(job)

    eventually(lambda: not alive(processes))


def test_one_that_outlived_a_killed_emulator_is_ended_at_the_next_start(tmp_path: Path) -> None:
    with patient(tmp_path) as first:
        processes = everything_of(first.waits())
        keeper = first.look()["pid"]
        # A stopped keeper cannot obey when the kernel tells it that the emulator is gone.
        os.kill(keeper, signal.SIGSTOP)
        first.cloud.emulator.kill()
    assert keeper in alive(processes)

    with patient(tmp_path) as second:
        eventually(lambda: not alive(processes))
        assert second.waits()


def test_the_store_knows_of_those_that_live_only(tmp_path: Path) -> None:
    with patient(tmp_path) as job:
        job.waits()
        job.run()
        job.waits()
        assert keepers(job.cloud.state) == [job.look()["pid"]]

    assert keepers(job.cloud.state) == []


def test_without_the_option_nothing_waits(tmp_path: Path) -> None:
    with cloud(tmp_path) as started:
        started.run_to_end(started.new_job("exit", 0))

        assert requests.get(f"{started.emulator.http_url}/standby", timeout=5).status_code == 404


@pytest.mark.parametrize(
    ("flags", "complaint"),
    [
        (["--standby=other"], "--standby other: no --job describes it"),
        (["--standby=patient", "--standby-within=soon"], "invalid float value"),
    ],
)
def test_a_mistaken_flag_is_named(
    tmp_path: Path, flags: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    job = tmp_path / "job.yaml"
    job.write_text(_JOB)

    with pytest.raises(SystemExit) as ended:
        read_options([f"--job={job}", *flags])

    assert ended.value.code == 2
    assert complaint in capsys.readouterr().err


def test_a_busy_machine_is_waited_for_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standby, "_LOOK_S", 0.01)
    began = time.monotonic()

    asyncio.run(standby.until_quiet(0.1, idle_s=lambda: 7.0))

    assert time.monotonic() - began >= 0.1


def test_an_idle_processor_is_waited_for_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standby, "_LOOK_S", 0.01)
    idle = iter([0.0, 0.001, 0.001, 0.009])

    asyncio.run(standby.until_quiet(60, idle_s=lambda: next(idle)))

    assert list(idle) == []


def test_idle_time_goes_on() -> None:
    before = standby.idle_s()

    eventually(lambda: standby.idle_s() > before)
