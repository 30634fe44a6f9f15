"""Why a backtest ended without a result, sorted by who can mend it."""

from dataclasses import dataclass
from typing import ClassVar

from candlewick.backtests.kinds import FailureKind


@dataclass(frozen=True, slots=True)
class Frame:
    """A line of the user's own file on the way to the exception."""

    line: int
    function: str
    code: str


class EngineError(Exception):
    """An expected end without a result. `str(error)` is safe to show to the user."""

    kind: ClassVar[FailureKind]


class StrategyFailed(EngineError):
    """The user's code raised, or is no strategy."""

    kind = FailureKind.STRATEGY_ERROR

    def __init__(self, message: str, frames: tuple[Frame, ...] = ()) -> None:
        super().__init__(message)
        self.frames = frames


class ConfigurationRefused(EngineError):
    """Freqtrade refuses the configuration."""

    kind = FailureKind.INVALID_CONFIGURATION


class NoData(EngineError):
    """There are no candles or no market for what was asked."""

    kind = FailureKind.NO_DATA


class OutOfMemory(EngineError):
    """The process reached its memory limit."""

    kind = FailureKind.OUT_OF_MEMORY


class TooMuchWritten(EngineError):
    """The scratch folder is full."""

    kind = FailureKind.OUTPUT_LIMIT


class TooManyProcesses(EngineError):
    """The process reached its limit of processes and threads."""

    kind = FailureKind.PROCESS_LIMIT
