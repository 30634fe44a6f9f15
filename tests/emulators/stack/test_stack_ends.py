"""However the stack ends, no process of it is left behind, and the reason is told."""

import os
import re
import signal
from pathlib import Path

import pytest

from tests.emulators.stack.conftest import (
    DEADLINE_S,
    SMALL,
    Launch,
    command_lines,
    family,
    left_over,
    until,
)

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("supervisor")]


def test_run_gives_the_command_the_stack_and_returns_its_exit_code(launch: Launch) -> None:
    ask = "curl -sf ${CANDLEWICK_TASKS_ENDPOINT%:*}:$PORT/; echo $CANDLEWICK_API_URL; exit 7"
    process = launch("run", *SMALL, "--", "sh", "-c", ask)

    output, errors = process.communicate(timeout=DEADLINE_S)

    assert process.returncode == 7, errors
    assert re.search(r"http://127\.0\.0\.1:\d+\n", output)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything_in_order(launch_up: Launch, number: signal.Signals) -> None:
    process = launch_up()
    processes = family(process.pid)

    process.send_signal(number)

    assert process.wait(DEADLINE_S) == 0
    assert len(processes) >= 4
    assert left_over(processes) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_stack_that_is_still_starting_ends_as_well(
    launch: Launch, number: signal.Signals
) -> None:
    process = launch("up", "--free-ports", "--only", "identity", *SMALL)
    until(lambda: "emulators.identity" in command_lines(family(process.pid)))
    processes = family(process.pid)

    process.send_signal(number)

    assert process.wait(DEADLINE_S) == {15: 143, 9: -9}[number]
    assert left_over(processes) == []


def test_killing_the_supervisor_ends_everything(launch_up: Launch) -> None:
    process = launch_up()
    processes = family(process.pid)
    running = command_lines(processes)

    process.kill()

    assert "fake-gcs-server" in running
    assert "gunicorn" in running
    assert "sleep 1000" in running
    assert left_over(processes) == []


def test_killing_the_supervisor_ends_the_command_it_ran(launch: Launch, tmp_path: Path) -> None:
    mark = tmp_path / "running"
    process = launch("run", *SMALL, "--", "sh", "-c", f"sleep 1000 & touch {mark}; wait")
    until(mark.exists)
    processes = family(process.pid)

    process.kill()

    assert left_over(processes) == []


def test_killing_the_guard_ends_every_service(launch_up: Launch) -> None:
    process = launch_up()
    processes = family(process.pid)
    (guard,) = (each for each in processes if "guard.py" in " ".join(each.cmdline()))
    (orphan,) = (each for each in processes if each.name() == "sleep")

    guard.kill()

    assert process.wait(DEADLINE_S) == 1
    assert "the guard of all processes died" in process.communicate()[1]
    # Only the guard could have found a process that left its family.
    assert left_over([each for each in processes if each != orphan]) == []
    orphan.kill()


def test_a_service_that_dies_is_named_and_everything_ends(launch_up: Launch) -> None:
    process = launch_up()
    processes = family(process.pid)
    (victim,) = (each for each in processes if each.name().startswith("fake-gcs"))

    victim.kill()
    _, errors = process.communicate(timeout=DEADLINE_S)

    assert process.returncode == 1
    assert errors.startswith("fake-gcs was killed by SIGKILL.")
    assert left_over(processes) == []


def test_a_command_ends_when_a_service_dies(launch: Launch, tmp_path: Path) -> None:
    mark = tmp_path / "running"
    process = launch("run", *SMALL, "--", "sh", "-c", f"touch {mark}; exec sleep 1000")
    until(mark.exists)
    (victim,) = (each for each in family(process.pid) if each.name().startswith("fake-gcs"))

    victim.kill()
    _, errors = process.communicate(timeout=DEADLINE_S)

    assert (process.returncode, "fake-gcs was killed" in errors) == (1, True)


def test_a_function_that_cannot_be_imported_shows_its_traceback(
    launch: Launch, functions_source: Path
) -> None:
    functions_source.write_text("raise RuntimeError('this module is broken')\n")
    process = launch("up", *SMALL)

    _, errors = process.communicate(timeout=DEADLINE_S)

    assert process.returncode == 1
    assert errors.startswith("auth ended with exit code")
    assert "this module is broken" in errors


def test_the_terminal_going_away_ends_everything(launch_up: Launch) -> None:
    process = launch_up()
    processes = family(process.pid)
    assert process.stdout is not None
    assert process.stderr is not None

    process.stdout.close()
    process.stderr.close()
    os.kill(process.pid, signal.SIGHUP)

    assert process.wait(DEADLINE_S) == 0
    assert left_over(processes) == []
