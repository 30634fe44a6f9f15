"""The bot ended at every named place of an order's way: nothing is traded twice, nothing forgotten."""

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from tests.services.live_bot.checks import duplicates, orphans, positions_differ
from tests.services.live_bot.conftest import NewBot
from tests.services.live_bot.strategies import cycle
from tests.services.live_bot.world import Bot, eventually

ORDER_POINTS = (
    "intent.before",
    "intent.stored",
    "send.before",
    "send.answered",
    "answer.before",
    "answer.journaled",
    "state.before",
    "state.stored",
)
CANCEL_POINTS = ("cancel.before", "cancel.sent", "cancel.journaled")
ENDS = ("SIGKILL", "SIGTERM", "trader")
KINDS = ("limit", "market", "stop")
OCCURRENCES = (1, 2, 3)
_RECONCILES_WITHIN_S = 60
_STOPS_WITHIN_S = 8


@dataclass
class Life:
    """A bot that is ended again and again, and what was seen of it in between."""

    bot: Bot
    ready_after_s: list[float] = field(default_factory=list)
    stopped_after_s: list[float] = field(default_factory=list)
    books_compared: int = 0

    def end_at(self, place: str) -> None:
        """Start the bot, compare the books once it trades, and trade on until it has come to the place."""
        self.bot.may_crash = True
        marks = self._marks()
        self._start(lambda: self._marks() != marks, CRASH_AT=place)
        for _ in range(60):
            if self._marks() != marks:
                break
            assert self.bot.step() or self._marks() != marks, self.bot.log[-4_000:]
        else:
            raise AssertionError(f"{place} was never reached")
        if place.endswith(":trader"):
            self.settle(steps=1)
            return
        eventually(self.bot.is_dead, within=30, why="the bot did not end")
        if place.endswith(":SIGTERM"):
            self.stopped_after_s.append(time.time() - float(self._marks().split()[-2]))
        self.bot.control.free_lease()

    def settle(self, steps: int = 12) -> None:
        """Let the bot trade on for a while, stop it in an orderly way, and compare the books."""
        if self.bot.is_dead():
            self._start(lambda: False)
        self.bot.until_ready()
        for _ in range(steps):
            assert self.bot.step(), self.bot.log[-4_000:]
        began = time.monotonic()
        assert self.bot.terminate() == 0, self.bot.log[-4_000:]
        self.stopped_after_s.append(time.monotonic() - began)
        self.bot.control.free_lease()
        self.compare()

    def compare(self) -> None:
        assert duplicates(self.bot) == []
        assert orphans(self.bot) == [], self.bot.log[-6_000:]
        assert positions_differ(self.bot) == []
        self.books_compared += 1

    def _start(self, happened: Callable[[], bool], **more: str) -> None:
        began = time.monotonic()
        self.bot.start(**more)
        # It may happen while the bot still reconciles.
        eventually(
            lambda: self.bot.progress().get("ready") or happened() or self.bot.is_dead(), within=120
        )
        if happened():
            return
        self.ready_after_s.append(time.monotonic() - began)
        # Exchange time stands, so that after one step nothing is under way.
        if self.bot.step() and not happened():
            self.compare()

    def _marks(self) -> str:
        marks = self.bot.folder / "crashed"
        return marks.read_text() if marks.exists() else ""


def source_of(kind: str) -> str:
    if kind == "stop":
        return cycle(kind="limit", stop_on_exchange=True)
    return cycle(kind=kind)


def places_of(kind: str, end: str) -> list[str]:
    places = list(itertools.product(ORDER_POINTS, OCCURRENCES))
    if kind == "stop":
        places += itertools.product(CANCEL_POINTS, OCCURRENCES)
    return [f"{point}:{occurrence}:{end}" for point, occurrence in places]


def a_life(new_bot: NewBot, kind: str) -> Life:
    bot = new_bot(source_of(kind))
    bot.module = ("-m", "tests.services.live_bot.crashing")
    return Life(bot=bot)


@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    ("kind", "places"),
    [
        pytest.param(
            "limit",
            ("intent.stored:1:SIGKILL", "send.answered:1:SIGKILL", "answer.journaled:1:trader"),
            marks=pytest.mark.bots,
        ),
        ("market", ("send.before:1:SIGKILL", "send.answered:2:SIGTERM", "state.before:2:SIGKILL")),
        pytest.param(
            "stop",
            ("send.answered:2:SIGKILL", "cancel.sent:1:SIGKILL", "answer.journaled:2:SIGKILL"),
            marks=pytest.mark.bots,
        ),
    ],
)
def test_crashes_in_a_row_neither_lose_nor_double_an_order(
    kind: str, places: tuple[str, ...], new_bot: NewBot
) -> None:
    life = a_life(new_bot, kind)

    for place in places:
        life.end_at(place)
    life.settle()


@pytest.mark.bots
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("end", ENDS)
def test_ended_at_every_place_it_neither_loses_nor_doubles_an_order(
    kind: str, end: str, new_bot: NewBot, record_property: Callable[[str, object], None]
) -> None:
    life = a_life(new_bot, kind)
    places = places_of(kind, end)

    for place in places:
        life.end_at(place)
    life.settle()

    record_property("ends", len(places))
    record_property("books_compared", life.books_compared)
    record_property("ready_after_s", life.ready_after_s)
    record_property("stopped_after_s", life.stopped_after_s)
    assert max(life.ready_after_s) <= _RECONCILES_WITHIN_S
    assert max(life.stopped_after_s) <= _STOPS_WITHIN_S
