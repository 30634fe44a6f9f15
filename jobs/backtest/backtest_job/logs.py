"""Logs for Cloud Logging: one JSON object a line, facts beside a constant message."""

import json
import logging
import sys

_STANDARD = frozenset(vars(logging.makeLogRecord({})))
_QUIET = ("httpx", "httpcore")  # they log URLs, and a signed URL is a secret


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        facts = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        line = {
            "severity": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
            **facts,
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def configure() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
