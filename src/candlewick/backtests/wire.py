"""What the run-events function and the backtest job say to each other.

    job                                   run-events function
     │ POST {events}/started  StartClaim ──────► fences older claims, signs URLs
     │ ◄──────────────────────────────── Ticket │
     │ POST {events}/progress Progress ────────► extends the deadline, tells of a cancellation
     │ POST {events}/finished Finished ────────► result uploaded (verify it) or a recorded failure

Every call carries `Authorization: Bearer <run token>`. 409 means that this claim is fenced off by a newer
one or that the run has ended: stop working, exit 0.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue
from pydantic.alias_generators import to_camel

from candlewick.backtests.kinds import FailureKind, Loop, Phase, ProbeKind

__all__ = [
    "MAX_LOG_TAIL_CHARS",
    "Cancelled",
    "Failed",
    "Failure",
    "FailureKind",
    "Finished",
    "InputFile",
    "Limits",
    "Loop",
    "Phase",
    "ProbeKind",
    "Progress",
    "ProgressReply",
    "Span",
    "StartClaim",
    "Succeeded",
    "Ticket",
    "Timings",
    "TracebackLine",
    "Upload",
    "Wire",
]

MAX_LOG_TAIL_CHARS = 8_000


class Wire(BaseModel):
    """Frozen, camelCase as JSON, unknown fields refused."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
    )


class StartClaim(Wire):
    """Sent first. `holder` is random per process; a repeated call by the same holder gives a fresh ticket."""

    holder: Annotated[str, Field(min_length=16, max_length=64)]
    task_attempt: Annotated[int, Field(ge=0, le=100)]
    execution: Annotated[str, Field(max_length=200)]


class Span(Wire):
    """Some bytes of a file, as a manifest's `Piece`; the child imports these messages, and has no manifests."""

    offset: int
    size_bytes: int
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class InputFile(Wire):
    """A file to put under the child's read-only input folder.

    `spans` of a candle file are all that is fetched of it, where the run needs little of its time: what the columns are,
    then slices that follow each other (`market_data/slices.py`).
    """

    path: Annotated[str, Field(pattern=r"^[A-Za-z0-9_\-./]+$")]
    url: str
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    size_bytes: int
    spans: list[Span] = []


class Upload(Wire):
    """A create-only signed PUT: send exactly these headers."""

    url: str
    headers: dict[str, str]
    max_bytes: int


class Limits(Wire):
    """What the untrusted child may use."""

    wall_s: int = 1_500
    cpu_s: int = 1_500
    memory_mib: int = 3_072
    scratch_mib: int = 512
    processes: int = 16  # Freqtrade is one, with up to three that analyse pairs
    open_files: int = 512
    log_bytes: int = 1_000_000


class Ticket(Wire):
    """All that the job needs; the signed URLs in it never enter the child.

    `log` takes what the child printed, whatever became of it.

    Files: `config.json` is not among `files`, it is `config` (a Freqtrade configuration without paths);
    `strategies/<class_name>.py`, `strategies/<class_name>.json` (parameters, when the user set some),
    `data/[futures/]<PAIR>-<timeframe>[-<candle type>].feather`, `markets.json` (ccxt market structures by
    symbol) and, for futures, `leverage_tiers.json`.
    """

    run_id: str
    class_name: str
    config: dict[str, JsonValue]
    files: list[InputFile]
    result: Upload
    log: Upload | None  # None: nothing of it may be kept
    limits: Limits
    expires_at: datetime
    probe: ProbeKind | None = None
    loop: Loop = Loop.SKIPPING
    cut_at: datetime | None = None  # the job cuts the candles there before the child sees them


class Progress(Wire):
    """At most one a second; also the heartbeat, sent at least every 10 s."""

    holder: str
    phase: Phase
    fraction: Annotated[float, Field(ge=0, le=1)]
    log_tail: Annotated[str, Field(max_length=MAX_LOG_TAIL_CHARS)] = ""


class ProgressReply(Wire):
    """Whether the user asked to stop: then kill the child, and report `Cancelled`."""

    cancel: bool = False


class TracebackLine(Wire):
    """A frame in the user's own file."""

    line: int
    function: Annotated[str, Field(max_length=200)]
    code: Annotated[str, Field(max_length=500)]


class Failure(Wire):
    """Why a run failed, in words for the user."""

    kind: FailureKind
    message: Annotated[str, Field(max_length=4_000)]
    traceback: Annotated[list[TracebackLine], Field(max_length=50)] = []


class Timings(Wire):
    """Seconds that each step in the job took."""

    claim_s: float = 0
    fetch_s: float = 0
    import_s: float = 0
    backtest_s: float = 0
    upload_s: float = 0


class Succeeded(Wire):
    """The result archive is uploaded; its content is still only a claim."""

    outcome: Literal["succeeded"] = "succeeded"
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    size_bytes: int


class Failed(Wire):
    """A recorded failure."""

    outcome: Literal["failed"] = "failed"
    failure: Failure


class Cancelled(Wire):
    """Stopped because the user asked for it."""

    outcome: Literal["cancelled"] = "cancelled"


class Finished(Wire):
    """Sent last; repeating it is harmless."""

    holder: str
    outcome: Annotated[Succeeded | Failed | Cancelled, Field(discriminator="outcome")]
    timings: Timings = Timings()
    log_tail: Annotated[str, Field(max_length=MAX_LOG_TAIL_CHARS)] = ""
