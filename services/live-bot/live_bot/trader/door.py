"""The trader's client of the supervisor."""

import http.client
import socket
from pathlib import Path
from typing import Final

from live_bot.trader_words import Done, Entry, Next, Report, Start, Verdict

_TIMEOUT_S: Final = 60.0
_OK, _NO_CONTENT, _FENCED = 200, 204, 409


class FencedOff(Exception):
    """The supervisor does not want this trader any more."""


class DoorClosed(Exception):
    """The supervisor does not answer, or not as it should."""


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("supervisor", timeout=_TIMEOUT_S)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


class Door:
    """One call at a time, each on a connection of its own."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def start(self) -> Start:
        return Start.model_validate_json(self._call("GET", "/bot/start"))

    def state(self) -> bytes:
        """Fetch the database; empty when there is none yet."""
        return self._call("GET", "/bot/state")

    def save(self, database: bytes) -> bool:
        """Hand over the database; whether it is stored. The supervisor goes on trying if not."""
        try:
            self._call("PUT", "/bot/state", database)
        except DoorClosed:
            return False
        return True

    def next(self, report: Report, *, wait_s: float = 0.0) -> Next:
        """Report, and learn what to do; `wait_s` at most until there is news."""
        body = report.model_dump_json(by_alias=True).encode()
        return Next.model_validate_json(self._call("POST", f"/bot/next?wait={wait_s}", body))

    def may_enter(self, entry: Entry) -> str:
        """Ask leave for an entry of paper money; return why not, or nothing."""
        body = entry.model_dump_json(by_alias=True).encode()
        return Verdict.model_validate_json(self._call("POST", "/bot/entry", body)).refusal

    def done(self, done: Done) -> None:
        self._call("POST", "/bot/done", done.model_dump_json(by_alias=True).encode())

    def _call(self, method: str, path: str, body: bytes | None = None) -> bytes:
        connection = _Connection(self._path)
        try:
            connection.request(method, path, body)
            response = connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise DoorClosed(f"{path}: {error}") from error
        finally:
            connection.close()
        if response.status == _FENCED:
            raise FencedOff
        if response.status not in {_OK, _NO_CONTENT}:
            raise DoorClosed(f"{path}: {response.status}")
        return content
