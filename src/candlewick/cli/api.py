"""The HTTP API as the command line uses it."""

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from candlewick.errors import AppError

JsonObject = dict[str, Any]

FINAL_STATES = frozenset({"succeeded", "failed", "cancelled"})
_RETRIES = 4
_RETRIED = frozenset({429, 503})
_TIMEOUT_S = 60


class ApiProblem(AppError):
    """What the API refused, in its own words."""

    code = "api_problem"

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.http_status = status
        self.problem_code = code


@dataclass(frozen=True, slots=True)
class Api:
    """One signed-in user's view of the API."""

    http: httpx.Client
    sleep: Callable[[float], None] = time.sleep

    @classmethod
    def at(cls, url: str, token: str) -> "Api":
        headers = {"Authorization": f"Bearer {token}"}
        return cls(httpx.Client(base_url=f"{url}/api/v1", headers=headers, timeout=_TIMEOUT_S))

    def get(self, path: str, **query: str | int | None) -> JsonObject:
        given = {name: value for name, value in query.items() if value is not None}
        return self._json("GET", path, params=given)

    def post(self, path: str, body: JsonObject | None = None) -> JsonObject:
        return self._json("POST", path, json=body or {})

    def submit(self, body: JsonObject) -> JsonObject:
        """Start a backtest. The key makes the retries of this call harmless."""
        key = {"Idempotency-Key": secrets.token_urlsafe(18)}
        return self._json("POST", "/backtests", json=body, headers=key)

    def pages(self, path: str, **query: str | int | None) -> Iterator[JsonObject]:
        """Yield every item of a list, page after page."""
        cursor: str | None = None
        while True:
            page = self.get(path, cursor=cursor, **query)
            yield from page["items"]
            cursor = page["nextCursor"]
            if cursor is None:
                return

    def watch(self, run_id: str, *, every_s: float = 0.4) -> Iterator[JsonObject]:
        """Yield a run until it is over."""
        while True:
            run = self.get(f"/backtests/{run_id}")
            yield run
            if run["state"] in FINAL_STATES:
                return
            self.sleep(every_s)

    def _json(self, method: str, path: str, **request: Any) -> JsonObject:
        response = self._send(method, path, request)
        if response.is_success:
            found: JsonObject = response.json() if response.content else {}
            return found
        raise problem(response)

    def _send(self, method: str, path: str, request: JsonObject) -> httpx.Response:
        for tried in range(_RETRIES + 1):
            try:
                response = self.http.request(method, path, **request)
            except httpx.TransportError as error:
                if tried == _RETRIES:
                    raise ApiProblem(
                        0, "unreachable", f"{self.http.base_url} does not answer: {error}."
                    ) from error
                self.sleep(2**tried / 4)
                continue
            if response.status_code not in _RETRIED or tried == _RETRIES:
                return response
            self.sleep(_pause(response))
        raise AssertionError  # the loop's last pass returns or raises


def problem(response: httpx.Response) -> ApiProblem:
    """Read a problem; whatever is in front of the API may answer with something else."""
    try:
        document = response.json()
        return ApiProblem(response.status_code, str(document["code"]), str(document["detail"]))
    except (ValueError, KeyError, TypeError):
        detail = f"The server answered {response.status_code} {response.reason_phrase}."
        return ApiProblem(response.status_code, "unknown", detail)


def _pause(response: httpx.Response) -> float:
    try:
        return min(30.0, float(response.headers.get("Retry-After", "1")))
    except ValueError:
        return 1.0
