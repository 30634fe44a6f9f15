"""An archive's member of many pieces, deflated apart: each by whoever has time for it, before the archive is there.

A piece ends on a byte and looks back at no other, so that they make one ordinary stream in any reader's eyes.
"""

import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

# Codes for single bytes only. Values of floating point hardly repeat: twice as fast, a fifth larger.
_HOW = (1, zlib.DEFLATED, -zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, zlib.Z_HUFFMAN_ONLY)
_END = zlib.compressobj(*_HOW).flush()


@dataclass(frozen=True, slots=True)
class Piece:
    """What was deflated, and a sum over it before."""

    deflated: bytes
    size: int
    crc: int

    def is_of(self, values: memoryview) -> bool:
        return (self.size, self.crc) == (values.nbytes, zlib.crc32(values))


def deflate(values: memoryview) -> Piece:
    """Return the piece: all but the stream's end."""
    packer = zlib.compressobj(*_HOW)
    packed = packer.compress(values) + packer.flush(zlib.Z_FULL_FLUSH)
    return Piece(packed, values.nbytes, zlib.crc32(values))


def write(
    archive: zipfile.ZipFile, name: str, pieces: Iterable[tuple[memoryview, Piece | None]]
) -> None:
    """Add a member of these values; what has no piece, or one of other values, is deflated now."""
    with archive.open(name, "w") as target:
        ready = _Ready()
        target._compressor = ready  # type: ignore[attr-defined]  # noqa: SLF001 - there is no other way for deflated data
        for values, piece in pieces:
            is_known = piece is not None and piece.is_of(values)
            ready.following = piece if is_known else deflate(values)
            target.write(values)


class _Ready:
    """Stands in for the archive's compressor: gives what there is."""

    following: Piece | None = None

    def compress(self, _: Any) -> bytes:
        return b"" if self.following is None else self.following.deflated

    def flush(self) -> bytes:
        return _END
