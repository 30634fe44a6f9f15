"""Entry point: environment → task → exit code. 0 is settled, 1 asks Cloud Run for another try."""

import logging
import os
import signal
import sys
import tempfile
from pathlib import Path
from types import FrameType

from backtest_job.errors import Terminated
from backtest_job.logs import configure
from backtest_job.run import TRY_AGAIN, Task, remove
from backtest_job.settings import Settings, SettingsInvalid

log = logging.getLogger("backtest_job")


def main() -> int:
    configure(os.environ)
    try:
        settings = Settings.from_env(os.environ)
    except SettingsInvalid as problems:
        log.error("%s", problems)  # noqa: TRY400 - the sentence is all that helps
        return TRY_AGAIN
    signal.signal(signal.SIGTERM, _terminate)
    signal.signal(signal.SIGINT, _terminate)
    folder = Path(tempfile.mkdtemp(prefix="candlewick-backtest-"))
    try:
        folder.chmod(0o711)
        return Task(settings, folder).run()
    except Terminated:
        log.warning("told to stop; another try follows")
        return TRY_AGAIN
    except Exception:
        log.exception("unexpected error")
        return TRY_AGAIN
    finally:
        remove(folder)


def _terminate(_number: int, _frame: FrameType | None) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    raise Terminated


if __name__ == "__main__":
    code = main()
    logging.shutdown()
    sys.stdout.flush()
    # Not sys.exit: threads that wait for the network must not delay a stop.
    os._exit(code)
