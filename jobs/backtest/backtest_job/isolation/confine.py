"""Started by unshare(1) as the first process of new namespaces: builds the child's root and enters it.

A script of its own: it runs without site-packages, and imports only the standard library.
"""

import ctypes
import json
import os
import sys
from pathlib import Path
from typing import Any

_RDONLY, _NOSUID, _NODEV, _NOEXEC, _REMOUNT, _BIND, _REC = 1, 2, 4, 8, 32, 4096, 16384
_RELATIME, _NOATIME, _NODIRATIME = 1 << 21, 1024, 2048
_ST_RELATIME = 4096
_MNT_DETACH = 2
_PR_CAPBSET_DROP, _LAST_CAPABILITY = 24, 63
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_DEVICES = ("null", "zero", "full", "random", "urandom")

_libc = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    plan: dict[str, Any] = json.loads(sys.argv[1])
    _build(Path(plan["root"]), plan)
    _enter(plan["root"])
    child = os.fork()
    if child == 0:
        # An empty bounding set: not even uid 0 of a user namespace gets a capability by exec.
        keep_setuid = os.getuid() == 0 and _is_initial_user_namespace()
        if not keep_setuid:
            for capability in range(_LAST_CAPABILITY + 1):
                _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
        os.execve(sys.argv[2], sys.argv[2:], {})  # noqa: S606 - the supervisor's own command
    # Process 1 of its namespace: reaps orphans, and takes everything along when the child ends.
    while True:
        ended, status = os.wait()
        if ended == child:
            code = os.waitstatus_to_exitcode(status)
            os._exit(code if code >= 0 else 128 - code)


def _build(root: Path, plan: dict[str, Any]) -> None:
    _mount("tmpfs", root, "tmpfs", _NOSUID, "size=1m,nr_inodes=4k,mode=755")
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
        options = f"size={size}m,nr_inodes=100k,mode=1777"
        _mount("tmpfs", folder, "tmpfs", _NOSUID | _NODEV, options)
    # It is there already when something visible lies below it.
    if not (root / "tmp").exists():
        (root / "tmp").symlink_to("scratch")
    (root / "proc").mkdir()
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
