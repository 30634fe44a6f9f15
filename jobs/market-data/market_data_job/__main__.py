"""Entry point: environment → task → exit code. 0: all is there, 1: something is missing, and Cloud Run tries again."""

import logging
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from types import FrameType

from candlewick import log as logs
from candlewick.errors import AppError
from candlewick.gcp.own import credentials, storage_client
from candlewick.gcp.storage import BucketStore
from candlewick.objects import ObjectStore
from candlewick.pulling.running import pull_universe
from market_data_job.settings import Settings

DONE, TRY_AGAIN = 0, 1
log = logs.logger("market_data_job")


class Terminated(BaseException):
    """Cloud Run wants the task to end; no exception of a library's that would be caught on the way."""


def main(
    env: Mapping[str, str],
    arguments: Sequence[str],
    *,
    open_store: Callable[[Settings], ObjectStore] | None = None,
) -> int:
    logs.configure(sys.stderr, project=env.get("GOOGLE_CLOUD_PROJECT"))
    logs.begin(None, feature="market-data")
    signal.signal(signal.SIGTERM, _terminate)
    try:
        settings = Settings.read(env, arguments)
        store = (open_store or _bucket)(settings)
        result = pull_universe(store, settings.universe, settings.manner)
        if env.get("CANDLEWICK_WAREHOUSE"):
            # BigQuery's client takes a second to import.
            from market_data_job.loading import load_changes  # noqa: PLC0415

            load_changes(store, settings.universe.stored_as, env, credentials())
    except AppError as error:
        log.error("pull failed", extra={"reason": str(error)})  # noqa: TRY400 (the sentence is all that helps)
        return TRY_AGAIN
    except Terminated:
        log.warning("pull told to stop")
        return TRY_AGAIN
    except Exception:
        log.exception("pull failed")
        return TRY_AGAIN
    return DONE if result.is_whole else TRY_AGAIN


def _bucket(settings: Settings) -> ObjectStore:
    identity = credentials()
    client = storage_client(settings.project, settings.storage_endpoint, identity)
    return BucketStore(client, settings.bucket, identity)


def _terminate(_number: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Terminated


if __name__ == "__main__":
    code = main(os.environ, sys.argv[1:])
    logging.shutdown()
    sys.stdout.flush()
    # Not sys.exit: threads that wait for the network must not delay a stop.
    os._exit(code)
