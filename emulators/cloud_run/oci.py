"""Runs one container from an unpacked image, by crun or gVisor's runsc: `python -I -S oci.py --help`.

Run as a program of its own, on the standard library alone. The container's environment is this program's.
It ends as the container's command ended; SIGTERM is handed on. Needs root.

An unpacked image is a folder with `rootfs/` and `image.json`, the `config` of an OCI image.
"""

import argparse
import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import FrameType
from typing import Any

RUNTIMES = ("crun", "runsc")
_CANNOT_START = 127
_NEW_MOUNTS = 0x00020000
_REC, _PRIVATE = 16384, 1 << 18
_HYBRID = Path("/sys/fs/cgroup/unified/cgroup.controllers")
_NAMESPACES = ("pid", "mount", "ipc", "uts", "cgroup")
_CAPABILITY_SETS = ("bounding", "effective", "permitted", "inheritable", "ambient")
_QUIET = ["nosuid", "noexec", "nodev"]
# As in containers everywhere: what there tells of the machine, or changes it.
_MASKED = (
    "/proc/kcore",
    "/proc/keys",
    "/proc/timer_list",
    "/proc/sched_debug",
    "/proc/scsi",
    "/sys/firmware",
)
_READ_ONLY = ("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger")


def main() -> int:
    given = _parser().parse_args()
    image = json.loads((given.image / "image.json").read_text())
    with tempfile.TemporaryDirectory(prefix="oci-", dir=given.state) as folder:
        bundle = Path(folder)
        description = _description(given, image)
        (bundle / "config.json").write_text(json.dumps(description))
        if given.runtime == "crun":
            _leave_hybrid_cgroups()
        return _run(_runtime(given, bundle), bundle)


def _runtime(given: argparse.Namespace, bundle: Path) -> list[str]:
    program, state = given.program or given.runtime, str(bundle / "state")
    if given.runtime == "crun":
        return [program, "--cgroup-manager=disabled", "--root", state]
    network = "none" if given.network == "none" else "host"
    flags = ("--platform", given.platform, "--network", network, "--ignore-cgroups")
    # Without an overlay nothing of the container's lies in a file of the machine.
    return [program, "--root", state, *flags]


def _run(runtime: list[str], bundle: Path) -> int:
    name = bundle.name.replace("_", "-")
    stopping = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, stopping)
    command = [*runtime, "run", "--bundle", str(bundle), name]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, preexec_fn=_unblock)  # noqa: PLW1509 - one thread

    def stop(_number: int, _frame: FrameType | None) -> None:
        subprocess.run([*runtime, "kill", name, "TERM"], capture_output=True, check=False)

    for number in stopping:
        signal.signal(number, stop)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, stopping)
    code = process.wait()
    subprocess.run([*runtime, "delete", "--force", name], capture_output=True, check=False)
    return code


def _unblock() -> None:
    os.setpgrp()  # signals of a terminal are for this program to hand on
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _description(given: argparse.Namespace, image: dict[str, Any]) -> dict[str, Any]:
    """Return a runtime's config.json: read-only root, no capabilities, a system-call filter."""
    uid, _, gid = str(image.get("User") or "0").partition(":")
    described: dict[str, Any] = {
        "ociVersion": "1.0.2",
        "hostname": "localhost",
        "root": {"path": str((given.image / "rootfs").resolve()), "readonly": True},
        "process": {
            "terminal": False,
            "user": {"uid": int(uid), "gid": int(gid or uid)},
            "args": given.command or [*(image.get("Entrypoint") or ()), *(image.get("Cmd") or ())],
            "env": [f"{name}={value}" for name, value in os.environ.items()],
            "cwd": given.workdir or image.get("WorkingDir") or "/",
            "noNewPrivileges": True,
            "capabilities": {name: [] for name in _CAPABILITY_SETS},
        },
        "mounts": [*_mounts(given.tmp_mib), *map(_bind, given.bind)],
        "linux": {
            "namespaces": [{"type": kind} for kind in _NAMESPACES],
            "maskedPaths": [] if given.whole_proc else list(_MASKED),
            "readonlyPaths": [] if given.whole_proc else list(_READ_ONLY),
        },
    }
    if given.network == "none":
        described["linux"]["namespaces"].append({"type": "network"})
    if given.seccomp is not None:
        described["linux"]["seccomp"] = json.loads(given.seccomp.read_text())
    return described


def _mounts(tmp_mib: int) -> list[dict[str, Any]]:
    memory = [
        ("/dev", "755", 1, ["nosuid", "noexec"]),
        ("/dev/shm", "1777", 64, _QUIET),  # noqa: S108 - the container's own
        ("/tmp", "1777", tmp_mib, ["nosuid", "nodev"]),  # noqa: S108 - the container's own
    ]
    return [
        {"destination": "/proc", "type": "proc", "source": "proc", "options": _QUIET},
        *(
            {
                "destination": path,
                "type": "tmpfs",
                "source": "tmpfs",
                "options": [*options, f"mode={mode}", f"size={size}m"],
            }
            for path, mode, size, options in memory
        ),
    ]


def _bind(text: str) -> dict[str, Any]:
    source, _, target = text.partition(":")
    options = ["rbind", "ro", "nosuid", "nodev"]
    return {"destination": target, "type": "bind", "source": source, "options": options}


def _leave_hybrid_cgroups() -> None:
    """Show crun a machine with version 2 alone: it refuses one that uses both versions, though it needs neither."""
    try:
        has_both = bool(_HYBRID.read_text().strip())
    except OSError:
        return
    if not has_both:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    # Each only where the one before succeeded.
    if (
        libc.unshare(_NEW_MOUNTS) != 0
        or libc.mount(None, b"/", None, _REC | _PRIVATE, None) != 0
        or libc.mount(b"cgroup2", b"/sys/fs/cgroup", b"cgroup2", 0, None) != 0
    ):
        raise OSError(ctypes.get_errno(), "the control groups could not be put aside")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Runs a container from an unpacked image.")
    parser.add_argument("--runtime", choices=RUNTIMES, required=True)
    parser.add_argument("--program", help="the runtime's file, unless it is on PATH")
    parser.add_argument("--platform", default="ptrace", help="runsc's (%(default)s)")
    parser.add_argument("--image", type=Path, required=True, metavar="DIR")
    parser.add_argument("--network", choices=("none", "shared"), default="none")
    parser.add_argument("--workdir", metavar="DIR", help="instead of the image's own")
    parser.add_argument("--seccomp", type=Path, metavar="FILE", help="in OCI's form")
    parser.add_argument(
        "--bind",
        action="append",
        default=[],
        metavar="SOURCE:TARGET",
        help="to be read, not written",
    )
    parser.add_argument("--whole-proc", action="store_true", help="nothing of /proc hidden")
    parser.add_argument("--tmp-mib", type=int, default=2048, metavar="N")
    parser.add_argument(
        "--state", type=Path, metavar="DIR", help="for files of the container's life"
    )
    parser.add_argument("command", nargs="*", help="in the place of the image's own")
    return parser


def _end_like(code: int) -> None:
    if code >= 0:
        sys.exit(code)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(-code, signal.SIG_DFL)
    os.kill(os.getpid(), -code)


if __name__ == "__main__":
    _end_like(main())
