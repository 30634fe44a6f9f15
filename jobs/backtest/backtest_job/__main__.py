"""Entry point: environment → task → exit code. 0 is settled, 1 asks Cloud Run for another try."""

import logging
import os
import shutil
import signal
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from threading import Thread
from types import FrameType

from backtest_job.errors import SETTLED, TRY_AGAIN, Terminated
from backtest_job.logs import configure
from backtest_job.sandbox import Sandbox, start
from backtest_job.settings import Settings, SettingsInvalid
from backtest_job.standby import Standby
from candlewick.isolation.driver import Isolation, NoIsolation

log = logging.getLogger("backtest_job")


def main() -> int:
    configure(os.environ)
    try:
        given = Standby.from_env(os.environ) or Settings.from_env(os.environ)
    except SettingsInvalid as problems:
        log.error("%s", problems)  # noqa: TRY400 - the sentence is all that helps
        return TRY_AGAIN
    signal.signal(signal.SIGTERM, _terminate)
    signal.signal(signal.SIGINT, _terminate)
    folder = Path(tempfile.mkdtemp(prefix="candlewick-backtest-"))
    try:
        folder.chmod(0o711)
        return _run(given, folder)
    except SettingsInvalid as problems:
        log.error("%s", problems)  # noqa: TRY400 - as above
        return TRY_AGAIN
    except Terminated:
        log.warning("told to stop; another try follows")
        return TRY_AGAIN
    except Exception:
        log.exception("unexpected error")
        return TRY_AGAIN
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(given: Settings | Standby, folder: Path) -> int:
    # Beside the start of the sandbox, which must be this thread's and waits for a word from inside.
    Thread(target=import_module, args=("backtest_job.run",), daemon=True, name="imports").start()
    sandbox = _sandbox(given.isolation, folder)
    try:
        settings = given if isinstance(given, Settings) else _when_there_is_a_run(given, sandbox)
        if settings is None:
            return SETTLED
        # Waits for the thread, and raises what it could not import.
        from backtest_job.run import Task  # noqa: PLC0415

        return Task(settings, sandbox).run()
    finally:
        if isinstance(sandbox, Sandbox):
            sandbox.close()


def _when_there_is_a_run(standby: Standby, sandbox: Sandbox | NoIsolation) -> Settings | None:
    def is_fit() -> bool:
        if isinstance(sandbox, Sandbox) and sandbox.is_alive():
            return True
        log.warning("no sandbox any more for the run that was waited for")
        return False

    environment = standby.wait(is_fit=is_fit)
    if environment is None:
        return None
    configure(environment)
    return Settings.from_env(environment)


def _sandbox(isolation: Isolation, folder: Path) -> Sandbox | NoIsolation:
    try:
        return start(isolation, folder)
    except NoIsolation as error:
        return error  # the run's document must tell it, and nothing is claimed yet


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
