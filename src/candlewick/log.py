"""JSON lines for Cloud Logging: a constant message, facts in `extra`, secrets blanked."""

import json
import logging
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TextIO

from candlewick.redaction import is_secret_name, redact
from candlewick.tracing import Trace

# Cloud Logging joins the lines of one trace, and splits cost and search by label.
_trace: ContextVar[Trace | None] = ContextVar("trace", default=None)
_labels: ContextVar[Mapping[str, str]] = ContextVar("labels", default={})  # noqa: B039 (never changed in place)

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "taskName"}
_ALSO_LABELS = ("run_id", "bot_id", "user_class")


def begin(trace: Trace | None, **labels: str) -> None:
    """Start a request's lines: what the thread's last request set is forgotten."""
    _trace.set(trace)
    _labels.set(labels)


def label(**labels: str) -> None:
    """Put labels on this request's following lines."""
    _labels.set({**_labels.get(), **labels})


def current_trace() -> Trace | None:
    """Return the trace of the request at hand, to be sent along with what it asks for."""
    return _trace.get()


class JsonFormatter(logging.Formatter):
    """Formats for one project, whose name is part of a trace's."""

    def __init__(self, project: str | None = None) -> None:
        super().__init__()
        self._project = project

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "severity": record.levelname,
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        for name, value in vars(record).items():
            if name not in _STANDARD:
                entry[name] = "[redacted]" if is_secret_name(name) else _plain(value)
        if record.exc_info:
            # Under this name Error Reporting finds it.
            entry["stack_trace"] = redact(self.formatException(record.exc_info))
        return json.dumps({**entry, **self._context(entry)}, default=str)

    def _context(self, entry: Mapping[str, object]) -> dict[str, object]:
        found: dict[str, object] = {}
        if (trace := _trace.get()) is not None:
            found |= trace.log_fields(self._project)
        own = {name: str(entry[name]) for name in _ALSO_LABELS if entry.get(name)}
        if labels := {**_labels.get(), **own}:
            found["logging.googleapis.com/labels"] = labels
        return found


def _plain(value: object) -> object:
    return value if isinstance(value, int | float | bool | None) else redact(str(value))


def configure(
    stream: TextIO = sys.stdout, level: int = logging.INFO, *, project: str | None = None
) -> None:
    """Send every logger's lines to `stream` as JSON; called once by each entry point."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter(project))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # google-auth looks for a trust boundary in the background; its retries are no event of ours.
    logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)


def logger(name: str) -> logging.Logger:
    return logging.getLogger(name)
