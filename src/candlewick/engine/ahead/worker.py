"""Another process, a copy of this one, that computes frames until it is ended."""

import gc
import mmap
import os
import select
import signal
import struct
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Self

import pandas as pd

from candlewick.engine.ahead.frames import Place, Store
from candlewick.engine.ahead.noise import Noise

Work = Callable[[pd.DataFrame, str], pd.DataFrame]

# What is told; a task's place; where its frame begins, or when it was begun (monotonic ns); the frame's length.
_TOLD = struct.Struct("<BIQQ")
_BEGUN, _DONE = 0, 1
_MOST_READ = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """The frame that stands at a place, and how the new one is made of a copy of it."""

    place: int
    pair: str
    given: pd.DataFrame
    work: Work


class Worker:
    """The process, as this one sees it."""

    def __init__(self, pid: int, ready: int, store: Store) -> None:
        self._pid, self._ready, self.store = pid, ready, store
        self._begun = (-1, 0)

    @classmethod
    def start(cls, tasks: Iterable[Task], size: int) -> Self:
        """Let a copy of this process go through the tasks, with `size` bytes for the frames. Raises OSError if there can't be one."""
        store = Store(mmap.mmap(-1, size))
        ready, done = os.pipe()
        parent = os.getpid()
        try:
            pid = _fork()
        except OSError:
            os.close(ready)
            raise
        else:
            if pid == 0:
                _run(tasks, store, done, parent)
        finally:
            os.close(done)
        os.set_blocking(ready, False)
        return cls(pid, ready, store)

    def finished(self) -> Iterator[tuple[int, Place]]:
        """Yield the tasks' places that are done since it was last asked, and where their frames lie."""
        try:
            told = os.read(self._ready, _TOLD.size * (_MOST_READ // _TOLD.size))
        except BlockingIOError:
            return
        for kind, place, start, length in _TOLD.iter_unpack(told):
            if kind == _DONE:
                yield place, Place(start, length)
            else:
                self._begun = (place, start)

    def worked_s(self, place: int) -> float | None:
        """Return for how long it has been at work on a task; None if it has not begun it, or has gone on."""
        at, since = self._begun
        return (time.monotonic_ns() - since) / 1e9 if at == place else None

    def wait(self, longest_s: float) -> None:
        """Wait until it tells of something."""
        select.select([self._ready], [], [], longest_s)

    def end(self) -> None:
        """End it, whatever it does."""
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._ready)


def _fork() -> int:
    with warnings.catch_warnings():
        # Another thread may hold a lock that nobody gives back in the copy. Nobody relies on the copy, so it may wait for ever.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _run(tasks: Iterable[Task], store: Store, done: int, parent: int) -> None:
    try:
        # What this process was told to do when it is asked to end is not the copy's to do.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        gc.disable()
        noise = Noise()
        noise.begin()
        for task in tasks:
            if os.getppid() != parent:
                break
            _compute(task, store, noise, done)
    finally:
        os._exit(0)


def _compute(task: Task, store: Store, noise: Noise, done: int) -> None:
    """Leave out whatever goes wrong: the other process comes to it, and tells of it."""
    place = None
    os.write(done, _TOLD.pack(_BEGUN, task.place, time.monotonic_ns(), 0))
    try:
        frame = task.work(task.given.copy(deep=False), task.pair)
        logged = noise.taken()
        if logged is not None:
            place = store.put(frame, task.given, logged)
    except Exception:  # noqa: BLE001 - a user's function may raise anything
        noise.taken()
    if place is not None:
        # What was written before is there for whoever reads this.
        os.write(done, _TOLD.pack(_DONE, task.place, place.start, place.length))
