"""The two services that the job talks to, on loopback: run-events, and storage behind signed URLs."""

import json
import re
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from pydantic import JsonValue

from candlewick.backtests.wire import (
    Finished,
    InputFile,
    Limits,
    Loop,
    Progress,
    StartClaim,
    Ticket,
    Upload,
)

TOKEN = "run-token-canary-7f3a9c"
RESULT_HEADERS = {
    "content-type": "application/zip",
    "x-goog-content-length-range": "1,20000000",
    "x-goog-if-generation-match": "0",
}
LOG_HEADERS = RESULT_HEADERS | {"content-type": "text/plain; charset=utf-8"}


@dataclass
class Run:
    """What the services hold for one run, and what they were told."""

    config: dict[str, JsonValue]
    inputs: dict[str, bytes]
    class_name: str = "Strategy"
    limits: Limits = field(default_factory=Limits)
    loop: Loop = Loop.SKIPPING
    max_bytes: int = 20_000_000
    expires_in: timedelta = timedelta(minutes=15)
    claims: list[StartClaim] = field(default_factory=list)
    progress: list[Progress] = field(default_factory=list)
    finished: list[Finished] = field(default_factory=list)
    result: bytes | None = None
    log: bytes | None = None
    uploads: list[dict[str, str]] = field(default_factory=list)
    ranges: list[tuple[int, int]] = field(default_factory=list)
    cancel: bool = False
    fenced: bool = False
    # Takes (method, path); an answer's status instead of the real one, or None.
    fault: Callable[[str, str], int | None] = lambda _method, _path: None
    on_progress: Callable[[Progress], None] = lambda _progress: None

    @property
    def last(self) -> Finished:
        assert self.finished, "the job did not report an outcome"
        return self.finished[-1]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of jobs that went away before their answer: tests end them."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Platform:
    """Serves one `Run` at a time."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def ticket(self) -> Ticket:
        files = [
            InputFile(
                path=path,
                url=f"{self.url}/inputs/{path}",
                sha256=sha256(content).hexdigest(),
                size_bytes=len(content),
            )
            for path, content in self.run.inputs.items()
        ]
        return Ticket(
            run_id="run-1",
            class_name=self.run.class_name,
            config=self.run.config,
            files=files,
            result=Upload(
                url=f"{self.url}/result", headers=RESULT_HEADERS, max_bytes=self.run.max_bytes
            ),
            log=Upload(url=f"{self.url}/log", headers=LOG_HEADERS, max_bytes=1_200_000),
            limits=self.run.limits,
            loop=self.run.loop,
            expires_at=datetime.now(UTC) + self.run.expires_in,
        )


def _handler(platform: Platform) -> type[BaseHTTPRequestHandler]:  # noqa: C901 - one method per verb
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

        def do_GET(self) -> None:
            if self._faulty() or self.path.startswith("/events"):
                return
            content = platform.run.inputs.get(self.path.removeprefix("/inputs/"))
            wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
            if content is None or wanted is None:
                self._answer(404 if content is None else 200, content or b"")
                return
            platform.run.ranges.append((int(wanted[1]), int(wanted[2])))
            self._answer(206, content[int(wanted[1]) : int(wanted[2]) + 1])

        def do_PUT(self) -> None:
            body = self._body()
            run = platform.run
            if self._faulty():
                return
            if self.path == "/log":
                self._answer(200 if run.log is None else 412)
                run.log = run.log or body
                return
            run.uploads.append({name.lower(): value for name, value in self.headers.items()})
            if run.result is not None:
                self._answer(412)
                return
            run.result = body
            self._answer(200)

        def do_POST(self) -> None:
            body = self._body()
            if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                self._answer(401)
            elif not self._faulty():
                self._event(self.path.removeprefix("/events/"), body)

        def _event(self, call: str, body: bytes) -> None:
            run = platform.run
            if run.fenced:
                self._answer(409)
            elif call == "started":
                run.claims.append(StartClaim.model_validate_json(body))
                self._answer(200, platform.ticket().model_dump_json(by_alias=True).encode())
            elif call == "progress":
                progress = Progress.model_validate_json(body)
                run.progress.append(progress)
                run.on_progress(progress)
                self._answer(200, json.dumps({"cancel": run.cancel}).encode())
            else:
                run.finished.append(Finished.model_validate_json(body))
                self._answer(200, b"{}")

        def _faulty(self) -> bool:
            status = platform.run.fault(self.command, self.path)
            if status == 0:
                self.close_connection = True
            elif status is not None:
                self._answer(status)
            return status is not None

        def _body(self) -> bytes:
            return self.rfile.read(int(self.headers.get("Content-Length", "0")))

        def _answer(self, status: int, body: bytes = b"") -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler
