"""The container images, from their Dockerfiles, unpacked: what crun, runsc and the Cloud Run emulator run.

Everything lies below .candlewick/images/; an image whose inputs did not change is not built again.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from emulators.cloud_run.images import program_path
from tools.images.toolchain import (
    BUILD_TOOLS,
    ToolMissing,
    find,
    is_recent_runsc,
    require,
    require_root,
)

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".candlewick" / "images"
SUITE = "trixie"
_NO_INPUTS = {"__pycache__"}
_BASE = f"localhost/candlewick-base:{SUITE}"
_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
_CERTIFICATES_INSIDE = "/run/builder-certificates.crt"
_MIRROR = "http://deb.debian.org/debian"
_LINES = 15

Result = TypeVar("Result")


class BuildFailed(Exception):
    """Says which command failed, and its last lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One image: its name, its Dockerfile, and what this copies; other `inputs` are another image."""

    name: str
    dockerfile: str
    inputs: tuple[str, ...]


_SHARED = (".dockerignore", "jobs/backtest/image", "src/candlewick/__init__.py", "src/candlewick/backtests",
          "src/candlewick/isolation", "tools/images/build.py")  # fmt: skip
BACKTEST = Recipe(
    name="backtest",
    dockerfile="jobs/backtest/Dockerfile",
    inputs=(*_SHARED, "jobs/backtest", "src/candlewick/engine", "src/candlewick/errors.py"),
)
LIVE_BOT = Recipe(
    name="live-bot",
    dockerfile="services/live-bot/Dockerfile",
    inputs=(
        *(*_SHARED, "services/live-bot", "src/candlewick/bots", "src/candlewick/log.py"),
        *("src/candlewick/redaction.py", "src/candlewick/tracing.py"),
    ),
)
MARKET_DATA = Recipe(
    name="market-data",
    dockerfile="jobs/market-data/Dockerfile",
    inputs=(
        *(*_SHARED, "jobs/market-data", "src/candlewick/gcp", "src/candlewick/market_data"),
        *("src/candlewick/pulling", "src/candlewick/errors.py", "src/candlewick/log.py"),
        *("src/candlewick/objects.py", "src/candlewick/redaction.py", "src/candlewick/tracing.py"),
    ),
)
RECIPES = (BACKTEST, LIVE_BOT, MARKET_DATA)


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """An unpacked image: `rootfs/`, `image.json` (the `config` of an OCI image) and `build.json` in `folder`.

    Attributes:
        digest: the image's id, the hash of its configuration and layers.
        seconds: what building took; 0 when it was there already.
    """

    folder: Path
    digest: str
    seconds: float = 0

    @property
    def rootfs(self) -> Path:
        return self.folder / "rootfs"

    @property
    def config(self) -> dict[str, object]:
        found: dict[str, object] = json.loads((self.folder / "image.json").read_text())
        return found


def build(recipe: Recipe, *, base: str | None = None, epoch: int | None = None) -> Built:
    """Build the image unless it is there; return it unpacked.

    Args:
        recipe: which image.
        base: an image to build on, pulled from its registry; otherwise Debian is laid out by debootstrap.
        epoch: SOURCE_DATE_EPOCH, otherwise the Dockerfile's own.

    Raises:
        ToolMissing: something must be installed first, or this is not root.
        BuildFailed: a step of the build failed.
    """
    require_root()
    require(*BUILD_TOOLS)
    with _alone():
        folder = FOLDER / _key(recipe, base, epoch)
        if (folder / "build.json").exists():
            _name_latest(recipe, folder)
            return Built(
                folder=folder, digest=json.loads((folder / "build.json").read_text())["digest"]
            )
        began = time.monotonic()
        digest = _build(recipe, base or _possible(_debian), epoch)
        _unpack(recipe, digest, folder)
        seconds = round(time.monotonic() - began, 1)
        (folder / "build.json").write_text(json.dumps({"digest": digest, "seconds": seconds}))
        _name_latest(recipe, folder)
        return Built(folder=folder, digest=digest, seconds=seconds)


def _name_latest(recipe: Recipe, folder: Path) -> None:
    """Point the link that the local stack follows to this image."""
    link = FOLDER / f"latest-{recipe.name}"
    link.unlink(missing_ok=True)
    link.symlink_to(folder.name)


def runsc() -> Path:
    """Return a gVisor that is new enough: the machine's, else Debian trixie's, which is one static file."""
    installed = find("runsc")
    if installed is not None and is_recent_runsc(installed):
        return Path(installed)
    require_root()
    require(*BUILD_TOOLS)
    program = FOLDER / "tools" / "runsc"
    with _alone():
        if not is_recent_runsc(program):
            _possible(lambda: _fetch_runsc(program))
    if not is_recent_runsc(program):
        raise ToolMissing("Debian's runsc does not run here.")
    return program


def _possible(work: Callable[[], Result]) -> Result:
    """Do what fails only where the machine or its network does not let it; `ToolMissing` then."""
    try:
        return work()
    except BuildFailed as failed:
        raise ToolMissing(f"this machine does not let it. {failed}") from failed


def _fetch_runsc(program: Path) -> None:
    container = _buildah("from", _debian()).strip()
    try:
        inside = "cd /root && apt-get update --quiet && apt-get download --quiet runsc && dpkg-deb --extract runsc_*.deb /runsc"
        _buildah("run", "--isolation", "chroot", container, "sh", "-c", inside)
        mounted = Path(_buildah("mount", container).strip())
        program.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(mounted / "runsc" / "usr" / "bin" / "runsc", program)
    finally:
        _buildah("rm", container)


def _build(recipe: Recipe, base: str, epoch: int | None) -> str:
    arguments = {"BASE": base}
    if epoch is not None:
        arguments["SOURCE_DATE_EPOCH"] = str(epoch)
    volumes: list[str] = []
    if _CERTIFICATES.exists():  # a machine may reach the registries by certificates of its own
        volumes = ["--volume", f"{_CERTIFICATES}:{_CERTIFICATES_INSIDE}:ro"]
        arguments["SSL_CERT_FILE"] = _CERTIFICATES_INSIDE
    return _buildah(
        *("build", "--isolation", "chroot", "--layers", "--quiet", "--timestamp", str(epoch or _epoch(recipe))),
        *(word for item in arguments.items() for word in ("--build-arg", "=".join(item))),
        *volumes,
        *("--file", str(ROOT / recipe.dockerfile), "--tag", f"localhost/candlewick-{recipe.name}", str(ROOT)),
    ).strip().splitlines()[-1]  # fmt: skip


def _epoch(recipe: Recipe) -> int:
    """Return the Dockerfile's own SOURCE_DATE_EPOCH."""
    lines = (ROOT / recipe.dockerfile).read_text().splitlines()
    return int(next(line for line in lines if "SOURCE_DATE_EPOCH=" in line).partition("=")[2])


def _unpack(recipe: Recipe, digest: str, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    container = _buildah("from", digest).strip()
    try:
        mounted = _buildah("mount", container).strip()
        _run("cp", "--archive", "--reflink=auto", mounted, str(folder / "rootfs"))
    finally:
        _buildah("rm", container)
    facts = json.loads(_buildah("inspect", "--type", "image", digest))
    (folder / "image.json").write_text(json.dumps(facts["OCIv1"]["config"], indent=2))
    # The one before may be in use.
    others = [old for old in FOLDER.glob(f"{recipe.name}-*") if old != folder]
    for old in sorted(others, key=lambda each: each.stat().st_mtime)[:-1]:
        shutil.rmtree(old)


def _debian() -> str:
    """Return the image of a minimal Debian, made by debootstrap when it is not there."""
    if _is_there(_BASE):
        return _BASE
    layout = FOLDER / "debian"
    shutil.rmtree(layout, ignore_errors=True)
    keyring = [f"--keyring={_KEYRING}"] if _KEYRING.exists() else []
    _run(
        find("debootstrap") or "debootstrap",
        "--variant=minbase",
        *keyring,
        SUITE,
        str(layout),
        _MIRROR,
    )
    container = _buildah("from", "scratch").strip()
    try:
        _buildah("add", "--quiet", container, f"{layout}/", "/")
        _buildah("commit", "--quiet", container, _BASE)
    finally:
        _buildah("rm", container)
        shutil.rmtree(layout, ignore_errors=True)
    return _BASE


def _key(recipe: Recipe, base: str | None, epoch: int | None) -> str:
    digest = hashlib.sha256(f"{base} {epoch}".encode())
    for file in sorted({file for name in recipe.inputs for file in _files(ROOT / name)}):
        digest.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return f"{recipe.name}-{digest.hexdigest()[:16]}"


def _files(place: Path) -> Iterator[Path]:
    found = [place] if place.is_file() else place.rglob("*")
    return (file for file in found if file.is_file() and not _NO_INPUTS & set(file.parts))


@contextmanager
def _alone() -> Iterator[None]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            _unmount_storage()


def _unmount_storage() -> None:
    """Undo what buildah leaves mounted; the folder could not be deleted otherwise."""
    places = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
    ours = [place for place in places if Path(place).is_relative_to(FOLDER)]
    for place in reversed(ours):
        subprocess.run(["umount", "--lazy", place], capture_output=True, check=False)  # noqa: S603, S607


def _buildah(*arguments: str) -> str:
    return _run(*_buildah_command(), *arguments)


def _is_there(image: str) -> bool:
    command = [*_buildah_command(), "inspect", "--type", "image", image]
    done = subprocess.run(command, capture_output=True, env=_environment(), check=False)  # noqa: S603
    return done.returncode == 0


def _buildah_command() -> tuple[str, ...]:
    places = ("--root", str(FOLDER / "storage"), "--runroot", str(FOLDER / "run"))
    return (find("buildah") or "buildah", *places, "--storage-driver", "overlay")


def _environment() -> dict[str, str]:
    temporary = FOLDER / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    return {**os.environ, "TMPDIR": str(temporary), "PATH": program_path()}


def _run(*command: str) -> str:
    with (FOLDER / "build.log").open("a") as log:
        log.write(f"$ {' '.join(command)}\n")
        log.flush()
        done = subprocess.run(  # noqa: S603 - our own commands
            command,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            errors="replace",
            check=False,
        )
        log.write(done.stdout)
    if done.returncode != 0:
        lines = (FOLDER / "build.log").read_text(errors="replace").splitlines()[-_LINES:]
        raise BuildFailed(f"This failed: {' '.join(command)}\n" + "\n".join(lines))
    return done.stdout
