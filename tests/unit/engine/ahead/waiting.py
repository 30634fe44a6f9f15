"""Waits for the other processes."""

import os
import time
from collections.abc import Callable

import pandas as pd

from candlewick.engine.ahead.each import Each
from candlewick.engine.ahead.stages import Work
from candlewick.engine.ahead.worker import Worker

ROWS = 500
HERE = os.getpid()
ASKED: list[Each] = []


def is_over(each: Each) -> bool:
    """Whether no other process is at work: it has ended, or waits to be asked."""
    each._look()
    last = each._number(len(each._stages), 0)
    return all(worker.worked_s(last) is not None or _has_ended(worker) for worker in each._workers)


def has_answered(each: Each) -> bool:
    """Whether the process that was asked has answered, or has ended without a word."""
    has_ended = all(map(_has_ended, each._workers[:1]))
    each._look()
    return has_ended or each._number(len(each._stages), 0) in each._ready


def _has_ended(worker: Worker) -> bool:
    how = os.WEXITED | os.WNOWAIT | os.WNOHANG
    return os.waitid(os.P_PID, worker._pid, how) is not None


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def paced(work: Work, until: Callable[[Each], bool] | None = None) -> Work:
    """Let this process wait, at its second pair, for the other one to have done all that it does."""

    def slower(frame: pd.DataFrame, pair: str) -> pd.DataFrame:
        if os.getpid() == HERE and pair == "C1/USDT":
            eventually(lambda: (until or is_over)(ASKED[0]))
        return work(frame, pair)

    return slower
