"""Files as Hosting's edge keeps them: compressed once, not at every request."""

import asyncio
import gzip
import hashlib
import tempfile
from pathlib import Path

_KINDS = frozenset({".html", ".js", ".css", ".json", ".svg", ".txt", ".wasm", ".map"})


class CompressedFiles:
    """Keeps a gzip copy beside a link to each file that was asked for; aiohttp serves either by itself.

    A file that changes is compressed again. The copies live as long as this object.
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="hosting-")
        self._making: dict[Path, asyncio.Task[None]] = {}

    async def of(self, file: Path) -> Path:
        """Return what to serve for a file: a link with its copy, or the file where none helps."""
        if file.suffix not in _KINDS:
            return file
        link = Path(self._folder.name, _version(file), file.name)
        making = self._making.get(link)
        if making is None:
            making = asyncio.create_task(asyncio.to_thread(_compress, file, link))
            self._making[link] = making
        await asyncio.shield(making)
        return link

    def close(self) -> None:
        self._folder.cleanup()


def _version(file: Path) -> str:
    stat = file.stat()
    return hashlib.sha256(f"{file}:{stat.st_mtime_ns}:{stat.st_size}".encode()).hexdigest()


def _compress(file: Path, link: Path) -> None:
    link.parent.mkdir()
    # Hosting compresses at deployment, when time does not matter; here somebody waits.
    link.with_suffix(f"{link.suffix}.gz").write_bytes(gzip.compress(file.read_bytes(), 6, mtime=0))
    link.symlink_to(file)
