"""Another process, a copy of this one, that computes frames until it is ended."""

import gc
import mmap
import os
import select
import signal
import struct
import time
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

from candlewick.engine.ahead.frames import Place, Store
from candlewick.engine.ahead.noise import Noise
from candlewick.engine.ahead.stages import Made

# What is told; a task's number; where its frame begins, or when it was begun (monotonic ns); the frame's length.
_TOLD = struct.Struct("<BIQQ")
_BEGUN, _DONE = 0, 1
_MOST_READ = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A pair's frame of a stage, and what it is made of."""

    number: int
    pair: str
    stage: int
    made: Made


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
        """Yield the tasks' numbers that are done since it was last asked, and where their frames lie."""
        try:
            told = os.read(self._ready, _TOLD.size * (_MOST_READ // _TOLD.size))
        except BlockingIOError:
            return
        for kind, number, start, length in _TOLD.iter_unpack(told):
            if kind == _DONE:
                yield number, Place(start, length)
            else:
                self._begun = (number, start)

    def worked_s(self, number: int) -> float | None:
        """Return for how long it has been at work on a task; None if it has not begun it, or has gone on."""
        at, since = self._begun
        return (time.monotonic_ns() - since) / 1e9 if at == number else None

    def wait(self, longest_s: float) -> bool:
        """Wait until it tells of something; return whether it has."""
        return bool(select.select([self._ready], [], [], max(0.0, longest_s))[0])

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
        with Noise() as noise:
            _compute_all(tasks, store, noise, done, parent)
    finally:
        os._exit(0)


def _compute_all(tasks: Iterable[Task], store: Store, noise: Noise, done: int, parent: int) -> None:
    for task in tasks:
        if os.getppid() != parent:
            return
        _compute(task, store, noise, done)


def _compute(task: Task, store: Store, noise: Noise, done: int) -> None:
    """Leave out whatever goes wrong: the other process comes to it, and tells of it."""
    place = None
    os.write(done, _TOLD.pack(_BEGUN, task.number, time.monotonic_ns(), 0))
    try:
        given = task.made.given(task.stage, task.pair)
        noise.taken()
        frame = task.made.work(task.stage, task.pair)
        logged = noise.taken()
        if logged is not None:
            place = store.put(frame, given, logged)
            # What both have is in memory once.
            task.made.keep(task.stage, task.pair, store.take(place, given)[0])
    except Exception:  # noqa: BLE001 - a user's function may raise anything
        noise.taken()
    if place is not None:
        # What was written before is there for whoever reads this.
        os.write(done, _TOLD.pack(_DONE, task.number, place.start, place.length))
