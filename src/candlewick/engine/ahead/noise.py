"""What is written where nobody listens yet, or ever."""

import io
import logging
import sys
import warnings
from typing import Any, Self


class Noise(logging.Handler):
    """Takes, within it, what is logged, warned of and printed; whatever is only logged can be logged later, or elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self._logged: list[logging.LogRecord] = []
        self._is_more = False
        self._printed = io.StringIO()
        self._before: list[tuple[logging.Logger, list[logging.Handler], bool]] = []
        self._shown: tuple[Any, ...] = ()

    def __enter__(self) -> Self:
        loggers = [logging.root, *logging.root.manager.loggerDict.values()]
        self._before = [
            (each, each.handlers, each.propagate)
            for each in loggers
            if isinstance(each, logging.Logger)
        ]
        self._shown = warnings.showwarning, sys.stdout, sys.stderr
        for logger, _, _ in self._before:
            logger.handlers, logger.propagate = [], True
        logging.root.handlers = [self]
        warnings.showwarning = self._warned
        sys.stdout = sys.stderr = self._printed
        return self

    def __exit__(self, *_: object) -> None:
        for logger, handlers, propagates in self._before:
            logger.handlers, logger.propagate = handlers, propagates
        warnings.showwarning, sys.stdout, sys.stderr = self._shown

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
