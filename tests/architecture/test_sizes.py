"""Files and functions stay small enough to be read at once."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.tree import OURS, PRODUCT, ROOT, name_of, python_files

FILE, FUNCTION, MAIN = 400, 50, 90


def long_functions(source: str, limit: int) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > limit:
                yield f"{node.name} has {lines} lines"


def test_no_file_is_too_long() -> None:
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in python_files(*OURS)}

    assert len(lengths) > 100
    assert {name: lines for name, lines in lengths.items() if lines > FILE} == {}


def test_no_function_is_too_long() -> None:
    found = {
        name_of(path): list(long_functions(path.read_text(), FUNCTION))
        for path in python_files(*PRODUCT, "emulators", "tools")
    }

    assert {name: long for name, long in found.items() if long} == {}


def test_the_entry_points_hold_no_logic() -> None:
    lines = (ROOT / "functions" / "main.py").read_text().splitlines()

    assert len(lines) <= MAIN


@pytest.mark.parametrize(("lines", "is_long"), [(49, False), (50, True)])
def test_a_long_function_is_noticed_also_inside_another(lines: int, *, is_long: bool) -> None:
    body = "        pass\n" * lines
    source = f"class A:\n    def short(self): ...\n    async def inner(self):\n{body}"

    assert bool(list(long_functions(source, FUNCTION))) is is_long
