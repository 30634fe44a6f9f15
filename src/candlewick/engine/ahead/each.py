"""Makes a frame for each pair; where nothing can tell who makes it, other processes begin with the last pairs.

What is not ready when it is asked for is made here, but for a frame that will be ready sooner than that. So a process that is slow, or
gone, costs next to nothing.
"""

import logging
import mmap
import resource
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from candlewick.engine import beside
from candlewick.engine.ahead.meanwhile import Meanwhile, log_again
from candlewick.engine.ahead.stages import NOTHING, Afterwards, Made, Stage
from candlewick.engine.ahead.worker import Last, Task, Worker

if TYPE_CHECKING:
    from candlewick.engine.ahead.frames import Place, Store

WORTH_S = 0.08  # of work that is left: some four times what starting a process takes
MANY = 400_000  # candles: whoever does anything with them takes longer
_CANDLE_SIZE = 48  # bytes, as loaded
_MOST_WORKERS = 3
_SPARE = 1.5  # frames differ in size
_TIMES_GIVEN = 4  # what a frame grows to, before one has been made
_SLOWER = (
    1.4  # what another process takes for a frame, at the most, where nothing has happened to it
)
_OF_LIMIT = 2  # the part of the memory that this process may have
_log = logging.getLogger(__name__)


class Each:
    """The frame of each pair, stage by stage.

    Args:
        pairs: in the order in which they are asked for. A later stage may leave some out.
        stages: what is done to the frames, one after the other.
        afterwards: what can be asked for when all stages were gone through.
    """

    def __init__(
        self, pairs: Iterable[str], *stages: Stage, afterwards: Afterwards | None = None
    ) -> None:
        self._pairs = list(pairs)
        self._stages = stages
        self._afterwards = afterwards
        self._places = {pair: place for place, pair in enumerate(self._pairs)}
        self._at = -1
        self._given: Mapping[str, pd.DataFrame] = {}
        self._is_first = self._may_begin = True
        self._longest_s = 0.0
        self._workers: list[Worker] = []
        self._ready: dict[int, tuple[Store, Place]] = {}
        self._meanwhile = Meanwhile(stages)
        self._come_to = mmap.mmap(-1, mmap.PAGESIZE)  # the workers see it

    def end(self) -> None:
        """End the other processes, and leave what they have made."""
        for worker in self._workers:
            worker.end()
        self._workers.clear()
        self._ready.clear()

    def knows(self, pairs: Iterable[str]) -> bool:
        """Whether these can be asked for."""
        return self._places.keys() >= set(pairs)

    def go_on(self, given: Mapping[str, pd.DataFrame]) -> None:
        """Begin the next stage, with these frames; where the first one makes them there are none."""
        self._at += 1
        self._given = given
        self._meanwhile.begin(self._at)
        self._is_first = self._may_begin = True
        self._longest_s = 0.0

    def of(self, pair: str) -> pd.DataFrame:
        """Return a pair's frame of this stage. Pairs are asked for once, in their order. Raises what the stage's work raises."""
        number = self._number(self._at, self._places[pair])
        self._come_to[:4] = number.to_bytes(4, "little")
        is_first, self._is_first = self._is_first, False
        if is_first:
            self._begin_early()
        made = self._meanwhile.taken(self._at, pair)
        if made is not None:
            return made
        if self._is_ready(number):
            return self._taken(number, pair)
        frame, took_s = self._made_here(pair)
        if is_first and took_s * self._left() >= WORTH_S and isinstance(frame, pd.DataFrame):
            self._begin(frame.memory_usage().sum(), self._stages[self._at].grows)
        return frame

    def ask(self, pairs: Iterable[str], *question: object) -> None:
        """Ask, after the last stage, for what can be made afterwards of the frames of these pairs."""
        if self._workers and self._afterwards is not None:
            self._workers[0].ask(list(pairs), question)

    def answer(self) -> Any:
        """Return what was made if it is there, else None."""
        self._look()
        store, where = self._ready.pop(self._number(len(self._stages), 0), (None, None))
        return None if store is None or where is None else store.kept(where)

    def _made_here(self, pair: str) -> tuple[pd.DataFrame, float]:
        """Return the frame, and how many seconds it took."""
        began = time.perf_counter()
        frame = self._stages[self._at].work(self._given.get(pair, NOTHING), pair)
        took_s = time.perf_counter() - began
        self._longest_s = max(self._longest_s, took_s)
        if self._workers and isinstance(frame, pd.DataFrame):
            self._meanwhile.remember(pair, frame)
        return frame, took_s

    def _begin_early(self) -> None:
        """Look whether what workers do in this stage is of use; start some at once where there is much to do."""
        stage = self._stages[self._at]
        if self._workers:
            self._may_begin = False
            if self._is_refused():
                self.end()
        elif not self._given and stage.candles >= MANY:
            self._begin(_CANDLE_SIZE * stage.candles / len(self._pairs), stage.grows)
        elif sum(map(len, self._given.values())) >= MANY:
            sizes = [frame.memory_usage().sum() for frame in self._given.values()]
            self._begin(sum(sizes) / len(sizes), _TIMES_GIVEN)

    def _is_refused(self) -> bool:
        why_not = self._stages[self._at].why_not()
        if why_not:
            _log.info("One pair is analysed after the other, since %s.", why_not)
        return bool(why_not)

    def _left(self) -> int:
        return len(self._given or self._pairs) - 1

    def _number(self, stage: int, place: int) -> int:
        return stage * len(self._pairs) + place

    def _is_ready(self, number: int) -> bool:
        """Look what is ready; wait for a frame that will be ready sooner than it would be here."""
        self._look()
        for worker in self._workers:
            worked_s = worker.worked_s(number)
            if worked_s is not None and number not in self._ready:
                patience_s = _SLOWER * self._longest_s - worked_s
                if patience_s < self._longest_s:
                    self._wait(worker, patience_s)
                    self._look()
        return number in self._ready

    def _wait(self, worker: Worker, patience_s: float) -> None:
        """Wait until a worker tells of something, and do what can be done."""
        until = time.monotonic() + patience_s
        while not worker.wait(0) and time.monotonic() < until:
            if not self._meanwhile.do_one():
                worker.wait(until - time.monotonic())

    def _look(self) -> None:
        for worker in self._workers:
            self._ready.update((at, (worker.store, where)) for at, where in worker.finished())

    def _taken(self, number: int, pair: str) -> pd.DataFrame:
        store, where = self._ready.pop(number)
        frame, logged = store.take(where, self._given.get(pair, NOTHING))
        log_again(logged)
        return frame

    def _begin(self, frame_size: float, grows: int) -> None:
        """Start workers where they help and nothing can tell them from this process."""
        if not self._may_begin:
            return
        self._may_begin = False
        left = self._left()
        count = min(beside.processors() - 1, _MOST_WORKERS, left)
        size = left * int(_SPARE * grows * frame_size + mmap.PAGESIZE)
        to_come = (grows - 1) * frame_size * len(self._pairs)
        # Where pages that processes share are counted once for each, as in gVisor, this is what they would come to.
        memory = (1 + count) * (_resident() + to_come) + size
        if count < 1 or memory > _most_memory() or self._is_refused():
            return
        try:
            for number in range(count):
                self._workers.append(self._worker(number, count, size))
        except OSError as error:  # no more processes, or no memory
            _log.info("No further process analyses pairs: %s.", error)
        if self._workers:
            _log.info("Pairs are gone through on %d processors.", len(self._workers) + 1)

    def _worker(self, number: int, count: int, size: int) -> Worker:
        made, last = Made(self._stages, self._at, self._given), None
        if number == 0 and self._afterwards is not None:
            told = self._number(len(self._stages), 0)
            last = Last(number=told, made=made, afterwards=self._afterwards)
        return Worker.start(self._tasks(made, number, count), last, size)

    def _tasks(self, made: Made, number: int, count: int) -> Iterator[Task]:
        """Yield, for this stage and those after it, every `count`th pair from the end until the one that asks has come to it."""
        for at in range(self._at, len(self._stages)):
            if not made.may_begin(at):
                return
            for place, pair in list(enumerate(self._pairs))[:0:-1][number::count]:
                asked = self._number(at, place)
                if asked <= int.from_bytes(self._come_to[:4], "little"):
                    break
                if made.has(at, pair):
                    yield Task(number=asked, pair=pair, stage=at, made=made)


def _resident() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1_024


def _most_memory() -> float:
    limit = resource.getrlimit(resource.RLIMIT_DATA)[0]
    return float("inf") if limit == resource.RLIM_INFINITY else limit / _OF_LIMIT
