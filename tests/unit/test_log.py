"""JSON lines without secrets."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from candlewick import log
from candlewick.tracing import Trace


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level, found = list(root.handlers), root.level, io.StringIO()
    log.configure(found, project="p1")
    yield found
    root.handlers, root.level = handlers, level


def line(stream: io.StringIO) -> dict[str, Any]:
    entry: dict[str, Any] = json.loads(stream.getvalue().splitlines()[-1])
    return entry


def test_a_line_is_json_with_the_facts_beside_the_message(stream: io.StringIO) -> None:
    log.logger("candlewick.test").info("run started", extra={"run_id": "r1", "epoch": 2})

    entry = line(stream)
    assert (entry["severity"], entry["message"]) == ("INFO", "run started")
    assert (entry["run_id"], entry["epoch"]) == ("r1", 2)
    assert entry["time"].endswith("+00:00")


@pytest.mark.parametrize(
    "name", ["token", "run_token", "Authorization", "password", "secret", "apiKey", "signature"]
)
def test_a_fact_with_a_secret_name_is_blanked(stream: io.StringIO, name: str) -> None:
    log.logger("x").info("said", extra={name: "hunter2"})

    assert "hunter2" not in stream.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "cw_abc123_TopSecret-part",
        "Authorization: Bearer TopSecret-part.abc",
        "https://x/y?X-Goog-Signature=ABCDEF0123456789&z=1",
        "eyJhbGciOiJSUzI1NiJ9.TopSecret-part.ABCDEF0123456789",
    ],
)
def test_secrets_in_free_text_are_blanked(stream: io.StringIO, text: str) -> None:
    log.logger("x").warning("refused: %s", text, extra={"detail": text})

    assert "TopSecret" not in stream.getvalue()
    assert "ABCDEF0123456789" not in stream.getvalue()
    assert "[redacted]" in line(stream)["detail"]


def test_secrets_in_a_stack_are_blanked(stream: io.StringIO) -> None:
    error = ValueError("Bearer TopSecret-part")

    log.logger("x").error("bug", exc_info=error)

    assert "ValueError" in line(stream)["stack_trace"]
    assert "TopSecret" not in stream.getvalue()


def test_lines_of_one_request_share_its_trace(stream: io.StringIO) -> None:
    log.begin(Trace(trace_id="ab" * 16, span_id="cd" * 8, is_sampled=True), feature="backtests")
    log.label(run_id="r1")
    log.logger("x").info("inside", extra={"user_class": "member"})
    log.begin(None)
    log.logger("x").info("outside")

    inside, outside = map(json.loads, stream.getvalue().splitlines())
    assert inside["logging.googleapis.com/trace"] == f"projects/p1/traces/{'ab' * 16}"
    assert inside["logging.googleapis.com/spanId"] == "cd" * 8
    assert inside["logging.googleapis.com/trace_sampled"] is True
    labels = {"feature": "backtests", "run_id": "r1", "user_class": "member"}
    assert inside["logging.googleapis.com/labels"] == labels
    assert not [name for name in outside if name.startswith("logging.googleapis.com")]


def test_what_json_does_not_know_is_written_as_text(stream: io.StringIO) -> None:
    log.logger("x").info("said", extra={"thing": {"set"}})

    assert line(stream)["thing"] == "{'set'}"
