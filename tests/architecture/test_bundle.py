"""The functions' bundle: the same bytes from the same files, and complete with what requirements.txt names."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.architecture.tree import ROOT
from tools import bundle

# All that a function imports, also later than at its start.
MODULES = (
    "main",
    "candlewick.gcp.backups",
    "candlewick.gcp.run_jobs",
    "candlewick.verification.service",
    "candlewick.market_data.feather",
    "candlewick.specs.reading_code",
    "candlewick.assistant.gemini",
)
# What only other systems or other versions of Python need.
NOT_HERE = {"tzdata", "winloop", "pyyaml", "httpx2-jsfetch"}
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


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundle")
    with zipfile.ZipFile(bundle.write(ROOT, folder)) as archive:
        archive.extractall(folder / "source")
    return folder / "source"


def import_all(
    folder: Path, modules: tuple[str, ...], forbidden: set[str]
) -> subprocess.CompletedProcess[str]:
    # An editable installation of the project must not fill what the bundle lacks.
    own = f"import sys; sys.path[:] = [p for p in sys.path if p not in {[str(ROOT / 'src'), str(ROOT)]!r}]"
    code = f"{own}\nMODULES = {modules!r}\nFORBIDDEN = {forbidden!r}\n{_GUARD}"
    return subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(folder)},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_every_module_of_the_functions_imports_with_the_pinned_packages_alone(
    unpacked: Path,
) -> None:
    forbidden = outside_the_bundle()

    done = import_all(unpacked, MODULES, forbidden)

    assert {"freqtrade", "ccxt", "pytest"} <= forbidden
    assert done.returncode == 0, done.stderr


def test_a_package_that_is_not_pinned_is_noticed(unpacked: Path) -> None:
    done = import_all(unpacked, ("candlewick.market_data.feather",), {"pyarrow"})

    assert "pyarrow is not in requirements.txt" in done.stderr


def test_the_bundle_has_no_command_line_no_engine_and_no_bytecode(unpacked: Path) -> None:
    done = import_all(unpacked, ("candlewick.engine",), set())

    assert "No module named 'candlewick.engine'" in done.stderr
    (archive,) = unpacked.parent.glob("functions-*.zip")
    names = set(zipfile.ZipFile(archive).namelist())
    assert {"main.py", "requirements.txt", "candlewick/backtests/wire.py"} <= names
    assert not [name for name in names if "__pycache__" in name or "candlewick/cli" in name]


def test_the_same_files_give_the_same_bytes_wherever_and_whenever_they_lie(tmp_path: Path) -> None:
    # Twice: another folder, other times, another umask, a developer's leftovers.
    for name, umask in (("one", 0o022), ("two", 0o077)):
        before = os.umask(umask)
        for folder in ("functions", "src/candlewick"):
            shutil.copytree(ROOT / folder, tmp_path / name / folder, copy_function=shutil.copyfile)
        shutil.copyfile(ROOT / "requirements.txt", tmp_path / name / "requirements.txt")
        os.umask(before)
    for number, file in enumerate(sorted((tmp_path / "two").rglob("*"))):
        os.utime(file, (number, number))
    (tmp_path / "two" / "functions" / "main.pyc").write_bytes(b"x")

    one, two = (bundle.write(tmp_path / name, tmp_path / "made" / name) for name in ("one", "two"))

    assert one.name == two.name
    assert one.read_bytes() == two.read_bytes() == bundle.bundle(ROOT)
    assert one.name == f"functions-{hashlib.sha256(one.read_bytes()).hexdigest()}.zip"


def test_another_line_of_code_is_another_bundle(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "functions", tmp_path / "functions")
    shutil.copytree(ROOT / "src" / "candlewick", tmp_path / "src" / "candlewick")
    shutil.copyfile(ROOT / "requirements.txt", tmp_path / "requirements.txt")
    with (tmp_path / "functions" / "main.py").open("a") as source:
        source.write("# another\n")

    assert bundle.write(tmp_path, tmp_path).name != bundle.write(ROOT, tmp_path).name


@pytest.mark.parametrize("name", ["requirements.txt", "jobs/backtest/requirements.txt"])
def test_every_requirement_is_pinned_by_hash(name: str) -> None:
    """One hash makes pip demand all of them; a marker must not take away what Python 3.13 on Linux needs."""
    entries = (ROOT / name).read_text().replace("\\\n", " ").strip().splitlines()
    environment = {
        "python_version": "3.13",
        "python_full_version": "3.13.5",
        "sys_platform": "linux",
    }
    pins: dict[str, int] = {}

    for entry in entries:
        requirement = Requirement(entry.partition("--hash")[0])
        assert "--hash=sha256:" in entry, requirement
        assert [each.operator for each in requirement.specifier] == ["=="], requirement
        is_meant = requirement.marker is None or requirement.marker.evaluate(environment)
        pins[requirement.name] = pins.get(requirement.name, 0) + is_meant

    assert len(pins) > 50
    assert {package for package, count in pins.items() if count != 1} <= NOT_HERE
