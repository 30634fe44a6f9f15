"""JSON lines for Cloud Logging: a constant message, facts in `extra`, secrets blanked."""

import json
import logging
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TextIO

# Cloud Logging joins lines of one request by this; the edge sets it from the trace header.
trace: ContextVar[str | None] = ContextVar("trace", default=None)

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "taskName"}
_SECRET_NAMES = re.compile(r"token|secret|password|authorization|signature|api_?key", re.IGNORECASE)
_SECRET_TEXT = re.compile(
    r"(cw_[A-Za-z0-9]+_)[A-Za-z0-9_\-]+"
    r"|(Bearer )[A-Za-z0-9._\-]+"
    r"|(X-Goog-Signature=)[0-9a-fA-F]+"
    r"|(eyJ[A-Za-z0-9_\-]{8,}\.)[A-Za-z0-9_\-.]+"
)


def redact(text: str) -> str:
    """Blank what looks like a token, a signature or a key in free text."""
    return _SECRET_TEXT.sub(
        lambda found: f"{next(filter(None, found.groups()), '')}[redacted]", text
    )


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "severity": record.levelname,
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        for name, value in vars(record).items():
            if name not in _STANDARD:
                entry[name] = "[redacted]" if _SECRET_NAMES.search(name) else _plain(value)
        if record.exc_info:
            entry["stack"] = redact(self.formatException(record.exc_info))
        if (current := trace.get()) is not None:
            entry["logging.googleapis.com/trace"] = current
        return json.dumps(entry, default=str)


def _plain(value: object) -> object:
    return value if isinstance(value, int | float | bool | None) else redact(str(value))


def configure(stream: TextIO = sys.stdout, level: int = logging.INFO) -> None:
    """Send every logger's lines to `stream` as JSON; called once by each entry point."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # google-auth looks for a trust boundary in the background; its retries are no event of ours.
    logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)


def logger(name: str) -> logging.Logger:
    return logging.getLogger(name)
