"""docs/operations/logs.md names what the code logs: message, severity, fields."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pytest

from candlewick.backtests.models import RunState
from tests.architecture.tree import ROOT, name_of, python_files
from tests.operations.test_documents import ALERTS, FOLDER, PAGES

LEVELS = {"info": "INFO", "warning": "WARNING", "error": "ERROR", "exception": "ERROR"}
_LOGGING = ("src/candlewick", "functions", "jobs/market-data")


@dataclass(frozen=True)
class Row:
    message: str
    severity: str
    fields: frozenset[str]
    alerts: frozenset[str]


def rows() -> Iterator[Row]:
    """Read the table, one row a message."""
    text = (FOLDER / "logs.md").read_text()
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) != 5 or cells[0] in {"message", "---"}:
            continue
        for message in re.findall(r"`([^`]+)`", cells[0]):
            names = re.sub(r"\([^)]*\)", "", cells[3])
            yield Row(
                message=message,
                severity=cells[1].split(",")[0].split()[0],
                fields=frozenset(re.findall(r"`(\w+)`", names)),
                alerts=frozenset(word for word in ALERTS if word in cells[4]),
            )


def logged() -> dict[str, set[tuple[str, str]]]:
    """Return each constant message with its severities and the files that log it."""
    found: dict[str, set[tuple[str, str]]] = {}
    for path in python_files(*_LOGGING):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if ast.unparse(node.func.value) != "log" or node.func.attr not in LEVELS:
                continue
            first = node.args[0]
            message = first.value if isinstance(first, ast.Constant) else None
            assert isinstance(message, str), f"{name_of(path)}:{node.lineno} is not constant"
            found.setdefault(message, set()).add((LEVELS[node.func.attr], name_of(path)))
    return found


ROWS = list(rows())
EACH = pytest.mark.parametrize("row", ROWS, ids=[row.message for row in ROWS])


def test_every_message_of_the_code_is_in_the_table_and_the_other_way_round() -> None:
    assert {row.message for row in ROWS} == set(logged())


@EACH
def test_a_message_has_the_severity_that_the_table_says(row: Row) -> None:
    assert {severity for severity, _ in logged()[row.message]} == {row.severity}


@EACH
def test_every_field_is_one_that_the_code_writes(row: Row) -> None:
    sources = "".join((ROOT / file).read_text() for _, file in logged()[row.message])
    states = {state.value for state in RunState}

    missing = {name for name in row.fields if f'"{name}"' not in sources} - states

    assert missing == set()


def test_every_alert_but_the_budget_reads_a_message() -> None:
    read: set[str] = set()
    for row in ROWS:
        read |= row.alerts

    assert read == ALERTS - {"budget"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_query_asks_for_messages_and_fields_that_are_there(page: Path) -> None:
    text = unquote(page.read_text())
    known = {row.message for row in ROWS} | {"run-events call failed, trying again"}
    fields = {"message", "logger", "stack_trace"}.union(*(row.fields for row in ROWS))

    asked = re.findall(r'jsonPayload\.message ?= ?"([^"]+)"', text)
    for group in re.findall(r"jsonPayload\.message=\(([^)]+)\)", text):
        asked += re.findall(r'"([^"]+)"', group)
    named = set(re.findall(r"jsonPayload\.(\w+)", text))

    assert set(asked) <= known
    assert named - fields == set()
