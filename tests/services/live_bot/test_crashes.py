"""The bot ended at every named place of an order's way: nothing is traded twice, nothing forgotten."""

import itertools

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
MATRIX = [
    *itertools.product(KINDS, ORDER_POINTS, (1, 2, 3), ENDS),
    *itertools.product(("stop",), CANCEL_POINTS, (1, 2), ENDS),
]


def source_of(kind: str) -> str:
    if kind == "stop":
        return cycle(kind="limit", stop_on_exchange=True)
    return cycle(kind=kind)


def crash(bot: Bot, at: str, *, steps: int = 60) -> None:
    """Run the bot until it has come to the place, and is there again."""
    marks = bot.folder / "crashed"
    before = marks.read_text() if marks.exists() else ""
    bot.may_crash = True
    bot.start(CRASH_AT=at)

    def happened() -> bool:
        return marks.exists() and marks.read_text() != before

    # It may happen while the bot still reconciles.
    eventually(lambda: bot.progress().get("ready") or happened() or bot.is_dead(), within=120)
    for _ in range(steps):
        if happened():
            break
        assert bot.step() or happened(), bot.log[-4_000:]
    else:
        raise AssertionError(f"{at} was never reached")
    if not at.endswith(":trader"):
        eventually(bot.is_dead, within=30, why="the bot did not end")
        bot.control.free_lease()


def settle(bot: Bot) -> None:
    """Start the bot again, let it trade on for a while, and stop it in an orderly way."""
    if bot.is_dead():
        bot.start()
    bot.until_ready()
    for _ in range(12):
        assert bot.step(), bot.log[-4_000:]
    assert bot.terminate() == 0, bot.log[-4_000:]
    bot.control.free_lease()


def assert_nothing_lost_or_doubled(bot: Bot) -> None:
    assert duplicates(bot) == []
    assert orphans(bot) == [], bot.log[-6_000:]
    assert positions_differ(bot) == []


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
    bot = new_bot(source_of(kind))
    bot.module = ("-m", "tests.services.live_bot.crashing")

    for place in places:
        crash(bot, place)
        if place.endswith(":trader"):
            assert bot.terminate() == 0
    settle(bot)

    assert_nothing_lost_or_doubled(bot)


@pytest.mark.bots
@pytest.mark.timeout(400)
@pytest.mark.parametrize(("kind", "point", "occurrence", "end"), MATRIX)
def test_a_crash_anywhere_neither_loses_nor_doubles_an_order(
    kind: str, point: str, occurrence: int, end: str, new_bot: NewBot
) -> None:
    bot = new_bot(source_of(kind))
    bot.module = ("-m", "tests.services.live_bot.crashing")

    crash(bot, f"{point}:{occurrence}:{end}")
    settle(bot)

    assert_nothing_lost_or_doubled(bot)
