"""A bot killed at any moment while it trades and stores: what comes back is whole, and nothing is gone."""

import random
import time
from collections.abc import Callable
from contextlib import closing

import pytest

from tests.services.live_bot.conftest import NewBot
from tests.services.live_bot.lives import Life
from tests.services.live_bot.strategies import cycle
from tests.services.live_bot.world import STEP_MS, Bot, database

# (closed, amount, profit) by a trade's number.
Trades = dict[int, tuple[bool, float, float]]


class Reader:
    """Reads the states that were stored, each of them once."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._read = 0
        self._last: Trades = {}

    def read(self) -> int:
        """See that each state is whole and has all that the one before had; return how many trades there are."""
        states = self._bot.control.states[self._read :]
        for state in states:
            found = _trades(self._bot, state)
            lost = [
                number
                for number, trade in self._last.items()
                if number not in found or (trade[0] and found[number] != trade)
            ]
            assert lost == []
            self._last = found
        self._read += len(states)
        return len(self._last)


def _trades(bot: Bot, state: bytes) -> Trades:
    with closing(database(bot.control, bot.folder, state)) as connection:
        rows = connection.execute("SELECT id, is_open, amount, close_profit_abs FROM trades")
        return {number: (not is_open, amount, profit) for number, is_open, amount, profit in rows}


def killed_at_random(life: Life, chance: random.Random) -> None:
    """Let the bot start, and perhaps trade for a while; then end it wherever it is."""
    bot = life.bot
    if life.books_compared and chance.random() < 0.2:
        bot.start()
        time.sleep(chance.uniform(0.5, 6.0))
    else:
        life.start()
        ends = time.monotonic() + chance.uniform(0.2, 2.0)
        while time.monotonic() < ends:
            bot.exchange.advance(STEP_MS)
            time.sleep(0.05)
    bot.kill()
    bot.control.free_lease()
    life.ends += 1


@pytest.mark.timeout(7_200)
@pytest.mark.parametrize("kills", [3, pytest.param(200, marks=pytest.mark.bots)])
def test_killed_while_it_trades_and_stores_it_loses_no_trade_and_restores_whole(
    kills: int, new_bot: NewBot, record_property: Callable[[str, object], None]
) -> None:
    life = Life(bot=new_bot(cycle(kind="market", period=2, hold=1)))
    reader, chance = Reader(life.bot), random.Random(5)  # noqa: S311 (the same moments each time)

    for _ in range(kills):
        killed_at_random(life, chance)
        reader.read()
    life.settle()
    trades = reader.read()

    life.record(record_property)
    record_property("trades", trades)
    record_property("states", len(life.bot.control.states))
    assert trades > 0
    assert "the stored database is damaged" not in life.bot.log
