"""Makes a frame for each pair; where nothing can tell who makes it, other processes begin with the last pairs.

Whoever asks never waits for them: what is not ready when it is asked for is made here. So one that is slow, or gone, costs nothing.
"""

import logging
import mmap
import os
import resource
import time
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Self

import pandas as pd

from candlewick.engine.ahead.worker import Task, Work, Worker

if TYPE_CHECKING:
    from candlewick.engine.ahead.frames import Place, Store

WORTH_S = 0.08  # of work that is left: some four times what starting a process takes
_MOST_WORKERS = 3
_SPARE = 1.5  # frames differ in size
_OF_LIMIT = 4  # the part of the memory that this process may have
_log = logging.getLogger(__name__)


class Each:
    """The frame of each pair, `work(given[pair], pair)`.

    Args:
        given: the frames.
        work: what is done to them.
        why_not: why `work` may depend on, or change, anything but its arguments; empty if it provably does not.
    """

    def __init__(
        self, given: Mapping[str, pd.DataFrame], work: Work, why_not: Callable[[], str]
    ) -> None:
        self._given, self._work, self._why_not = given, work, why_not
        self._places = {pair: place for place, pair in enumerate(given)}
        self._workers: list[Worker] = []
        self._ready: dict[int, tuple[Store, Place]] = {}
        self._come_to = mmap.mmap(-1, mmap.PAGESIZE)  # the workers see it

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in self._workers:
            worker.end()
        self._workers.clear()

    def of(self, pair: str) -> pd.DataFrame:
        """Return a pair's frame. Pairs are asked for once, in their order. Raises what `work` raises."""
        place = self._places[pair]
        self._come_to[:4] = place.to_bytes(4, "little")
        for worker in self._workers:
            self._ready.update((at, (worker.store, where)) for at, where in worker.finished())
        if place in self._ready:
            store, where = self._ready.pop(place)
            frame, logged = store.take(where, self._given[pair])
            for record in logged:
                logging.getLogger(record.name).handle(record)
            return frame
        began = time.perf_counter()
        frame = self._work(self._given[pair], pair)
        if place == 0:
            self._begin(time.perf_counter() - began, frame)
        return frame

    def _begin(self, took_s: float, first: object) -> None:
        """Start workers where they help and nothing can tell them from this process."""
        if not isinstance(first, pd.DataFrame):
            return
        left = len(self._places) - 1
        count = min(_processors() - 1, _MOST_WORKERS, left)
        size = left * int(_SPARE * first.memory_usage().sum() + mmap.PAGESIZE)
        if left * took_s < WORTH_S or count < 1 or size > _most_memory():
            return
        why_not = self._why_not()
        if why_not:
            _log.info("One pair is analysed after the other, since %s.", why_not)
            return
        try:
            for number in range(count):
                self._workers.append(Worker.start(self._tasks(number, count), size))
        except OSError as error:  # no more processes, or no memory
            _log.info("No further process analyses pairs: %s.", error)
        _log.info("Pairs are analysed on %d processors.", len(self._workers) + 1)

    def _tasks(self, number: int, count: int) -> Iterator[Task]:
        """Yield every `count`th pair from the end until the one that asks has come to it."""
        for place, pair in list(enumerate(self._given))[:0:-1][number::count]:
            if place <= int.from_bytes(self._come_to[:4], "little"):
                return
            yield Task(place=place, pair=pair, given=self._given[pair], work=self._work)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


def _most_memory() -> float:
    limit = resource.getrlimit(resource.RLIMIT_DATA)[0]
    return float("inf") if limit == resource.RLIM_INFINITY else limit / _OF_LIMIT
