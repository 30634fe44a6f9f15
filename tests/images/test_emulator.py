"""The Cloud Run emulator with real containers: they end as Cloud Run's do, and none is left behind."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.emulators.cloud_run.conftest import Cloud, cloud
from tests.emulators.emulator_process import eventually
from tests.images.containers import Runtime
from tools.images.build import ROOT, Built

pytestmark = [pytest.mark.images, pytest.mark.timeout(300, func_only=True)]

_POLITE = """
import signal, sys, time
def end(*_):
    print("asked to end", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
print("at work", flush=True)
time.sleep(600)
"""
_DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
_TELLS = """
import os, sys
print(sys.argv[1:], os.getuid(), os.environ["CLOUD_RUN_TASK_INDEX"], os.environ["WORD"], os.getcwd())
try: open("/app/x", "w")
except OSError as error: print(error.strerror)
sys.exit(3)
"""


@pytest.fixture
def boxes(runtime: Runtime, image: Built, tmp_path: Path) -> Iterator[Cloud]:
    """An emulator with an image `box`: the job's file system, any program as the argument."""
    box = tmp_path / "box"
    box.mkdir()
    (box / "rootfs").symlink_to(image.rootfs)
    config = image.config | {"Entrypoint": ["/usr/bin/python3.13", "-I", "-c"]}
    (box / "image.json").write_text(json.dumps(config))
    flags = ("--runtime", runtime.name, "--runtime-program", runtime.program, "--grace=1")
    with cloud(tmp_path, f"--image=box=oci:{box}", *flags) as started:
        yield started


def said(boxes: Cloud, execution: str) -> str:
    """Return the log so far; there is none before the first word."""
    try:
        return boxes.log_of(execution)
    except FileNotFoundError:
        return ""


def left_of(boxes: Cloud) -> list[list[str]]:
    """Return the processes that name the emulator's folder of running containers."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        command = process.info["cmdline"] or []
        marks = (str(boxes.state / "scratch"), _DEAF, _POLITE)
        if any(mark in word for mark in marks for word in command):
            found.append(command)
    return found


def test_a_container_has_its_image_its_arguments_and_its_environment(boxes: Cloud) -> None:
    job = boxes.new_job("box", _TELLS, "one", "two", env={"WORD": "hello"})

    execution = boxes.run_to_end(job)

    log = boxes.log_of(execution.name)
    assert "['one', 'two'] 10001 0 hello /tmp" in log
    assert "Read-only file system" in log or "Permission denied" in log
    assert boxes.tasks_of(execution.name)[0].last_attempt_result.exit_code == 3


def test_a_cancelled_container_is_asked_and_ends(boxes: Cloud) -> None:
    execution = boxes.start(boxes.new_job("box", _POLITE))
    eventually(lambda: "at work" in said(boxes, execution), within=30)

    boxes.executions.cancel_execution(name=execution)

    ended = boxes.finished(execution)
    assert ended.cancelled_count == 1
    assert "asked to end" in boxes.log_of(execution)
    eventually(lambda: left_of(boxes) == [])


def test_a_container_that_does_not_listen_is_killed_after_the_grace_period(boxes: Cloud) -> None:
    execution = boxes.run_to_end(boxes.new_job("box", _DEAF, timeout=5))

    assert execution.failed_count == 1
    assert "deaf" in boxes.log_of(execution.name)
    eventually(lambda: left_of(boxes) == [])


def test_containers_die_with_the_emulator(boxes: Cloud) -> None:
    execution = boxes.start(boxes.new_job("box", _DEAF))
    eventually(lambda: "deaf" in said(boxes, execution), within=30)
    assert left_of(boxes) != []

    boxes.emulator.kill()

    eventually(lambda: left_of(boxes) == [], within=20)


@pytest.mark.usefixtures("bot_image")
def test_the_demo_runs_on_the_stack_in_containers(
    runtimes: dict[str, Runtime | str], tmp_path: Path
) -> None:
    if isinstance(runtimes["crun"], str):
        pytest.skip(f"crun: {runtimes['crun']}")
    stack = (sys.executable, "-m", "emulators.stack", "run", "--free-ports", "--containers", "crun")
    done = subprocess.run(
        [*stack, "--state", tmp_path / "stack", "--", sys.executable, "-m", "tools.demo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )

    logs = [file.read_text() for file in (tmp_path / "stack" / "cloud-run").rglob("*.log")]
    assert "The demo succeeded." in done.stdout, done.stdout + done.stderr
    assert logs
    # Nobody but a container's user without capabilities has to take this driver.
    assert all('"driver": "unshare (user namespace)"' in log for log in logs)
