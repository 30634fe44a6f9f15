"""The untrusted child as the supervisor holds it: start, listen within limits, end."""

import json
import os
import selectors
import subprocess
import sys
import time
from pathlib import Path
from typing import BinaryIO, Final

import candlewick
from backtest_job.errors import PlatformFailure, RunFailed
from backtest_job.logtail import Log
from backtest_job.messages import Message, MessageBuffer, MessageFlood, MessageRefused, Ready
from candlewick.backtests.wire import Failure, FailureKind, Limits, Loop, ProbeKind
from candlewick.isolation.choose import make_room
from candlewick.isolation.driver import Driver
from candlewick.isolation.sessions import end_session

_JOB: Final = Path(__file__).parent
_LIBRARY: Final = Path(candlewick.__file__).parent
_CODE: Final = (
    (_JOB / "__init__.py", "backtest_job/__init__.py"),
    (_JOB / "inside", "backtest_job/inside"),
    (_LIBRARY / "__init__.py", "candlewick/__init__.py"),
    (_LIBRARY / "backtests", "candlewick/backtests"),
    (_LIBRARY / "engine", "candlewick/engine"),
    (_LIBRARY / "isolation", "candlewick/isolation"),
)
_BOOT: Final = (
    "import sys; sys.path[:0] = sys.argv[1].split(':'); "
    "from backtest_job.inside.guest import main; main(sys.argv[2])"
)
_READ_BYTES: Final = 64 * 1024
_READY_TIMEOUT_S: Final = 120.0
_DEATH_TIMEOUT_S: Final = 5.0


class Child:
    """One sandboxed process tree. Must be started by a thread that outlives it (parent-death signal)."""

    def __init__(self, driver: Driver, folder: Path, *, scratch_mib: int) -> None:
        room = make_room(folder, scratch_mib=scratch_mib, code=_CODE)
        placement = driver.placement(room)
        if placement is None:
            raise PlatformFailure(f"The isolation driver {driver.name} is gone.")
        self.inputs = room.inputs
        self.scratch_mib = scratch_mib
        self.log = Log()
        self._messages = MessageBuffer()
        result = folder / "result.zip"
        result.touch(mode=0o600)
        self._result: BinaryIO = result.open("rb")
        message_read, message_write = os.pipe()
        result_write = os.open(result, os.O_WRONLY)
        options = {
            "uid": placement.uid,
            "confined": placement.confined,
            "input": placement.input,
            "scratch": placement.scratch,
            "message_fd": message_write,
            "result_fd": result_write,
        }
        interpreter = (sys.executable, "-I", "-B", "-u", "-c", _BOOT)
        guest = (*interpreter, placement.source, json.dumps(options))
        self._process = subprocess.Popen(  # noqa: S603 - our own command; nothing of the user's is in it
            [*placement.command, *guest],
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
        os.close(message_write)
        os.close(result_write)
        self._selector = selectors.DefaultSelector()
        for descriptor in (message_read, self._output()):
            os.set_blocking(descriptor, False)
            self._selector.register(descriptor, selectors.EVENT_READ)
        self._message_read = message_read

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def result(self) -> BinaryIO:
        """The file that the child writes its archive to, open for reading."""
        return self._result

    def exit_status(self) -> int | None:
        """Return the exit status, negative for a signal; `None` while it runs."""
        status = self._process.poll()
        # The drivers end as a shell does when what they run dies of a signal.
        return 128 - status if status is not None and status > 128 else status  # noqa: PLR2004

    def wait_until_ready(self) -> Ready:
        """Wait until Freqtrade is imported; nothing of the user's is loaded by then."""
        deadline = time.monotonic() + _READY_TIMEOUT_S
        while time.monotonic() < deadline:
            for message in self.listen(0.2):
                if isinstance(message, Ready):
                    return message
            if self.exit_status() is not None:
                break
        raise PlatformFailure(f"The sandbox did not start: {self.log.tail()[-2_000:]}")

    def go(
        self,
        config: dict[str, object],
        limits: Limits,
        probe: ProbeKind | None = None,
        loop: Loop = Loop.SKIPPING,
    ) -> None:
        """Let the child run the user's strategy, or examine it."""
        stdin = self._process.stdin
        if stdin is None:
            raise PlatformFailure("The child has no standard input.")
        asked = {"config": config, "probe": probe, "loop": loop}
        word = {**asked, "limits": limits.model_dump(by_alias=True)}
        try:
            stdin.write(json.dumps(word).encode() + b"\n")
            stdin.close()
        except OSError as error:
            raise PlatformFailure("The child ended before its inputs came.") from error

    def listen(self, timeout_s: float) -> list[Message]:
        """Read what the child says; `RunFailed` when it says what it must not."""
        found: list[Message] = []
        for key, _ in self._selector.select(timeout_s):
            data = os.read(key.fd, _READ_BYTES)
            if not data:
                self._selector.unregister(key.fd)
            elif key.fd == self._message_read:
                found += self._parsed(data)
            else:
                self.log.feed(data)
        return found

    def silent(self) -> bool:
        """Whether nobody is left who could say something."""
        return not self._selector.get_map()

    def kill(self) -> None:
        """End the whole process tree, and see that it ended."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        end_session(self._process.pid)
        # Every process inside holds the pipes: their end is the end of the last of them.
        deadline = time.monotonic() + _DEATH_TIMEOUT_S
        while not self.silent() and time.monotonic() < deadline:
            for key, _ in self._selector.select(0.1):
                if not os.read(key.fd, _READ_BYTES):
                    self._selector.unregister(key.fd)

    def close(self) -> None:
        self.kill()
        self._selector.close()
        self._result.close()
        os.close(self._message_read)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _output(self) -> int:
        if self._process.stdout is None:
            raise PlatformFailure("The child has no standard output.")
        return self._process.stdout.fileno()

    def _parsed(self, data: bytes) -> list[Message]:
        try:
            return self._messages.feed(data)
        except MessageRefused as error:
            raise _failed(
                FailureKind.SANDBOX_VIOLATION,
                "The strategy wrote to a channel that is not its own.",
            ) from error
        except MessageFlood as error:
            raise _failed(
                FailureKind.OUTPUT_LIMIT, "The strategy wrote without end to a channel not its own."
            ) from error


def _failed(kind: FailureKind, message: str) -> RunFailed:
    return RunFailed(Failure(kind=kind, message=message))
