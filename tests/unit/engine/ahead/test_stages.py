"""Another process goes from stage to stage, and no frame, and nothing that is logged, differs."""

import logging
import os
import time
from collections.abc import Callable, Iterator

import pandas as pd
import pytest

from candlewick.engine.ahead import each as module
from candlewick.engine.ahead.each import Each
from candlewick.engine.ahead.stages import Stage, Work
from tests.unit.engine.ahead.waiting import ASKED, HERE, paced

_log = logging.getLogger("a.strategy")


def half(frame: pd.DataFrame, pair: str) -> pd.DataFrame:
    _log.info("halving %s", pair)
    frame["half"] = frame["close"] / 2
    frame["halved_by"] = os.getpid()
    return frame


def double(frame: pd.DataFrame, pair: str) -> pd.DataFrame:
    _log.info("doubling %s", pair)
    frame["twice"] = frame["half"] * 4
    frame["doubled_by"] = os.getpid()
    return frame


def in_two_stages(
    given: dict[str, pd.DataFrame], *stages: Stage
) -> Iterator[tuple[str, pd.DataFrame]]:
    each = Each(given, *stages)
    ASKED[:] = [each]
    try:
        each.go_on(given)
        halves = {pair: each.of(pair) for pair in given}
        each.go_on(halves)
        for pair in given:
            yield pair, each.of(pair)
    finally:
        each.end()


def provable(work: Work, why_not: str = "", before: Callable[[], None] | None = None) -> Stage:
    return Stage(work=work, why_not=lambda: why_not, before=before)


def test_another_process_goes_on_with_what_it_made(
    given: dict[str, pd.DataFrame], caplog: pytest.LogCaptureFixture
) -> None:
    began: list[int] = []
    stages = (provable(paced(half)), provable(double, before=lambda: began.append(os.getpid())))

    with caplog.at_level(logging.INFO, "a.strategy"):
        found = dict(in_two_stages(given, *stages))

    assert began == []  # here it is for whoever asks, between the stages
    for pair, frame in found.items():
        pd.testing.assert_series_equal(frame["twice"], given[pair]["close"] * 2, check_names=False)
        assert (frame["halved_by"] == frame["doubled_by"]).all()
    assert [(frame["doubled_by"] == HERE).all() for frame in found.values()] == 2 * [True] + 4 * [
        False
    ]
    told = [record.getMessage() for record in caplog.records if record.name == "a.strategy"]
    assert told == [f"halving {pair}" for pair in given] + [f"doubling {pair}" for pair in given]


@pytest.mark.parametrize(
    "after", [provable(double, "it counts"), provable(double, before=lambda: os._exit(4))]
)
def test_what_follows_is_done_here_where_it_may_not_be_done_there(
    given: dict[str, pd.DataFrame], after: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []
    fork = os.fork

    def counted() -> int:
        begun.append(1)
        return fork()

    monkeypatch.setattr(os, "fork", counted)

    found = dict(in_two_stages(given, provable(paced(half)), after))

    assert begun == [1]
    assert [(frame["halved_by"] == HERE).all() for frame in found.values()] == 2 * [True] + 4 * [
        False
    ]
    assert all((frame["doubled_by"] == HERE).all() for frame in found.values())


def test_a_stage_that_is_short_is_done_again_for_a_pair_that_is_not_at_hand(
    given: dict[str, pd.DataFrame],
) -> None:
    failed: list[str] = []

    def missing_at_first(frame: pd.DataFrame, pair: str) -> pd.DataFrame:
        if os.getpid() != HERE and pair == "C2/USDT" and not failed:
            failed.append(pair)
            raise ValueError(pair)
        return half(frame, pair)

    first = Stage(work=paced(missing_at_first), why_not=str, is_short=True)

    found = dict(in_two_stages(given, first, provable(double)))

    frame = found["C2/USDT"]
    assert (frame["doubled_by"] != HERE).all()
    pd.testing.assert_series_equal(frame["twice"], given["C2/USDT"]["close"] * 2, check_names=False)


def test_while_it_waits_it_begins_with_what_follows(
    given: dict[str, pd.DataFrame],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of three pairs the last one takes the other process until all that can be done here is done."""
    frames = {pair: given[pair] for pair in ("C0/USDT", "C1/USDT", "C2/USDT")}
    order: list[str] = []
    monkeypatch.setattr(module, "_SLOWER", 1.0)

    def slow_elsewhere(frame: pd.DataFrame, pair: str) -> pd.DataFrame:
        if os.getpid() != HERE:
            time.sleep(0.3)
        order.append(f"half {pair}")
        return half(frame, pair)

    def has_begun(each: Each) -> bool:
        each._longest_s = 60.0  # what a pair takes here
        each._look()
        return each._workers[0].worked_s(2) is not None

    def doubled(frame: pd.DataFrame, pair: str) -> pd.DataFrame:
        order.append(f"double {pair}")
        if pair == "C1/USDT" and order.count(f"double {pair}") == 1:
            raise ValueError(pair)
        return double(frame, pair)

    with caplog.at_level(logging.INFO, "a.strategy"):
        found = dict(
            in_two_stages(frames, provable(paced(slow_elsewhere, has_begun)), provable(doubled))
        )

    # That of the second pair failed, so it was made once more in its turn.
    before, turn = ["half C0/USDT", "half C1/USDT", "double C1/USDT"], "double C0/USDT"
    assert order[:5] == [*before, turn, "double C1/USDT"]
    assert list(found) == list(frames)
    told = [record.getMessage() for record in caplog.records if record.name == "a.strategy"]
    assert told == [f"halving {pair}" for pair in frames] + [f"doubling {pair}" for pair in frames]
