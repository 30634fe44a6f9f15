"""The job's side of the conversation with the run-events function."""

import logging
import time
from collections.abc import Callable
from typing import Final

import httpx

from backtest_job.errors import FencedOff, PlatformFailure
from candlewick.backtests.wire import Finished, Progress, ProgressReply, StartClaim, Ticket, Wire

log = logging.getLogger(__name__)

_TIMEOUT: Final = httpx.Timeout(10, connect=5)
_CLAIM_PATIENCE_S: Final = 60.0
_FINISH_PATIENCE_S: Final = 120.0
_MAX_PAUSE_S: Final = 8.0


class Events:
    """Speaks with the run token of one epoch; network errors are retried with back-off."""

    def __init__(
        self,
        url: str,
        run_token: str,
        *,
        traceparent: str = "",
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._url = url
        self._pause = pause
        headers = {"Authorization": f"Bearer {run_token}"}
        if traceparent:
            headers["traceparent"] = traceparent
        self._http = httpx.Client(headers=headers, timeout=_TIMEOUT, trust_env=False)

    def claim(self, claim: StartClaim) -> Ticket:
        answer = self._persist("started", claim, patience_s=_CLAIM_PATIENCE_S)
        return Ticket.model_validate_json(answer.content)

    def progress(self, progress: Progress) -> ProgressReply:
        """Send one heartbeat, once: the next one is due soon anyway."""
        answer = self._post("progress", progress)
        return ProgressReply.model_validate_json(answer.content)

    def finish(self, finished: Finished) -> None:
        self._persist("finished", finished, patience_s=_FINISH_PATIENCE_S)

    def _persist(self, path: str, body: Wire, *, patience_s: float) -> httpx.Response:
        deadline = time.monotonic() + patience_s
        pause_s = 0.25
        while True:
            try:
                return self._post(path, body)
            except (httpx.TransportError, _Again) as error:
                if time.monotonic() + pause_s > deadline:
                    raise PlatformFailure(
                        f"The run-events function does not answer {path}."
                    ) from error
                log.warning("run-events call failed, trying again", extra={"call": path})
            self._pause(pause_s)
            pause_s = min(_MAX_PAUSE_S, pause_s * 2)

    def _post(self, path: str, body: Wire) -> httpx.Response:
        answer = self._http.post(
            f"{self._url}/{path}",
            content=body.model_dump_json(by_alias=True),
            headers={"Content-Type": "application/json"},
        )
        if answer.status_code == httpx.codes.CONFLICT:
            raise FencedOff
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS or answer.is_server_error:
            raise _Again(answer.status_code)
        if not answer.is_success:
            raise PlatformFailure(
                f"The run-events function answered {answer.status_code} to {path}."
            )
        return answer


class _Again(Exception):
    """Answered, but not for good."""


HEARTBEAT_FAILURES = (httpx.TransportError, _Again)
