"""Another process, a copy of this one, that computes frames until it is ended."""

import gc
import mmap
import os
import signal
import struct
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Self

import pandas as pd

from candlewick.engine.ahead.frames import Place, Store
from candlewick.engine.ahead.noise import Noise

Work = Callable[[pd.DataFrame, str], pd.DataFrame]

_READY = struct.Struct("<IQQ")
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
        """Yield the tasks' places that are ready since it was last asked, and where their frames lie."""
        try:
            told = os.read(self._ready, _READY.size * (_MOST_READ // _READY.size))
        except BlockingIOError:
            return
        for place, start, length in _READY.iter_unpack(told):
            yield place, Place(start, length)

    def end(self) -> None:
        """End it, whatever it does."""
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._ready)


def _fork() -> int:
    with warnings.catch_warnings():
        # Another thread may hold a lock that nobody gives back in the copy. Nobody waits for the copy, so it may wait for ever.
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
    try:
        frame = task.work(task.given.copy(deep=False), task.pair)
        logged = noise.taken()
        if logged is not None:
            place = store.put(frame, task.given, logged)
    except Exception:  # noqa: BLE001 - a user's function may raise anything
        noise.taken()
    if place is not None:
        # What was written before is there for whoever reads this.
        os.write(done, _READY.pack(task.place, place.start, place.length))
