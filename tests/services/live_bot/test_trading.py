"""A bot with real money on the simulated exchange, as a real process tree."""

from tests.services.live_bot.conftest import NewBot
from tests.services.live_bot.world import (
    database_orders,
    exchange_orders,
    journal_orders,
)


def test_database_journal_and_exchange_agree_to_the_last_unit(new_bot: NewBot) -> None:
    bot = new_bot()
    bot.start()
    bot.until_ready()

    for _ in range(75):
        assert bot.step(), bot.log[-6_000:]
    assert bot.terminate() == 0, bot.log[-6_000:]

    theirs = exchange_orders(bot.exchange.books())
    assert len(theirs) >= 4, bot.log[-6_000:]
    assert journal_orders(bot.control) == theirs
    assert database_orders(bot.control, bot.folder) == theirs
