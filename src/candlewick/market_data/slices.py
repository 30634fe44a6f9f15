r"""Parts of a candle file that can be read by themselves: Arrow's record batches, and where they lie in it.

    ARROW1 \\0 \\0 | schema message | batch | batch | … | footer | ARROW1
    0             8                ^head   ^slices[1].offset

A reader fetches the head once and a range of slices, so a week of a file of years costs a week.
"""

import io
from collections.abc import Sequence
from datetime import UTC
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Protocol

import pyarrow as pa
from pyarrow import feather

from candlewick.errors import Invalid
from candlewick.market_data.manifest import Piece, Slice, Slices
from candlewick.objects import sha256_hex

if TYPE_CHECKING:
    import pandas as pd

_HEAD_AT: Final = 8


class Span(Protocol):
    """Some bytes of a file, as the manifest and the ticket say it."""

    @property
    def offset(self) -> int: ...
    @property
    def size_bytes(self) -> int: ...
    @property
    def sha256(self) -> str: ...


def find(data: bytes) -> Slices:
    """Return where a feather file's slices lie; `Invalid` when it is none, or has times that are not in order."""
    try:
        source = pa.BufferReader(data)
        source.seek(_HEAD_AT)
        reader = pa.ipc.MessageReader.open_stream(source)
        schema = pa.ipc.read_schema(reader.read_next_message())
        head_end = source.tell()
        offsets, firsts = [head_end], []
        for _ in range(pa.ipc.open_file(pa.BufferReader(data)).num_record_batches):
            batch = pa.ipc.read_record_batch(reader.read_next_message(), schema)
            offsets.append(source.tell())
            firsts.append(batch.column("date")[0].as_py() if batch.num_rows else None)
    except (pa.ArrowException, OSError, KeyError, StopIteration) as error:
        raise Invalid("The file is no feather file with a column of dates.") from error
    return Slices(
        head=Piece(
            offset=_HEAD_AT,
            size_bytes=head_end - _HEAD_AT,
            sha256=sha256_hex(data[_HEAD_AT:head_end]),
        ),
        slices=[
            Slice(
                start=first.astimezone(UTC),
                offset=begin,
                size_bytes=end - begin,
                sha256=sha256_hex(data[begin:end]),
            )
            for (begin, end), first in zip(pairwise(offsets), firsts, strict=True)
            if first is not None
        ],
    )


def read(head: bytes, pieces: Sequence[bytes]) -> "pd.DataFrame":
    """Return the candles of slices that follow each other; `Invalid` when they are none."""
    frame: pd.DataFrame = _table(head, pieces).to_pandas()
    return frame


def file_of(head: bytes, pieces: Sequence[bytes]) -> bytes:
    """Return a feather file of these slices alone, not compressed: it is read at once, and thrown away."""
    out = io.BytesIO()
    feather.write_feather(_table(head, pieces), out, compression="uncompressed")
    return out.getvalue()


def _table(head: bytes, pieces: Sequence[bytes]) -> pa.Table:
    try:
        schema = pa.ipc.read_schema(pa.py_buffer(head))
        batches = [pa.ipc.read_record_batch(pa.py_buffer(piece), schema) for piece in pieces]
        return pa.Table.from_batches(batches, schema)
    except (pa.ArrowException, OSError) as error:
        raise Invalid("The slices are none of a feather file.") from error


def split(data: bytes, spans: Sequence[Span]) -> list[bytes]:
    """Return each span's bytes of a range that was fetched from the first one's offset on, checked by its hash."""
    begin = spans[0].offset
    found = []
    for span in spans:
        content = data[span.offset - begin : span.offset - begin + span.size_bytes]
        if sha256_hex(content) != span.sha256:
            raise Invalid(
                f"The bytes of the file from {span.offset:,} on are not what was announced."
            )
        found.append(content)
    return found
