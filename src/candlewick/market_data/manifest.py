"""The manifest of a revision: which candle files an exchange has, their hashes, coverage and gaps.

    gs://<candles bucket>/
      <exchange>/current.json                                  {"revision": "<sha256>"}
      <exchange>/manifests/<revision>.json                     Manifest (its own hash is the revision)
      <exchange>/markets/<sha256>.json                         ccxt market structures by symbol
      <exchange>/leverage_tiers/<sha256>.json                  futures only
      <exchange>/candles/<sha256>/<Freqtrade's file name>      immutable feather file
      <exchange>/raw/<sha256>/<Freqtrade's file name>          what it was cleaned from, as it was downloaded

Objects are named by their content and never change; only `current.json` is replaced.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class CandleType(StrEnum):
    """Freqtrade's candle types that the store keeps."""

    SPOT = "spot"
    FUTURES = "futures"
    MARK = "mark"
    FUNDING_RATE = "funding_rate"


TRADED = frozenset({CandleType.SPOT, CandleType.FUTURES})


class Document(BaseModel):
    """Frozen, camelCase as JSON, unknown fields refused."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
    )


class Gap(Document):
    """Missing candles: from the first missing one, up to and without `until`."""

    start: datetime
    until: datetime
    candles: int


class QualityNote(Document):
    """What cleaning found in a file and did about it: docs/market-data.md has the rules. `at`: the first moments."""

    rule: str
    action: str  # converted, removed, replaced or flagged
    count: int
    at: list[datetime] = []


class TickSize(Document):
    """The step in which prices move, from a day on."""

    since: date
    tick_size: float


class Piece(Document):
    """Some bytes of a file."""

    offset: int
    size_bytes: int
    sha256: Sha256


class Slice(Piece):
    """A piece that holds candles and can be read by itself; `start`: open time of the first."""

    start: datetime


class Slices(Document):
    """The parts of a file, in time's order; `head` says what the columns are."""

    head: Piece
    slices: list[Slice]


class CandleFile(Document):
    """One immutable file: `date, open, high, low, close, volume` at one pair and timeframe."""

    pair: str  # BASE/QUOTE, futures BASE/QUOTE:SETTLE
    timeframe: str
    candle_type: CandleType
    file_name: str  # Freqtrade's: BTC_USDT-5m.feather; futures in futures/
    object_name: str
    sha256: Sha256
    size_bytes: int
    candles: int
    start: datetime  # open time of the first candle
    until: datetime  # close time of the last candle
    gaps: list[Gap]  # the 200 largest, in time's order
    missing_candles: int
    raw: Sha256 | None = (
        None  # the hash of what it was cleaned from, of a pull the newest download; None: it is as it was given
    )
    quality: list[QualityNote] = []
    parts: Slices | None = (
        None  # None: the revision is older than they are, and the file is read whole
    )
    # Of what is traded, as Freqtrade tells them from these candles; None: the revision is older than they are.
    tick_sizes: list[TickSize] | None = None
    asked_since: datetime | None = None  # from when on the exchange was asked; None: it never was

    def tick_size_before(self, moment: datetime) -> float | None:
        """Return the last tick size that is known before a moment."""
        day = (moment - timedelta.resolution).date()
        known = [size.tick_size for size in self.tick_sizes or () if size.since <= day]
        return known[-1] if known else None


class Listing(Document):
    """When pulls have seen a pair at its exchange. Its candles stay when it is delisted."""

    pair: str
    active: bool  # the last pull found it open for trading
    first_seen: date
    last_seen: date  # the last day on which it was open


class StoredObject(Document):
    """A content-addressed object beside the candles."""

    object_name: str
    sha256: Sha256
    size_bytes: int


class Manifest(Document):
    """Everything that a backtest on this exchange may read."""

    exchange: str  # ccxt id, `simulated`, or what a pull was told to store as
    # ccxt id of the exchange whose rules hold, where these candles have a name of their own.
    rules_of: str | None = None
    title: str  # as shown to the user
    simulated: bool
    note: str  # where the candles come from
    created_at: datetime
    files: list[CandleFile]
    markets: StoredObject
    leverage_tiers: StoredObject | None = None
    listings: list[Listing] = []  # of what was pulled, by pair


def files_by_name(manifest: Manifest | None) -> dict[str, CandleFile]:
    """Return a revision's files by Freqtrade's names; none before the first revision."""
    return {} if manifest is None else {file.file_name: file for file in manifest.files}


class Current(Document):
    """An exchange's candles as they are now."""

    revision: Sha256
    manifest: Manifest
