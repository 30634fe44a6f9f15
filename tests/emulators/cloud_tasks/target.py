"""A handler for tasks that remembers what it is sent and answers as it is told."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One delivery; header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    at: float


@dataclass(slots=True)
class Target:
    """Answers each path with the statuses planned for it in turn, then with 200.

    Attributes:
        holding: paths whose answers wait until they are released.
    """

    url: str = ""
    plans: dict[str, list[int]] = field(default_factory=dict)
    answer_headers: dict[str, str] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)
    holding: dict[str, threading.Event] = field(default_factory=dict)
    active: int = 0
    most_active: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, path: str) -> list[Received]:
        with self.lock:
            return [item for item in self.received if item.path == path]

    def hold(self, path: str) -> threading.Event:
        self.holding[path] = threading.Event()
        return self.holding[path]

    def accept(self, received: Received) -> int:
        with self.lock:
            self.received.append(received)
            self.active += 1
            self.most_active = max(self.most_active, self.active)
            plan = self.plans.get(received.path)
            status = plan.pop(0) if plan else 200
        held = self.holding.get(received.path)
        if held is not None:
            held.wait(20)
        with self.lock:
            self.active -= 1
        return status


@contextmanager
def serving() -> Iterator[Target]:
    """Serve a target on a free port."""
    target = Target()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status = target.accept(
                Received(
                    method=self.command,
                    path=self.path,
                    headers=headers,
                    body=self.rfile.read(length),
                    at=time.monotonic(),
                )
            )
            try:
                self.send_response(status)
                for name, value in target.answer_headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()
            except OSError:
                return  # the emulator stopped listening, which some tests are about

        do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 - the library looks for these

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    target.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    )
    thread.start()
    try:
        yield target
    finally:
        for held in target.holding.values():
            held.set()
        server.shutdown()
        server.server_close()
        thread.join()
