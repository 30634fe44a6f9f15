"""The bot ended at every named place of an order's way: nothing is traded twice, nothing forgotten."""

import itertools
from collections.abc import Callable

import pytest

from tests.services.live_bot.conftest import NewBot
from tests.services.live_bot.lives import Life
from tests.services.live_bot.strategies import cycle

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

    life.record(record_property)
    life.assert_in_time()


@pytest.mark.bots
@pytest.mark.timeout(1_200)
def test_ended_at_any_commit_it_does_not_even_try_to_sell_a_trade_twice(new_bot: NewBot) -> None:
    life = a_life(new_bot, "market")

    for occurrence in range(1, 13):
        life.end_at(f"state.stored:{occurrence}:SIGKILL")
        assert "the bot holds" not in life.bot.log
    life.settle()

    assert "the bot holds" not in life.bot.log
