"""Fetches the files of the plan into the folder that the trader sees read-only."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import aiohttp

from candlewick.backtests.wire import InputFile
from live_bot.errors import EventsUnavailable


async def fetch(http: aiohttp.ClientSession, files: Iterable[InputFile], folder: Path) -> None:
    """Fetch each file, and see that it is the one that was announced.

    Raises:
        EventsUnavailable: a file is not to be had, or is another.
    """
    for file in files:
        _place(folder, file.path, await _content(http, file))


def _place(folder: Path, name: str, content: bytes) -> None:
    target = (folder / name).resolve()
    if not target.is_relative_to(folder.resolve()):
        raise EventsUnavailable(f"{name} lies outside the folder.")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.parent.chmod(0o755)
    target.write_bytes(content)
    target.chmod(0o644)


async def _content(http: aiohttp.ClientSession, file: InputFile) -> bytes:
    try:
        async with http.get(file.url, allow_redirects=False) as response:
            response.raise_for_status()
            content = await response.content.read(-1)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise EventsUnavailable(f"{file.path}: {type(error).__name__}") from error
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise EventsUnavailable(f"{file.path} is not what was announced.")
    return content
