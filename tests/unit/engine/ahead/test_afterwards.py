"""Of a process that has gone through all stages something more can be asked; whatever becomes of it, nobody waits."""

import logging
import os
import time
from collections.abc import Iterable
from typing import Any

import pandas as pd
import pytest

from candlewick.engine.ahead.each import Each
from candlewick.engine.ahead.stages import Afterwards, Frames, Stage
from tests.unit.engine.ahead.waiting import ASKED, HERE, eventually, has_answered, is_over, paced

PAIRS = ("C4/USDT", "C1/USDT")


def doubled(frame: pd.DataFrame, pair: str) -> pd.DataFrame:
    frame["twice"] = frame["close"] * 2
    frame["of"] = pair
    return frame


def summed(frames: Frames, question: Any) -> dict[str, Any]:
    """Say who summed what of which frames."""
    sums = pd.DataFrame({pair: frame[question] for pair, frame in frames.items()})
    return {"by": os.getpid(), "sums": sums, "columns": [list(each) for each in frames.values()]}


def gone_through(
    given: dict[str, pd.DataFrame], afterwards: Afterwards | None, why_not: str = ""
) -> Each:
    """Return it with all frames made, and the other process done with its own."""
    stages = (Stage(work=paced(doubled), why_not=lambda: why_not), Stage(work=kept, why_not=str))
    each = Each(given, *stages, afterwards=afterwards)
    ASKED[:] = [each]
    each.go_on(given)
    made = {pair: each.of(pair) for pair in given}
    each.go_on(made)
    for pair in given:
        each.of(pair)
    eventually(lambda: is_over(each))
    return each


def kept(frame: pd.DataFrame, pair: str) -> pd.DataFrame:
    assert pair in set(frame["of"])
    return frame


def answer(each: Each, pairs: Iterable[str] = PAIRS, question: object = "twice") -> Any:
    try:
        each.ask(pairs, question)
        eventually(lambda: has_answered(each))
        return each.answer()
    finally:
        each.end()


@pytest.mark.parametrize(("stage", "columns"), [(0, []), (1, ["twice", "of"])])
def test_it_is_made_elsewhere_of_the_frames_that_a_stage_begins_with(
    given: dict[str, pd.DataFrame], stage: int, columns: list[str]
) -> None:
    before = {pair: frame.copy() for pair, frame in given.items()}
    each = gone_through(given, Afterwards(work=summed, stage=stage))

    found = answer(each, question="close")

    assert found["by"] != HERE
    assert list(found["sums"]) == list(PAIRS)
    for pair in PAIRS:
        pd.testing.assert_series_equal(
            found["sums"][pair], before[pair]["close"], check_names=False, check_exact=True
        )
    assert found["columns"] == [[*before[pair], *columns] for pair in PAIRS]


def test_what_is_logged_and_printed_on_the_way_is_not_told(
    given: dict[str, pd.DataFrame],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def loud(_: Frames, question: object) -> object:
        logging.getLogger("a.strategy").error("asked")
        print("asked")  # noqa: T201 - is what this is about
        return question

    assert answer(gone_through(given, Afterwards(work=loud, stage=0)), question=3) == 3
    assert "asked" not in caplog.text + "".join(capfd.readouterr())


def raising(_: Frames, question: object) -> object:
    raise ValueError(question)


def ending(_: Frames, question: object) -> object:
    os._exit(len(str(question)))


def of_no_use(_: Frames, question: object) -> object:
    return lambda: question


def too_large(_: Frames, question: object) -> object:
    return [question, b"0" * (1 << 24)]


@pytest.mark.parametrize("work", [raising, ending, of_no_use, too_large])
def test_what_goes_wrong_there_is_not_answered(given: dict[str, pd.DataFrame], work: Any) -> None:
    assert answer(gone_through(given, Afterwards(work=work, stage=0))) is None


def test_a_pair_that_it_does_not_know_and_a_question_too_long_are_not_answered(
    given: dict[str, pd.DataFrame],
) -> None:
    for pairs, question in ((["X/USDT"], "close"), (PAIRS, "x" * 200_000)):
        assert (
            answer(gone_through(given, Afterwards(work=summed, stage=0)), pairs, question) is None
        )


def test_without_such_a_process_nobody_answers(given: dict[str, pd.DataFrame]) -> None:
    afterwards = Afterwards(work=summed, stage=0)
    killed = gone_through(given, afterwards)
    os.kill(killed._workers[0]._pid, 9)
    ended = gone_through(given, afterwards)
    ended.end()

    assert answer(killed) is None
    assert answer(ended) is None
    assert answer(gone_through(given, afterwards, why_not="it counts")) is None
    assert answer(gone_through(given, None)) is None


def test_what_is_not_there_yet_is_not_waited_for(given: dict[str, pd.DataFrame]) -> None:
    def slow(_: Frames, question: object) -> object:
        time.sleep(60)
        return question

    each = gone_through(given, Afterwards(work=slow, stage=0))
    each.ask(PAIRS, "close")
    began = time.monotonic()

    assert each.answer() is None
    each.end()

    assert time.monotonic() - began < 30


def test_whoever_waits_to_be_asked_ends_with_whoever_could_ask(
    given: dict[str, pd.DataFrame],
) -> None:
    read, write = os.pipe()
    other = os.fork()
    if other == 0:
        each = gone_through(given, Afterwards(work=summed, stage=0))
        os.write(write, str(each._workers[0]._pid).encode())
        os._exit(0)
    os.waitpid(other, 0)

    waits = int(os.read(read, 20))

    eventually(lambda: not _is_at_work(waits))
    for end in (read, write):
        os.close(end)


def _is_at_work(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:  # noqa: PTH123 - gone in between, perhaps
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
