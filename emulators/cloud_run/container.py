"""One attempt's process: starts it under a keeper, stops it, keeps its output."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from emulators.cloud_run import keeper

_KEEPER = (sys.executable, "-I", "-S", keeper.__file__)
_KEEPER_VARIABLES = ("PATH", "LD_LIBRARY_PATH")
_CHUNK = 64 * 1024
_LOG_DRAIN_S = 2.0
_MOST_SWEEPS = 400
_SWEEP_PAUSE_S = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """What to run, and where its output and its files go."""

    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: Path | None
    scratch: Path
    log: Path
    log_limit: int
    grace: float


class Container:
    """A started attempt. `wait` returns when nothing of it is left.

    Args:
        spec: what to run.
        orphanage: of the emulator.
        descriptors: open files of this process that the command gets, by the same numbers.
    """

    def __init__(
        self, spec: Spec, orphanage: "Orphanage", descriptors: tuple[int, ...] = ()
    ) -> None:
        spec.scratch.mkdir(parents=True, exist_ok=True)
        spec.log.parent.mkdir(parents=True, exist_ok=True)
        self._spec = spec
        self._log = spec.log
        self._orphanage = orphanage
        self._output, written = os.pipe()
        try:
            self._process = _start_keeper(spec, written, descriptors)
        finally:
            os.close(written)
        self.pid = self._process.pid
        orphanage.keepers.add(self.pid)

    def log_to(self, file: Path) -> None:
        """Write the output elsewhere; before `wait` is called, which is when writing begins."""
        file.parent.mkdir(parents=True, exist_ok=True)
        self._log = file

    def stop(self) -> None:
        """Ask the command to end; it is killed after the grace period."""
        self._process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Kill the command, as a machine that runs out of memory does."""
        self._process.send_signal(signal.SIGUSR2)

    def kill_all(self) -> None:
        """Kill the command and everything that it started."""
        self._process.send_signal(signal.SIGUSR1)

    async def wait(self) -> int:
        """Return the exit code, or the negative number of the signal that ended the command."""
        pump = asyncio.create_task(self._keep_output())
        try:
            if self._process.poll() is None:
                await _ended(self.pid)
            code = self._process.wait()
            self._orphanage.keepers.discard(self.pid)
            if code < 0:
                await self._orphanage.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(pump, _LOG_DRAIN_S)
        finally:
            pump.cancel()
            self._orphanage.keepers.discard(self.pid)
            await asyncio.to_thread(shutil.rmtree, self._spec.scratch, ignore_errors=True)
        return code

    async def _keep_output(self) -> None:
        reader = asyncio.StreamReader()
        pipe = os.fdopen(self._output, "rb", buffering=0)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), pipe
        )
        try:
            await self._write_log(reader)
        finally:
            transport.close()

    async def _write_log(self, reader: asyncio.StreamReader) -> None:
        room = self._spec.log_limit
        with self._log.open("ab", buffering=0) as log:
            while chunk := await reader.read(_CHUNK):
                log.write(chunk[:room])
                if room and len(chunk) >= room:
                    log.write(b"\n[cut here: the log's limit is reached]\n")
                room = max(0, room - len(chunk))


class Orphanage:
    """Ends what a keeper left behind because it was killed itself.

    The emulator must be a subreaper, and start no other processes than keepers.
    """

    def __init__(self) -> None:
        self.keepers: set[int] = set()

    async def clear(self) -> None:
        for _ in range(_MOST_SWEEPS):
            found = keeper.kill_descendants(os.getpid(), frozenset(self.keepers))
            self._bury()
            if not found:
                return
            await asyncio.sleep(_SWEEP_PAUSE_S)

    def _bury(self) -> None:
        for pid in keeper.descendants(os.getpid()) - self.keepers:
            with suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)


def process_started_at(pid: int) -> int | None:
    """Return a process's start time in the kernel's ticks, which tells it from a later one of its id."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return int(stat.rpartition(")")[2].split()[19])


def end_leftover(pid: int, started_at: int) -> bool:
    """End a keeper of an emulator that is dead, with all that it keeps; return whether there was one."""
    if process_started_at(pid) != started_at:
        return False
    for _ in range(_MOST_SWEEPS):
        if not keeper.kill_descendants(pid):
            break
        time.sleep(_SWEEP_PAUSE_S)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return True


def _start_keeper(spec: Spec, output: int, descriptors: tuple[int, ...]) -> subprocess.Popen[bytes]:
    container = {
        "argv": spec.argv,
        "env": dict(spec.env),
        "cwd": str(spec.cwd or spec.scratch),
        "grace": spec.grace,
        "parent": os.getpid(),
        "descriptors": descriptors,
    }
    # A file and not a pipe: writing to a pipe waits for the keeper to read.
    with tempfile.TemporaryFile() as description:
        description.write(json.dumps(container).encode())
        description.seek(0)
        # The keeper inherits the mask: a signal that comes before it is set up waits for it.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, keeper.WATCHED)
        try:
            return subprocess.Popen(
                _KEEPER,
                stdin=description,
                stdout=output,
                stderr=output,
                env={name: os.environ[name] for name in _KEEPER_VARIABLES if name in os.environ},
                cwd="/",
                start_new_session=True,
                pass_fds=descriptors,
            )
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


async def _ended(pid: int) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    descriptor = os.pidfd_open(pid)
    loop.add_reader(descriptor, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)
