"""The functions run with what requirements.txt names, and nothing that a developer has besides."""

import os
import re
import subprocess
import sys
from importlib.metadata import packages_distributions

from tests.architecture.tree import ROOT

# All that a function imports, also later than at its start.
MODULES = (
    "main",
    "candlewick.gcp.backups",
    "candlewick.gcp.run_jobs",
    "candlewick.verification.service",
    "candlewick.market_data.feather",
)
_GUARD = """
import importlib, importlib.abc, sys

class Guard(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in FORBIDDEN:
            raise ModuleNotFoundError(f"{name} is not in requirements.txt", name=name)

sys.meta_path.insert(0, Guard())
for name in MODULES:
    importlib.import_module(name)
"""


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned() -> set[str]:
    text = (ROOT / "requirements.txt").read_text()
    return {normal(name) for name in re.findall(r"^([A-Za-z0-9_.-]+)==", text, re.MULTILINE)}


def outside_the_bundle() -> set[str]:
    """Return the importable names of all that is installed here and not pinned for the functions."""
    bundle = pinned() | {"candlewick"}
    return {
        module
        for module, distributions in packages_distributions().items()
        if not bundle & set(map(normal, distributions))
    }


def import_all(modules: tuple[str, ...], forbidden: set[str]) -> subprocess.CompletedProcess[str]:
    code = f"MODULES = {modules!r}\nFORBIDDEN = {forbidden!r}\n{_GUARD}"
    path = os.pathsep.join(str(ROOT / folder) for folder in ("src", "functions"))
    return subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": path},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_every_module_of_the_functions_imports_with_the_pinned_packages_alone() -> None:
    forbidden = outside_the_bundle()

    done = import_all(MODULES, forbidden)

    assert {"freqtrade", "ccxt", "pytest"} <= forbidden
    assert done.returncode == 0, done.stderr


def test_a_package_that_is_not_pinned_is_noticed() -> None:
    done = import_all(("candlewick.market_data.feather",), {"pyarrow"})

    assert "pyarrow is not in requirements.txt" in done.stderr
