"""The bot-events function as a bot knows it: the wire's semantics over plain memory, by real HTTP."""

import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from candlewick.bots.wire import (
    LEASE_TTL_S,
    TAKEOVER_MARGIN_S,
    Acquire,
    Answer,
    Command,
    Holder,
    Intent,
    Journal,
    JournalEntry,
    JournalState,
    Key,
    Lease,
    Outcome,
    Plan,
    Release,
    Renewal,
    Renewed,
    RiskLimits,
    Stored,
    Wanted,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_NEWEST = 500
FINAL = {JournalState.CLOSED, JournalState.CANCELLED, JournalState.REJECTED, JournalState.LOST}


class Fault(Exception):
    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


class Control:
    """One bot's lease, journal, state and commands."""

    def __init__(self, plan: Plan, key: Key | None = None) -> None:
        self.plan = plan
        self.key = key
        self.wanted = Wanted.RUNNING
        self.limits: RiskLimits | None = None
        self.settings_revision = 1
        self.blacklist: tuple[str, ...] = ()
        self.commands: dict[str, Command] = {}
        self.outcomes: list[Outcome] = []
        self.epoch = 0
        self.holder = ""
        self.renewed_at = 0.0
        self.released = True
        self.intents: dict[str, Intent] = {}
        self.answers: dict[str, Answer] = {}
        self.states: list[bytes] = []
        self.renewals: list[Renewal] = []
        self.releases: list[Release] = []
        self.key_releases = 0
        self.hold_back = ""
        # The next call of a path loses its connection "before" it is done, or "after".
        self.cuts: dict[str, str] = {}
        self.before: Callable[[str], None] = lambda _path: None
        self.files: dict[str, bytes] = {}
        self.lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def free_lease(self) -> None:
        """Let the next holder in at once, as if the time of the last had passed."""
        with self.lock:
            self.released = True

    def journal(self) -> list[JournalEntry]:
        with self.lock:
            return [
                JournalEntry(intent=intent, answer=self.answers.get(name))
                for name, intent in self.intents.items()
            ]

    @property
    def last(self) -> Renewal | None:
        return self.renewals[-1] if self.renewals else None

    def answer_to(
        self, method: str, target: str, authorization: str, body: bytes
    ) -> tuple[int, bytes]:
        url = urlsplit(target)
        if url.path.startswith("/files/"):
            return 200, self.files[url.path.removeprefix("/files/")]
        if authorization != "Bearer test-bot-token":
            return 401, b"{}"
        try:
            found = self.handle(method, url.path, dict(parse_qsl(url.query)), body)
        except Fault as fault:
            return fault.status, json.dumps({"detail": "no"}).encode()
        return (200 if found else 204), found

    def handle(self, method: str, path: str, query: dict[str, str], body: bytes) -> bytes:
        self.before(path)
        with self.lock:
            if (method, path) == ("POST", "/acquire"):
                return self._acquire(Acquire.model_validate_json(body))
            if path == "/state":
                return self._state(method, query, body)
            if (method, path) == ("GET", "/orders"):
                self._fence(query["holder"], int(query["epoch"]))
                return self._orders()
            return self._posted(path, body)

    def _acquire(self, asked: Acquire) -> bytes:
        free = time.monotonic() - self.renewed_at >= LEASE_TTL_S + TAKEOVER_MARGIN_S
        if not self.released and not free and self.holder != asked.holder:
            raise Fault(409)
        self.epoch += 1
        self.holder, self.released, self.renewed_at = asked.holder, False, time.monotonic()
        return _json(
            Lease(
                epoch=self.epoch,
                ttl_s=LEASE_TTL_S,
                plan=self.plan,
                wanted=self.wanted,
                settings_revision=self.settings_revision,
                state_generation=len(self.states),
            )
        )

    def _fence(self, holder: str, epoch: int) -> None:
        if (holder, epoch) != (self.holder, self.epoch) or self.released:
            raise Fault(409)

    def _state(self, method: str, query: dict[str, str], body: bytes) -> bytes:
        self._fence(query["holder"], int(query["epoch"]))
        if method == "GET":
            if not self.states:
                raise Fault(404)
            return self.states[-1]
        if int(query["generation"]) != len(self.states):
            if self.states and self.states[-1] == body:  # said again after a lost answer
                return _json(Stored(generation=len(self.states)))
            raise Fault(409)
        self.states.append(body)
        return _json(Stored(generation=len(self.states)))

    def _orders(self) -> bytes:
        entries = [
            JournalEntry(intent=intent, answer=self.answers.get(name))
            for name, intent in self.intents.items()
        ]
        entries.sort(key=lambda entry: entry.intent.sequence)
        highest = entries[-1].intent.sequence if entries else 0
        # As the real journal does: those that are not final, and the newest.
        told = tuple(
            entry
            for number, entry in enumerate(reversed(entries))
            if number < _NEWEST or entry.answer is None or entry.answer.state not in FINAL
        )
        return _json(Journal(entries=told[::-1], next_sequence=highest + 1))

    def _posted(self, path: str, body: bytes) -> bytes:
        handlers: dict[str, tuple[type[Any], Callable[[Any], bytes]]] = {
            "/key": (Holder, self._key),
            "/intents": (Intent, self._intent),
            "/answers": (Answer, self._answer),
            "/renew": (Renewal, self._renew),
            "/outcomes": (Outcome, self._outcome),
            "/release": (Release, self._release),
        }
        model, handler = handlers[path]
        message = model.model_validate_json(body)
        self._fence(message.holder, message.epoch)
        return handler(message)

    def _key(self, _who: Holder) -> bytes:
        if self.key is None:
            raise Fault(423)
        self.key_releases += 1
        return _json(self.key)

    def _intent(self, intent: Intent) -> bytes:
        if self.hold_back:
            raise Fault(423)
        if intent.client_order_id in self.intents:
            raise Fault(422)
        self.intents[intent.client_order_id] = intent
        return b""

    def _answer(self, answer: Answer) -> bytes:
        if answer.client_order_id not in self.intents:
            raise Fault(404)
        before = self.answers.get(answer.client_order_id)
        if before is not None and before.state in FINAL and answer.state is not before.state:
            raise Fault(422)
        self.answers[answer.client_order_id] = answer
        return b""

    def _renew(self, renewal: Renewal) -> bytes:
        self.renewed_at = time.monotonic()
        self.renewals.append(renewal)
        return _json(
            Renewed(
                ttl_s=LEASE_TTL_S,
                wanted=self.wanted,
                settings_revision=self.settings_revision,
                limits=self.limits if renewal.settings_revision < self.settings_revision else None,
                blacklist=self.blacklist,
                commands=tuple(self.commands.values()),
                acknowledged_trades=tuple(t.number for t in renewal.figures.closed_trades),
            )
        )

    def _outcome(self, outcome: Outcome) -> bytes:
        self.commands.pop(outcome.command_id, None)
        self.outcomes.append(outcome)
        return b""

    def _release(self, release: Release) -> bytes:
        self.released = True
        self.releases.append(release)
        return b""

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        control = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (http.server's name)
                """Say nothing."""

            def _any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                when = control.cuts.pop(urlsplit(self.path).path, "")
                if when == "before":
                    return self._hang_up()
                status, answer = control.answer_to(
                    self.command, self.path, str(self.headers["Authorization"]), body
                )
                if when == "after":
                    return self._hang_up()
                return self._answer(status, answer)

            def _hang_up(self) -> None:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)

            def _answer(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("X-State-Generation", str(len(control.states)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = _any  # noqa: N815 (http.server's names)

        return Handler


def _json(message: Any) -> bytes:
    text: str = message.model_dump_json(by_alias=True)
    return text.encode()
