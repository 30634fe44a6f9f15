"""Runs that are handed to a job's process which waits for them, on the whole stack."""

import psutil
import pytest

from emulators.stack.supervisor import Stack
from tests.stack.conftest import User, eventually, nothing_runs, standby

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]


def waits(stack: Stack) -> list[psutil.Process]:
    """Return all processes of a job that waits, its keeper first and the sandbox last."""
    return eventually(lambda: standby(stack) or None)


def how_it_ran(stack: Stack) -> str:
    """Return what the emulator said of the last execution."""
    lines = stack.log("cloud-run").read_text().splitlines()
    return next(line for line in reversed(lines) if "standby, for" in line)


def test_runs_are_served_one_by_each_that_waited(user: User, stack: Stack) -> None:
    first = waits(stack)

    run = user.wait(user.submit(wallet="1001"))
    assert run["state"] == "succeeded", run["failure"]
    assert run["isVerified"]
    assert "it has become the attempt's process" in how_it_ran(stack)

    second = waits(stack)
    again = user.wait(user.submit(wallet="1002"))
    assert again["state"] == "succeeded", again["failure"]
    assert "it has become the attempt's process" in how_it_ran(stack)

    assert not {process.pid for process in first} & {process.pid for process in second}
    assert [process for process in first if process.is_running() and not is_dead(process)] == []


@pytest.mark.parametrize("place", [0, 1, -1], ids=["keeper", "supervisor", "sandbox"])
def test_what_died_while_it_waited_costs_no_attempt(user: User, stack: Stack, place: int) -> None:
    waits(stack)[place].kill()

    run = user.wait(user.submit(wallet=str(2_000 + place)))

    assert run["state"] == "succeeded", run["failure"]
    assert run["attempt"] == 1
    eventually(lambda: nothing_runs(stack) or None)


def test_no_waiting_job_outlives_its_emulator(user: User, stack: Stack) -> None:
    processes = waits(stack)

    stack.restart("cloud-run")

    assert all(map(is_dead, processes))
    run = user.wait(user.submit(wallet="3000"))
    assert run["state"] == "succeeded", run["failure"]


def is_dead(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
