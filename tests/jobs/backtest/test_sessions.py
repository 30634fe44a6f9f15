"""What a sandbox's process leaves behind is ended."""

import os
import subprocess
import sys
import time

import psutil

from candlewick.isolation.sessions import end_session

# A leader that dies at once and leaves a child that nothing else would end.
_LEADER = """
import os, time
if os.fork() == 0:
    time.sleep(600)
"""


def test_a_child_that_outlives_the_leader_of_its_session_is_ended() -> None:
    leader = subprocess.Popen([sys.executable, "-c", _LEADER], start_new_session=True)
    leader.wait(60)
    (left,) = [pid for pid in psutil.pids() if _session_of(pid) == leader.pid]

    end_session(leader.pid)

    deadline = time.monotonic() + 30
    while _is_alive(left) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _is_alive(left)
    end_session(leader.pid)  # nothing is left, and that is no error


def _session_of(pid: int) -> int:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return 0


def _is_alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
