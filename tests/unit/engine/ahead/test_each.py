"""Whoever made a frame, it is the same; and whatever becomes of the other processes, all frames come, once each, in order."""

import logging
import os
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from candlewick.engine.ahead import each as module
from candlewick.engine.ahead.each import Each
from candlewick.engine.ahead.stages import Stage, Work
from tests.unit.engine.ahead.waiting import ASKED, HERE, ROWS, eventually, is_over, paced

_log = logging.getLogger("a.strategy")


def everything(frame: pd.DataFrame, pair: str) -> pd.DataFrame:
    frame["float"] = frame["close"].rolling(3).mean()
    frame["narrow"] = frame["close"].astype("float32")
    frame["whole"] = np.arange(len(frame))
    frame["flag"] = frame["close"] > frame["open"]
    frame["text"] = pair
    frame["object"] = pd.Series([None, "a"] * (len(frame) // 2), dtype=object)
    frame["kind"] = pd.Categorical(["a", "b"] * (len(frame) // 2))
    frame["moment"] = frame["date"] + pd.Timedelta("1h")
    frame["date_again"] = frame["date"]
    frame.loc[frame["flag"], ["enter_long", "enter_tag"]] = (1, "up")
    return frame.rename(columns={"open": "opened"})


def made(
    given: dict[str, pd.DataFrame], work: Work, why_not: str = ""
) -> Iterator[tuple[str, pd.DataFrame]]:
    each = Each(given, Stage(work=work, why_not=lambda: why_not))
    ASKED[:] = [each]
    try:
        each.go_on(given)
        for pair in given:
            yield pair, each.of(pair)
    finally:
        each.end()


def test_each_frame_is_the_same_whoever_made_it(given: dict[str, pd.DataFrame]) -> None:
    expected = {pair: everything(frame.copy(), pair) for pair, frame in given.items()}
    before = {pair: frame.copy() for pair, frame in given.items()}
    calls: list[str] = []

    def counted(frame: pd.DataFrame, pair: str) -> pd.DataFrame:
        calls.append(pair)
        return everything(frame.copy(deep=False), pair)

    found = dict(made(given, paced(counted)))

    assert list(found) == list(given)
    assert len(calls) < len(given)
    for pair, frame in found.items():
        pd.testing.assert_frame_equal(frame, expected[pair], check_exact=True)
        assert frame.columns.dtype == expected[pair].columns.dtype
        frame["close"] = 0.0
        frame.loc[0, "opened"] = 5.0
        frame.loc[1, "float"] = 5.0
        pd.testing.assert_frame_equal(given[pair], before[pair], check_exact=True)


def test_what_it_may_not_is_made_here(
    given: dict[str, pd.DataFrame], caplog: pytest.LogCaptureFixture
) -> None:
    calls: list[str] = []

    def counted(frame: pd.DataFrame, pair: str) -> pd.DataFrame:
        calls.append(pair)
        return frame

    with caplog.at_level(logging.INFO, "candlewick"):
        found = dict(made(given, counted, "it keeps a count (line 3)"))

    assert calls == list(given) == list(found)
    assert "after the other, since it keeps a count (line 3)." in caplog.text


def test_what_is_logged_is_logged_in_order(
    given: dict[str, pd.DataFrame], caplog: pytest.LogCaptureFixture
) -> None:
    def logged(frame: pd.DataFrame, pair: str) -> pd.DataFrame:
        _log.info("analysing %s", pair)
        return frame

    with caplog.at_level(logging.INFO, "a.strategy"):
        dict(made(given, paced(logged)))

    told = [record for record in caplog.records if record.name == "a.strategy"]
    assert [record.getMessage() for record in told] == [f"analysing {pair}" for pair in given]
    assert {record.process for record in told} > {HERE}


@pytest.mark.filterwarnings("always")
def test_what_is_warned_of_or_printed_comes_from_here(
    given: dict[str, pd.DataFrame], capsys: pytest.CaptureFixture[str]
) -> None:
    def noisy(frame: pd.DataFrame, pair: str) -> pd.DataFrame:
        if pair == "C4/USDT":
            warnings.warn(pair, stacklevel=1)
        if pair == "C5/USDT":
            print(pair)  # noqa: T201 - as a strategy may
        frame["who"] = os.getpid()
        return frame

    with warnings.catch_warnings(record=True) as caught:
        found = dict(made(given, paced(noisy)))

    assert [str(warning.message) for warning in caught] == ["C4/USDT"]
    assert capsys.readouterr().out == "C5/USDT\n"
    ours = [pair for pair, frame in found.items() if frame["who"].iloc[0] == HERE]
    assert ours == ["C0/USDT", "C1/USDT", "C4/USDT", "C5/USDT"]


def test_an_error_is_raised_where_it_would_be(given: dict[str, pd.DataFrame]) -> None:
    def failing(frame: pd.DataFrame, pair: str) -> pd.DataFrame:
        if pair == "C4/USDT":
            raise ValueError(pair)
        return frame

    found: list[str] = []
    with pytest.raises(ValueError, match="C4/USDT"):
        found.extend(pair for pair, _ in made(given, paced(failing)))

    assert found == ["C0/USDT", "C1/USDT", "C2/USDT", "C3/USDT"]


@pytest.mark.parametrize("fate", ["ends", "hangs", "exits"])
def test_nobody_waits_for_a_process_that_does_not_come_back(
    given: dict[str, pd.DataFrame], fate: str, tmp_path: Path
) -> None:
    def fatal(frame: pd.DataFrame, pair: str) -> pd.DataFrame:
        if os.getpid() != HERE:
            (tmp_path / "written").write_text(str(os.getpid()))
            (tmp_path / "written").rename(tmp_path / "pid")
            if fate == "ends":
                os.kill(os.getpid(), 9)
            elif fate == "hangs":
                time.sleep(3_600)
            else:
                raise SystemExit(3)
        frame["pair"] = pair
        return frame

    found = dict(made(given, paced(fatal, lambda _: (tmp_path / "pid").exists())))

    assert [frame["pair"].iloc[0] for frame in found.values()] == list(given)
    assert not Path(f"/proc/{(tmp_path / 'pid').read_text()}").exists()


def test_a_frame_that_has_been_begun_is_waited_for(
    given: dict[str, pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_SLOWER", 1.0)
    frames = {pair: given[pair] for pair in ("C0/USDT", "C1/USDT", "C2/USDT")}

    def slow_elsewhere(frame: pd.DataFrame, pair: str) -> pd.DataFrame:
        if os.getpid() != HERE:
            time.sleep(0.3)
        frame["who"] = os.getpid()
        return frame

    def has_begun(each: Each) -> bool:
        each._longest_s = 60.0  # what a pair takes here
        each._look()
        return each._workers[0].worked_s(2) is not None

    found = dict(made(frames, paced(slow_elsewhere, has_begun)))

    assert [frame["who"].iloc[0] == HERE for frame in found.values()] == [True, True, False]


def test_many_candles_are_shared_out_at_once(
    given: dict[str, pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MANY", 6 * ROWS)
    monkeypatch.setattr(module, "WORTH_S", 60.0)

    def waiting(frame: pd.DataFrame, pair: str) -> pd.DataFrame:
        if os.getpid() == HERE:
            eventually(lambda: is_over(ASKED[0]))
        frame["who"] = os.getpid()
        return frame

    found = dict(made(given, waiting))

    assert [frame["who"].iloc[0] == HERE for frame in found.values()] == [True] + 5 * [False]


@pytest.mark.parametrize(
    "change",
    [
        lambda frame: frame.iloc[1:],
        lambda frame: frame.set_index("date"),
        lambda frame: frame["close"],
        lambda frame: pd.concat([frame, frame], axis=1),
    ],
    ids=["other rows", "other index", "no frame", "columns twice"],
)
def test_a_frame_of_another_kind_is_made_here(
    given: dict[str, pd.DataFrame], change: Callable[[pd.DataFrame], Any]
) -> None:
    calls: list[str] = []

    def changed(frame: pd.DataFrame, pair: str) -> pd.DataFrame:
        calls.append(pair)
        result: pd.DataFrame = change(frame)
        return result

    found = dict(made(given, paced(changed)))

    assert calls == list(found) == list(given)


def test_what_finds_no_room_is_made_here(
    given: dict[str, pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_SPARE", 0.3)
    calls: list[str] = []

    def counted(frame: pd.DataFrame, pair: str) -> pd.DataFrame:
        calls.append(pair)
        for number in range(40):
            frame[f"x{number}"] = frame["close"] * number
        return frame

    found = dict(made(given, paced(counted)))

    assert 2 < len(calls) < len(given)
    assert all(len(frame.columns) == 43 for frame in found.values())


@pytest.mark.parametrize(
    ("name", "value"),
    [("beside.processors", lambda: 1), ("_most_memory", lambda: 1_000.0), ("WORTH_S", 60.0)],
)
def test_no_process_is_begun_where_it_does_not_help(
    given: dict[str, pd.DataFrame], monkeypatch: pytest.MonkeyPatch, name: str, value: object
) -> None:
    monkeypatch.setattr(f"{module.__name__}.{name}", value)
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("a process was begun"))

    assert list(dict(made(given, everything))) == list(given)


def test_where_the_system_gives_no_process_all_is_made_here(
    given: dict[str, pd.DataFrame],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refused() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refused)
    with caplog.at_level(logging.INFO, "candlewick"):
        found = dict(made(given, everything))

    assert list(found) == list(given)
    assert "Resource temporarily unavailable" in caplog.text
