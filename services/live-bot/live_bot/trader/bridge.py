"""Carries bytes between a port of the sandbox's own loopback and the supervisor's socket."""

import asyncio
import contextlib
import ctypes
import os
import signal
from pathlib import Path
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
_CHUNK: Final = 1 << 16


def start(door: Path) -> int:
    """Start the bridge as a process of its own; return the port on 127.0.0.1 where it listens."""
    read, write = os.pipe()
    if os.fork() == 0:
        os.close(read)
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        try:
            asyncio.run(_serve(door, write))
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as told:
        return int(told.read())


async def _serve(door: Path, told: int) -> None:
    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            far_reader, far_writer = await asyncio.open_unix_connection(str(door))
            await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))
        writer.close()

    server = await asyncio.start_server(carry, "127.0.0.1", 0)
    os.write(told, str(server.sockets[0].getsockname()[1]).encode())
    os.close(told)
    await server.serve_forever()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()
