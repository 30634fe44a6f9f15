"""Runs one execution: its tasks, their attempts and retries, up to an end or a stop."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass

from google.cloud import run_v2

from emulators.cloud_run import lifecycle
from emulators.cloud_run.container import Container, Spec, process_started_at
from emulators.cloud_run.lifecycle import Stop, Verdict
from emulators.cloud_run.names import parent, short
from emulators.cloud_run.world import Record, World
from emulators.times import span, utc_now

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ending:
    """How an attempt ended; a command that ends with 0 because it is told to stop has not succeeded."""

    code: int
    timed_out: bool
    was_stopped: bool

    @property
    def is_success(self) -> bool:
        return self.code == 0 and not self.timed_out and not self.was_stopped


class Run:
    """One execution under way; made in a running event loop, which it starts on at once."""

    def __init__(self, world: World, record: Record) -> None:
        self._world = world
        self._record = record
        self._id = short(record.name)
        self._stopping = asyncio.Event()
        self._stop: Stop | None = None
        self._failure = ""
        self._slow_start = world.faults.take("slow_start")
        self._murder = world.faults.take("kill_task")
        self._free = asyncio.Semaphore(record.execution.parallelism)
        self._containers: set[Container] = set()
        self.finished = asyncio.Event()
        self._driving = asyncio.create_task(self._drive())

    def stop(self, reason: Stop) -> None:
        """Bring the execution to an early end: what runs is asked to stop, then killed."""
        if self._stop is not None or self.finished.is_set():
            return
        _log.info("%s: stopping: %s", self._id, reason.value)
        self._stop = reason
        self._stopping.set()
        if reason is Stop.CANCELLED:
            lifecycle.mark_cancelling(self._record.execution, utc_now())
            self._world.save(self._record, [])

    def kill(self) -> None:
        """Kill what runs, without a grace period."""
        for container in self._containers:
            container.kill_all()

    async def _drive(self) -> None:
        try:
            if self._slow_start is not None:
                _log.info("fault: %s starts %ss late", self._id, self._slow_start.seconds)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), self._slow_start.seconds)
            if self._stop is None:
                lifecycle.start_execution(self._record.execution, utc_now())
                self._world.save(self._record, [])
            async with asyncio.TaskGroup() as group:
                for task in self._record.tasks:
                    group.create_task(self._run_task(task))
        except Exception:  # noqa: BLE001 - whatever it is, the execution must reach an end
            _log.exception("%s: the emulator failed", self._id)
            self._stop = Stop.SHUTDOWN
        self._end()

    def _end(self) -> None:
        execution, now = self._record.execution, utc_now()
        unfinished = [task for task in self._record.tasks if not lifecycle.is_finished(task)]
        for task in unfinished:
            lifecycle.end_task(task, Verdict.FAILED, Stop.SHUTDOWN.value, now)
        execution.failed_count += len(unfinished)
        lifecycle.end_execution(execution, self._stop, self._failure, now)
        self._record.run = None
        self._world.save(self._record, unfinished)
        if self._record.is_deleted:
            self._world.remove(self._record)
        self.finished.set()
        self._world.look_at_standby()
        _log.info("%s: %s", self._id, lifecycle.completed(execution).message)

    async def _run_task(self, task: run_v2.Task) -> None:
        async with self._free:
            while not self._stopping.is_set():
                ending = await self._attempt(task)
                if ending.is_success:
                    return self._end_task(task, Verdict.SUCCEEDED, "")
                if self._stopping.is_set():
                    break
                if task.retried >= task.max_retries:
                    return self._fail(task)
                self._retry(task)
        verdict = Verdict.FAILED if self._stop is Stop.SHUTDOWN else Verdict.CANCELLED
        return self._end_task(task, verdict, "" if self._stop is None else self._stop.value)

    def _fail(self, task: run_v2.Task) -> None:
        message = task.last_attempt_result.status.message
        self._failure = f"Task {short(task.name)} failed with message: {message}"
        self._end_task(task, Verdict.FAILED, message)
        if len(self._record.tasks) > 1:
            self.stop(Stop.TASK_FAILED)

    def _retry(self, task: run_v2.Task) -> None:
        self._record.execution.retried_count += task.retried == 0
        task.retried += 1
        self._world.save(self._record, [task])
        _log.info("%s: attempt %d", short(task.name), task.retried)

    def _end_task(self, task: run_v2.Task, verdict: Verdict, message: str) -> None:
        execution = self._record.execution
        setattr(execution, verdict.value, getattr(execution, verdict.value) + 1)
        lifecycle.end_task(task, verdict, message, utc_now())
        self._world.save(self._record, [task])
        _log.info("%s: %s", short(task.name), verdict.name.lower())

    async def _attempt(self, task: run_v2.Task) -> "_Ending":
        execution = self._record.execution
        lifecycle.start_task(task, utc_now())
        execution.running_count += 1
        self._world.save(self._record, [task])
        try:
            ending = await self._run_container(task)
        finally:
            execution.running_count -= 1
        result = lifecycle.attempt_result(ending.code, timed_out=ending.timed_out)
        task.last_attempt_result = result
        _log.info("%s: attempt %d ended with %d", short(task.name), task.retried, ending.code)
        return ending

    async def _run_container(self, task: run_v2.Task) -> "_Ending":
        container = await self._container(task)
        self._containers.add(container)
        self._world.store.add_keeper(container.pid, process_started_at(container.pid) or 0)
        ended = asyncio.create_task(container.wait())
        killing = asyncio.create_task(self._murder_later(container, task))
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait(
                {ended, stopping},
                timeout=span(task.timeout).total_seconds(),
                return_when=asyncio.FIRST_COMPLETED,
            )
            was_stopped = stopping.done() and not ended.done()
            timed_out = not (stopping.done() or ended.done())
            if not ended.done():
                container.stop()
            code = await ended
        finally:
            killing.cancel()
            stopping.cancel()
            container.kill_all()
            self._containers.discard(container)
            self._world.store.remove_keeper(container.pid)
        return _Ending(code=code, timed_out=timed_out, was_stopped=was_stopped)

    async def _murder_later(self, container: Container, task: run_v2.Task) -> None:
        if self._murder is None or task.retried >= self._murder.attempts:
            return
        await asyncio.sleep(self._murder.seconds)
        _log.info("fault: %s is killed", short(task.name))
        container.kill()

    def _spec(self, task: run_v2.Task) -> Spec:
        execution = self._record.execution
        attempt = f"{task.index}-{task.retried}"
        identity = {
            "CLOUD_RUN_JOB": short(parent(execution.name)),
            "CLOUD_RUN_EXECUTION": self._id,
            "CLOUD_RUN_TASK_INDEX": str(task.index),
            "CLOUD_RUN_TASK_COUNT": str(execution.task_count),
            "CLOUD_RUN_TASK_ATTEMPT": str(task.retried),
        }
        return self._world.settings.spec(
            task.containers[0],
            identity,
            scratch=f"{self._id}/{attempt}",
            log=f"{self._id}/{attempt}.log",
        )

    async def _container(self, task: run_v2.Task) -> Container:
        """Return the attempt's container: one that waited for it, or a new one."""
        spec, standby = self._spec(task), self._world.standby
        waited = None if standby is None else await standby.take(spec)
        return waited or Container(spec, self._world.orphanage)
