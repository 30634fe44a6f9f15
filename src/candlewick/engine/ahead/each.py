"""Makes a frame for each pair; where nothing can tell who makes it, other processes begin with the last pairs.

What is not ready when it is asked for is made here, but for a frame that will be ready sooner than that. So a process that is slow, or
gone, costs next to nothing.
"""

import logging
import mmap
import resource
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Self

import pandas as pd

from candlewick.engine import beside
from candlewick.engine.ahead.worker import Task, Work, Worker

if TYPE_CHECKING:
    from candlewick.engine.ahead.frames import Place, Store

WORTH_S = 0.08  # of work that is left: some four times what starting a process takes
MANY = 400_000  # candles: a strategy that does anything takes longer
_MOST_WORKERS = 3
_SPARE = 1.5  # frames differ in size
_TIMES_GIVEN = 4  # what a frame grows to, before one has been made
_OF_LIMIT = 2  # the part of the memory that this process may have
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
        self._pairs = list(given)
        self._places = {pair: place for place, pair in enumerate(given)}
        self._longest_s = 0.0
        self._workers: list[Worker] = []
        self._ready: dict[int, tuple[Store, Place]] = {}
        self._come_to = mmap.mmap(-1, mmap.PAGESIZE)  # the workers see it

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.end()
        self._workers.clear()

    def of(self, pair: str) -> pd.DataFrame:
        """Return a pair's frame. Pairs are asked for once, in their order. Raises what `work` raises."""
        place = self._places[pair]
        self._come_to[:4] = place.to_bytes(4, "little")
        is_much = place == 0 and sum(map(len, self._given.values())) >= MANY
        if is_much:
            self._begin(_TIMES_GIVEN * self._given[pair].memory_usage().sum())
        if self._is_ready(place):
            return self._taken(place)
        began = time.perf_counter()
        frame = self._work(self._given[pair], pair)
        took_s = time.perf_counter() - began
        self._longest_s = max(self._longest_s, took_s)
        is_worth_it = took_s * (len(self._pairs) - 1) >= WORTH_S
        if place == 0 and is_worth_it and not is_much and isinstance(frame, pd.DataFrame):
            self._begin(frame.memory_usage().sum())
        return frame

    def _is_ready(self, place: int) -> bool:
        """Look what is ready; wait for a frame that has been begun no longer than it would take here."""
        self._look()
        for worker in self._workers:
            worked_s = worker.worked_s(place)
            if worked_s is not None and place not in self._ready and worked_s < self._longest_s:
                worker.wait(self._longest_s - worked_s)
                self._look()
        return place in self._ready

    def _look(self) -> None:
        for worker in self._workers:
            self._ready.update((at, (worker.store, where)) for at, where in worker.finished())

    def _taken(self, place: int) -> pd.DataFrame:
        store, where = self._ready.pop(place)
        frame, logged = store.take(where, self._given[self._pairs[place]])
        for record in logged:
            logging.getLogger(record.name).handle(record)
        return frame

    def _begin(self, frame_size: float) -> None:
        """Start workers where they help and nothing can tell them from this process."""
        left = len(self._places) - 1
        count = min(beside.processors() - 1, _MOST_WORKERS, left)
        size = left * int(_SPARE * frame_size + mmap.PAGESIZE)
        # Where pages that processes share are counted once for each, as in gVisor, this is what they would come to.
        memory = (1 + count) * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1_024 + size
        if count < 1 or memory > _most_memory():
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
        if self._workers:
            _log.info("Pairs are analysed on %d processors.", len(self._workers) + 1)

    def _tasks(self, number: int, count: int) -> Iterator[Task]:
        """Yield every `count`th pair from the end until the one that asks has come to it."""
        for place, pair in list(enumerate(self._pairs))[:0:-1][number::count]:
            if place <= int.from_bytes(self._come_to[:4], "little"):
                return
            yield Task(place=place, pair=pair, given=self._given[pair], work=self._work)


def _most_memory() -> float:
    limit = resource.getrlimit(resource.RLIMIT_DATA)[0]
    return float("inf") if limit == resource.RLIM_INFINITY else limit / _OF_LIMIT
