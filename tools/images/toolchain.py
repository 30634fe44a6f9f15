"""Finds or installs what builds and runs images: buildah, debootstrap, crun, and gVisor's runsc."""

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from emulators.cloud_run.images import program_path

BUILD_TOOLS = ("buildah", "debootstrap")
# Older ones let no process without capabilities make the namespaces of its own sandbox.
LEAST_RUNSC = 20240101
_APT = Path("/var/lib/apt")


class ToolMissing(Exception):
    """The sentence says what is missing and what to do."""


def require(*programs: str) -> None:
    """Install these Debian packages where that is possible; each is called like its program.

    Raises:
        ToolMissing: it is not possible.
    """
    missing = _missing(programs)
    if not missing:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise ToolMissing(
            f"{', '.join(missing)} is missing. As root on Debian: {_by_hand(missing)}"
        )
    with _one_at_a_time():
        # Whoever was first may have installed them.
        _install(_missing(programs))


def _missing(programs: Iterable[str]) -> list[str]:
    return [program for program in programs if find(program) is None]


def _by_hand(packages: Sequence[str]) -> str:
    return "apt-get install --no-install-recommends " + " ".join(packages)


def _install(packages: Sequence[str]) -> None:
    if not packages:
        return
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    options = ("--yes", "--quiet", "--no-install-recommends")
    for step in (("apt-get", "update", "--quiet"), ("apt-get", "install", *options, *packages)):
        done = subprocess.run(  # noqa: S603 - our own command
            step, env=quiet, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise ToolMissing(f"`{_by_hand(packages)}` failed: {done.stderr.strip()[-400:]}")


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Wait for each other: apt-get gives up where another one is at work, and tests begin in several processes."""
    folder = os.open(_APT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def require_root() -> None:
    if os.geteuid() != 0:
        raise ToolMissing(
            "Images are built and run by root here (buildah mounts their file systems)."
        )


def find(program: str) -> str | None:
    return shutil.which(program, path=program_path())


def is_recent_runsc(program: str | Path) -> bool:
    """Whether it is gVisor's runtime, and new enough for the job's sandbox."""
    try:
        said = subprocess.run(  # noqa: S603 - the caller's program
            [program, "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return False
    date = re.search(r"\b(20\d{6})\b", said)
    return date is not None and int(date[1]) >= LEAST_RUNSC
