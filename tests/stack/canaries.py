"""An exchange key that is looked for wherever the platform writes, answers or runs."""

import base64
import contextlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil
import zstandard
from google.cloud import firestore

_ZSTANDARD = bytes.fromhex("28b52ffd")
_LARGEST_STATE = 1 << 28
_CHUNK = 1 << 24
_TRADER = "live_bot.trader.guest"


@dataclass
class Canaries:
    """Secrets that nobody may see again, and the answers in which one was seen."""

    secrets: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)

    def watch(self, http: httpx.Client) -> None:
        """Look into every answer that a user gets from now on."""
        http.event_hooks["response"].append(self._answered)

    def found_in(self, content: bytes) -> bool:
        return any(holds(content, secret) for secret in self.secrets)

    def _answered(self, response: httpx.Response) -> None:
        if self.found_in(response.read() + str(response.headers).encode()):
            self.leaks.append(f"{response.request.method} {response.request.url.path}")


def holds(content: bytes, word: str) -> bool:
    """Whether a word is there, as it is, in hexadecimal digits or in base64 at any offset."""
    plain = word.encode()
    forms = [plain, plain.hex().encode()]
    for offset in range(3):
        # Without the ends, which depend on what stands around it.
        encoded = base64.b64encode(b"\0" * offset + plain)
        forms.append(encoded[4 * (offset > 0) : len(encoded) // 4 * 4 - 4])
    return any(form in content for form in forms)


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every file below a folder; what is compressed also as it was before."""
    for file in folder.rglob("*"):
        if not file.is_file():
            continue
        content = file.read_bytes()
        yield str(file), content
        start = content.find(_ZSTANDARD)
        if start >= 0:
            yield f"{file} unpacked", _unpacked(content[start:])


def documents(client: firestore.Client) -> Iterator[tuple[str, bytes]]:
    """Yield every document of the database."""
    waiting = list(client.collections())
    while waiting:
        for document in waiting.pop().list_documents():
            waiting += document.collections()
            yield document.path, repr(document.get().to_dict()).encode()


def processes(root: int) -> Iterator[tuple[str, bytes]]:
    """Yield environment and command line of each process below one."""
    for process in psutil.Process(root).children(recursive=True):
        try:
            yield f"{process.pid} environment", repr(process.environ()).encode()
            yield f"{process.pid} command line", repr(process.cmdline()).encode()
        except psutil.Error:
            continue


def traders(root: int) -> Iterator[psutil.Process]:
    """Yield the processes in bots' sandboxes that run strategies."""
    for process in psutil.Process(root).children(recursive=True):
        try:
            if any(_TRADER in word for word in process.cmdline()):
                yield process
        except psutil.Error:
            continue


def memory(pid: int) -> Iterator[bytes]:
    """Yield what a process can write to of its memory; for root only."""
    maps = re.findall(r"(?m)^([0-9a-f]+)-([0-9a-f]+) rw", Path(f"/proc/{pid}/maps").read_text())
    ranges = [(int(first, 16), int(last, 16)) for first, last in maps]
    parts = [
        (at, min(_CHUNK, end - at)) for start, end in ranges for at in range(start, end, _CHUNK)
    ]
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as opened:
        for at, size in parts:
            # What was given back since the list was read is not there to be read.
            with contextlib.suppress(OSError):
                yield os.pread(opened.fileno(), size, at)


def _unpacked(content: bytes) -> bytes:
    try:
        return zstandard.ZstdDecompressor().decompress(content, max_output_size=_LARGEST_STATE)
    except zstandard.ZstdError:
        return b""
