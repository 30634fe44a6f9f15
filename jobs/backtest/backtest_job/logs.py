"""Logs for Cloud Logging: one JSON object a line, facts beside a constant message, secrets blanked."""

import json
import logging
import re
import sys
from collections.abc import Mapping

from backtest_job.redaction import redacted

_STANDARD = frozenset(vars(logging.makeLogRecord({})))
_QUIET = ("httpx", "httpcore")  # they log URLs, and a signed URL is a secret
_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_LABELS = {"run_id": "CANDLEWICK_RUN_ID", "user_class": "CANDLEWICK_USER_CLASS"}


class JsonLines(logging.Formatter):
    """`context` is on every line, as it is; the rest may hold anything and is looked through."""

    def __init__(self, context: Mapping[str, object]) -> None:
        super().__init__()
        self._context = context

    def format(self, record: logging.LogRecord) -> str:
        facts = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        line = {
            "severity": record.levelname,
            "message": redacted(record.getMessage()),
            "logger": record.name,
            **{name: _plain(value) for name, value in facts.items()},
        }
        if record.exc_info:
            line["exception"] = redacted(self.formatException(record.exc_info))
        return json.dumps({**line, **self._context}, default=str)


def context_of(env: Mapping[str, str]) -> dict[str, object]:
    """Return the fields by which Cloud Logging joins the job's lines with those that started it."""
    labels = {name: env[variable] for name, variable in _LABELS.items() if env.get(variable)}
    found: dict[str, object] = {
        "logging.googleapis.com/labels": {"feature": "backtests", **labels},
    }
    trace = _TRACEPARENT.fullmatch(env.get("CANDLEWICK_TRACEPARENT", ""))
    project = env.get("GOOGLE_CLOUD_PROJECT")
    if trace is not None and project:
        found["logging.googleapis.com/trace"] = f"projects/{project}/traces/{trace[1]}"
        found["logging.googleapis.com/spanId"] = trace[2]
        found["logging.googleapis.com/trace_sampled"] = trace[3] == "01"
    return found


def configure(env: Mapping[str, str]) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(context_of(env)))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _plain(value: object) -> object:
    return value if isinstance(value, int | float | bool | None) else redacted(str(value))
