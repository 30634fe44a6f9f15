"""One instance of a service: its container, its port, its probes, from start to end."""

import asyncio
import logging
import socket
from contextlib import suppress
from enum import Enum

import aiohttp
from google.cloud import run_v2

from emulators.cloud_run.container import Container, Spec, process_started_at
from emulators.cloud_run.names import parent, short
from emulators.cloud_run.region import Region

_HOST = "127.0.0.1"
_HEALTHY = range(200, 400)
# A single long attempt at a port, as the usual startup probe is, looks again and again within its time.
_LOOK_AGAIN_S = 0.05
_log = logging.getLogger(__name__)


class End(Enum):
    """Why an instance is gone."""

    EXITED = "the container exited"
    STOPPED = "stopped"
    UNHEALTHY = "the liveness probe failed"
    NEVER_READY = "the startup probe failed"


class Instance:
    """A started container; made in a running event loop. `ready` and `gone` are set once each."""

    def __init__(self, region: Region, revision: run_v2.Revision, number: int) -> None:
        self._region = region
        self._described = revision.containers[0]
        self.id = f"{short(revision.name)}-{number}"
        self.port = _free_port()
        self.ready = asyncio.Event()
        self.gone = asyncio.Event()
        self.end = End.EXITED
        self.exit_code = 0
        self._container = Container(self._spec(revision), region.orphanage)
        region.store.add_keeper(self._container.pid, process_started_at(self._container.pid) or 0)
        self._living = asyncio.create_task(self._live())

    @property
    def pid(self) -> int:
        """The process that keeps the container's command; the command is its child."""
        return self._container.pid

    def stop(self, why: End = End.STOPPED) -> None:
        """Send SIGTERM; SIGKILL follows after the grace period."""
        if self.gone.is_set():
            return
        if self.end is End.EXITED:
            self.end = why
        self._container.stop()

    def kill(self) -> None:
        """Kill the command at once, as a machine that fails does."""
        if not self.gone.is_set():
            self._container.kill()

    def kill_all(self) -> None:
        if not self.gone.is_set():
            self._container.kill_all()

    async def _live(self) -> None:
        probing = asyncio.create_task(self._probe())
        try:
            self.exit_code = await self._container.wait()
        except Exception:  # noqa: BLE001 - whatever it is, the instance must be seen to be gone
            _log.exception("%s: the emulator failed", self.id)
            self._container.kill_all()
        finally:
            probing.cancel()
            self._region.store.remove_keeper(self._container.pid)
            _log.info("%s: %s (exit code %d)", self.id, self.end.value, self.exit_code)
            self.gone.set()

    async def _probe(self) -> None:
        async with aiohttp.ClientSession() as session:
            if not await self._passes_start(session):
                self.stop(End.NEVER_READY)
                return
            self.ready.set()
            _log.info("%s: ready", self.id)
            if "liveness_probe" in self._described:
                await self._watch(session, self._described.liveness_probe)
                self.stop(End.UNHEALTHY)

    async def _passes_start(self, session: aiohttp.ClientSession) -> bool:
        probe = self._described.startup_probe
        await asyncio.sleep(probe.initial_delay_seconds)
        for _ in range(probe.failure_threshold):
            if await self._passes_within(session, probe, probe.period_seconds):
                return True
        return False

    async def _passes_within(
        self, session: aiohttp.ClientSession, probe: run_v2.Probe, seconds: float
    ) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not await self._passes(session, probe):  # noqa: ASYNC110 (nobody tells of a port)
                    await asyncio.sleep(_LOOK_AGAIN_S)
                return True
        return False

    async def _watch(self, session: aiohttp.ClientSession, probe: run_v2.Probe) -> None:
        """Return when the instance has failed its liveness probe so many times in a row."""
        await asyncio.sleep(probe.initial_delay_seconds)
        failures = 0
        while failures < probe.failure_threshold:
            await asyncio.sleep(probe.period_seconds)
            failures = 0 if await self._passes(session, probe) else failures + 1

    async def _passes(self, session: aiohttp.ClientSession, probe: run_v2.Probe) -> bool:
        try:
            async with asyncio.timeout(probe.timeout_seconds):
                if "tcp_socket" in probe:
                    _, writer = await asyncio.open_connection(_HOST, self.port)
                    writer.close()
                    return True
                url = f"http://{_HOST}:{self.port}{probe.http_get.path or '/'}"
                headers = {item.name: item.value for item in probe.http_get.http_headers}
                async with session.get(url, headers=headers, allow_redirects=False) as answer:
                    return answer.status in _HEALTHY
        except (OSError, TimeoutError, aiohttp.ClientError):
            return False

    def _spec(self, revision: run_v2.Revision) -> Spec:
        service = short(parent(revision.name))
        identity = {
            "PORT": str(self.port),
            "K_SERVICE": service,
            "K_CONFIGURATION": service,
            "K_REVISION": short(revision.name),
        }
        return self._region.settings.spec(
            self._described, identity, scratch=self.id, log=f"{service}/{self.id}.log"
        )


def _free_port() -> int:
    # On Cloud Run each instance has a network of its own; here they share one, so none can have the port it asks for.
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
    return port
