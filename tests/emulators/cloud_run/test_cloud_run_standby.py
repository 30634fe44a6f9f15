"""A process that waits for its execution: when it is started, and what it serves."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from emulators.cloud_run import standby
from emulators.cloud_run.options import read_options
from tests.emulators.cloud_run.conftest import alive, cloud
from tests.emulators.cloud_run.patient import JOB, NAME, Patient, everything_of, patient
from tests.emulators.emulator_process import eventually

pytestmark = pytest.mark.emulator


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Patient]:
    with patient(tmp_path) as started:
        yield started


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
    shown = job.cloud.jobs.get_job(name=NAME)
    shown.template.template.containers[0].env[0].value = "changed"

    job.cloud.jobs.update_job(job=shown).result(timeout=10)  # type: ignore[no-untyped-call]

    eventually(lambda: not alive([old]))
    job.waits()
    execution = job.run()
    assert job.said(execution.name)["env"]["STATIC"] == "changed"
    assert job.served(execution.name)


def test_a_job_that_was_deleted_leaves_nothing_waiting(job: Patient) -> None:
    processes = everything_of(job.waits())

    job.cloud.jobs.delete_job(name=NAME)

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


def test_one_process_serves_one_task_of_several(job: Patient) -> None:
    job.waits()

    name = job.cloud.start(NAME, task_count=3)
    execution = job.cloud.finished(name)

    logs = [job.cloud.log_of(name, task=index) for index in range(3)]
    assert execution.succeeded_count == 3
    assert sum('"waited": true' in log for log in logs) == 1
    indices = {json.loads(log.splitlines()[1])["env"]["CLOUD_RUN_TASK_INDEX"] for log in logs}
    assert indices == {"0", "1", "2"}


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
    job.write_text(JOB)

    with pytest.raises(SystemExit) as ended:
        read_options([f"--job={job}", *flags])

    assert ended.value.code == 2
    assert complaint in capsys.readouterr().err


def test_an_unpacked_image_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    job = tmp_path / "job.yaml"
    job.write_text(JOB)
    (tmp_path / "image.json").write_text("{}")
    image = (f"--image=patient=oci:{tmp_path}", "--runtime-program=/bin/sh")

    with pytest.raises(SystemExit):
        read_options([f"--job={job}", *image, "--standby=patient"])

    assert "an unpacked image cannot wait" in capsys.readouterr().err


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
