"""One simulated exchange for all tests of a worker; an account, a journal and a bot for each."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.services.live_bot.control import Control
from tests.services.live_bot.strategies import cycle
from tests.services.live_bot.world import Bot, Exchange, plan_of, start_exchange

NewBot = Callable[..., Bot]


@pytest.fixture(scope="session")
def exchange_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exchange]:
    exchange = start_exchange(tmp_path_factory.mktemp("exchange"), "--stepped")
    yield exchange
    exchange.process.terminate()
    exchange.process.wait(20)


@pytest.fixture
def exchange(exchange_process: Exchange, request: pytest.FixtureRequest) -> Iterator[Exchange]:
    exchange_process.fresh_account(f"account-{abs(hash(request.node.nodeid))}")
    exchange_process.faults()
    yield exchange_process
    exchange_process.faults()


@pytest.fixture
def new_bot(exchange: Exchange, tmp_path: Path) -> Iterator[NewBot]:
    """Make a bot with its bot-events function; it is not started yet."""
    made: list[Bot] = []

    def make(source: str | None = None, **plan: Any) -> Bot:
        files: dict[str, bytes] = {}
        control = Control(plan_of(exchange, files, "http://unset/", source or cycle(), **plan))
        control.files = files
        file = control.plan.files[0].model_copy(update={"url": f"{control.url}/files/strategy.py"})
        control.plan = control.plan.model_copy(update={"files": (file,)})
        control.key = exchange.key
        bot = Bot(control=control, exchange=exchange, folder=tmp_path)
        made.append(bot)
        return bot

    yield make
    for bot in made:
        if bot.process is not None and bot.process.poll() is None:
            bot.kill()
        bot.control.close()
