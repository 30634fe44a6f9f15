"""Turns whatever a backtest raised into one typed error for the user."""

import errno
import linecache
import re
import traceback
from collections.abc import Iterator
from pathlib import Path

from freqtrade.exceptions import (
    ConfigurationError,
    DependencyException,
    OperationalException,
    StrategyError,
)
from jsonschema import ValidationError  # type: ignore[import-untyped]  # has no types

from candlewick.engine.errors import (
    ConfigurationRefused,
    EngineError,
    Frame,
    NoData,
    OutOfMemory,
    StrategyFailed,
    TooManyProcesses,
    TooMuchWritten,
)

_MAX_FRAMES = 50
_MAX_CODE_CHARS = 500
_MAX_MESSAGE_CHARS = 2_000

_NO_DATA = (
    "No data found",
    "No pair in whitelist",
    "No data left after adjusting for startup candles",
)
_NO_STRATEGY = ("Impossible to load Strategy", "must be implemented", "Strategy Interface v1")
_FOLDER = re.compile(r"(?:/[\w.@+-]+)+/(?=[\w.@+-]+)")


def classify(
    error: BaseException, strategies: Path | None, hints: tuple[str, ...] = ()
) -> EngineError:
    """Return the typed error for an exception that left Freqtrade.

    Args:
        error: what was raised.
        strategies: the folder of the user's files (when known); only frames in it are shown.
        hints: what Freqtrade logged while it could not load the strategy.
    """
    if isinstance(error, EngineError):
        return error
    for cause in _chain(error):
        found = _exhausted(cause)
        if found is not None:
            return found
    frames = () if strategies is None else _frames(error, strategies)
    if frames or isinstance(error, StrategyError):
        return StrategyFailed(_described(_root(error)), frames)
    return _freqtrades_own(error, hints)


def _exhausted(error: BaseException) -> EngineError | None:
    if isinstance(error, MemoryError):
        return OutOfMemory("The strategy needs more memory than a backtest may use.")
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}:
        return TooMuchWritten("The strategy wrote more than the scratch folder holds.")
    no_process = isinstance(error, OSError) and error.errno == errno.EAGAIN
    if no_process or (isinstance(error, RuntimeError) and "start new thread" in str(error)):
        return TooManyProcesses("The strategy started more processes than a backtest may have.")
    return None


def _freqtrades_own(error: BaseException, hints: tuple[str, ...]) -> EngineError:
    text = _cleaned(str(error))
    if isinstance(error, OperationalException) and text.startswith(_NO_DATA):
        return NoData(f"{text} Check the pairs and the time range.")
    if isinstance(error, ImportError) or any(sign in text for sign in _NO_STRATEGY):
        return StrategyFailed(" ".join((text, *map(_cleaned, hints))))
    if isinstance(error, ValidationError):
        return ConfigurationRefused(f"The configuration is not valid: {_cleaned(error.message)}")
    if isinstance(error, ConfigurationError | OperationalException | DependencyException):
        return ConfigurationRefused(text)
    return StrategyFailed(f"Freqtrade cannot go on with this strategy: {_described(error)}")


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def _root(error: BaseException) -> BaseException:
    """Return what the user's code raised, under Freqtrade's own wrapping."""
    cause = error.__cause__
    return cause if isinstance(error, StrategyError) and cause is not None else error


def _frames(error: BaseException, strategies: Path) -> tuple[Frame, ...]:
    folder = str(strategies.resolve())
    for cause in _chain(error):
        if isinstance(cause, SyntaxError) and str(cause.filename or "").startswith(folder):
            code = (cause.text or "").strip()[:_MAX_CODE_CHARS]
            return (Frame(line=cause.lineno or 0, function="<module>", code=code),)
        own = [
            Frame(
                line=line,
                function=frame.f_code.co_name,
                code=linecache.getline(frame.f_code.co_filename, line).strip()[:_MAX_CODE_CHARS],
            )
            for frame, line in traceback.walk_tb(cause.__traceback__)
            if frame.f_code.co_filename.startswith(folder)
        ]
        if own:
            return tuple(own[-_MAX_FRAMES:])
    return ()


def _described(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return f"{type(error).__name__}: {error.msg} (line {error.lineno})"
    return f"{type(error).__name__}: {_cleaned(str(error))}"


def _cleaned(text: str) -> str:
    """Leave out the folders of files, which mean nothing to the user, and surplus space."""
    return " ".join(_FOLDER.sub("", text).split())[:_MAX_MESSAGE_CHARS]
