"""The sandboxed process that a run's strategy will live in: started before all else, by the standard library alone."""

import json
import logging
import os
import select
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO, Final

import candlewick
from candlewick.isolation.choose import candidates, make_room, none_works
from candlewick.isolation.driver import Driver, Isolation, Placement
from candlewick.isolation.sessions import end_session

log = logging.getLogger(__name__)

# What a run may write at most, unless its ticket says otherwise; the sandbox is there before the ticket.
USUAL_SCRATCH_MIB: Final = 512

_JOB: Final = Path(__file__).parent
_LIBRARY: Final = Path(candlewick.__file__).parent
_CODE: Final = (
    (_JOB / "__init__.py", "backtest_job/__init__.py"),
    (_JOB / "inside", "backtest_job/inside"),
    (_LIBRARY / "__init__.py", "candlewick/__init__.py"),
    (_LIBRARY / "decimals.py", "candlewick/decimals.py"),
    (_LIBRARY / "backtests", "candlewick/backtests"),
    (_LIBRARY / "engine", "candlewick/engine"),
    (_LIBRARY / "isolation", "candlewick/isolation"),
)
_BOOT: Final = (
    "import sys; sys.path[:0] = sys.argv[1].split(':'); "
    "from backtest_job.inside.entry import main; main(sys.argv[2])"
)
_INSIDE_TIMEOUT_S: Final = 20.0


class Sandbox:
    """One sandboxed process tree, without a run. Must be started by a thread that outlives it (parent-death signal)."""

    def __init__(
        self, driver: Driver, placement: Placement, folder: Path, *, scratch_mib: int
    ) -> None:
        self.driver = driver
        self.scratch_mib = scratch_mib
        self.inputs = folder / "input"
        self._folder = folder
        self._is_killed = False
        result = folder / "result.zip"
        result.touch(mode=0o600)
        self.result: BinaryIO = result.open("rb")
        self.messages, message_write = os.pipe()
        result_write = os.open(result, os.O_WRONLY)
        try:
            self.process = _start(placement, message_write, result_write)
        finally:
            os.close(message_write)
            os.close(result_write)

    def is_inside(self) -> bool:
        """Wait until the process says that it is shut in; `False` when it ends without a word."""
        readable, _, _ = select.select([self.messages], [], [], _INSIDE_TIMEOUT_S)
        return bool(readable) and os.read(self.messages, 1) == b"\n"

    def is_alive(self) -> bool:
        return self.process.poll() is None

    def again(self, *, scratch_mib: int) -> "Sandbox":
        """Start another one by the same driver; this one must be closed by then."""
        started = _started(self.driver, self._folder.parent, scratch_mib)
        if started is None:
            raise none_works(self.driver.name)
        return started

    def kill(self) -> None:
        """End the whole process tree; a second call changes nothing."""
        if self._is_killed:
            return
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        end_session(self.process.pid)
        self._is_killed = True

    def close(self) -> None:
        self.kill()
        if self.result.closed:
            return
        self.result.close()
        os.close(self.messages)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()

    def last_words(self) -> str:
        """End the process; return what it printed."""
        self.kill()
        output = self.process.stdout
        if output is None:
            return ""
        os.set_blocking(output.fileno(), False)
        return (output.read() or b"").decode(errors="replace")[-500:]


def start(isolation: Isolation, folder: Path, *, scratch_mib: int = USUAL_SCRATCH_MIB) -> Sandbox:
    """Return the sandbox of the first driver that works here: the process that a run will have is the trial.

    Raises:
        NoIsolation: none works.
    """
    for driver in candidates(isolation):
        sandbox = _started(driver, folder, scratch_mib)
        if sandbox is not None:
            log.info("isolation chosen", extra={"driver": driver.name})
            return sandbox
    raise none_works(isolation)


def _started(driver: Driver, folder: Path, scratch_mib: int) -> Sandbox | None:
    own = Path(tempfile.mkdtemp(dir=folder))
    placement = driver.placement(make_room(own, scratch_mib=scratch_mib, code=_CODE))
    if placement is None:
        return None
    sandbox = Sandbox(driver, placement, own, scratch_mib=scratch_mib)
    try:
        if sandbox.is_inside():
            return sandbox
        reason = sandbox.last_words()
        log.info("isolation not available", extra={"driver": driver.name, "reason": reason})
    except BaseException:
        sandbox.close()
        raise
    sandbox.close()
    return None


def _start(placement: Placement, message_write: int, result_write: int) -> subprocess.Popen[bytes]:
    options = {
        "uid": placement.uid,
        "confined": placement.confined,
        "input": placement.input,
        "scratch": placement.scratch,
        "message_fd": message_write,
        "result_fd": result_write,
    }
    interpreter = (sys.executable, "-I", "-B", "-u", "-c", _BOOT)
    return subprocess.Popen(  # noqa: S603 - our own command; nothing of the user's is in it
        [*placement.command, *interpreter, placement.source, json.dumps(options)],
        env={},
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=(message_write, result_write),
        start_new_session=True,
        user=placement.run_as,
        group=placement.run_as,
        extra_groups=None if placement.run_as is None else (),
    )
