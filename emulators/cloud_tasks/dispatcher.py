"""Sends the tasks of each queue when they are due, within the queue's limits, until they succeed."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from google.cloud import tasks_v2
from google.rpc import code_pb2, status_pb2  # type: ignore[import-untyped]

from emulators.cloud_tasks.courier import Courier
from emulators.cloud_tasks.names import parent
from emulators.cloud_tasks.rate import TokenBucket
from emulators.cloud_tasks.retry import Outcome, delay_after, is_exhausted
from emulators.cloud_tasks.store import Store, StoredTask
from emulators.times import moment, timestamp, utc_now

_CODES = {
    400: code_pb2.INVALID_ARGUMENT,
    401: code_pb2.UNAUTHENTICATED,
    403: code_pb2.PERMISSION_DENIED,
    404: code_pb2.NOT_FOUND,
    409: code_pb2.ABORTED,
    429: code_pb2.RESOURCE_EXHAUSTED,
    500: code_pb2.INTERNAL,
    501: code_pb2.UNIMPLEMENTED,
    503: code_pb2.UNAVAILABLE,
    504: code_pb2.DEADLINE_EXCEEDED,
}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatching:
    """What dispatching needs; `dedup_period` is how long a finished task's name stays taken."""

    store: Store
    courier: Courier
    dedup_period: timedelta


class Dispatcher:
    """Runs one worker for each queue; made in a running event loop."""

    def __init__(self, parts: Dispatching) -> None:
        self._parts = parts
        self._workers: dict[str, _QueueWorker] = {}

    def refresh(self, queue: tasks_v2.Queue) -> None:
        """Take up a queue that is new or changed."""
        worker = self._workers.get(queue.name)
        if worker is None:
            self._workers[queue.name] = _QueueWorker(queue, self._parts)
        else:
            worker.configure(queue)

    def wake(self, queue: str) -> None:
        """Look at a queue again, since it may have something to send."""
        self._workers[queue].wake()

    def forget(self, queue: str) -> None:
        """Send nothing more from a queue that is deleted; attempts under way go on."""
        self._workers[queue].stop()

    def run_now(self, stored: StoredTask) -> None:
        """Make an attempt at once, whatever the queue's limits and state."""
        self._workers[parent(stored.task.name)].dispatch(stored)

    async def close(self) -> None:
        """Stop listening to the attempts under way; they are made again after a restart."""
        for worker in self._workers.values():
            await worker.close()


class _QueueWorker:
    def __init__(self, queue: tasks_v2.Queue, parts: Dispatching) -> None:
        self._name = queue.name
        self._parts = parts
        limits = queue.rate_limits
        self._bucket = TokenBucket(
            limits.max_dispatches_per_second, limits.max_burst_size, utc_now().timestamp()
        )
        self._attempts: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._loop: asyncio.Task[None] | None = asyncio.create_task(self._run())

    def configure(self, queue: tasks_v2.Queue) -> None:
        limits = queue.rate_limits
        self._bucket.configure(limits.max_dispatches_per_second, limits.max_burst_size)
        if self._loop is None:
            self._loop = asyncio.create_task(self._run())
        self.wake()

    def wake(self) -> None:
        self._wake.set()

    def stop(self) -> None:
        if self._loop is not None:
            self._loop.cancel()
            self._loop = None

    async def close(self) -> None:
        self.stop()
        for attempt in self._attempts:
            attempt.cancel()
        await asyncio.gather(*self._attempts, return_exceptions=True)

    def dispatch(self, stored: StoredTask) -> None:
        task, now = stored.task, utc_now()
        task.dispatch_count += 1
        attempt = tasks_v2.Attempt(schedule_time=task.schedule_time, dispatch_time=now)
        if "first_attempt" not in task:
            task.first_attempt = tasks_v2.Attempt(dispatch_time=now)
        task.last_attempt = attempt
        stored.attempts_running += 1
        self._parts.store.save(stored)
        running = asyncio.create_task(self._attempt(stored))
        self._attempts.add(running)
        running.add_done_callback(self._ended)

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                pause = self._start_ready()
            except Exception:  # noqa: BLE001 - the other queues must go on
                _log.exception("queue %s: could not dispatch; next try in a second", self._name)
                pause = 1.0
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._wake.wait()

    def _start_ready(self) -> float | None:
        """Dispatch what may go now; return the seconds until more may, `None` to wait for a call."""
        store = self._parts.store
        queue = store.queue(self._name)
        if queue is None or queue.state != tasks_v2.Queue.State.RUNNING:
            return None
        while len(self._attempts) < queue.rate_limits.max_concurrent_dispatches:
            stored = store.next_waiting(self._name)
            if stored is None:
                return None
            now = utc_now().timestamp()
            wait = moment(stored.task.schedule_time).timestamp() - now
            if wait <= 0:
                wait = self._bucket.take(now)
            if wait > 0:
                return wait
            self.dispatch(stored)
        return None

    async def _attempt(self, stored: StoredTask) -> None:
        attempt = stored.task.last_attempt
        _log.info("%s: attempt %d", stored.task.name, stored.task.dispatch_count)
        outcome = await self._parts.courier.deliver(stored)
        # The task may have been deleted, purged or run by hand in the meantime.
        current = self._parts.store.by_id(stored.id)
        if current is None:
            _log.info("%s: %s, but the task is gone", stored.task.name, outcome.reason)
            return
        current.attempts_running -= 1
        if outcome.overloaded:
            self._bucket.slow_down()
        elif outcome.succeeded:
            self._bucket.recover()
        self._settle(current, attempt, outcome)

    def _settle(self, stored: StoredTask, attempt: tasks_v2.Attempt, outcome: Outcome) -> None:
        task, now = stored.task, utc_now()
        if outcome.succeeded:
            _log.info("%s: done, %s", task.name, outcome.reason)
            self._parts.store.delete(stored, now + self._parts.dedup_period)
            return
        config = self._retries(task)
        _record(stored, attempt, outcome, now)
        if is_exhausted(config, task, now):
            _log.info(
                "%s: given up after %d attempts, %s", task.name, task.dispatch_count, outcome.reason
            )
            self._parts.store.delete(stored, now + self._parts.dedup_period)
            return
        delay = delay_after(config, task.dispatch_count, outcome)
        task.schedule_time = timestamp(now + delay)
        _log.info("%s: %s, again in %.3fs", task.name, outcome.reason, delay.total_seconds())
        self._parts.store.save(stored)

    def _retries(self, task: tasks_v2.Task) -> tasks_v2.RetryConfig:
        queue = self._parts.store.queue(self._name)
        if "retry_config" in task or queue is None:
            return task.retry_config
        return queue.retry_config

    def _ended(self, attempt: asyncio.Task[None]) -> None:
        self._attempts.discard(attempt)
        self._wake.set()
        if not attempt.cancelled() and attempt.exception() is not None:
            _log.error("queue %s: an attempt broke", self._name, exc_info=attempt.exception())


def _record(stored: StoredTask, attempt: tasks_v2.Attempt, outcome: Outcome, now: datetime) -> None:
    task = stored.task
    stored.previous_response = outcome.status
    stored.retry_reason = outcome.reason.partition("\n")[0]
    code: int = code_pb2.DEADLINE_EXCEEDED if "DEADLINE" in outcome.reason else code_pb2.UNAVAILABLE
    if outcome.status is not None:
        task.response_count += 1
        stored.executions += outcome.status < 500  # noqa: PLR2004 - server errors do not count as executions
        attempt.response_time = timestamp(now)
        code = _CODES.get(outcome.status, code_pb2.UNKNOWN)
    attempt.response_status = status_pb2.Status(code=code, message=outcome.reason)
    task.last_attempt = attempt
