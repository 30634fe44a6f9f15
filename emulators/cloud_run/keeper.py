"""Keeps one container: starts its command, and lets nothing that it started live longer than it.

Run as a program of its own, on the standard library alone. It reads the container from standard input as JSON
(`argv`, `env`, `cwd`, `grace`, `parent`, and the `descriptors` that only the command shall have) and ends as the
container's command ended.

SIGTERM asks the command to end, and kills it after the grace period. SIGUSR1 kills all at once, and is also what the
kernel sends when the emulator dies. SIGUSR2 kills the command, as if its machine had run out of memory.
"""

import ctypes
import json
import os
import resource
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_CANNOT_START = 127
_DEAD = ("Z", "X")
_LONGEST_CLEANING_S = 10.0
_CHILD_ENDED = signal.SIGCHLD
_STOP, _KILL_ALL, _KILL_COMMAND = signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2
WATCHED = (_CHILD_ENDED, _STOP, _KILL_ALL, _KILL_COMMAND)


def set_parent_death_signal(number: int) -> None:
    _prctl(_PR_SET_PDEATHSIG, number)


def become_subreaper() -> None:
    """Be the new parent of descendants whose own parent ends."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def descendants(of: int) -> set[int]:
    """Return the process ids of everything that descends from a process."""
    return set(_descendants_with_group(of))


def kill_descendants(of: int, spare: frozenset[int] = frozenset()) -> bool:
    """Kill what descends from a process; return whether anything was alive.

    What is started during the call may escape it, so call it until nothing is left.

    Args:
        of: the process id.
        spare: children of it that live on, with all that is theirs.
    """
    doomed = _descendants_with_group(of)
    for pid in spare.union(*(descendants(kept) for kept in spare)):
        doomed.pop(pid, None)
    # The kernel kills a group at once, so that no member of it can fork in between.
    for group in set(doomed.values()) - {0, os.getpgrp()}:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
    for pid in doomed:
        _signal(pid, signal.SIGKILL)
    return any(doomed.values())


def main() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
    container = json.load(sys.stdin)
    become_subreaper()
    set_parent_death_signal(_KILL_ALL)
    if os.getppid() != container["parent"]:
        return
    command = _start(container)
    for descriptor in container["descriptors"]:
        os.close(descriptor)
    status = _watch(command, container["grace"])
    give_up_at = time.monotonic() + _LONGEST_CLEANING_S
    while _reap_all() and time.monotonic() < give_up_at:
        time.sleep(0.002)
    _end_like(status)


def _start(container: dict[str, Any]) -> int:
    keeper = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    try:
        set_parent_death_signal(signal.SIGKILL)
        if os.getppid() != keeper:
            os._exit(_CANNOT_START)
        os.setsid()
        with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - pathlib adds nothing here
            os.dup2(nothing.fileno(), 0)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        os.chdir(container["cwd"])
        os.execvpe(container["argv"][0], container["argv"], container["env"])  # noqa: S606 - this is its purpose
    except OSError as error:
        sys.stderr.write(f"The container could not start: {error}\n")
        sys.stderr.flush()
    finally:
        os._exit(_CANNOT_START)


def _watch(command: int, grace: float) -> int:
    """Wait for the command to end, doing what signals ask meanwhile; return its wait status."""
    deadline: float | None = None
    while True:
        pid = -1
        while pid:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == command:
                return status
        left = 3600.0 if deadline is None else max(0.0, deadline - time.monotonic())
        received = signal.sigtimedwait(WATCHED, left)
        number = None if received is None else received.si_signo
        if number == _STOP and deadline is None:
            deadline = time.monotonic() + grace
            _signal(command, signal.SIGTERM)
        elif number in {_KILL_ALL, _KILL_COMMAND} or (received is None and deadline is not None):
            _signal(command, signal.SIGKILL)


def _reap_all() -> bool:
    """Reap every dead child; return whether there are children that live."""
    with suppress(ChildProcessError):
        while True:
            pid, _ = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                kill_descendants(os.getpid())
                return True
    return False


def _end_like(status: int) -> None:
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        sys.exit(code)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError, ValueError):
        signal.signal(-code, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {-code})
    os.kill(os.getpid(), -code)


def _signal(pid: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def _descendants_with_group(of: int) -> dict[int, int]:
    """Return the process group of everything that descends from a process, 0 for the dead, by process id."""
    groups: dict[int, int] = {}
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            pid = int(entry.name)
            parent, groups[pid] = _parent_and_group(entry)
            children.setdefault(parent, []).append(pid)
    found: dict[int, int] = {}
    rest = [of]
    while rest:
        below = children.get(rest.pop(), [])
        found.update((pid, groups[pid]) for pid in below)
        rest.extend(below)
    return found


def _parent_and_group(entry: Path) -> tuple[int, int]:
    try:
        # The command's name, in parentheses, may hold anything, even spaces and parentheses.
        fields = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()
        return int(fields[1]), 0 if fields[0] in _DEAD else int(fields[2])
    except (OSError, IndexError, ValueError):
        return 0, 0


def _prctl(option: int, value: int) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl failed")


if __name__ == "__main__":
    main()
