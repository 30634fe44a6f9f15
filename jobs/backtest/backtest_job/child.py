"""The untrusted child as the supervisor holds it: start, listen within limits, end."""

import json
import os
import selectors
import time
from pathlib import Path
from typing import BinaryIO, Final

from backtest_job.errors import PlatformFailure, RunFailed
from backtest_job.logtail import Log
from backtest_job.messages import Message, MessageBuffer, MessageFlood, MessageRefused, Ready
from backtest_job.sandbox import Sandbox
from candlewick.backtests.wire import Failure, FailureKind, Limits, Loop, ProbeKind

_READ_BYTES: Final = 64 * 1024
_READY_TIMEOUT_S: Final = 120.0
_DEATH_TIMEOUT_S: Final = 5.0


class Child:
    """What runs in a sandbox, from its first word on."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._process = sandbox.process
        self.log = Log()
        self._messages = MessageBuffer()
        self._selector = selectors.DefaultSelector()
        for descriptor in (sandbox.messages, self._output()):
            os.set_blocking(descriptor, False)
            self._selector.register(descriptor, selectors.EVENT_READ)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def inputs(self) -> Path:
        """The folder that the child sees, and only reads."""
        return self._sandbox.inputs

    @property
    def scratch_mib(self) -> int:
        return self._sandbox.scratch_mib

    @property
    def result(self) -> BinaryIO:
        """The file that the child writes its archive to, open for reading."""
        return self._sandbox.result

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
            elif key.fd == self._sandbox.messages:
                found += self._parsed(data)
            else:
                self.log.feed(data)
        return found

    def silent(self) -> bool:
        """Whether nobody is left who could say something."""
        return not self._selector.get_map()

    def kill(self) -> None:
        """End the whole process tree, and see that it ended."""
        self._sandbox.kill()
        # Every process inside holds the pipes: their end is the end of the last of them.
        deadline = time.monotonic() + _DEATH_TIMEOUT_S
        while not self.silent() and time.monotonic() < deadline:
            for key, _ in self._selector.select(0.1):
                if not os.read(key.fd, _READ_BYTES):
                    self._selector.unregister(key.fd)

    def close(self) -> None:
        self.kill()
        self._selector.close()
        self._sandbox.close()

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
