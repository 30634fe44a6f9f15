"""A second thread for what takes long and needs no interpreter: compression.

Each piece is done once: by the thread, or by whoever needs it before the thread has come to it. So with one processor, where
there is no thread, nothing is done but in its place. No piece calls a user's code, logs or writes where others read.
"""

import os
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition, Event, Lock, Thread, get_ident
from typing import Any, Generic, TypeVar

T = TypeVar("T")

_TURN_S = 0.0005  # the interpreter's own five milliseconds are waited for at each step of a piece


class Task(Generic[T]):
    """A piece of work; `result` is to be asked for once."""

    def __init__(self, work: Callable[[], T], helper: "_Helper | None" = None) -> None:
        self._work = work
        self._helper = helper
        self._claim = Lock()
        self._over = Event()
        self._found: list[T] = []

    def begin(self) -> None:
        """Do it, unless somebody has begun. If it fails, it is left to `result`."""
        if not self._claim.acquire(blocking=False):
            return
        try:
            self._found.append(self._work())
        except Exception:  # noqa: BLE001, S110 - whoever wants the result tries again, and sees it raised
            pass
        finally:
            self._over.set()

    def result(self) -> T:
        """Return what there is, wait for what is being made, or make it here."""
        if self._claim.acquire(blocking=False):
            return self._work()
        while not self._over.is_set():
            following = self._helper and self._helper.take()
            if not following:
                self._over.wait()
                break
            following.begin()
        return self._found.pop() if self._found else self._work()


class _Helper:
    """One thread, started with the first piece; a machine that has no room for it goes without."""

    def __init__(self) -> None:
        self.owner = os.getpid(), get_ident()
        self._waiting: deque[Task[Any]] = deque()
        self._changed = Condition()
        self._is_over = False
        self._thread: Thread | None = None

    def add(self, task: Task[Any]) -> None:
        if self._thread is None:
            self._thread = Thread(target=self._serve, name="candlewick-beside", daemon=True)
            try:
                self._thread.start()
            except RuntimeError:  # the run's limit of processes
                self._is_over = True
        if not self._is_over:
            with self._changed:
                self._waiting.append(task)
                self._changed.notify()

    def take(self) -> Task[Any] | None:
        try:
            return self._waiting.popleft()
        except IndexError:
            return None

    def close(self) -> None:
        """Leave what was not begun, and wait for what was."""
        with self._changed:
            self._is_over = True
            self._waiting.clear()
            self._changed.notify()
        if self._thread is not None and self._thread.ident is not None:
            self._thread.join()

    def _serve(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._is_over)
                if self._is_over:
                    return
                task = self.take()
            if task is not None:
                task.begin()


_current: _Helper | None = None


@contextmanager
def helper() -> Iterator[None]:
    """Have the thread for what is handed over within; within another one, that is the one."""
    global _current  # noqa: PLW0603 - a process has one run
    if _current is not None or processors() == 1:
        yield
        return
    _current = _Helper()
    turn = sys.getswitchinterval()
    sys.setswitchinterval(_TURN_S)
    try:
        yield
    finally:
        sys.setswitchinterval(turn)
        ended, _current = _current, None
        ended.close()


def processors() -> int:
    """Return how many this process may use."""
    return len(os.sched_getaffinity(0))


def is_there() -> bool:
    """Whether anything would be done beside the caller: not in a fork of the process, nor in a thread of the user's."""
    return _current is not None and _current.owner == (os.getpid(), get_ident())


def do(work: Callable[[], T]) -> Task[T]:
    """Have it done, at the latest when its result is asked for."""
    if not is_there() or _current is None:
        return Task(work)
    task = Task(work, _current)
    _current.add(task)
    return task
