"""Stock Freqtrade at the simulated exchange, for comparison: its own FreqtradeBot, database and signal handling.

Its clock follows the exchange's. Its database is on a disk that outlives the process, which a container's does not.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import requests
import time_machine
from freqtrade.configuration import Configuration
from freqtrade.enums import State
from freqtrade.exceptions import OperationalException, TemporaryError
from freqtrade.freqtradebot import FreqtradeBot
from sqlalchemy import event
from sqlalchemy.orm import Session

from live_bot import points
from tests.services.live_bot.crashing import arm


def _terminate(_number: int, _frame: Any) -> None:
    # As in freqtrade.commands.trade_commands.
    raise KeyboardInterrupt


def main(config_file: str, url: str) -> None:
    signal.signal(signal.SIGTERM, _terminate)
    if os.environ.get("CRASH_AT"):
        arm(os.environ["CRASH_AT"])
    traveller = time_machine.travel(_venue_ms(url) / 1_000, tick=True)
    clock = traveller.start()
    config = Configuration({"config": [config_file], "command": "trade"}, None).get_config()
    bot = FreqtradeBot(config)
    _watch(bot)
    try:
        bot.state = State.RUNNING
        bot.startup()
        _go_round(bot, clock, url)
    except KeyboardInterrupt:
        print("SIGINT received, aborting ...")  # noqa: T201 (its log)
    finally:
        bot.cleanup()


def _go_round(bot: FreqtradeBot, clock: Any, url: str) -> None:
    last = 0
    while True:
        now = _venue_ms(url)
        if now - last < 5_000:
            time.sleep(0.05)
            continue
        last = now
        clock.move_to(now / 1_000, tick=True)
        try:
            bot.process()
        except (TemporaryError, OperationalException) as error:
            print(error)  # noqa: T201
        Path("progress").write_text(json.dumps({"venueMs": now}))


def _watch(bot: FreqtradeBot) -> None:
    """Name the same places of an order's way as in our own bot."""
    send = bot.exchange._api.create_order

    def watched(*args: Any, **kwargs: Any) -> Any:
        points.reach("send.before")
        found = send(*args, **kwargs)
        points.reach("send.answered")
        return found

    bot.exchange._api.create_order = watched
    event.listen(Session, "before_commit", lambda _session: points.reach("state.before"))
    event.listen(Session, "after_commit", lambda _session: points.reach("state.stored"))


def _venue_ms(url: str) -> int:
    return int(requests.get(f"{url}/api/v3/time", timeout=30).json()["serverTime"])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
