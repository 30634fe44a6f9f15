"""What runs in the place of a container image: a command on this machine."""

import os
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """The command stands for the entry point; without `cwd` each attempt runs in a fresh folder."""

    command: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None


def read_images(
    commands: Iterable[str], variables: Iterable[str], folders: Iterable[str]
) -> dict[str, Image]:
    """Read images from the command line; `ValueError` when it makes no sense.

    Args:
        commands: `NAME=COMMAND LINE`.
        variables: `NAME:KEY=VALUE`.
        folders: `NAME=DIR`.
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
        name: Image(
            command=_command(name, line),
            env=envs.get(name, {}),
            cwd=Path(cwds[name]).absolute() if name in cwds else None,
        )
        for name, line in lines.items()
    }


def base_environment(home: Path) -> dict[str, str]:
    """Return what every container has; nothing else of the emulator's environment reaches one."""
    return {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(home), "LANG": "C.UTF-8"}


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
