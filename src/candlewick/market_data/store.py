"""Reads the candle store: which candles there are, and a window of them for a chart.

Light to import: pandas and pyarrow are loaded when candles are.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
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
from candlewick.market_data.publishing import newest_revision, read_manifest
from candlewick.market_data.ranges import Ranges
from candlewick.market_data.timeframes import duration
from candlewick.objects import ObjectStore

if TYPE_CHECKING:
    import pandas as pd

    from candlewick.market_data.merging import Candles

_Kept = TypeVar("_Kept")

_LISTING_KEPT_S: Final = 60.0
_MANIFESTS_KEPT: Final = 8
_FRAMES_KEPT: Final = 12
_MAX_CANDLES: Final = 10_000


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
        self._ranges = Ranges(objects)

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
        revision = newest_revision(self._objects, exchange)
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
        manifest = read_manifest(self._objects, exchange, revision)
        with self._lock:
            _remember(self._manifests, revision, manifest, _MANIFESTS_KEPT)
        return manifest

    def window(
        self, file: CandleFile, start: datetime, until: datetime, *, max_rows: int = 1_000
    ) -> "Candles":
        """Return the candles that open in [start, until), merged to at most `max_rows` rows."""
        if not 1 <= max_rows <= _MAX_CANDLES:
            raise Invalid(f"Ask for 1 to {_MAX_CANDLES:,} candles.")
        if start >= until:
            raise Invalid("The window ends before it begins.")
        if file.candle_type is CandleType.FUNDING_RATE:
            raise Invalid("Funding rates have no candles.")
        # Here, as below: most requests of the functions need no candles, and pandas takes long to start.
        from candlewick.market_data.merging import merge, merge_factor  # noqa: PLC0415

        step_s = int(duration(file.timeframe).total_seconds())
        factor = merge_factor(start, until, step_s, max_rows)
        return merge(self.between(file, start, until), step_s, factor)

    def snapshot(self, stored: StoredObject) -> bytes:
        """Return a content-addressed object beside the candles."""
        return self._objects.read(stored.object_name)

    def frame(self, file: CandleFile) -> "pd.DataFrame":
        """Return a whole file: `date` (UTC), `open`, `high`, `low`, `close`, `volume`."""
        from candlewick.market_data import feather  # noqa: PLC0415

        with self._lock:
            known = self._frames.get(file.sha256)
        if known is not None:
            return known
        frame = feather.read(self._objects.read(file.object_name), feather.OHLCV)
        with self._lock:
            _remember(self._frames, file.sha256, frame, _FRAMES_KEPT)
        return frame

    def whole(self, file: CandleFile) -> "pd.DataFrame":
        """Return a file of any type with all of its columns: rates and mark prices too."""
        from candlewick.market_data import feather  # noqa: PLC0415

        return feather.read(self._objects.read(file.object_name))

    def between(self, file: CandleFile, start: datetime, until: datetime) -> "pd.DataFrame":
        """Return the candles that open in [start, until), without reading what is far from them."""
        with self._lock:
            known = self._frames.get(file.sha256)
        near = None if known is not None else self._ranges.near(file, start, until)
        frame = self.frame(file) if near is None else near
        dates = frame["date"]
        first, last = dates.searchsorted(start), dates.searchsorted(until)
        found: pd.DataFrame = frame.iloc[first:last]
        return found


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


def _remember(cache: OrderedDict[str, _Kept], key: str, value: _Kept, kept: int) -> None:
    cache[key] = value
    while len(cache) > kept:
        cache.popitem(last=False)
