"""Listens to something slow, and goes away from it when told to."""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

Piece = TypeVar("Piece")

_LOOK_S = 0.2


@dataclass(frozen=True, slots=True)
class _Said(Generic[Piece]):
    piece: Piece


@dataclass(frozen=True, slots=True)
class _Ended:
    error: BaseException | None


def heard(pieces: Iterable[Piece], stopped: threading.Event) -> Iterator[Piece]:
    """Yield the pieces until `stopped`, also when the next one does not come.

    A client that waits for the net cannot be interrupted. It is read in a thread, which is left alone then: it
    ends with its next piece, or with its own time-out.
    """
    waiting: SimpleQueue[_Said[Piece] | _Ended] = SimpleQueue()
    listener = threading.Thread(
        target=_listen, args=(pieces, stopped, waiting), name="model", daemon=True
    )
    listener.start()
    while not stopped.is_set():
        try:
            found = waiting.get(timeout=_LOOK_S)
        except Empty:
            continue
        if isinstance(found, _Said):
            yield found.piece
        elif found.error is not None:
            raise found.error
        else:
            return


def _listen(
    pieces: Iterable[Piece],
    stopped: threading.Event,
    waiting: "SimpleQueue[_Said[Piece] | _Ended]",
) -> None:
    error: BaseException | None = None
    try:
        for piece in pieces:
            waiting.put(_Said(piece))
            if stopped.is_set():
                break
    except BaseException as raised:  # noqa: BLE001 - it is raised again where it is waited for
        error = raised
    waiting.put(_Ended(error))
