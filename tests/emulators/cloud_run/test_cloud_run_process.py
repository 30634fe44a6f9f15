import os
import signal
import socket
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
import requests
from google.api_core import exceptions
from google.cloud import run_v2

from emulators.cloud_run.options import read_options
from emulators.cloud_run.store import Store
from tests.emulators.cloud_run.conftest import LOCATION, alive, cloud, completed, family
from tests.emulators.emulator_process import eventually, start

pytestmark = pytest.mark.emulator
BACKTEST = Path(__file__).parents[3] / "jobs" / "backtest" / "job.yaml"
SHOW_PLACE = f"{sys.executable} -c 'import os; print(os.getcwd(), os.environ[\"OF_IMAGE\"])'"


def test_when_the_emulator_is_killed_its_processes_end_and_their_execution_has_failed(
    tmp_path: Path,
) -> None:
    with cloud(tmp_path) as first:
        done = first.run_to_end(first.new_job("exit", 0))
        job = first.new_job("family", tmp_path / "ids", "wait", retries=3)
        operation = first.run(job)
        pids = family(tmp_path / "ids")

        first.emulator.kill()

        eventually(lambda: not alive(pids))
    with cloud(tmp_path) as second:
        failed = second.executions.get_execution(name=operation.metadata.name)
        still_done = second.executions.get_execution(name=done.name)
        known = second.jobs.get_operation({"name": operation.operation.name})
        latest = second.jobs.get_job(name=job).latest_created_execution

        assert failed.failed_count == 1
        assert completed(failed).state == run_v2.Condition.State.CONDITION_FAILED
        assert "emulator ended" in completed(failed).message
        assert still_done == done
        assert known.done
        assert known.HasField("error")
        assert latest.completion_status.name == "EXECUTION_FAILED"
        assert second.run_to_end(job, container_overrides=[{"args": ["x"]}]).failed_count == 1


def test_a_keeper_that_outlived_a_killed_emulator_is_ended_at_the_next_start(
    tmp_path: Path,
) -> None:
    with cloud(tmp_path) as first:
        first.start(first.new_job("family", tmp_path / "ids", "wait"))
        pids = family(tmp_path / "ids")
        keeper = pids[4]
        # A stopped keeper cannot obey when the kernel tells it that the emulator is gone.
        os.kill(keeper, signal.SIGSTOP)
        first.emulator.kill()
    assert keeper in alive(pids)

    with cloud(tmp_path):
        eventually(lambda: not alive(pids))


def test_sigterm_stops_what_runs_and_ends_quickly(tmp_path: Path) -> None:
    with cloud(tmp_path) as first:
        name = first.start(first.new_job("family", tmp_path / "ids", "wait"))
        pids = family(tmp_path / "ids")
        asked = time.monotonic()

        code = first.emulator.terminate()

    assert code == 0
    assert time.monotonic() - asked < 5
    assert alive(pids) == []
    assert "Traceback" not in first.emulator.log.read_text()
    with closing(Store(first.state / "state.sqlite")) as store:
        ended = {execution.name: execution for execution, _ in store.executions()}
    assert ended[name].failed_count == 1


def test_the_deployments_own_description_runs_with_the_image_that_is_mapped(
    tmp_path: Path,
) -> None:
    flags = (
        f"--job={BACKTEST}",
        f"--image=backtest={SHOW_PLACE}",
        "--image-env=backtest:OF_IMAGE=a=b",
        f"--image-cwd=backtest={tmp_path}",
        "--max-running-executions=1",
        "--fault=slow_start:next=1,seconds=20",
    )
    with cloud(tmp_path, *flags) as started:
        job = f"{LOCATION}/jobs/backtest"
        pending = started.start(job)

        with pytest.raises(exceptions.ResourceExhausted, match="1 executions are running"):
            started.run(job)

        started.executions.cancel_execution(name=pending)
        started.finished(pending)
        execution = started.run_to_end(job)
        health = requests.get(f"{started.emulator.http_url}/healthz", timeout=5)

        assert started.log_of(execution.name) == f"{tmp_path} a=b\n"
        assert health.status_code == 200


def test_a_description_loaded_again_keeps_the_jobs_history(tmp_path: Path) -> None:
    flags = (f"--job={BACKTEST}", f"--image=backtest={sys.executable} -c ''")
    job = f"{LOCATION}/jobs/backtest"
    with cloud(tmp_path, *flags) as first:
        first.run_to_end(job)

    with cloud(tmp_path, *flags) as second:
        shown = second.jobs.get_job(name=job)

    assert (shown.generation, shown.execution_count) == (2, 1)
    assert shown.latest_created_execution.completion_status.name == "EXECUTION_SUCCEEDED"


@pytest.mark.parametrize("flag", ["--port", "--http-port"])
def test_a_port_in_use_is_one_line_and_exit_code_2(tmp_path: Path, flag: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ports = {"--port": "0", "--http-port": "0"} | {flag: str(port)}
        arguments = [item for pair in ports.items() for item in pair]
        with (tmp_path / "log").open("wb") as log:
            code = start("cloud_run", *arguments, log=log).wait(20)

    lines = (tmp_path / "log").read_text().splitlines()
    assert code == 2
    assert len(lines) == 1
    assert f"port {port} on 127.0.0.1 is in use" in lines[0]


def test_a_state_that_another_emulator_uses_is_refused(tmp_path: Path) -> None:
    with cloud(tmp_path) as first, (tmp_path / "log").open("wb") as log:
        code = start(
            "cloud_run", "--port=0", "--http-port=0", f"--state={first.state}", log=log
        ).wait(20)

        assert code == 2
        assert "in use by another emulator" in (tmp_path / "log").read_text()
        assert first.run_to_end(first.new_job("exit", 0)).succeeded_count == 1


def test_a_job_whose_image_is_not_mapped_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as log:
        code = start("cloud_run", "--port=0", "--http-port=0", f"--job={BACKTEST}", log=log).wait(
            20
        )

    lines = (tmp_path / "log").read_text().splitlines()
    assert code == 2
    assert len(lines) == 1
    assert "--image backtest='COMMAND LINE'" in lines[0]


@pytest.mark.parametrize(
    ("argument", "complaint"),
    [
        ("--host=192.168.0.1", "not a loopback address"),
        ("--image=a", "there is no NAME="),
        ("--image=a=", "the command is empty"),
        ("--image-cwd=b=/", "There is no --image 'b'"),
        ("--job=/nonexistent.yaml", "cannot be read"),
        ("--fault=slow_start:seconds=1", "say when"),
    ],
)
def test_a_mistaken_flag_is_named(
    argument: str, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        read_options([argument])

    assert ended.value.code == 2
    assert complaint in capsys.readouterr().err
