"""A report's tables are printed as rich prints them, character by character."""

import io
from contextlib import redirect_stdout
from typing import Any

import numpy as np
import pytest
from freqtrade.optimize.optimize_reports import bt_output
from freqtrade.util import rich_tables
from rich.console import Console
from rich.text import Text

from candlewick.engine import printed, reports

own_print = bt_output.print_rich_table

WORDS = [
    "",
    " ",
    "a",
    "1 day, 6:20:00",
    "Win  Draw  Loss",
    "-0.3 ",
    " lead",
    "roi",
    "C0/USDT",
    "=_{}\\`~",
]
ODD = [
    "[b]x[/b]",
    "[",
    "a:smile:b",
    "größer",
    "你好",
    "two\nlines",
    "tab\there",
    "\x1b[31mred",
    "\u200b",
    "é",
]
HEADERS = ["Pair", "Tot Profit USDT", "Avg Profit %", " Win  Draw ", "x", "Metric"]


def printed_by(print_table: Any, *args: Any, **kwargs: Any) -> str:
    target = io.StringIO()
    with redirect_stdout(target):
        print_table(*args, **kwargs)
    return target.getvalue()


def cases(seed: int, words: list[Any]) -> tuple[list[Any], list[str]]:
    random = np.random.default_rng(seed)
    count = int(random.integers(1, len(HEADERS)))
    rows = [
        [words[int(random.integers(len(words)))] for _ in range(count)]
        for _ in range(int(random.integers(0, 6)))
    ]
    return rows, HEADERS[:count]


@pytest.fixture
def left_to_rich(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    found: list[Any] = []

    def own(*args: Any, **kwargs: Any) -> None:
        found.append(args)
        own_print(*args, **kwargs)

    monkeypatch.setattr(printed, "_print", own)
    return found


@pytest.mark.parametrize("justify", ["left", "right"])
@pytest.mark.parametrize("seed", range(60))
def test_a_plain_table_is_as_rich_prints_it(
    left_to_rich: list[Any], seed: int, justify: str
) -> None:
    rows, headers = cases(seed, [*WORDS, 7, 1.5, None, np.float64(2), Text("bold", style="bold")])
    title = ["T", "TT", "T "][seed % 3]

    expected = printed_by(own_print, rows, headers, title, justify=justify)

    assert printed_by(printed.print_table, rows, headers, title, justify=justify) == expected
    assert not left_to_rich


@pytest.mark.parametrize("justify", ["left", "right"])
@pytest.mark.parametrize("seed", range(60))
def test_a_table_with_anything_else_is_as_rich_prints_it(seed: int, justify: str) -> None:
    rows, headers = cases(seed, [*WORDS, *ODD])

    for title in ("A title that is wider than the table", "[b]x", None, ""):
        expected = printed_by(own_print, rows, headers, title, justify=justify)

        assert printed_by(printed.print_table, rows, headers, title, justify=justify) == expected


@pytest.mark.parametrize("odd", ODD)
def test_what_is_marked_up_or_wide_is_left_to_rich(left_to_rich: list[Any], odd: str) -> None:
    printed_by(printed.print_table, [["a", odd]], ["one", "two"], "T")

    assert left_to_rich


def test_a_table_wider_than_the_console_is_left_to_rich(left_to_rich: list[Any]) -> None:
    rows = [["word " * 60, "x"]]
    expected = printed_by(own_print, rows, ["a", "b"], "T")

    assert printed_by(printed.print_table, rows, ["a", "b"], "T") == expected
    assert left_to_rich


def test_rows_that_are_shorter_or_by_name_and_other_tables_are_left_to_rich(
    left_to_rich: list[Any],
) -> None:
    printed_by(printed.print_table, [["a"]], ["one", "two"], "T")
    printed_by(printed.print_table, [{"one": 1}], ["one"], "T")
    printed_by(printed.print_table, [["a"]], ["one"], "T", table_kwargs={"show_lines": True})

    assert len(left_to_rich) == 3


@pytest.mark.parametrize("is_notebook", [False, True])
def test_terminals_and_notebooks_are_left_to_rich(
    left_to_rich: list[Any], monkeypatch: pytest.MonkeyPatch, *, is_notebook: bool
) -> None:
    console = Console(file=io.StringIO(), force_terminal=not is_notebook, force_jupyter=is_notebook)
    monkeypatch.setattr(rich_tables, "get_rich_console", lambda: console)
    monkeypatch.setattr(printed, "_print", lambda *args, **_: left_to_rich.append(args))
    printed.print_table([["a"]], ["one"], "T")

    assert left_to_rich


def test_freqtrade_prints_with_it_while_a_backtest_runs() -> None:
    with reports.quicker():
        assert bt_output.print_rich_table is printed.print_table

    assert bt_output.print_rich_table is own_print
