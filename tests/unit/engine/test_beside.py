"""Work beside a run is done once, by the thread or by who needs it, and no thread outlives the run."""

import sys
import threading
from collections.abc import Iterator

import pytest

from candlewick.engine import beside


@pytest.fixture(autouse=True)
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "processors", lambda: 2)


@pytest.fixture
def held() -> Iterator[threading.Event]:
    """An event that the thread's first piece waits for."""
    release = threading.Event()
    with beside.helper():
        begun = threading.Event()

        def wait() -> None:
            begun.set()
            release.wait()

        beside.do(wait)
        assert begun.wait(60)
        yield release
        release.set()


def threads() -> set[str]:
    return {thread.name for thread in threading.enumerate()} & {"candlewick-beside"}


def test_a_piece_is_done_by_the_thread() -> None:
    over = threading.Event()

    def work() -> int:
        over.set()
        return threading.get_ident()

    with beside.helper():
        task = beside.do(work)
        assert over.wait(60)

        assert task.result() != threading.get_ident()


def test_the_thread_waits_for_its_turn_no_longer_than_it_must() -> None:
    before = sys.getswitchinterval()

    with beside.helper():
        assert sys.getswitchinterval() < before / 5

    assert sys.getswitchinterval() == before


def test_what_the_thread_has_not_come_to_is_done_by_who_needs_it(held: threading.Event) -> None:
    assert not held.is_set()

    assert beside.do(threading.get_ident).result() == threading.get_ident()


def test_who_waits_does_what_comes_next() -> None:
    begun, release = threading.Event(), threading.Event()

    def long() -> str:
        begun.set()
        release.wait()
        return "long"

    with beside.helper():
        first = beside.do(long)
        assert begun.wait(60)

        def end_it() -> int:
            release.set()
            return threading.get_ident()

        second = beside.do(end_it)

        assert first.result() == "long"
        assert second.result() == threading.get_ident()


def test_what_fails_beside_is_tried_again_and_raises_where_it_is_needed() -> None:
    tried = []
    over = threading.Event()

    def fail() -> None:
        tried.append(threading.get_ident())
        if len(tried) == 1:
            over.set()
        raise ValueError("no")

    with beside.helper():
        task = beside.do(fail)
        assert over.wait(60)
        with pytest.raises(ValueError, match="no"):
            task.result()

    assert len(set(tried)) == 2


def test_no_thread_outlives_a_run_that_fails() -> None:
    def run() -> None:
        with beside.helper():
            beside.do(lambda: 1)
            assert threads()
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        run()

    assert not threads()
    assert not beside.is_there()


def test_an_inner_run_uses_the_thread_of_the_outer_one() -> None:
    with beside.helper():
        with beside.helper():
            beside.do(lambda: 1)
        assert beside.is_there()


def test_with_one_processor_there_is_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "processors", lambda: 1)

    with beside.helper():
        task = beside.do(threading.get_ident)
        assert not threads()

        assert task.result() == threading.get_ident()


def test_where_no_thread_can_be_started_all_is_done_in_its_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)

    with beside.helper():
        assert beside.do(threading.get_ident).result() == threading.get_ident()
        assert beside.do(lambda: 2).result() == 2


def test_another_thread_is_not_served() -> None:
    found = []
    with beside.helper():
        other = threading.Thread(target=lambda: found.append(beside.is_there()))
        other.start()
        other.join()

        assert beside.is_there()
    assert found == [False]
