"""Isolation by bubblewrap: namespaces, a root of read-only binds, private scratch."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from candlewick.isolation.driver import (
    DEV_SHM_MIB,
    TMP,
    Placement,
    Room,
    hides_tmp,
    own_uid,
    source_binds,
    visible_paths,
)

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubblewrap:
    """With `user_namespace`, for supervisors that may not make namespaces without one."""

    user_namespace: bool

    @property
    def name(self) -> str:
        return "bubblewrap (user namespace)" if self.user_namespace else "bubblewrap"

    def placement(self, room: Room) -> Placement | None:
        program = shutil.which("bwrap")
        if program is None or (os.getuid() != 0 and not self.user_namespace):
            return None
        return Placement(
            command=(program, *self._namespaces(), *_mounts(room), "--chdir", "/scratch", "--"),
            source="/app",
            input="/input",
            scratch="/scratch",
            run_as=own_uid() if self.user_namespace else None,
            uid=None if self.user_namespace else own_uid(),
        )

    def _namespaces(self) -> list[str]:
        if self.user_namespace:
            rights = ["--unshare-user", "--disable-userns", "--cap-drop", "ALL"]
        else:  # to become the child's own user, which ends them
            rights = ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
        return [
            *rights,
            *("--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"),
            *("--unshare-cgroup-try", "--die-with-parent", "--new-session", "--clearenv"),
        ]


def _mounts(room: Room) -> list[str]:
    binds = [*((path, path) for path in visible_paths()), *source_binds(room, "/app")]
    read_only = [word for bind in binds for word in ("--ro-bind", *bind)]
    # Made beforehand: bubblewrap keeps parents that it makes itself to their owner.
    parents = {str(parent) for _, target in binds for parent in Path(target).parents} - {"/"}
    tmp = () if hides_tmp(target for _, target in binds) else ("--symlink", "scratch", TMP)
    return [
        *(word for parent in sorted(parents) for word in ("--dir", parent)),
        *read_only,
        *("--ro-bind", str(room.inputs), "/input"),
        *("--proc", "/proc", "--dev", "/dev"),
        *("--perms", "1777", "--size", str(DEV_SHM_MIB * _MIB), "--tmpfs", "/dev/shm"),  # noqa: S108 - the sandbox's own
        *("--perms", "1777", "--size", str(room.scratch_mib * _MIB), "--tmpfs", "/scratch"),
        *tmp,
        *("--remount-ro", "/dev", "--remount-ro", "/"),
    ]
