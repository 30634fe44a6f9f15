"""Every gcloud command that a deployment gives is one that gcloud knows, with these flags."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.conftest import World

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
# Flags that every command of gcloud has.
_WIDE = {"--project", "--format", "--filter"}

pytestmark = [
    pytest.mark.skipif(
        shutil.which("gcloud") is None, reason="the Google Cloud CLI is not installed"
    ),
    pytest.mark.timeout(900),  # its help takes seconds a command
]


def test_gcloud_knows_every_command_and_flag(world: World, tmp_path: Path) -> None:
    world.answers = [(["objects", "describe"], "", 0), (["buckets", "describe"], "", 1)]
    world.deploy("up", "--yes")
    world.answers = [(["describe", "candlewick"], "", 1), (["docker", "images", "describe"], "", 1)]
    world.deploy("up", "--yes")
    used = {(verbs(call), flags(call)) for call in world.called("gcloud")}

    assert len(used) > 10
    for words, given in sorted(used):
        known = described(words, tmp_path)
        assert given <= known | _WIDE, f"gcloud {' '.join(words)} does not know {given - known}"


def verbs(call: list[str]) -> tuple[str, ...]:
    """Return the words before the first argument: gcloud's commands are lower-case words."""
    words: list[str] = []
    for part in call[1:]:
        if not re.fullmatch(r"[a-z][a-z-]*", part) or part == call[-1] == "candlewick":
            break
        words.append(part)
    return tuple(words)


def flags(call: list[str]) -> frozenset[str]:
    return frozenset(part.partition("=")[0] for part in call if part.startswith("--"))


def described(words: tuple[str, ...], config: Path) -> set[str]:
    """Return the flags in gcloud's own help of a command; fails when there is no such command."""
    done = subprocess.run(
        ["gcloud", *words, "--help"],
        env={**os.environ, "CLOUDSDK_CONFIG": str(config), "PAGER": "cat"},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, f"gcloud {' '.join(words)}: {done.stderr}"
    text = _COLOURS.sub("", done.stdout)
    return set(re.findall(r"--[a-z][a-z-]+", text)) | {
        f"--{name}" for name in re.findall(r"--\[no-\]([a-z-]+)", text)
    }
