"""Watches the child run the user's strategy, and says how it ended."""

import signal
import time
from collections.abc import Callable
from typing import Final

from backtest_job import usage
from backtest_job.child import Child
from backtest_job.errors import RunFailed
from backtest_job.messages import ChildFailed, ChildProgress, Done, Message
from backtest_job.redaction import redacted
from candlewick.backtests.wire import Failure, FailureKind, Limits, Phase

_MEASURE_EVERY_S: Final = 0.25
_MAX_SCRATCH_FILES: Final = 50_000
_MIB: Final = 1024 * 1024
# What the drivers' own processes add to the child's.
_DRIVERS_PROCESSES: Final = 2


class Watch:
    """One run of the user's code under its limits."""

    def __init__(
        self,
        child: Child,
        limits: Limits,
        *,
        on_progress: Callable[[Phase, float], None],
        check: Callable[[], None],
    ) -> None:
        self._child = child
        self._limits = limits
        self._on_progress = on_progress
        self._check = check
        self._last_word: ChildFailed | Done | None = None
        self._cpu_s_of_dead = 0.0
        self._cpu_s_seen = 0.0

    def until_done(self) -> None:
        """Return when the child says that its result is there; `RunFailed` for every other end."""
        kills_before = usage.out_of_memory_kills()
        deadline = time.monotonic() + self._limits.wall_s
        measure_at = 0.0
        try:
            while self._child.exit_status() is None:
                self._hear(self._child.listen(_MEASURE_EVERY_S))
                self._check()
                now = time.monotonic()
                if now >= measure_at:
                    self._measure()
                    measure_at = now + _MEASURE_EVERY_S
                if now > deadline:
                    raise _failed(FailureKind.TIME_LIMIT, self._too_long())
            self._hear_the_rest()
        finally:
            self._child.kill()
        self._judge(self._child.exit_status() or 0, kills_before)

    def _hear(self, messages: list[Message]) -> None:
        if self._child.log.total_bytes > self._limits.log_bytes:
            raise _failed(
                FailureKind.OUTPUT_LIMIT,
                f"The strategy printed more than {self._limits.log_bytes:,} bytes.",
            )
        for message in messages:
            if isinstance(message, ChildProgress):
                self._on_progress(message.phase, message.fraction)
            elif isinstance(message, ChildFailed | Done) and self._last_word is None:
                self._last_word = message

    def _hear_the_rest(self) -> None:
        """Read what was said before the end; processes left behind may hold the pipes open."""
        deadline = time.monotonic() + 2
        while not self._child.silent() and time.monotonic() < deadline:
            messages = self._child.listen(0.05)
            self._hear(messages)
            if self._last_word is not None and not messages:
                return

    def _measure(self) -> None:
        limit = self._limits.memory_mib * _MIB
        now = usage.measure(self._child.pid, memory_worth_a_look=limit)
        if now.memory_bytes > limit:
            raise _failed(
                FailureKind.OUT_OF_MEMORY,
                f"The strategy used more than {self._limits.memory_mib:,} MiB of memory.",
            )
        if now.processes > self._limits.processes + _DRIVERS_PROCESSES:
            raise _failed(
                FailureKind.PROCESS_LIMIT,
                f"The strategy started more than {self._limits.processes} processes.",
            )
        # The time of processes that ended unseen by their parent leaves the sum: keep the difference.
        self._cpu_s_of_dead += max(0.0, self._cpu_s_seen - now.cpu_s)
        self._cpu_s_seen = now.cpu_s
        if now.cpu_s + self._cpu_s_of_dead > self._limits.cpu_s:
            raise _failed(FailureKind.TIME_LIMIT, self._too_long())
        if now.files > _MAX_SCRATCH_FILES:
            raise _failed(
                FailureKind.OUTPUT_LIMIT,
                f"The strategy wrote more than {_MAX_SCRATCH_FILES:,} files.",
            )

    def _too_long(self) -> str:
        return (
            f"The backtest took longer than it may ({self._limits.wall_s:,} s, "
            f"{self._limits.cpu_s:,} s of computing). Use a shorter time range or fewer pairs."
        )

    def _judge(self, status: int, kills_before: int) -> None:
        if isinstance(self._last_word, ChildFailed):
            word = self._last_word
            raise RunFailed(
                Failure(
                    kind=word.kind,
                    message=redacted(word.message) or "The strategy failed.",
                    traceback=[
                        line.model_copy(update={"code": redacted(line.code)})
                        for line in word.traceback
                    ],
                )
            )
        if isinstance(self._last_word, Done) and status == 0:
            return
        if status == -signal.SIGKILL and usage.out_of_memory_kills() > kills_before:
            raise _failed(FailureKind.OUT_OF_MEMORY, "The strategy used up the machine's memory.")
        if status == -signal.SIGXCPU:
            raise _failed(FailureKind.TIME_LIMIT, self._too_long())
        if status < 0:
            raise _failed(FailureKind.SANDBOX_VIOLATION, _died_of(-status))
        raise _failed(
            FailureKind.STRATEGY_ERROR,
            f"The strategy ended the process before the backtest was finished (exit status {status}).",
        )


def _died_of(number: int) -> str:
    if number == signal.SIGSYS:
        return "The strategy made a system call that the sandbox forbids, and was ended."
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = str(number)
    return f"The process that ran the strategy was ended by the signal {name}."


def _failed(kind: FailureKind, message: str) -> RunFailed:
    return RunFailed(Failure(kind=kind, message=message))
