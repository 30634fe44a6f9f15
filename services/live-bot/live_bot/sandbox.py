"""The trader's process tree as the supervisor holds it: start, listen to its log, end."""

import asyncio
import json
import subprocess
import sys
from collections import deque
from pathlib import Path
from typing import Final

import candlewick
from candlewick.isolation.choose import make_room
from candlewick.isolation.driver import Code, Driver, Room
from candlewick.isolation.sessions import end_session
from candlewick.redaction import redact

DOOR: Final = "door"
_SCRATCH_MIB: Final = 512
_OUR_OWN: Final = Path(__file__).parent
_LIBRARY: Final = Path(candlewick.__file__).parent
_CODE: Final[Code] = (
    (_OUR_OWN / "__init__.py", "live_bot/__init__.py"),
    (_OUR_OWN / "trader_words.py", "live_bot/trader_words.py"),
    (_OUR_OWN / "trader", "live_bot/trader"),
    (_LIBRARY / "__init__.py", "candlewick/__init__.py"),
    (_LIBRARY / "backtests", "candlewick/backtests"),
    (_LIBRARY / "bots", "candlewick/bots"),
    (_LIBRARY / "isolation", "candlewick/isolation"),
)
_BOOT: Final = (
    "import sys; sys.path[:0] = sys.argv[1].split(':'); "
    "from live_bot.trader.guest import main; main(sys.argv[2])"
)
_TAIL_LINES: Final = 200
_TAIL_CHARS: Final = 8_000
_MOST_OF_A_LINE: Final = 6_000


class LogTail:
    """The end of what the trader printed, without what looks like a secret."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=_TAIL_LINES)

    def add(self, line: bytes) -> None:
        text = line[:_MOST_OF_A_LINE].decode(errors="replace").rstrip()
        self._lines.append(redact("".join(c if c.isprintable() else " " for c in text)))

    def text(self) -> str:
        return "\n".join(self._lines)[-_TAIL_CHARS:]


def prepared(folder: Path) -> Room:
    """Make the folders of one trader; its inputs and the supervisor's door are put into `inputs`."""
    return make_room(folder, scratch_mib=_SCRATCH_MIB, code=_CODE, loopback=True)


class Trader:
    """One sandboxed process tree. Must be started by a thread that outlives it (parent-death signal)."""

    def __init__(self, driver: Driver, room: Room, log: LogTail) -> None:
        placement = driver.placement(room)
        if placement is None:
            raise RuntimeError(f"The isolation driver {driver.name} is gone.")
        options = {
            "uid": placement.uid,
            "confined": placement.confined,
            "input": placement.input,
            "scratch": placement.scratch,
        }
        interpreter = (sys.executable, "-I", "-B", "-u", "-c", _BOOT)
        self._process = subprocess.Popen(  # noqa: S603 (our own command; nothing of the user's is in it)
            [*placement.command, *interpreter, placement.source, json.dumps(options)],
            env={},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=placement.run_as,
            group=placement.run_as,
            extra_groups=None if placement.run_as is None else (),
        )
        self._log = log
        self._reader = asyncio.get_running_loop().create_task(self._read())

    @property
    def pid(self) -> int:
        return self._process.pid

    async def ended(self) -> int:
        """Wait for its end; return the exit status, negative for a signal."""
        await self._reader
        return await asyncio.to_thread(self._process.wait)

    def kill(self) -> None:
        """End the whole process tree: the driver's process takes everything inside along."""
        if self._process.poll() is None:
            self._process.kill()
        end_session(self._process.pid)

    async def _read(self) -> None:
        output = self._process.stdout
        if output is None:
            return
        reader = asyncio.StreamReader(limit=1 << 20)
        protocol = asyncio.StreamReaderProtocol(reader)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, output)
        try:
            while line := await _line(reader):
                self._log.add(line)
        finally:
            transport.close()


async def _line(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readline()
    except ValueError:  # a line without end
        return await reader.read(1 << 16) or b"\n"
