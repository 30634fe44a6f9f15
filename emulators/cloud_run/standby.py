"""Keeps a job's process that was started before its execution, and hands it the next one: used once, by one."""

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from enum import Enum
from pathlib import Path

from aiohttp import web

from emulators.cloud_run.container import Container, Spec
from emulators.cloud_run.names import short
from emulators.cloud_run.waiting import Code, Waiting, code_of
from emulators.cloud_run.world import World

_LOOK_AGAIN_S = 3600.0
_LOOK_S = 1.0
_IDLE_PROCESSORS = 0.8
_log = logging.getLogger(__name__)


class _Outcome(Enum):
    TAKEN = "it has become the attempt's process"
    KEPT = "it knows other settings, and goes on waiting"
    USELESS = "it was not ready, has died, or is out of date"


class Standby:
    """At most one waiting process of one job; its methods must be called in a running event loop.

    Args:
        job: its full name.
        within: seconds after the last execution, or the start, within which the next process is started; sooner as soon as
            a processor has been idle for a second.
    """

    def __init__(self, world: World, job: str, within: float) -> None:
        self._world = world
        self._job = job
        self._within = within
        self._present: Waiting | None = None
        self._looks = 0
        self._news = asyncio.Event()
        self._ending: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Keep one waiting; none is left afterwards."""
        keeping = asyncio.create_task(self._keep())
        self.look_again()
        try:
            yield
        finally:
            keeping.cancel()
            await asyncio.wait({keeping})
            self._end_present()
            await self._ended()

    def look_again(self) -> None:
        """See soon whether one is wanted; none is started while an execution runs."""
        self._news.set()

    async def take(self, spec: Spec) -> Container | None:
        """Return the container that waited, which is now this attempt's; `None` where an ordinary start must do."""
        waiting, self._present = self._present, None
        if waiting is None:
            return None
        outcome = _Outcome.USELESS
        try:
            outcome = await self._offer(waiting, spec)
        finally:
            _log.info("standby, for %s: %s", spec.log.parent.name, outcome.value)
            if outcome is _Outcome.KEPT:
                self._present = waiting
            elif outcome is _Outcome.USELESS:
                self._end(waiting)
        if outcome is not _Outcome.TAKEN:
            return None
        waiting.container.log_to(spec.log)
        return waiting.container

    def add_routes(self, app: web.Application) -> None:
        async def show(_: web.Request) -> web.Response:
            waiting = self._present
            if waiting is None:
                return web.json_response({})
            is_ready = waiting.takes is not None
            return web.json_response({"pid": waiting.container.pid, "ready": is_ready})

        app.router.add_get("/standby", show)

    async def _offer(self, waiting: Waiting, spec: Spec) -> _Outcome:
        is_current = waiting.runs(await asyncio.to_thread(code_of, spec))
        # What is still importing would only slow the execution down.
        if waiting.is_over or waiting.takes is None or not is_current:
            return _Outcome.USELESS
        late = waiting.late(spec)
        if late is None:
            return _Outcome.KEPT
        return _Outcome.TAKEN if await waiting.hand_over(late) else _Outcome.USELESS

    async def _keep(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), _LOOK_AGAIN_S)
            self._news.clear()
            await until_quiet(self._within)
            if self._news.is_set():
                continue
            try:
                await self._renew()
            except Exception:  # noqa: BLE001 - executions go on without it
                _log.exception("standby: the emulator failed")

    async def _renew(self) -> None:
        spec = self._spec()
        if spec is None:
            self._end_present()
            return
        code = await asyncio.to_thread(code_of, spec)
        if self._present is not None and self._present.is_like(spec, code):
            return
        self._end_present()
        await self._ended()
        if self._world.running() == 0:
            self._start(spec, code)

    def _spec(self) -> Spec | None:
        job = self._world.jobs.get(self._job)
        if job is None:
            return None
        self._looks += 1
        return self._world.settings.spec(
            job.template.template.containers[0],
            {},
            scratch=f"standby/{self._looks}",
            log=f"standby/{short(self._job)}.log",
        )

    def _start(self, spec: Spec, code: Code) -> None:
        waiting = self._present = Waiting(spec, code, self._world)
        waiting.taken.add_done_callback(lambda _: self._bury(waiting))
        _log.info("standby: a process of %s waits", short(self._job))

    def _bury(self, waiting: Waiting) -> None:
        """End one that has died while nobody asked for it; the next execution's end brings another."""
        if self._present is waiting:
            self._end_present()

    def _end_present(self) -> None:
        if self._present is not None:
            self._end(self._present)
            self._present = None

    def _end(self, waiting: Waiting) -> None:
        ending = asyncio.create_task(waiting.end())
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)

    async def _ended(self) -> None:
        if self._ending:
            await asyncio.wait(self._ending)


def idle_s() -> float:
    """Return for how long all processors together have been idle, or have waited for a disk."""
    fields = Path("/proc/stat").read_text(encoding="ascii").split(maxsplit=6)
    return (int(fields[4]) + int(fields[5])) / os.sysconf("SC_CLK_TCK")


async def until_quiet(within: float, idle_s: Callable[[], float] = idle_s) -> None:
    """Wait until a processor has been idle for a second, but no longer than so many seconds."""
    ends = time.monotonic() + within
    while time.monotonic() < ends:
        before = idle_s()
        await asyncio.sleep(_LOOK_S)
        if idle_s() - before >= _IDLE_PROCESSORS * _LOOK_S:
            return
