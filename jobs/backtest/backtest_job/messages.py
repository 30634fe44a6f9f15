"""What the child may say, one JSON object a line. Everything read from it is untrusted."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from candlewick.backtests.wire import FailureKind, Phase, TracebackLine, Wire

MAX_LINE_BYTES = 128 * 1024
MAX_TOTAL_BYTES = 4 * 1024 * 1024


class Ready(Wire):
    """Freqtrade is imported; the inputs may come."""

    type: Literal["ready"] = "ready"
    import_s: Annotated[float, Field(ge=0, le=3_600)]


class ChildProgress(Wire):
    type: Literal["progress"] = "progress"
    phase: Literal[
        Phase.PREPARING, Phase.LOADING_DATA, Phase.INDICATORS, Phase.SIMULATING, Phase.ANALYSING
    ]
    fraction: Annotated[float, Field(ge=0, le=1)]


class ChildFailed(Wire):
    """The backtest ended without a result. A child cannot say that it was our mistake."""

    type: Literal["failed"] = "failed"
    kind: Literal[
        FailureKind.STRATEGY_ERROR,
        FailureKind.INVALID_CONFIGURATION,
        FailureKind.NO_DATA,
        FailureKind.OUT_OF_MEMORY,
        FailureKind.PROCESS_LIMIT,
        FailureKind.OUTPUT_LIMIT,
    ]
    message: Annotated[str, Field(max_length=4_000)]
    traceback: Annotated[list[TracebackLine], Field(max_length=50, default_factory=list)]


class Done(Wire):
    """The archive is in the result file."""

    type: Literal["done"] = "done"


Message = Annotated[Ready | ChildProgress | ChildFailed | Done, Field(discriminator="type")]
_ADAPTER: TypeAdapter[Message] = TypeAdapter(Message)


class MessageRefused(Exception):
    """The child wrote what is no message."""


class MessageFlood(Exception):
    """The child wrote more than all messages of a run could be."""


class MessageBuffer:
    """Cuts the child's bytes into messages, within limits."""

    def __init__(self) -> None:
        self._rest = b""
        self._total = 0

    def feed(self, data: bytes) -> list[Message]:
        self._total += len(data)
        if self._total > MAX_TOTAL_BYTES:
            raise MessageFlood
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > MAX_LINE_BYTES or any(len(line) > MAX_LINE_BYTES for line in lines):
            raise MessageFlood
        return [_parsed(line) for line in lines if line]


def _parsed(line: bytes) -> Message:
    try:
        return _ADAPTER.validate_json(line)
    except ValidationError as error:
        raise MessageRefused from error
