"""What the HTTP emulators share: their command line, a health page, a file that says that they listen."""

import argparse
import asyncio
import signal
from collections.abc import Callable
from pathlib import Path

from aiohttp import web


def parser(prog: str, description: str) -> argparse.ArgumentParser:
    """Return a parser with the options that every HTTP emulator takes."""
    options = argparse.ArgumentParser(prog=f"python -m {prog}", description=description)
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--ready-file", type=Path, help="written as soon as the port is open")
    return options


def serve(make_app: Callable[[], web.Application], options: argparse.Namespace) -> None:
    """Serve until SIGTERM or SIGINT."""
    asyncio.run(_serve(make_app(), options))


async def _serve(app: web.Application, options: argparse.Namespace) -> None:
    app.router.add_get("/healthz", _healthy)
    # Bodies are streamed and bounded by each emulator itself.
    runner = web.AppRunner(
        app, access_log=None, shutdown_timeout=2, auto_decompress=False, handler_cancellation=True
    )
    await runner.setup()
    await web.TCPSite(runner, options.host, options.port).start()
    if options.ready_file is not None:
        options.ready_file.write_text("ready\n")
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    await stopped.wait()
    await runner.cleanup()


async def _healthy(_: web.Request) -> web.Response:
    return web.Response(text="ok\n")
