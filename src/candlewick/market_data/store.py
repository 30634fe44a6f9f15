"""Reads the candle store: which candles there are, and a window of them for a chart.

Light to import: pandas and pyarrow are loaded when candles are.
"""

import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeVar

from candlewick.errors import Invalid, NotFound
from candlewick.market_data.manifest import (
    CandleFile,
    CandleType,
    Current,
    Manifest,
    StoredObject,
)
from candlewick.market_data.timeframes import duration
from candlewick.objects import ObjectStore

if TYPE_CHECKING:
    import pandas as pd

_Kept = TypeVar("_Kept")

_LISTING_KEPT_S: Final = 60.0
_MANIFESTS_KEPT: Final = 8
_FRAMES_KEPT: Final = 12
_PRICES: Final = ("open", "high", "low", "close", "volume")
_MAX_CANDLES: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Candles:
    """A window for a chart. A row is (open time in ms, open, high, low, close, volume).

    `merged` candles of the store are one row each, so that no more rows than asked for are sent.
    """

    rows: list[tuple[int, float, float, float, float, float]]
    candle_s: int
    merged: int


class CandleStore:
    """Safe to share between threads; objects never change, so what is cached stays true."""

    def __init__(
        self, objects: ObjectStore, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._objects = objects
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._listing: tuple[float, list[str]] | None = None
        self._manifests: OrderedDict[str, Manifest] = OrderedDict()
        self._frames: OrderedDict[str, pd.DataFrame] = OrderedDict()

    def exchanges(self) -> list[str]:
        """Return the exchanges that have candles."""
        if self._listing is None or self._monotonic() - self._listing[0] > _LISTING_KEPT_S:
            suffix = "/current.json"
            names = self._objects.names("")
            found = [name.removesuffix(suffix) for name in names if name.endswith(suffix)]
            self._listing = (self._monotonic(), sorted(found))
        return self._listing[1]

    def current(self, exchange: str) -> Current:
        """Return an exchange's newest revision; `NotFound` when it has none."""
        if not exchange.isalnum():
            raise NotFound(f"There are no candles of an exchange {exchange}.")
        try:
            pointer = json.loads(self._objects.read(f"{exchange}/current.json"))
        except NotFound as error:
            raise NotFound(f"There are no candles of an exchange {exchange}.") from error
        revision: str = pointer["revision"]
        return Current(revision=revision, manifest=self.manifest(exchange, revision))

    def revision(self, exchange: str, revision: str) -> Manifest:
        """Return a revision that a client names; `NotFound` when the exchange has none such."""
        missing = f"There are no candles of a revision {revision} of {exchange}."
        if not exchange.isalnum():
            raise NotFound(missing)
        try:
            manifest = self.manifest(exchange, revision)
        except NotFound as error:
            raise NotFound(missing) from error
        if manifest.exchange != exchange:
            raise NotFound(missing)
        return manifest

    def manifest(self, exchange: str, revision: str) -> Manifest:
        """Return a revision, also an old one."""
        with self._lock:
            known = self._manifests.get(revision)
        if known is not None:
            return known
        data = self._objects.read(f"{exchange}/manifests/{revision}.json")
        manifest = Manifest.model_validate_json(data)
        with self._lock:
            _remember(self._manifests, revision, manifest, _MANIFESTS_KEPT)
        return manifest

    def window(
        self, file: CandleFile, start: datetime, until: datetime, *, max_rows: int = 1_000
    ) -> Candles:
        """Return the candles that open in [start, until), merged to at most `max_rows` rows."""
        if not 1 <= max_rows <= _MAX_CANDLES:
            raise Invalid(f"Ask for 1 to {_MAX_CANDLES:,} candles.")
        if start >= until:
            raise Invalid("The window ends before it begins.")
        if file.candle_type is CandleType.FUNDING_RATE:
            raise Invalid("Funding rates have no candles.")
        frame = self.frame(file)
        dates = frame["date"]
        first, last = dates.searchsorted(start), dates.searchsorted(until)
        step_s = int(duration(file.timeframe).total_seconds())
        merged = _merge_factor(start, until, step_s, max_rows)
        rows = _rows(frame.iloc[first:last], step_s, merged)
        return Candles(rows=rows, candle_s=step_s * merged, merged=merged)

    def snapshot(self, stored: StoredObject) -> bytes:
        """Return a content-addressed object beside the candles."""
        return self._objects.read(stored.object_name)

    def frame(self, file: CandleFile) -> "pd.DataFrame":
        """Return a whole file: `date` (UTC), `open`, `high`, `low`, `close`, `volume`."""
        # Imported here: most requests of the functions need no candles, and pandas takes long to start.
        from candlewick.market_data import feather  # noqa: PLC0415

        with self._lock:
            known = self._frames.get(file.sha256)
        if known is not None:
            return known
        frame = feather.read(self._objects.read(file.object_name), feather.OHLCV)
        with self._lock:
            _remember(self._frames, file.sha256, frame, _FRAMES_KEPT)
        return frame


def find_files(
    manifest: Manifest,
    pairs: Sequence[str],
    timeframe: str,
    candle_type: CandleType = CandleType.SPOT,
) -> list[CandleFile]:
    """Return one file for each pair, in the pairs' order; `NotFound` names what is missing."""
    found = {
        file.pair: file
        for file in manifest.files
        if file.timeframe == timeframe and file.candle_type is candle_type
    }
    missing = [pair for pair in pairs if pair not in found]
    if missing:
        raise NotFound(
            f"{manifest.title} has no {timeframe} candles ({candle_type}) for {', '.join(missing)}."
        )
    return [found[pair] for pair in pairs]


def _merge_factor(start: datetime, until: datetime, step_s: int, max_rows: int) -> int:
    # One row more may be touched at the window's edge.
    candles = int((until - start).total_seconds()) // step_s + 1
    if candles <= max_rows:
        return 1
    return -(-candles // max(1, max_rows - 1))


def _rows(
    frame: "pd.DataFrame", step_s: int, merged_candles: int
) -> list[tuple[int, float, float, float, float, float]]:
    if frame.empty:
        return []
    opened_ms = frame["date"].dt.as_unit("ms").astype("int64")
    if merged_candles == 1:
        unmerged = [frame[name].tolist() for name in _PRICES]
        return list(zip(opened_ms.tolist(), *unmerged, strict=True))
    row_s = step_s * merged_candles
    bucket = opened_ms // (row_s * 1_000)
    merged = frame.groupby(bucket.to_numpy(), sort=True).agg(
        open=("open", "first"),
        high=("high", "max"),
        low=("low", "min"),
        close=("close", "last"),
        volume=("volume", "sum"),
    )
    opened = (merged.index.to_numpy() * row_s * 1_000).tolist()
    columns = [merged[name].tolist() for name in _PRICES]
    return list(zip(opened, *columns, strict=True))


def _remember(cache: OrderedDict[str, _Kept], key: str, value: _Kept, kept: int) -> None:
    cache[key] = value
    while len(cache) > kept:
        cache.popitem(last=False)
