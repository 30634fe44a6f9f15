"""Passes a reply on while it is made, and notices when nobody listens any more.

A generator learns that its reader went away when it has something to send. A model can be silent for long, so
the reply is made in a thread, and a sign of life is sent while there is nothing else.
"""

import contextvars
import threading
from collections.abc import Iterable, Iterator
from queue import Empty, SimpleQueue
from typing import Final

from candlewick.assistant.parts import Reply

_BEAT_S: Final = 2.0
# For the piece at hand, and for storing what there is by then.
_LAST_WORDS_S: Final = 25.0


def relayed(
    pieces: Iterable[Reply], stopped: threading.Event, *, beat_s: float = _BEAT_S
) -> Iterator[Reply | None]:
    """Yield each piece as it comes, and None as a sign of life.

    When the reader closes this, `stopped` is set, and the maker has some seconds to end well. Who never begins to
    read stops nothing: the reply is made and stored.
    """
    waiting: SimpleQueue[Reply | None] = SimpleQueue()

    def work() -> None:
        try:
            for piece in pieces:
                waiting.put(piece)
        finally:
            waiting.put(None)

    # The lines that it logs belong to the request.
    context = contextvars.copy_context()
    maker = threading.Thread(target=context.run, args=(work,), name="reply")
    maker.start()
    return _passed_on(waiting, beat_s, maker, stopped)


def _passed_on(
    waiting: "SimpleQueue[Reply | None]",
    beat_s: float,
    maker: threading.Thread,
    stopped: threading.Event,
) -> Iterator[Reply | None]:
    try:
        yield from _until_the_end(waiting, beat_s)
    finally:
        stopped.set()
        maker.join(_LAST_WORDS_S)


def _until_the_end(waiting: "SimpleQueue[Reply | None]", beat_s: float) -> Iterator[Reply | None]:
    while True:
        try:
            piece = waiting.get(timeout=beat_s)
        except Empty:
            yield None
            continue
        if piece is None:
            return
        yield piece
