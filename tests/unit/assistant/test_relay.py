"""A reply is passed on while it is made, and ends when nobody listens."""

import contextvars
import threading
from collections.abc import Iterator

from candlewick.assistant.parts import Delta, Reply
from candlewick.assistant.relay import relayed

WORD = Delta(delta="word")
_request: contextvars.ContextVar[str] = contextvars.ContextVar("request", default="none")


def test_pieces_come_in_their_order_and_end() -> None:
    pieces = [Delta(delta=str(number)) for number in range(50)]

    assert list(relayed(pieces, threading.Event())) == pieces


def test_a_piece_comes_before_the_next_is_made() -> None:
    may_go_on = threading.Event()

    def made() -> Iterator[Reply]:
        yield WORD
        assert may_go_on.wait(20)
        yield WORD

    heard = relayed(made(), threading.Event())

    assert next(heard) == WORD
    may_go_on.set()
    assert list(heard) == [WORD]


def test_silence_is_filled_with_signs_of_life() -> None:
    may_go_on = threading.Event()

    def made() -> Iterator[Reply]:
        assert may_go_on.wait(20)
        yield WORD

    heard = relayed(made(), threading.Event(), beat_s=0.01)

    assert [next(heard), next(heard)] == [None, None]
    may_go_on.set()
    assert [piece for piece in heard if piece is not None] == [WORD]


def test_a_reader_who_leaves_stops_the_maker() -> None:
    stopped, ended = threading.Event(), threading.Event()

    def made() -> Iterator[Reply]:
        while not stopped.is_set():
            yield WORD
        ended.set()

    heard = relayed(made(), stopped)
    assert next(heard) == WORD
    heard.close()  # type: ignore[attr-defined]  # a generator, as WSGI servers know

    assert ended.is_set()


def test_the_maker_logs_as_part_of_the_request() -> None:
    found = []

    def made() -> Iterator[Reply]:
        found.append(_request.get())
        yield WORD

    token = _request.set("mine")
    list(relayed(made(), threading.Event()))
    _request.reset(token)

    assert found == ["mine"]
