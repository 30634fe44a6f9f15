"""A job's process that was started before its run: what belongs to the run comes when there is one.

Only the local Cloud Run emulator starts such a process (docs/emulators.md). It imports nothing but the standard library,
like everything that comes before the sandbox.
"""

import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from io import FileIO
from typing import Final

from backtest_job.errors import Terminated
from backtest_job.settings import NO_SUCH_ISOLATION, SettingsInvalid, isolation_in
from candlewick.isolation.driver import Isolation

VARIABLE: Final = "CANDLEWICK_STANDBY"
# What nothing depends on before a run is claimed. All else must be there at the start.
TAKES: Final = (
    "CANDLEWICK_EVENTS_URL",
    "CANDLEWICK_RUN_TOKEN",
    "CANDLEWICK_RUN_ID",
    "CANDLEWICK_USER_CLASS",
    "CANDLEWICK_TRACEPARENT",
    "CLOUD_RUN_JOB",
    "CLOUD_RUN_EXECUTION",
    "CLOUD_RUN_TASK_INDEX",
    "CLOUD_RUN_TASK_COUNT",
    "CLOUD_RUN_TASK_ATTEMPT",
)
_READ_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Standby:
    """What is known before there is a run; `descriptor` is this end of a socket to whoever keeps the process."""

    isolation: Isolation
    descriptor: int
    environment: Mapping[str, str] = field(repr=False)

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Standby | None":
        """Return `None` where nothing is to be waited for.

        Raises:
            SettingsInvalid: the environment makes no sense.
        """
        given = env.get(VARIABLE)
        if given is None:
            return None
        try:
            descriptor = int(given)
            os.set_inheritable(descriptor, False)  # noqa: FBT003 - it takes no names
        except (ValueError, OSError) as error:
            raise SettingsInvalid(f"{VARIABLE} must be the number of an open socket.") from error
        isolation = isolation_in(env)
        if isolation is None:
            raise SettingsInvalid(f"{NO_SUCH_ISOLATION}.")
        return cls(isolation=isolation, descriptor=descriptor, environment=dict(env))

    def wait(self, *, is_fit: Callable[[], bool]) -> Mapping[str, str] | None:
        """Say that all is ready, and return the run's whole environment; `None` when no run comes. Once only.

        Args:
            is_fit: whether this process can still do a run; asked when there is one.

        Raises:
            SettingsInvalid: what came is not what was asked for.
        """
        # Whoever is gone needs no run, and hears no reason.
        with suppress(ConnectionError), os.fdopen(self.descriptor, "r+b", buffering=0) as channel:
            word = _asked(channel)
            if word and is_fit():
                late = _parsed(word)
                # Whoever keeps this process counts it as an attempt from here on, and not before.
                channel.write(b"\n")
                return {**self.environment, **late}
        return None


def _asked(channel: FileIO) -> bytes:
    """Ask for what comes late; nothing comes where this process is told to stop."""
    try:
        channel.write(json.dumps({"takes": TAKES}).encode() + b"\n")
        return b"".join(iter(lambda: channel.read(_READ_BYTES), b""))
    except Terminated:
        return b""


def _parsed(word: bytes) -> dict[str, str]:
    try:
        late = json.loads(word)
    except ValueError as error:
        raise SettingsInvalid("What came for the run is no JSON.") from error
    if not isinstance(late, dict) or not all(isinstance(value, str) for value in late.values()):
        raise SettingsInvalid("What came for the run must be a JSON object of strings.")
    if refused := sorted(late.keys() - set(TAKES)):
        raise SettingsInvalid(f"Too late for {', '.join(refused)}.")
    return late
