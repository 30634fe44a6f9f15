"""A live bot in a container of its own: read-only root, no capabilities, the same trades as ever."""

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from candlewick.bots.wire import EventKind
from tests.images.containers import Runtime, environment
from tests.services.live_bot.conftest import NewBot, exchange, exchange_process, new_bot
from tests.services.live_bot.world import (
    Bot,
    database_orders,
    exchange_orders,
    journal_orders,
)
from tools.images.build import Built

__all__ = ["exchange", "exchange_process", "new_bot"]

pytestmark = [pytest.mark.images, pytest.mark.timeout(400, func_only=True)]

_MOST_STEPS = 60


@pytest.fixture
def bot(
    runtimes: dict[str, Runtime | str], bot_image: Built, new_bot: NewBot, tmp_path: Path
) -> Iterator[Bot]:
    runtime = runtimes["crun"]  # gVisor on the machine's network gives a new network no loopback
    if isinstance(runtime, str):
        pytest.skip(f"crun: {runtime}")
    made = new_bot()
    launcher = runtime.command(bot_image, tmp_path / "state", "--network=shared")
    made.program, made.isolation = (*launcher, "--", "/usr/bin/python3.13"), "auto"
    made.environment = environment(bot_image)
    yield made
    if made.process is not None and made.process.poll() is None:
        for process in psutil.Process(made.process.pid).children(recursive=True):
            process.kill()


def test_a_bot_trades_in_its_container_and_ends_when_it_is_told(bot: Bot) -> None:
    bot.start()
    bot.until_ready(within=240)

    for _ in range(_MOST_STEPS):
        if len(exchange_orders(bot.exchange.books())) >= 2:
            break
        assert bot.step(), bot.log[-6_000:]
    code = bot.terminate()

    theirs = exchange_orders(bot.exchange.books())
    assert code == 0, bot.log[-6_000:]
    assert len(theirs) >= 2
    assert journal_orders(bot.control) == theirs
    assert database_orders(bot.control, bot.folder) == theirs
    assert [release.reason for release in bot.control.releases] == ["told to stop"]
    kinds = {event.kind for renewal in bot.control.renewals for event in renewal.events}
    assert {EventKind.STARTED, EventKind.STOPPED} <= kinds
    assert "WITHOUT ISOLATION" not in bot.log
