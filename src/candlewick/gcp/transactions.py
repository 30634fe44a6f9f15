"""Firestore transactions that wait their turn instead of failing under contention."""

import random
import threading
import time
import zlib
from collections.abc import Callable
from typing import TypeVar

from google.api_core import exceptions as google_errors
from google.cloud import firestore

from candlewick.errors import Unavailable

Result = TypeVar("Result")

_TRIES = 8
_FIRST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 2.0
_LANES = tuple(threading.Lock() for _ in range(256))


def run_transaction(
    client: firestore.Client,
    work: Callable[[firestore.Transaction], Result],
    *,
    lane: str,
) -> Result:
    """Run `work` in a transaction, again when another one got in its way.

    The client's own transactions give up after five attempts without a pause, and not at all when a read
    loses the race; many parallel requests of one user need more patience. `work` may run several times.
    Threads of this process in the same `lane` (say, a user's id) wait for each other here instead of in the
    database, where two that read the same document block each other until one times out.
    """
    with _LANES[zlib.crc32(lane.encode()) % len(_LANES)]:
        return _run(client, work)


def _run(client: firestore.Client, work: Callable[[firestore.Transaction], Result]) -> Result:
    attempt = firestore.transactional(work)
    for tried in range(_TRIES):
        try:
            result: Result = attempt(client.transaction(max_attempts=1))
        except google_errors.Aborted:
            pass
        except ValueError as error:
            if not isinstance(error.__cause__, google_errors.Aborted):
                raise
        except (google_errors.ServiceUnavailable, google_errors.DeadlineExceeded) as error:
            raise Unavailable("The database does not answer; please try again.") from error
        else:
            return result
        pause = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2**tried)
        time.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 (spreads retries, guards nothing)
    raise Unavailable("Too many changes at once to the same data; please try again.")
