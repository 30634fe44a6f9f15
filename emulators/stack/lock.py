"""One stack per state folder."""

import fcntl
import os
import time
from pathlib import Path

from emulators.stack.problems import Problem

_LAST_STACK_ENDS_S = 8.0


class StateLock:
    """Held by the supervisor and its guard, so it is free only when no process of theirs is left."""

    def __init__(self, state_dir: Path) -> None:
        state_dir.mkdir(parents=True, exist_ok=True)
        self._file = state_dir / "lock"
        self.fd = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + _LAST_STACK_ENDS_S
        while not self._acquired():
            owner = self._file.read_text().strip()
            # A supervisor that was killed leaves a guard, which is about to finish.
            if _is_running(owner) or time.monotonic() > deadline:
                os.close(self.fd)
                raise Problem(
                    f"Another stack (process {owner or 'unknown'}) uses {state_dir}."
                    " Stop it, or give another folder with --state."
                )
            time.sleep(0.1)
        os.ftruncate(self.fd, 0)
        os.pwrite(self.fd, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        os.close(self.fd)

    def _acquired(self) -> bool:
        try:
            fcntl.flock(self.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _is_running(pid: str) -> bool:
    return pid.isdigit() and Path("/proc", pid).exists()
