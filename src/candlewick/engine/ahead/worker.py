"""Another process, a copy of this one, that computes frames, and then what it is asked for, until it is ended."""

import gc
import mmap
import os
import pickle
import select
import signal
import struct
import time
import warnings
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

from candlewick.engine.ahead.frames import Place, Store
from candlewick.engine.ahead.noise import Noise
from candlewick.engine.ahead.stages import Afterwards, Made

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Last:
    """What a process does when it has done its tasks; its number is that of what it tells, as if it were one."""

    number: int
    made: Made
    afterwards: Afterwards


class Worker:
    """The process, as this one sees it."""

    def __init__(self, pid: int, ready: int, asked: int, store: Store) -> None:
        self._pid, self._ready, self._asked, self.store = pid, ready, asked, store
        self._begun = (-1, 0)

    @classmethod
    def start(cls, tasks: Iterable[Task], last: Last | None, size: int) -> Self:
        """Let a copy of this process go through the tasks, with `size` bytes for the frames. Raises OSError if there can't be one."""
        store = Store(mmap.mmap(-1, size))
        (ready, done), (asked, ask) = os.pipe(), os.pipe()
        parent = os.getpid()
        try:
            pid = _fork()
        except OSError:
            for end in (ready, ask):
                os.close(end)
            raise
        else:
            if pid == 0:
                os.close(ask)
                _run(_Copy(store, asked, done, parent), tasks, last)
        finally:
            for end in (done, asked):
                os.close(end)
        for end in (ready, ask):
            os.set_blocking(end, False)
        return cls(pid, ready, ask, store)

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

    def ask(self, pairs: list[str], question: tuple[object, ...]) -> None:
        """Ask it for what it makes at last. Where it is gone, or has no room for the question, nobody answers."""
        with suppress(OSError):
            os.write(self._asked, pickle.dumps((pairs, question)))

    def end(self) -> None:
        """End it, whatever it does."""
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        for end in (self._ready, self._asked):
            os.close(end)


def _fork() -> int:
    with warnings.catch_warnings():
        # Another thread may hold a lock that nobody gives back in the copy. Nobody relies on the copy, so it may wait for ever.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


@dataclass(frozen=True, slots=True)
class _Copy:
    """The process, as it sees itself."""

    store: Store
    asked: int
    done: int
    parent: int

    def tell(self, kind: int, number: int, start: int, length: int) -> None:
        os.write(self.done, _TOLD.pack(kind, number, start, length))

    def tell_done(self, number: int, place: Place) -> None:
        # What was written before is there for whoever reads this.
        self.tell(_DONE, number, place.start, place.length)


def _run(copy: _Copy, tasks: Iterable[Task], last: Last | None) -> None:
    try:
        # What this process was told to do when it is asked to end is not the copy's to do.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        gc.disable()
        with Noise() as noise:
            _compute_all(copy, tasks, noise)
            if last is not None:
                _answer(copy, last)
    finally:
        os._exit(0)


def _compute_all(copy: _Copy, tasks: Iterable[Task], noise: Noise) -> None:
    for task in tasks:
        if os.getppid() != copy.parent:
            return
        _compute(copy, task, noise)


def _compute(copy: _Copy, task: Task, noise: Noise) -> None:
    """Leave out whatever goes wrong: the other process comes to it, and tells of it."""
    place = None
    copy.tell(_BEGUN, task.number, time.monotonic_ns(), 0)
    try:
        given = task.made.given(task.stage, task.pair)
        noise.taken()
        frame = task.made.work(task.stage, task.pair)
        logged = noise.taken()
        if logged is not None:
            place = copy.store.put(frame, given, logged)
            # What both have is in memory once.
            task.made.keep(task.stage, task.pair, copy.store.take(place, given)[0])
    except Exception:  # noqa: BLE001 - a user's function may raise anything
        noise.taken()
    if place is not None:
        copy.tell_done(task.number, place)


def _answer(copy: _Copy, last: Last) -> None:
    """Wait to be asked, or for the end of whoever could ask. What goes wrong is not answered."""
    copy.tell(_BEGUN, last.number, time.monotonic_ns(), 0)
    asked: Any = os.read(copy.asked, _MOST_READ)
    if asked:
        pairs, question = pickle.loads(asked)  # noqa: S301 - the process that this is a copy of wrote it
        frames = {pair: last.made.given(last.afterwards.stage, pair) for pair in pairs}
        copy.tell_done(last.number, copy.store.keep(last.afterwards.work(frames, *question)))
