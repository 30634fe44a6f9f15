"""What a process that nobody listens to would have written."""

import io
import logging
import sys
import warnings
from typing import Any


class Noise(logging.Handler):
    """Takes what is logged, warned of and printed; whatever is only logged can be logged elsewhere instead."""

    def __init__(self) -> None:
        super().__init__()
        self._logged: list[logging.LogRecord] = []
        self._is_more = False
        self._printed = io.StringIO()

    def begin(self) -> None:
        """From here on, for good."""
        for logger in logging.root.manager.loggerDict.values():
            if isinstance(logger, logging.Logger):
                logger.handlers, logger.propagate = [], True
        logging.root.handlers = [self]
        warnings.showwarning = self._warned
        sys.stdout = sys.stderr = self._printed

    def emit(self, record: logging.LogRecord) -> None:
        self._is_more |= record.exc_info is not None
        record.msg, record.args = record.getMessage(), None
        self._logged.append(record)

    def taken(self) -> list[logging.LogRecord] | None:
        """Return what was logged since it was last asked for; None if there was more than that."""
        logged = None if self._is_more or self._printed.tell() else self._logged
        self._logged, self._is_more = [], False
        self._printed.seek(0)
        self._printed.truncate()
        return logged

    def _warned(self, *_: Any, **__: Any) -> None:
        self._is_more = True
