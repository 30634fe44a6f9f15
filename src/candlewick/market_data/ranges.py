"""Reads a stretch of a candle file without the rest of it."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from candlewick.market_data.manifest import CandleFile, Piece, Slice
from candlewick.objects import ObjectStore

if TYPE_CHECKING:
    import pandas as pd

_KEPT: Final = 128  # pieces, of about 300 kB each


def covering(slices: Sequence[Slice], start: datetime, until: datetime) -> range:
    """Return the places of the slices that may hold something of [start, until)."""
    after = [place for place, piece in enumerate(slices) if piece.start <= start]
    before = [place for place, piece in enumerate(slices) if piece.start < until]
    return range(after[-1] if after else 0, before[-1] + 1 if before else 0)


class Ranges:
    """Safe to share between threads; pieces are known by their hash, so what is kept stays true."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects
        self._lock = threading.Lock()
        self._pieces: OrderedDict[str, bytes] = OrderedDict()

    def near(self, file: CandleFile, start: datetime, until: datetime) -> "pd.DataFrame | None":
        """Return whole slices that hold [start, until); `None` when the whole file is better read at once."""
        # Here: most requests of the functions need no candles, and pyarrow takes long to start.
        from candlewick.market_data import slices  # noqa: PLC0415

        parts = file.parts
        if parts is None:
            return None
        places = covering(parts.slices, start, until) or range(1)
        if 2 * len(places) > len(parts.slices):
            return None
        (head,) = self._read(file, [parts.head])
        wanted = parts.slices[places.start : places.stop]
        return slices.read(head, self._read(file, wanted))

    def _read(self, file: CandleFile, wanted: Sequence[Piece]) -> list[bytes]:
        """Return the bytes of pieces that follow each other; what is not kept comes in one request."""
        from candlewick.market_data import slices  # noqa: PLC0415

        with self._lock:
            found = [self._pieces.get(piece.sha256) for piece in wanted]
        missing = [place for place, content in enumerate(found) if content is None]
        if missing:
            stretch = slice(missing[0], missing[-1] + 1)
            pieces = wanted[stretch]
            size = pieces[-1].offset + pieces[-1].size_bytes - pieces[0].offset
            data = self._objects.read_range(file.object_name, pieces[0].offset, size)
            contents = slices.split(data, pieces)
            found[stretch] = contents
            self._keep(pieces, contents)
        return [content for content in found if content is not None]

    def _keep(self, pieces: Sequence[Piece], contents: Sequence[bytes]) -> None:
        with self._lock:
            for piece, content in zip(pieces, contents, strict=True):
                self._pieces[piece.sha256] = content
            while len(self._pieces) > _KEPT:
                self._pieces.popitem(last=False)
