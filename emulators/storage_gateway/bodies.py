"""Request bodies, received whole, bounded and hashed before anything is stored."""

import base64
import hashlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile

import google_crc32c
from aiohttp import StreamReader

from emulators.storage_gateway.refusals import Refusal, bad_digest, invalid

_IN_MEMORY = 8 * 2**20
_CHUNK = 2**18
_RANGE = re.compile(r"(\d{1,15}),(\d{1,15})")


@dataclass(frozen=True, slots=True)
class LengthRange:
    """`x-goog-content-length-range`: the least and the most bytes, both allowed."""

    least: int = 0
    most: int = 5 * 2**40

    @classmethod
    def parse(cls, text: str | None) -> "LengthRange":
        if text is None:
            return cls()
        match = _RANGE.fullmatch(text)
        if match is None or int(match[1]) > int(match[2]):
            raise invalid("x-goog-content-length-range must be MIN,MAX.")
        return cls(int(match[1]), int(match[2]))

    def check_most(self, size: int) -> None:
        if size > self.most:
            raise Refusal(
                400,
                "EntityTooLarge",
                "invalid",
                "Your proposed upload is larger than the maximum object size specified in your"
                " Policy Document.",
                {"Details": f"Content-length exceeds upper bound on range: {self.most}"},
            )

    def check_least(self, size: int) -> None:
        if size < self.least:
            raise Refusal(
                400,
                "EntityTooSmall",
                "invalid",
                "Your proposed upload is smaller than the minimum object size specified in your"
                " Policy Document.",
                {"Details": f"Content-length smaller than lower bound on range: {self.least}"},
            )


class Body:
    """A received body with its hashes; large ones lie in a temporary file."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by close()
        self.size = 0

    def close(self) -> None:
        self._file.close()

    async def receive(
        self, stream: StreamReader, lengths: LengthRange, declared: int | None
    ) -> None:
        """Read the stream to its end, but no further than the upper bound."""
        lengths.check_most(declared or 0)
        async for chunk in stream.iter_chunked(_CHUNK):
            self.size += len(chunk)
            lengths.check_most(self.size)
            self._file.write(chunk)
        lengths.check_least(self.size)

    def slice(self, start: int, end: int) -> bytes:
        self._file.seek(start)
        return self._file.read(end - start)

    async def chunks(self, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        position, end = start, self.size if end is None else end
        while position < end:
            chunk = self.slice(position, min(position + _CHUNK, end))
            position += len(chunk)
            yield chunk

    def digest(self, algorithm: str, start: int = 0, end: int | None = None) -> bytes:
        """Return the MD5, SHA-256 or CRC32C of a part."""
        # Castagnoli's CRC is what Cloud Storage shows; hashlib does not have it.
        running = (
            google_crc32c.Checksum()  # type: ignore[no-untyped-call] # it has no annotations
            if algorithm == "crc32c"
            else hashlib.new(algorithm, usedforsecurity=False)
        )
        position, end = start, self.size if end is None else end
        while position < end:
            chunk = self.slice(position, min(position + _CHUNK, end))
            running.update(chunk)
            position += len(chunk)
        return bytes(running.digest())

    def require_digest(
        self, algorithm: str, expected: str, label: str, part: tuple[int, int | None] = (0, None)
    ) -> None:
        """Compare with a digest in base64, as every header and field of Cloud Storage has it."""
        if base64.b64encode(self.digest(algorithm, *part)).decode() != expected:
            raise bad_digest(label)
