"""What every gRPC emulator of ours needs around it: two loopback ports, a ready file, a clean end."""

import argparse
import asyncio
import fcntl
import ipaddress
import json
import logging
import os
import signal
import socket
import sys
from collections.abc import Coroutine, Iterable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
from aiohttp import web

from emulators.faults import Faults

_LARGEST_MESSAGE = 16 * 1024 * 1024
_log = logging.getLogger(__name__)


class CannotStart(Exception):
    """The sentence says why, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where an emulator listens, and the file that tells so."""

    host: str
    port: int
    http_port: int
    ready_file: Path | None = None

    @classmethod
    def from_arguments(cls, arguments: argparse.Namespace) -> "Places":
        return cls(
            host=arguments.host,
            port=arguments.port,
            http_port=arguments.http_port,
            ready_file=arguments.ready_file,
        )


class Host:
    """An emulator's two listeners, gRPC and HTTP; both ports are taken when it is made.

    Its methods must be called in a running event loop.
    """

    def __init__(self, places: Places) -> None:
        self._places = places
        self._listener = _listen(places.host, places.http_port)
        self.http_port: int = self._listener.getsockname()[1]
        self._server = grpc.aio.server(
            options=[
                # Otherwise a second emulator would share the port in silence.
                ("grpc.so_reuseport", 0),
                ("grpc.max_receive_message_length", _LARGEST_MESSAGE),
            ]
        )
        self.grpc_port = self._bind_grpc()
        self.http_url = f"http://{places.host}:{self.http_port}"

    async def serve(self, services: Iterable[grpc.GenericRpcHandler], app: web.Application) -> None:
        """Answer until SIGTERM or SIGINT."""
        stopping = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stopping.set)
        self._server.add_generic_rpc_handlers(tuple(services))
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        async with AsyncExitStack() as stack:
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            await web.SockSite(runner, self._listener).start()
            await self._server.start()
            stack.push_async_callback(self._server.stop, grace=0.5)
            self._tell_ready()
            await stopping.wait()
            _log.info("stopping")

    def _bind_grpc(self) -> int:
        # gRPC reports a taken port with a page of its own log lines, so ask the kernel first.
        _listen(self._places.host, self._places.port).close()
        address = f"{_in_brackets(self._places.host)}:{self._places.port}"
        try:
            return self._server.add_insecure_port(address)
        except RuntimeError as error:
            raise CannotStart(_taken(self._places.host, self._places.port)) from error

    def _tell_ready(self) -> None:
        _log.info(
            "ready: gRPC on %s:%d, HTTP on %s", self._places.host, self.grpc_port, self.http_url
        )
        file = self._places.ready_file
        if file is None:
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f"{file.name}.{os.getpid()}")
        draft.write_text(json.dumps({"grpc": self.grpc_port, "http": self.http_port}) + "\n")
        draft.replace(file)


@contextmanager
def sole_user_of(file: Path) -> Iterator[None]:
    """Hold a lock on a state's file; `CannotStart` when another emulator has it."""
    lock = file.with_name(f"{file.name}.lock")
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotStart(
                f"{file} is in use by another emulator; stop it or choose another state"
            ) from error
        yield


def add_place_arguments(parser: argparse.ArgumentParser, port: int, http_port: int) -> None:
    """Add the arguments that `Places.from_arguments` reads."""
    parser.add_argument("--host", type=_loopback, default="127.0.0.1", help="loopback address")
    parser.add_argument(
        "--port", type=int, default=port, help="gRPC; 0 takes a free one (%(default)s)"
    )
    parser.add_argument(
        "--http-port",
        type=int,
        default=http_port,
        help="health and faults; 0 takes a free one (%(default)s)",
    )
    parser.add_argument(
        "--ready-file",
        type=Path,
        metavar="FILE",
        help='gets {"grpc": PORT, "http": PORT} once ready',
    )


def side_app(faults: Faults) -> web.Application:
    """Return the HTTP side that all emulators have: `/healthz` and `/faults`."""

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def get_faults(_: web.Request) -> web.Response:
        return web.json_response(faults.describe())

    async def put_faults(request: web.Request) -> web.Response:
        try:
            wanted = await request.json()
            if not isinstance(wanted, dict):
                raise ValueError("The body must be a JSON object of faults by name.")  # noqa: TRY004, TRY301
            faults.replace(wanted)
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=400)
        _log.info("faults are now %s", json.dumps(wanted))
        return web.json_response(faults.describe())

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/faults", get_faults)
    app.router.add_put("/faults", put_faults)
    return app


def run_emulator(name: str, main: Coroutine[Any, Any, None]) -> int:
    """Run an emulator to its end and return the process's exit code."""
    logging.basicConfig(
        level=logging.INFO,
        stream=sys.stderr,
        format=f"%(asctime)s {name} %(levelname)s %(message)s",
    )
    try:
        asyncio.run(main)
    except CannotStart as error:
        sys.stderr.write(f"{name}: {error}\n")
        return 2
    return 0


def _loopback(text: str) -> str:
    try:
        is_loopback = text == "localhost" or ipaddress.ip_address(text).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise argparse.ArgumentTypeError(
            f"{text} is not a loopback address; an emulator serves its own machine only"
        )
    return text


def _listen(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
    except (OSError, OverflowError) as error:
        listener.close()
        raise CannotStart(_taken(host, port)) from error
    return listener


def _taken(host: str, port: int) -> str:
    return f"port {port} on {host} is in use or not allowed; choose another, or 0 for a free one"


def _in_brackets(host: str) -> str:
    return f"[{host}]" if ":" in host else host
