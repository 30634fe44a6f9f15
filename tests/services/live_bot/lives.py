"""A bot that is ended again and again; its books are compared whenever it has started."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

from tests.services.live_bot.checks import duplicates, orphans, positions_differ
from tests.services.live_bot.world import Bot, eventually

_RECONCILES_WITHIN_S = 60
_STOPS_WITHIN_S = 8
_GATE_CLOSES_WITHIN_S = 0.1


@dataclass
class Life:
    """What was seen of a bot between its ends, in seconds where it is a time."""

    bot: Bot
    ends: int = 0
    books_compared: int = 0
    ready_after: list[float] = field(default_factory=list)
    stopped_after: list[float] = field(default_factory=list)
    gate_closed_after: list[float] = field(default_factory=list)

    def end_at(self, place: str) -> None:
        """Start the bot, compare the books once it trades, and trade on until it has come to the place."""
        self.bot.may_crash = True
        marks = self._marks()
        self.start(lambda: self._marks() != marks, CRASH_AT=place)
        for _ in range(60):
            if self._marks() != marks:
                break
            assert self.bot.step() or self._marks() != marks, self.bot.log[-4_000:]
        else:
            raise AssertionError(f"{place} was never reached")
        self.ends += 1
        if place.endswith(":trader"):
            self.settle(steps=1)
            return
        eventually(self.bot.is_dead, within=30, why="the bot did not end")
        if place.endswith(":SIGTERM"):
            self._stopped(since=float(self._marks().split()[-2]))
        self.bot.control.free_lease()

    def start(self, happened: Callable[[], bool] = lambda: False, **more: str) -> None:
        """Start the bot and compare the books, unless what is waited for happens before."""
        began = time.monotonic()
        self.bot.start(**more)
        eventually(
            lambda: self.bot.progress().get("ready") or happened() or self.bot.is_dead(), within=120
        )
        if happened():
            return
        self.ready_after.append(time.monotonic() - began)
        # Exchange time stands, so that after one step nothing is under way.
        if self.bot.step() and not happened():
            self.compare()

    def settle(self, steps: int = 12) -> None:
        """Let the bot trade on for a while, stop it in an orderly way, and compare the books."""
        if self.bot.is_dead():
            self.start()
        self.bot.until_ready()
        for _ in range(steps):
            assert self.bot.step(), self.bot.log[-4_000:]
        since = time.time()
        assert self.bot.terminate() == 0, self.bot.log[-4_000:]
        self._stopped(since)
        self.bot.control.free_lease()
        self.compare()

    def compare(self) -> None:
        wrong = duplicates(self.bot) + orphans(self.bot) + positions_differ(self.bot)
        if "its trades are not what its orders bought" in self.bot.log:
            wrong.append("the supervisor took trades and fills for different")
        assert not wrong, "\n".join([*wrong, self.bot.log[-6_000:]])
        self.books_compared += 1

    def record(self, record_property: Callable[[str, object], None]) -> None:
        """Write the figures into the tests' report."""
        for name in ("ends", "books_compared", "ready_after", "stopped_after", "gate_closed_after"):
            record_property(name, getattr(self, name))

    def assert_in_time(self) -> None:
        assert max(self.ready_after) <= _RECONCILES_WITHIN_S
        assert max(self.stopped_after) <= _STOPS_WITHIN_S
        # Not the worst: a busy machine may keep a process waiting for longer than that.
        assert median(self.gate_closed_after or [0]) <= _GATE_CLOSES_WITHIN_S

    def _stopped(self, since: float) -> None:
        self.stopped_after.append(time.time() - since)
        (closed_at,) = [
            datetime.fromisoformat(entry["time"]).timestamp()
            for entry in map(json.loads, self.bot.log.splitlines())
            if entry["message"] == "told to stop"
        ][-1:]
        self.gate_closed_after.append(closed_at - since)

    def _marks(self) -> str:
        marks = self.bot.folder / "crashed"
        return marks.read_text() if marks.exists() else ""
