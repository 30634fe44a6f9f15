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
from candlewick.gcp.documents import from_document, to_document

Result = TypeVar("Result")
Model = TypeVar("Model")

_FIRST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 2.0
_BUSY = "Too many changes at once to the same data; please try again."
# More lanes than an instance has threads, so that two users seldom share one.
_LANES = tuple(threading.Lock() for _ in range(256))


def run_transaction(
    client: firestore.Client,
    work: Callable[[firestore.Transaction], Result],
    *,
    lane: str,
    patience_s: float = 25,
) -> Result:
    """Run `work` in a transaction, again when another one got in its way; it may run several times.

    Readers of a document hold each other's writes up until all of them are thrown out, so many at once can
    be stuck for ever. Transactions of one `lane` (the user whose documents they change) therefore go one
    after the other in this process; those of other processes meet with growing pauses.

    Call it from no `work`: a lane is not entered twice.
    """
    until = time.monotonic() + patience_s
    lock = _LANES[zlib.crc32(lane.encode()) % len(_LANES)]
    if not lock.acquire(timeout=patience_s):
        raise Unavailable(_BUSY)
    try:
        return _run(client, work, until)
    finally:
        lock.release()


def change_document(
    client: firestore.Client,
    place: firestore.DocumentReference,
    model: type[Model],
    decide: Callable[[Model], Model | None],
) -> Model | None:
    """Replace one document by what `decide` makes of it; `None` when it declines or there is none."""

    def work(transaction: firestore.Transaction) -> Model | None:
        found = place.get(transaction=transaction)
        if not found.exists:
            return None
        changed = decide(from_document(found.to_dict() or {}, model))
        if changed is not None:
            transaction.set(place, to_document(changed))
        return changed

    return run_transaction(client, work, lane=place.id)


def _run(
    client: firestore.Client, work: Callable[[firestore.Transaction], Result], until: float
) -> Result:
    attempt = firestore.transactional(work)
    longest = _FIRST_PAUSE_S
    while True:
        try:
            # One attempt each: the client's own repetitions make no pause.
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
        if time.monotonic() + longest > until:
            raise Unavailable(_BUSY)
        time.sleep(random.uniform(0, longest))  # noqa: S311 (spreads retries, guards nothing)
        longest = min(_LONGEST_PAUSE_S, longest * 2)
