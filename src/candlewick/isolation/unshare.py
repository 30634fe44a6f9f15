"""Isolation by unshare(2), for machines without bubblewrap, and for gVisor, where bubblewrap does not work."""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from candlewick.isolation.driver import (
    DEV_SHM_MIB,
    Placement,
    Room,
    own_uid,
    source_binds,
    visible_paths,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unshare:
    """With `user_namespace`, for supervisors that may not make namespaces without one."""

    user_namespace: bool

    @property
    def name(self) -> str:
        return "unshare (user namespace)" if self.user_namespace else "unshare"

    def placement(self, room: Room) -> Placement | None:
        if os.getuid() != 0 and not self.user_namespace:
            return None
        binds = [*((path, path) for path in visible_paths()), *source_binds(room, "/app")]
        plan = {
            "root": str(room.root),
            "binds": [*binds, (str(room.inputs), "/input")],
            "user_namespace": self.user_namespace,
            "loopback": room.loopback,
            "sizes_mib": {"/scratch": room.scratch_mib, "/dev/shm": DEV_SHM_MIB},  # noqa: S108
        }
        confine = Path(__file__).with_name("confine.py")
        return Placement(
            command=(sys.executable, "-I", "-S", "-B", str(confine), json.dumps(plan)),
            source="/app",
            input="/input",
            scratch="/scratch",
            run_as=own_uid() if self.user_namespace else None,
            uid=None if self.user_namespace else own_uid(),
        )
