"""Makes new namespaces, builds the child's root in them, and runs the child there.

A script of its own: it runs without site-packages, and imports only the standard library. It does what
unshare(1) would, with fewer demands on the kernel: gVisor knows no pidfd_open(2).
"""

import contextlib
import ctypes
import errno
import fcntl
import json
import os
import select
import signal
import socket
import struct
import sys
from pathlib import Path
from typing import Any

_RDONLY, _NOSUID, _NODEV, _NOEXEC, _REMOUNT, _BIND, _REC = 1, 2, 4, 8, 32, 4096, 16384
_RELATIME, _NOATIME, _NODIRATIME = 1 << 21, 1024, 2048
_ST_RELATIME = 4096
_PRIVATE = 1 << 18
_MNT_DETACH = 2
_NEW_USER = 0x10000000
# Mounts, control groups, host name, System V objects, processes, network.
_NEW_NAMESPACES = 0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x20000000 | 0x40000000
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4
_PR_CAPBSET_DROP, _LAST_CAPABILITY = 24, 63
_SIOCSIFFLAGS, _IFF_UP, _IFF_RUNNING = 0x8914, 1, 64
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_DEVICES = ("null", "zero", "full", "random", "urandom")

_libc = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    plan: dict[str, Any] = json.loads(sys.argv[1])
    keep_setuid = os.getuid() == 0 and not plan["user_namespace"] and _is_initial_user_namespace()
    _leave(plan["user_namespace"])
    if plan["loopback"]:
        _raise_loopback()
    alive_read, alive_write = os.pipe()
    first = os.fork()
    if first != 0:
        # Ends as a shell does when what it runs dies of a signal.
        os.close(alive_read)
        code = os.waitstatus_to_exitcode(os.waitpid(first, 0)[1])
        os._exit(code if code >= 0 else 128 - code)
    os.close(alive_write)
    _die_with_parent(alive_read)
    _build(Path(plan["root"]), plan)
    _enter(plan["root"])
    _run_child(keep_setuid=keep_setuid)


def _leave(user_namespace: bool) -> None:  # noqa: FBT001 - a word of the plan
    """Leave the supervisor's namespaces; the next child is the first process of the new ones."""
    uid, gid = os.getuid(), os.getgid()
    if _libc.unshare(_NEW_NAMESPACES | (_NEW_USER if user_namespace else 0)) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    if user_namespace:
        # gVisor has this file read-only, and needs no word in it.
        with contextlib.suppress(OSError):
            Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
    _mount(None, Path("/"), None, _REC | _PRIVATE)


def _raise_loopback() -> None:
    """Make 127.0.0.1 of the new network usable; gVisor's is without a word."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket,
        contextlib.suppress(OSError),
    ):
        fcntl.ioctl(
            any_socket, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", _IFF_UP | _IFF_RUNNING)
        )


def _die_with_parent(alive: int) -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    # It may have died before that; then nobody holds the pipe's other end.
    watch = select.poll()
    watch.register(alive, select.POLLHUP)
    if watch.poll(0):
        os._exit(1)
    os.close(alive)


def _run_child(*, keep_setuid: bool) -> None:
    child = os.fork()
    if child == 0:
        # An empty bounding set: not even uid 0 of a user namespace gets a capability by exec.
        if not keep_setuid:
            for capability in range(_LAST_CAPABILITY + 1):
                _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
        os.execve(sys.argv[2], sys.argv[2:], {})  # noqa: S606 - the supervisor's own command
    # The child may be of the same user: it shall not look into this process.
    _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    # Process 1 of its namespace: reaps orphans, and takes everything along when the child ends.
    while True:
        ended, status = os.wait()
        if ended == child:
            code = os.waitstatus_to_exitcode(status)
            os._exit(code if code >= 0 else 128 - code)


def _build(root: Path, plan: dict[str, Any]) -> None:
    _mount_tmpfs(root, _NOSUID, "size=1m,mode=755", "nr_inodes=4k")
    for source, target in plan["binds"]:
        inside = root / target.lstrip("/")
        _bind(Path(source), inside)
    devices = root / "dev"
    devices.mkdir()
    for name in _DEVICES:
        _place_file(devices / name)
        _mount(f"/dev/{name}", devices / name, None, _BIND)
    for target, size in plan["sizes_mib"].items():
        folder = root / target.lstrip("/")
        folder.mkdir(parents=True)
        _mount_tmpfs(folder, _NOSUID | _NODEV, f"size={size}m,mode=1777", "nr_inodes=100k")
    # It is there already when something visible lies below it.
    if not (root / "tmp").exists():
        (root / "tmp").symlink_to("scratch")
    (root / "proc").mkdir()
    # Where the container's own /proc is partly hidden, the kernel refuses a whole one here: then there is none.
    with contextlib.suppress(PermissionError):
        _mount("proc", root / "proc", "proc", _NOSUID | _NODEV | _NOEXEC)
    (root / "old").mkdir()


def _enter(root: str) -> None:
    os.chdir(root)
    if _libc.syscall(_PIVOT_ROOT[os.uname().machine], b".", b"old") != 0:
        raise OSError(ctypes.get_errno(), "pivot_root")
    os.chdir("/")
    if _libc.umount2(b"/old", _MNT_DETACH) != 0:
        raise OSError(ctypes.get_errno(), "umount")
    Path("/old").rmdir()
    _mount(None, Path("/"), None, _REMOUNT | _BIND | _RDONLY | _NOSUID)
    os.chdir("/scratch")


def _bind(source: Path, target: Path) -> None:
    if source.is_dir():
        target.mkdir(parents=True, exist_ok=True)
    else:
        _place_file(target)
    _mount(str(source), target, None, _BIND | _REC)
    # In a user namespace the flags that the source has are locked: they must be repeated.
    has = os.statvfs(target).f_flag
    kept = has & (_NOSUID | _NODEV | _NOEXEC | _NOATIME | _NODIRATIME)
    kept |= _RELATIME if has & _ST_RELATIME else 0
    _mount(None, target, None, _REMOUNT | _BIND | _RDONLY | _NOSUID | kept)


def _place_file(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def _mount_tmpfs(target: Path, flags: int, options: str, most_files: str) -> None:
    try:
        _mount("tmpfs", target, "tmpfs", flags, f"{options},{most_files}")
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        # gVisor does not count files; the supervisor does.
        _mount("tmpfs", target, "tmpfs", flags, options)


def _mount(
    source: str | None, target: Path, kind: str | None, flags: int, options: str = ""
) -> None:
    encoded = None if source is None else source.encode()
    kind_encoded = None if kind is None else kind.encode()
    done = _libc.mount(encoded, str(target).encode(), kind_encoded, flags, options.encode())
    if done != 0:
        raise OSError(ctypes.get_errno(), f"mount {target}")


def _is_initial_user_namespace() -> bool:
    return Path("/proc/self/uid_map").read_text().split() == ["0", "0", "4294967295"]


if __name__ == "__main__":
    main()
