"""Health checks over plain sockets: no proxy, no redirect, short patience."""

import http.client
import json
from collections.abc import Callable, Mapping

from emulators.stack.ports import HOST

_PATIENCE_S = 2.0
Probe = Callable[[], bool]


def answers(port: int, path: str, *, statuses: range = range(200, 300)) -> Probe:
    """Return a probe that is content with certain statuses."""

    def probe() -> bool:
        try:
            status, _ = call(port, "GET", path)
        except (OSError, http.client.HTTPException):
            return False
        return status in statuses

    return probe


def call(
    port: int, method: str, path: str, body: Mapping[str, object] | None = None
) -> tuple[int, bytes]:
    """Send one request with a JSON body."""
    connection = http.client.HTTPConnection(HOST, port, timeout=_PATIENCE_S if not body else 60)
    try:
        content = None if body is None else json.dumps(body)
        connection.request(method, path, content, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()
