"""Waits for the other processes."""

import os
import time
from collections.abc import Callable

from candlewick.engine.ahead.each import Each


def is_over(each: Each) -> bool:
    """Whether no other process is at work."""
    how = os.WEXITED | os.WNOWAIT | os.WNOHANG
    return all(os.waitid(os.P_PID, worker._pid, how) for worker in each._workers)


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)
