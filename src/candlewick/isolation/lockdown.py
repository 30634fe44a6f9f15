"""Gives up, one way, what the untrusted code must not have."""

import ctypes
import os
import resource
from dataclasses import dataclass
from pathlib import Path

from candlewick.isolation import seccomp

_MIB = 1024 * 1024
_PR_SET_NO_NEW_PRIVS = 38
# A process's own limit is a backstop: the supervisor ends the run at the exact figure, over all processes.
_MEMORY_HEADROOM_MIB = 1024
_THREADS_HEADROOM = 32
# However busy the child makes the machine, the supervisor must be able to end it.
_NICENESS = 10
_CPU_HEADROOM_S = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a child may use at most; without `cpu_s` it may compute for as long as it likes."""

    memory_mib: int
    largest_file_mib: int
    processes: int
    open_files: int
    cpu_s: int | None = None


def drop_privileges(uid: int | None) -> None:
    """Become the user `uid` for good (when given), and never gain privileges again."""
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    os.umask(0o077)
    os.nice(_NICENESS)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no_new_privs")


def set_limits(bounds: Bounds) -> None:
    """Set the kernel's limits; they are inherited and cannot be raised again."""
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_DATA: (bounds.memory_mib + _MEMORY_HEADROOM_MIB) * _MIB,
        resource.RLIMIT_FSIZE: bounds.largest_file_mib * _MIB,
        resource.RLIMIT_MEMLOCK: 64 * 1024,
        resource.RLIMIT_NOFILE: bounds.open_files,
        resource.RLIMIT_NPROC: bounds.processes + _threads() + _THREADS_HEADROOM,
    }
    if bounds.cpu_s is not None:
        limits[resource.RLIMIT_CPU] = bounds.cpu_s + _CPU_HEADROOM_S
    for which, wanted in limits.items():
        _, hard = resource.getrlimit(which)
        bound = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(which, (bound, bound))


def _threads() -> int:
    """Count what the libraries have started by now, which is as many as the machine has processors."""
    try:
        return sum(1 for _ in Path("/proc/self/task").iterdir())
    except OSError:  # a driver without /proc
        return os.cpu_count() or 1


def forbid_system_calls(*, loopback: bool = False) -> None:
    """Install the system-call filter where the machine's architecture is known."""
    seccomp.install(loopback=loopback)
