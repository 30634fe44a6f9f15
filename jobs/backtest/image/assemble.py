"""Builds the image's file system: Debian packages, Python packages, their bytecode, and a list of both.

Run by the Dockerfile's builder stage, as root: `python3.13 assemble.py ROOT DEBS`. The packages of
requirements.txt are in ROOT already. There is no package manager in ROOT and no shell.
"""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

SITE = Path("usr/local/lib/python3.13/dist-packages")
STDLIB = Path("usr/lib/python3.13")
# What distroless images call it too: scanners of packages look here where there is no dpkg database.
STATUS = Path("var/lib/dpkg/status.d")
USER = 10001

_FOLDERS_NOT_NEEDED = (
    "dev", "run", "var/lock", "var/tmp", "var/run", "etc/alternatives", "etc/apt", "etc/cron.d", "etc/init.d", "etc/profile.d", "etc/update-motd.d",
    "usr/games", "usr/include", "usr/lib/systemd", "usr/lib/x86_64-linux-gnu/gconv",
    "usr/lib/aarch64-linux-gnu/gconv", "usr/sbin", "usr/share/bash-completion", "usr/share/binfmts",
    "usr/share/info", "usr/share/lintian", "usr/share/locale", "usr/share/man", "usr/share/zsh", "usr/src",
    *(f"{STDLIB}/{name}" for name in ("ensurepip", "idlelib", "pydoc_data", "test", "tkinter", "turtledemo")),
    *(f"{SITE}/{name}" for name in ("bin", "etc", "share", "pyarrow/include", "pyarrow/src", "numpy/_core/include")),
)  # fmt: skip
_FOLDERS_NOT_IMPORTED = ("test", "tests", "__pycache__")
# Type information, sources of extension modules, Arrow's network protocol, and terminals.
_FILES_NOT_IMPORTED = (
    "*.pyi", "*.pyx", "*.pxd", "*.pxi", "*.c", "*.h", "*.hpp", "*.cpp", "*.f90", "*.a", "*.cmake",
    "libarrow_flight*.so*", "libarrow_python_flight.so*", "_flight.*.so",
    "_curses*.so", "readline.*.so", "_dbm.*.so", "_gdbm.*.so",
)  # fmt: skip
_PROGRAMS = ("python3.13", "bwrap")
# No passwords: nobody can sign in.
_PASSWD = "root:x:0:0:root:/nonexistent:/nonexistent\njob:x:{user}:{user}::/tmp:/nonexistent\n"  # noqa: S105
_GROUP = "root:x:0:\njob:x:{user}:\n"


def main(root: Path, debs: Path) -> None:
    for deb in sorted(debs.glob("*.deb")):
        _unpack(deb, root)
    _drop_what_is_not_needed(root)
    _add_users(root)
    subprocess.run(["ldconfig", "-r", str(root)], check=True)
    shutil.rmtree(root / "var" / "cache" / "ldconfig", ignore_errors=True)
    (root / SITE / ".lock").unlink(missing_ok=True)
    _forbid_setuid(root)
    _check_libraries(root)


def _unpack(deb: Path, root: Path) -> None:
    """Unpack a Debian package without running its scripts, and note it for scanners."""
    name = _read("dpkg-deb", "--field", str(deb), "Package").strip()
    subprocess.run(["dpkg-deb", "--extract", deb, root], check=True)
    status = root / STATUS
    status.mkdir(parents=True, exist_ok=True)
    (status / name).write_text(_read("dpkg-deb", "--field", str(deb)))


def _add_users(root: Path) -> None:
    (root / "etc" / "passwd").write_text(_PASSWD.format(user=USER))
    (root / "etc" / "group").write_text(_GROUP.format(user=USER))
    (root / "etc" / "nsswitch.conf").write_text("passwd: files\ngroup: files\nhosts: files dns\n")
    # Whoever mounts a file system here finds the folder already.
    for name, mode in (
        ("tmp", 0o1777),
        ("proc", 0o555),
        ("sys", 0o555),
        ("dev", 0o755),
        ("app", 0o755),
    ):
        (root / name).mkdir(exist_ok=True)
        (root / name).chmod(mode)


def _drop_what_is_not_needed(root: Path) -> None:
    for name in _FOLDERS_NOT_NEEDED:
        shutil.rmtree(root / name, ignore_errors=True)
    for folder in (root / SITE, root / STDLIB):
        for found in [found for name in _FOLDERS_NOT_IMPORTED for found in folder.rglob(name)]:
            shutil.rmtree(found, ignore_errors=True)
        for found in [found for pattern in _FILES_NOT_IMPORTED for found in folder.rglob(pattern)]:
            found.unlink()
    others = [file for file in _files(root / "usr/share/doc") if file.name != "copyright"]
    programs = [file for file in (root / "usr/bin").iterdir() if file.name not in _PROGRAMS]
    for found in (*others, *programs):
        found.unlink()


def _check_libraries(root: Path) -> None:
    """End the build when a shared library, an extension module or a program lacks another."""
    loader = next(root.glob("usr/lib*/**/ld-linux-*.so.*")).relative_to(root)
    binaries = [file for file in _files(root / "usr") if file.is_file() and _is_elf(file)]
    lacking = []
    for file in binaries:
        command = ["chroot", str(root), f"/{loader}", "--list", f"/{file.relative_to(root)}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if "not found" in done.stdout or "cannot open" in done.stderr:
            lacking.append(f"{file} cannot be loaded:\n{done.stdout}{done.stderr}")
    if lacking:
        sys.exit("\n".join(lacking))


def _is_elf(file: Path) -> bool:
    with file.open("rb") as content:
        return content.read(4) == b"\x7fELF"


def _forbid_setuid(root: Path) -> None:
    for file in _files(root):
        mode = file.lstat().st_mode
        if stat.S_ISREG(mode) and mode & (stat.S_ISUID | stat.S_ISGID):
            file.chmod(stat.S_IMODE(mode) & 0o777)


def _files(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder):
        yield from (Path(place) / name for name in names)


def _read(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
