"""What a process tree uses, as the kernel tells it."""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    memory_bytes: int
    processes: int
    cpu_s: float
    files: int


def measure(pid: int, *, memory_worth_a_look: int) -> Usage:
    """Measure the tree under `pid`.

    Memory is the sum of resident sizes, which counts shared pages once per process; only when that sum is
    `memory_worth_a_look` is the dearer proportional size asked for.
    """
    tree = _descendants(pid)
    resident = sum(_resident(process) for process in tree)
    if resident >= memory_worth_a_look:
        resident = sum(_proportional(process) for process in tree)
    return Usage(
        memory_bytes=resident,
        processes=len(tree),
        cpu_s=sum(_cpu(process) for process in tree),
        files=_scratch_files(tree),
    )


def out_of_memory_kills() -> int:
    """Return how often this kernel has ended a process for want of memory; 0 where it does not say."""
    with contextlib.suppress(OSError, ValueError):
        for line in Path("/proc/vmstat").read_text().splitlines():
            name, _, value = line.partition(" ")
            if name == "oom_kill":
                return int(value)
    return 0


def _descendants(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []


def _resident(process: psutil.Process) -> int:
    with contextlib.suppress(psutil.Error):
        return int(process.memory_info().rss)
    return 0


def _proportional(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except psutil.Error:
        return _resident(process)


def _cpu(process: psutil.Process) -> float:
    with contextlib.suppress(psutil.Error):
        times = process.cpu_times()
        return float(times.user + times.system + times.children_user + times.children_system)
    return 0.0


def _scratch_files(tree: list[psutil.Process]) -> int:
    """Count the files in the sandbox's scratch folder, which cost kernel memory that no limit sees."""
    for process in tree:
        with contextlib.suppress(OSError):
            if not Path(f"/proc/{process.pid}/root").samefile("/"):
                status = os.statvfs(f"/proc/{process.pid}/root/scratch")
                return status.f_files - status.f_ffree
    return 0
