"""Gives up, one way, what the untrusted code must not have."""

import ctypes
import os
import resource
from pathlib import Path

from backtest_job.inside import seccomp
from candlewick.backtests.wire import Limits

_MIB = 1024 * 1024
_PR_SET_NO_NEW_PRIVS = 38
# A process's own limit is a backstop: the supervisor ends the run at the exact figure, over all processes.
_MEMORY_HEADROOM_MIB = 1024
_THREADS_HEADROOM = 32
# However busy the child makes the machine, the supervisor must be able to end it.
_NICENESS = 10
_CPU_HEADROOM_S = 30


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


def set_limits(limits: Limits) -> None:
    """Set the kernel's limits; they are inherited and cannot be raised again."""
    bounds = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: limits.cpu_s + _CPU_HEADROOM_S,
        resource.RLIMIT_DATA: (limits.memory_mib + _MEMORY_HEADROOM_MIB) * _MIB,
        resource.RLIMIT_FSIZE: limits.scratch_mib * _MIB,
        resource.RLIMIT_MEMLOCK: 64 * 1024,
        resource.RLIMIT_NOFILE: limits.open_files,
        resource.RLIMIT_NPROC: limits.processes + _threads() + _THREADS_HEADROOM,
    }
    for which, wanted in bounds.items():
        _, hard = resource.getrlimit(which)
        bound = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(which, (bound, bound))


def _threads() -> int:
    """Count what the libraries have started by now, which is as many as the machine has processors."""
    try:
        return sum(1 for _ in Path("/proc/self/task").iterdir())
    except OSError:  # a driver without /proc
        return os.cpu_count() or 1


def forbid_system_calls() -> None:
    """Install the system-call filter where the machine's architecture is known."""
    seccomp.install()
