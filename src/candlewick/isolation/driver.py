"""The interface of the isolation drivers, and what a child may see."""

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

_SYSTEM = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64", "/usr/share/zoneinfo")
_SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/localtime")

DEV_SHM_MIB = 16
TMP = "/tmp"  # noqa: S108 (the sandbox's own)
# Above every ordinary user; the process id keeps children of different jobs apart.
_FIRST_UID = 1_000_000


class Isolation(StrEnum):
    """How the untrusted child is shut in."""

    AUTO = "auto"
    BUBBLEWRAP = "bubblewrap"
    UNSHARE = "unshare"
    NONE = "none"


Code = tuple[tuple[Path, str], ...]


class NoIsolation(Exception):
    """No driver can start a process on this machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """The host's folders of one child, made by the supervisor, and the size of its scratch folder.

    Attributes:
        code: our own code that the child runs: where it is, and its name below the child's source folder.
        loopback: whether the child's network, empty otherwise, has a loopback interface that works.
    """

    inputs: Path
    scratch: Path
    root: Path
    scratch_mib: int
    code: Code = ()
    loopback: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where the child finds things, and who it becomes.

    Attributes:
        run_as: the user that starts the command; `None` is the supervisor's own.
        uid: the user that the child makes itself once it is inside.
        confined: whether a system-call filter makes sense.
    """

    command: tuple[str, ...]
    source: str
    input: str
    scratch: str
    run_as: int | None = None
    uid: int | None = None
    confined: bool = True


class Driver(Protocol):
    """Puts a process where it can do no harm."""

    @property
    def name(self) -> str: ...

    def placement(self, room: Room) -> Placement | None:
        """Return the command to put before the child's own; `None` when its tool is not installed."""
        ...


def own_uid() -> int | None:
    """Return a user of the child's own, where the supervisor may choose one."""
    return _FIRST_UID + os.getpid() if os.getuid() == 0 else None


def visible_paths() -> list[str]:
    """Return what the interpreter needs of the host: itself, its packages, the system's libraries."""
    wanted = [Path(sys.prefix), Path(sys.base_prefix), *map(Path, _SYSTEM)]
    folders = {str(path) for path in wanted if path.is_dir()}
    inner = {a for a in folders for b in folders if a != b and Path(a).is_relative_to(b)}
    return sorted(folders - inner) + [file for file in _SYSTEM_FILES if Path(file).exists()]


def hides_tmp(targets: Iterable[str]) -> bool:
    """Whether something visible lies below /tmp, as when the whole project is checked out there."""
    return any(Path(target).is_relative_to(TMP) for target in targets)


def source_binds(room: Room, target: str) -> list[tuple[str, str]]:
    """Return (host path, path inside) of our own code that the child runs."""
    return [(str(path), f"{target}/{name}") for path, name in room.code]
