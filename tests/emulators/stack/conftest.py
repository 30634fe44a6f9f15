"""The supervisor as a process of its own, over a small source of functions."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[3]
DEADLINE_S = 30
# The function leaves a process in a session of its own, which only the guard can find again.
FUNCTIONS = """\
import subprocess
import functions_framework

subprocess.Popen(["sleep", "1000"], start_new_session=True)

@functions_framework.http
def auth(request):
    return "answer of auth\\n"
"""
SMALL = ("--only", "fake-gcs", "--only", "auth", "--free-ports")

Launch = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def functions_source(tmp_path: Path) -> Path:
    source = tmp_path / "functions" / "main.py"
    source.parent.mkdir()
    source.write_text(FUNCTIONS)
    return source


@pytest.fixture
def launch(tmp_path: Path, functions_source: Path) -> Iterator[Launch]:
    """Start `python -m emulators.stack ACTION …`; it is killed when a test leaves it."""
    launched: list[subprocess.Popen[str]] = []

    def start(action: str, *arguments: str, **env: str) -> "subprocess.Popen[str]":
        options = ["--state", str(tmp_path / "state")]
        if action != "clean":
            options += ["--functions-source", str(functions_source)]
        process = subprocess.Popen(
            [sys.executable, "-m", "emulators.stack", action, *options, *arguments],
            cwd=ROOT,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        launched.append(process)
        return process

    yield start
    for process in launched:
        process.kill()
        process.communicate()


@pytest.fixture
def launch_up(launch: Launch) -> Callable[..., "subprocess.Popen[str]"]:
    """Start a small stack and wait until it says that it runs."""

    def up(*arguments: str) -> "subprocess.Popen[str]":
        process = launch("up", *SMALL, *arguments)
        for line in process.stdout or ():
            if "Logs:" in line:
                return process
        pytest.fail(f"The stack did not start: {process.communicate()[1]}")

    return up


def family(pid: int) -> list[psutil.Process]:
    """Return a process's descendants."""
    return psutil.Process(pid).children(recursive=True)


def command_lines(processes: list[psutil.Process]) -> str:
    lines: list[str] = []
    for each in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            lines.append(" ".join(each.cmdline()))
    return "\n".join(lines)


def until(condition: Callable[[], bool]) -> None:
    """Poll until a condition holds."""
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.02)


def left_over(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Return those that still run after they had time to end."""
    return psutil.wait_procs(processes, timeout=DEADLINE_S)[1]
