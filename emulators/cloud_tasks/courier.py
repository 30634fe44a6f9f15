"""Takes a task to its target over HTTP and says what came of it."""

import asyncio
import logging
from datetime import timedelta
from email.utils import parsedate_to_datetime

import aiohttp
from google.cloud import tasks_v2

from emulators.cloud_tasks.names import parent, short
from emulators.cloud_tasks.oidc import Issuer
from emulators.cloud_tasks.retry import Outcome
from emulators.cloud_tasks.store import StoredTask
from emulators.faults import Fault, Faults
from emulators.times import moment, span, utc_now

KNOWN_FAULTS = {
    "duplicate": Fault(),
    "delay": Fault(seconds=1),
    "drop_create_reply": Fault(status="UNAVAILABLE"),
    "drop_response": Fault(),
}
_OURS = frozenset(
    {"host", "content-length", "user-agent", "connection", "transfer-encoding", "expect"}
)
_OUR_PREFIXES = ("x-cloudtasks-", "x-google-", "x-appengine-")
_log = logging.getLogger(__name__)


class Courier:
    """Delivers tasks; made in a running event loop, closed at its end."""

    def __init__(self, issuer: Issuer, faults: Faults) -> None:
        self._issuer = issuer
        self._faults = faults
        self._duplicates: set[asyncio.Task[Outcome]] = set()
        self._session = aiohttp.ClientSession(
            # A connection of its own for each delivery: one that the handler closed while it was idle
            # would look like a failed attempt.
            connector=aiohttp.TCPConnector(limit=0, force_close=True),
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("Accept-Encoding", "Content-Type"),
        )

    async def close(self) -> None:
        for duplicate in self._duplicates:
            duplicate.cancel()
        await asyncio.gather(*self._duplicates, return_exceptions=True)
        await self._session.close()

    async def deliver(self, stored: StoredTask) -> Outcome:
        """Make one attempt, within the task's deadline, with whatever faults are due."""
        delay = self._faults.take("delay")
        if delay is not None:
            _log.info("fault: %s is delayed by %ss", stored.task.name, delay.seconds)
            await asyncio.sleep(delay.seconds)
        headers = self._headers(stored)
        duplicate = self._faults.take("duplicate")
        if duplicate is not None:
            _log.info("fault: %s is delivered twice", stored.task.name)
            again = asyncio.create_task(self._send_later(duplicate.seconds, stored.task, headers))
            self._duplicates.add(again)
            again.add_done_callback(self._duplicates.discard)
        outcome = await self._send(stored.task, headers)
        if self._faults.take("drop_response") is not None:
            _log.info("fault: the response to %s (%s) is lost", stored.task.name, outcome.reason)
            return Outcome(status=None, reason="UNAVAILABLE: the response was lost")
        return outcome

    async def _send_later(
        self, seconds: float, task: tasks_v2.Task, headers: dict[str, str]
    ) -> Outcome:
        await asyncio.sleep(seconds)
        return await self._send(task, headers)

    async def _send(self, task: tasks_v2.Task, headers: dict[str, str]) -> Outcome:
        request = task.http_request
        seconds = span(task.dispatch_deadline).total_seconds()
        try:
            async with self._session.request(
                tasks_v2.HttpMethod(request.http_method).name,
                request.url,
                data=request.body or None,
                headers=headers,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=seconds),
            ) as response:
                async for _ in response.content.iter_any():
                    pass
                return Outcome(
                    status=response.status,
                    reason=f"HTTP status code {response.status}",
                    retry_after=_retry_after(response.headers.get("Retry-After")),
                )
        except TimeoutError:
            return Outcome(
                status=None, reason=f"DEADLINE_EXCEEDED: no response within {seconds:g}s"
            )
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Outcome(status=None, reason=f"UNAVAILABLE: {type(error).__name__}: {error}")

    def _headers(self, stored: StoredTask) -> dict[str, str]:
        task, request = stored.task, stored.task.http_request
        headers = {name: value for name, value in request.headers.items() if _may_be_set(name)}
        headers["User-Agent"] = "Google-Cloud-Tasks"
        headers["X-CloudTasks-QueueName"] = short(parent(task.name))
        headers["X-CloudTasks-TaskName"] = short(task.name)
        headers["X-CloudTasks-TaskRetryCount"] = str(task.dispatch_count - 1)
        headers["X-CloudTasks-TaskExecutionCount"] = str(stored.executions)
        headers["X-CloudTasks-TaskETA"] = f"{moment(task.schedule_time).timestamp():.6f}"
        if stored.previous_response is not None:
            headers["X-CloudTasks-TaskPreviousResponse"] = str(stored.previous_response)
        if stored.retry_reason:
            headers["X-CloudTasks-TaskRetryReason"] = stored.retry_reason
        if "oidc_token" in request:
            for name in [name for name in headers if name.lower() == "authorization"]:
                del headers[name]
            email = request.oidc_token.service_account_email
            audience = request.oidc_token.audience or request.url
            token = self._issuer.token(email, audience, utc_now())
            headers["Authorization"] = f"Bearer {token}"
        return headers


def _may_be_set(name: str) -> bool:
    lowered = name.lower()
    return lowered not in _OURS and not lowered.startswith(_OUR_PREFIXES)


def _retry_after(value: str | None) -> timedelta | None:
    if value is None:
        return None
    if value.isdecimal():
        return timedelta(seconds=min(int(value), 86400))
    try:
        return max(parsedate_to_datetime(value) - utc_now(), timedelta(0))
    except (ValueError, TypeError):
        return None
