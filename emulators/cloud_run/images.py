"""What runs in the place of a container image: a command on this machine, or an unpacked image in a container."""

import json
import os
import shlex
import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from emulators.cloud_run import oci

_UNPACKED = "oci:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """The command stands for the entry point; without `cwd` each attempt runs in a fresh folder.

    Attributes:
        launcher: what starts a container, in which the command then runs; without it the command is a process here.
    """

    command: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None
    launcher: tuple[str, ...] = ()

    def argv(
        self, command: Iterable[str], args: Iterable[str], working_dir: str
    ) -> tuple[str, ...]:
        """Return what to start for a container of a job, whose `command` replaces the entry point."""
        inside = (*(tuple(command) or self.command), *args)
        if not self.launcher:
            return inside
        folder = ("--workdir", working_dir) if working_dir else ()
        return (*self.launcher, *folder, "--", *inside)

    def folder(self, working_dir: str) -> Path | None:
        """Return where to start it; `None` is a fresh folder."""
        if self.launcher or self.cwd is not None:
            return self.cwd
        return Path(working_dir) if working_dir else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """What runs unpacked images: `crun` or `runsc`, and its file unless it is on PATH."""

    name: str = "crun"
    program: str | None = None


def read_images(
    commands: Iterable[str],
    variables: Iterable[str],
    folders: Iterable[str],
    runtime: Runtime | None = None,
) -> dict[str, Image]:
    """Read images from the command line; `ValueError` when it makes no sense.

    Args:
        commands: `NAME=COMMAND LINE`, or `NAME=oci:DIR`, an unpacked image.
        variables: `NAME:KEY=VALUE`.
        folders: `NAME=DIR`.
        runtime: of unpacked images.
    """
    lines = dict(_split("--image", text) for text in commands)
    cwds = dict(_split("--image-cwd", text) for text in folders)
    envs: dict[str, dict[str, str]] = {}
    for text in variables:
        name_and_key, value = _split("--image-env", text)
        name, _, key = name_and_key.rpartition(":")
        envs.setdefault(name, {})[key] = value
    for name in (*cwds, *envs):
        if name not in lines:
            raise ValueError(f"There is no --image {name!r}, though other flags name it.")
    return {
        name: _unpacked(name, line, envs.get(name, {}), runtime or Runtime())
        if line.startswith(_UNPACKED)
        else Image(
            command=_command(name, line),
            env=envs.get(name, {}),
            cwd=Path(cwds[name]).absolute() if name in cwds else None,
        )
        for name, line in lines.items()
    }


def base_environment(home: Path) -> dict[str, str]:
    """Return what every container has; nothing else of the emulator's environment reaches one."""
    return {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(home), "LANG": "C.UTF-8"}


def _unpacked(name: str, line: str, env: Mapping[str, str], runtime: Runtime) -> Image:
    folder = Path(line.removeprefix(_UNPACKED)).absolute()
    if os.geteuid() != 0:
        raise ValueError(f"--image {name}: only root starts containers here.")
    program = shutil.which(runtime.program or runtime.name, path=program_path())
    if program is None:
        raise ValueError(
            f"--image {name}: {runtime.name} is not installed (Debian: apt-get install {runtime.name})."
        )
    try:
        config = json.loads((folder / "image.json").read_text())
    except (OSError, ValueError) as error:
        raise ValueError(f"--image {name}: {folder} is no unpacked image: {error}") from error
    own = dict(variable.split("=", 1) for variable in config.get("Env") or ())
    return Image(
        command=(*(config.get("Entrypoint") or ()), *(config.get("Cmd") or ())),
        env=own | dict(env),
        launcher=(
            *(sys.executable, "-I", "-S", oci.__file__, "--runtime", runtime.name),
            # Our services listen on this machine's loopback.
            *("--program", program, "--image", str(folder), "--network", "shared"),
        ),
    )


def program_path() -> str:
    """Return PATH and where Debian keeps container tools, to which only root's PATH leads."""
    return f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"


def _split(flag: str, text: str) -> tuple[str, str]:
    name, found, value = text.partition("=")
    if not found or not name:
        raise ValueError(f"{flag} {text!r}: there is no NAME=….")
    return name, value


def _command(name: str, line: str) -> tuple[str, ...]:
    command = tuple(shlex.split(line))
    if not command:
        raise ValueError(f"--image {name}: the command is empty.")
    return command
