"""The instances of one service: as many as are wanted, started again when they end, handed over at a deployment."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from google.cloud import run_v2

from emulators.cloud_run.instance import End, Instance
from emulators.cloud_run.names import short
from emulators.cloud_run.region import Region

# Cloud Run says that it starts a container again, not how soon: guessed, with growing pauses.
_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 30.0
_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True, eq=False)
class Crew:
    """The instances of one revision."""

    revision: run_v2.Revision
    keepers: list[asyncio.Task[None]] = field(default_factory=list)
    instances: set[Instance] = field(default_factory=set)
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    failure: asyncio.Future[str] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    def describe(self) -> list[dict[str, object]]:
        return [
            {"id": item.id, "pid": item.pid, "port": item.port, "ready": item.ready.is_set()}
            for item in sorted(self.instances, key=lambda item: item.id)
        ]


class Fleet:
    """What one service runs. Its methods must be called in a running event loop."""

    def __init__(self, region: Region) -> None:
        self._region = region
        self._crews: list[Crew] = []
        self._count = 0
        self._numbers = 0

    @property
    def crews(self) -> tuple[Crew, ...]:
        return tuple(self._crews)

    def ready_instance(self) -> Instance | None:
        """Return an instance that can answer, of the newest revision that has one."""
        for crew in reversed(self._crews):
            for instance in crew.instances:
                if instance.ready.is_set() and not instance.gone.is_set():
                    return instance
        return None

    async def deploy(self, revision: run_v2.Revision, count: int) -> str | None:
        """Start a revision beside the present one, which ends once the new one is ready.

        Returns:
            why it never became ready, in which case what ran before still runs; `None` when all is well.
        """
        crew = Crew(revision=revision)
        self._crews.append(crew)
        self._count = count
        self._man(crew)
        failure = await self._first_news(crew)
        if failure is not None:
            await self._dismiss(crew)
            return failure
        older = self._crews[: self._crews.index(crew)]
        if older:
            await asyncio.sleep(self._region.settings.overlap)
        await asyncio.gather(*(self._dismiss(item) for item in older))
        return None

    def give_way(self) -> None:
        """End the wait for a revision that is not ready yet: a newer change takes its place."""
        for crew in self._crews:
            if not crew.ready.is_set() and not crew.failure.done():
                crew.failure.set_result("A newer change took its place.")

    def scale(self, count: int) -> None:
        """Have as many instances of the newest revision as this."""
        self._count = count
        if self._crews:
            self._man(self._crews[-1])

    async def end(self) -> None:
        """Stop everything; return when nothing of it is left."""
        await asyncio.gather(*(self._dismiss(crew) for crew in self.crews))

    def kill_all(self) -> None:
        for crew in self._crews:
            for instance in crew.instances:
                instance.kill_all()

    async def replace(self, *, overlap: bool) -> None:
        """Replace the newest revision's instances, as Cloud Run may at any time.

        Args:
            overlap: whether the new ones are ready before the old ones hear of it.
        """
        if not self._crews:
            return
        crew = self._crews[-1]
        if overlap:
            await self.deploy(crew.revision, self._count)
            return
        for instance in tuple(crew.instances):
            instance.stop()

    def _man(self, crew: Crew) -> None:
        if self._count == 0:
            crew.ready.set()
        while len(crew.keepers) < self._count:
            crew.keepers.append(asyncio.create_task(self._keep(crew)))
        for keeper in crew.keepers[self._count :]:
            keeper.cancel()
        del crew.keepers[self._count :]

    async def _first_news(self, crew: Crew) -> str | None:
        ready = asyncio.create_task(crew.ready.wait())
        news: set[asyncio.Future[Any]] = {ready, crew.failure}
        await asyncio.wait(news, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        return crew.failure.result() if crew.failure.done() else None

    async def _keep(self, crew: Crew) -> None:
        """Keep one instance running: whenever it ends, start another one."""
        pause = _FIRST_PAUSE_S
        while True:
            delay = self._region.faults.take("slow_instance")
            await asyncio.sleep(0 if delay is None else delay.seconds)
            instance = self._start(crew)
            try:
                was_ready = await self._watch(crew, instance)
            finally:
                await self._end_one(crew, instance)
            if not crew.ready.is_set() and not crew.failure.done():
                crew.failure.set_result(_why(instance))
                return
            pause = _FIRST_PAUSE_S if was_ready else min(2 * pause, _LONGEST_PAUSE_S)
            await asyncio.sleep(pause)

    async def _watch(self, crew: Crew, instance: Instance) -> bool:
        """Return when an instance is gone, whether it had been ready."""
        ready = asyncio.create_task(instance.ready.wait())
        gone = asyncio.create_task(instance.gone.wait())
        try:
            await asyncio.wait({ready, gone}, return_when=asyncio.FIRST_COMPLETED)
            if ready.done():
                crew.ready.set()
            await self._trouble(instance)
            await gone
        finally:
            ready.cancel()
            gone.cancel()
        return instance.ready.is_set()

    async def _trouble(self, instance: Instance) -> None:
        for name, act in (("stop_instance", instance.stop), ("kill_instance", instance.kill)):
            fault = self._region.faults.take(name)
            if fault is None:
                continue
            with suppress(TimeoutError):
                await asyncio.wait_for(instance.gone.wait(), fault.seconds)
            _log.info("fault: %s: %s", name, instance.id)
            act()

    def _start(self, crew: Crew) -> Instance:
        self._numbers += 1
        instance = Instance(self._region, crew.revision, self._numbers)
        crew.instances.add(instance)
        return instance

    async def _end_one(self, crew: Crew, instance: Instance) -> None:
        instance.stop()
        # A cancelled keeper still sees its instance to its end.
        await asyncio.shield(_until_gone(instance))
        crew.instances.discard(instance)

    async def _dismiss(self, crew: Crew) -> None:
        await _end(tuple(crew.keepers), tuple(crew.instances))
        crew.keepers.clear()
        if crew in self._crews:
            self._crews.remove(crew)
            _log.info("%s: retired", short(crew.revision.name))


async def _end(keepers: tuple[asyncio.Task[None], ...], instances: tuple[Instance, ...]) -> None:
    for keeper in keepers:
        keeper.cancel()
    for instance in instances:
        instance.stop()
    await asyncio.gather(*keepers, return_exceptions=True)
    for instance in instances:
        await instance.gone.wait()


async def _until_gone(instance: Instance) -> None:
    await instance.gone.wait()


def _why(instance: Instance) -> str:
    reason = (
        "failed to start and listen on the port defined provided by the PORT environment variable "
        "within the allocated timeout"
        if instance.end is End.NEVER_READY
        else f"ended with exit code {instance.exit_code} before it was ready"
    )
    return f"The user-provided container {reason}. Logs: {instance.id}."
