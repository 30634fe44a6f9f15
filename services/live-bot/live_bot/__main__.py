"""Entry point: environment → supervisor → exit code. 0: told to stop or fenced off; 1: start again."""

import asyncio
import logging
import os
import signal
import sys

from candlewick.log import configure
from live_bot.settings import Settings, SettingsInvalid
from live_bot.supervisor import Supervisor

log = logging.getLogger("live_bot")


def main() -> int:
    """Run one container of a bot."""
    configure(sys.stderr, project=os.environ.get("GOOGLE_CLOUD_PROJECT"))
    try:
        settings = Settings.from_env(os.environ)
    except SettingsInvalid as problems:
        log.error("%s", problems)  # noqa: TRY400 (the sentence is all that helps)
        return 1
    try:
        asyncio.run(_run(settings))
    except Exception:
        log.exception("unexpected error")
        return 1
    return 0


async def _run(settings: Settings) -> None:
    supervisor = Supervisor(settings)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, supervisor.stop)
    await supervisor.run()


if __name__ == "__main__":
    code = main()
    logging.shutdown()
    # Not sys.exit: threads that wait for the network must not delay a stop.
    os._exit(code)
