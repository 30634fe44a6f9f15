"""One process that was started before its execution, and what it is told when there is one.

emulator ──keeper── command      CANDLEWICK_STANDBY is the number of the command's end of a socket
         ◄── {"takes": [NAME, …]}   it is ready; what it can still be told
         ──► {NAME: VALUE, …}       the execution's variables, then the end of the file
         ◄── a byte                 it has them: from here on it is the attempt's process
"""

import asyncio
import json
import logging
import os
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from emulators.cloud_run.container import Container, Spec, process_started_at
from emulators.cloud_run.region import Region

VARIABLE = "CANDLEWICK_STANDBY"
_TAKEN = b"\n"
_NOWHERE = Path(os.devnull)
_LONGEST_GREETING = 64 * 1024
# A process that is ready answers in milliseconds, or something is wrong with it.
_ANSWER_S = 2.0
_ENDS_S = 3.0
# Temporary folders do not last for ever, nor do installed packages.
_LONGEST_WAIT_S = 24 * 3600.0
_log = logging.getLogger(__name__)

Code = frozenset[tuple[str, int, int]]


class Waiting:
    """A container that waits; made in a running event loop.

    Attributes:
        takes: the variables that it can still be told; `None` until it is ready.
        taken: done as soon as it can serve nobody any more, whether it serves an attempt.
    """

    def __init__(self, spec: Spec, code: Code, region: Region) -> None:
        loop = asyncio.get_running_loop()
        self.takes: frozenset[str] | None = None
        self.taken: asyncio.Future[bool] = loop.create_future()
        self._spec = spec
        self._code = code
        self._store = region.store
        self._began = time.monotonic()
        self._is_dismissed = False
        self._socket, theirs = socket.socketpair()
        self._socket.setblocking(False)  # noqa: FBT003 - it takes no names
        with theirs:
            told = replace(spec, env={**spec.env, VARIABLE: str(theirs.fileno())})
            self.container = Container(told, region.orphanage, (theirs.fileno(),))
        self._store.add_keeper(self.container.pid, process_started_at(self.container.pid) or 0)
        self._listening = loop.create_task(self._listen())

    @property
    def is_over(self) -> bool:
        """Whether it has died, was taken, or has waited for too long."""
        return self.taken.done() or time.monotonic() - self._began > _LONGEST_WAIT_S

    def is_like(self, spec: Spec, code: Code) -> bool:
        """Whether a process that is started now would be the same one."""
        return not self.is_over and code == self._code and self._missing(spec) == {}

    def runs(self, code: Code) -> bool:
        """Whether this is the code that it was started with."""
        return code == self._code

    def late(self, spec: Spec) -> dict[str, str] | None:
        """Return what it must be told to be as described; `None` where that is too late."""
        missing = self._missing(spec)
        if missing is None or self.takes is None or not missing.keys() <= self.takes:
            return None
        return missing

    async def hand_over(self, variables: dict[str, str]) -> bool:
        """Tell a ready one what its attempt's variables are; return whether it has become the attempt's process."""
        word = json.dumps(variables).encode()
        try:
            async with asyncio.timeout(_ANSWER_S):
                with suppress(OSError):  # the end of what it says tells the same
                    await asyncio.get_running_loop().sock_sendall(self._socket, word)
                    self._socket.shutdown(socket.SHUT_WR)
                return await asyncio.shield(self.taken)
        except TimeoutError:
            self.container.kill_all()
            # Certain once it is dead: no attempt may be lost, and none made by two.
            return await self.taken

    async def end(self) -> None:
        """End it; return when nothing of it is left but the output of one that failed."""
        if self.taken.done():
            self._spec.log.unlink(missing_ok=True)
        else:
            self.container.log_to(_NOWHERE)
        self._is_dismissed = True
        ended = asyncio.create_task(self.container.wait())
        self.container.stop()
        await asyncio.wait({ended}, timeout=_ENDS_S)
        self.container.kill_all()
        await ended
        await self._listening
        self._store.remove_keeper(self.container.pid)

    def _missing(self, spec: Spec) -> dict[str, str] | None:
        known, wanted = _variables(self._spec), _variables(spec)
        is_same = (self._spec.argv, self._spec.cwd) == (spec.argv, spec.cwd)
        if not is_same or known.keys() - wanted.keys():
            return None
        return dict(wanted.items() - known.items())

    async def _listen(self) -> None:
        answer = b""
        try:
            self.takes = await self._greeting()
            answer = await asyncio.get_running_loop().sock_recv(self._socket, 1)
        except (OSError, ValueError, LookupError, TypeError) as error:
            _log.warning("what waits said something else than what it takes: %r", error)
            self.container.kill_all()
        finally:
            self._socket.close()
            self.taken.set_result(answer == _TAKEN)
        if answer != _TAKEN and not self._is_dismissed:
            _log.warning("what waits has ended before its execution: see %s", self._spec.log)

    async def _greeting(self) -> frozenset[str] | None:
        said = b""
        while not said.endswith(b"\n"):
            more = await asyncio.get_running_loop().sock_recv(self._socket, _LONGEST_GREETING)
            said += more
            if not more or len(said) > _LONGEST_GREETING:
                return None
        return frozenset(json.loads(said)["takes"])


def code_of(spec: Spec) -> Code:
    """Return each file below PYTHONPATH with its time and size, by which an edit is noticed."""
    start = spec.cwd or spec.scratch
    folders = filter(None, spec.env.get("PYTHONPATH", "").split(os.pathsep))
    return frozenset(stamp for folder in folders for stamp in _stamps(str(start / folder)))


def _stamps(top: str) -> Iterator[tuple[str, int, int]]:
    for folder, below, files in os.walk(top):
        with suppress(ValueError):
            below.remove("__pycache__")
        for name in files:
            path = os.path.join(folder, name)  # noqa: PTH118 - a millisecond for each hundred files
            with suppress(OSError):  # an editor has just put another in its place
                status = os.stat(path)  # noqa: PTH116 - as above
                yield path, status.st_mtime_ns, status.st_size


def _variables(spec: Spec) -> dict[str, str]:
    """Return the environment without the container's own folder, which no two have in common."""
    own = str(spec.scratch)
    return {name: value for name, value in spec.env.items() if (name, value) != ("HOME", own)}
