"""What the images consist of, and what they do not."""

import json
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from tests.images.conftest import built
from tools.images.__main__ import measure
from tools.images.build import BACKTEST, LIVE_BOT, MARKET_DATA, ROOT, Built, Recipe

pytestmark = [pytest.mark.images, pytest.mark.timeout(300, func_only=True)]

_SITE = "usr/local/lib/python3.13/dist-packages"
_PYTHON_3_13 = {"python_full_version": "3.13.5", "python_version": "3.13", "sys_platform": "linux"}
_PYTHON_FOLDERS = ("usr/lib/python3.13", "usr/local/lib/python3.13", "app")
# A program by one of these names would serve whoever breaks in.
_TOOLS = re.compile(
    r"(ba|da|z|k|c)?sh|busybox|apt.*|dpkg.*|perl.*|pip.*|uv|gcc.*|cc|ld|make|curl|wget|nc|ssh|mount|su|sudo"
    r"|unshare|nsenter|chroot|env|ldconfig|openssl|git"
)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What tells one image from the other."""

    recipe: Recipe
    module: str
    requirements: str
    ours: frozenset[str]
    most_mib: int
    most_files: int = 12_500
    not_ours: str = "gcp|accounts"
    certificates: frozenset[str] = frozenset({"certifi/cacert.pem"})


JOB = Kind(
    recipe=BACKTEST,
    module="backtest_job",
    requirements="jobs/backtest/requirements.txt",
    ours=frozenset({"backtest_job/__main__.py", "candlewick/engine/run.py"}),
    most_mib=600,
)
BOT = Kind(
    recipe=LIVE_BOT,
    module="live_bot",
    requirements="services/live-bot/requirements.txt",
    ours=frozenset({"live_bot/__main__.py", "live_bot/trader/run.py", "candlewick/bots/wire.py"}),
    most_mib=625,  # the compressor of its state is 22 MiB
)
PULLS = Kind(
    recipe=MARKET_DATA,
    module="market_data_job",
    requirements="jobs/market-data/requirements.txt",
    ours=frozenset({"market_data_job/__main__.py", "candlewick/pulling/running.py"}),
    most_mib=640,  # Google's clients are 30 MiB
    most_files=13_800,
    not_ours="accounts|backtests|engine|isolation",
    certificates=frozenset({"certifi/cacert.pem", "grpc/_cython/_credentials/roots.pem"}),
)


@pytest.fixture(scope="module", params=[JOB, BOT, PULLS], ids=lambda kind: kind.recipe.name)
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


@pytest.fixture(scope="module")
def image(kind: Kind) -> Built:
    return built(kind.recipe)


@pytest.fixture(scope="module")
def bill(kind: Kind, image: Built) -> dict[str, Any]:
    file = image.rootfs / f"usr/share/sbom/candlewick-{kind.recipe.name}.cdx.json"
    found: dict[str, Any] = json.loads(file.read_text())
    return found


def files(folder: Path) -> Iterator[Path]:
    return (file for file in folder.rglob("*") if file.is_file() and not file.is_symlink())


def listed(bill: dict[str, Any], kind: str) -> dict[str, str]:
    components = bill["components"]
    return {
        each["name"]: each["version"]
        for each in components
        if each["purl"].startswith(f"pkg:{kind}/")
    }


def test_it_starts_the_supervisor_itself_as_nobodys_user(kind: Kind, image: Built) -> None:
    config = image.config

    assert config["User"] == "10001:10001"
    # No shell in between: SIGTERM must reach the supervisor.
    assert config["Entrypoint"] == ["/usr/bin/python3.13", "-m", kind.module]
    assert config.get("Cmd") is None
    assert config["StopSignal"] == "SIGTERM"
    assert config["WorkingDir"] == "/tmp"  # noqa: S108 - the image's


def test_its_labels_say_what_it_is(image: Built) -> None:
    labels = image.config["Labels"]

    assert isinstance(labels, dict)
    prefix = "org.opencontainers.image."
    wanted = {"title", "description", "licenses", "version", "revision", "created", "base.name"}
    assert {name.removeprefix(prefix) for name in labels if name.startswith(prefix)} >= wanted
    assert labels[f"{prefix}licenses"] == "GPL-3.0-or-later"


def test_it_has_no_shell_no_package_manager_and_no_other_tools(image: Built) -> None:
    programs = [file for file in files(image.rootfs) if file.stat().st_mode & 0o111]
    in_path = {file.name for file in (image.rootfs / "usr/bin").iterdir()}
    tools = [str(file) for file in programs if _TOOLS.fullmatch(file.name)]

    assert in_path == {"python3.13", "bwrap"}
    assert tools == []
    assert not list(image.rootfs.rglob("pip")) + list(image.rootfs.rglob("ensurepip"))


def test_nothing_runs_as_another_user_and_nothing_but_tmp_can_be_written(image: Built) -> None:
    others = []
    for file in image.rootfs.rglob("*"):
        status = file.lstat()
        if stat.S_ISLNK(status.st_mode):
            continue
        mode, place = status.st_mode, file.relative_to(image.rootfs)
        is_open = bool(mode & stat.S_IWOTH) and str(place) != "tmp"
        if mode & (stat.S_ISUID | stat.S_ISGID) or is_open or status.st_uid or status.st_gid:
            others.append((str(place), oct(mode), status.st_uid, status.st_gid))

    assert others == []


def test_every_module_is_compiled_and_is_never_looked_up_again(image: Built) -> None:
    missing, checked = [], []
    for source in (
        file for name in _PYTHON_FOLDERS for file in (image.rootfs / name).rglob("*.py")
    ):
        compiled = source.parent / "__pycache__" / f"{source.stem}.cpython-313.pyc"
        if not compiled.exists():
            missing.append(source)
        elif compiled.read_bytes()[4:8] != b"\x01\0\0\0":  # PEP 552: by hash, unchecked
            checked.append(source)

    assert len(list((image.rootfs / "app").rglob("*.pyc"))) > 30
    assert (missing, checked) == ([], [])


def test_the_bill_of_materials_lists_every_distribution_with_its_version(
    image: Built, bill: dict[str, Any]
) -> None:
    found = distributions(path=[str(image.rootfs / _SITE)])
    installed = {normal(each.metadata["Name"]): each.version for each in found}
    status = image.rootfs / "var/lib/dpkg/status.d"
    names = (ROOT / "jobs/backtest/image/packages.txt").read_text().split()

    assert bill["bomFormat"] == "CycloneDX"
    assert listed(bill, "pypi") == installed
    assert set(listed(bill, "deb")) == set(names) == {file.name for file in status.iterdir()}
    for name, version in listed(bill, "deb").items():
        assert f"\nVersion: {version}\n" in (status / name).read_text()


def test_what_is_installed_is_what_is_pinned(kind: Kind, bill: dict[str, Any]) -> None:
    text = (ROOT / kind.requirements).read_text().replace("\\\n", " ")
    pins = [Requirement(line.partition("--hash")[0]) for line in text.strip().splitlines()]
    meant = {
        normal(pin.name): str(pin.specifier).removeprefix("==")
        for pin in pins
        if pin.marker is None or pin.marker.evaluate(_PYTHON_3_13)
    }

    assert listed(bill, "pypi") == meant


def test_no_tests_no_secrets_and_no_sources_of_the_platform_are_in_it(
    kind: Kind, image: Built
) -> None:
    app = image.rootfs / "app"
    inside = {str(file.relative_to(app)) for file in app.rglob("*.py")}
    names = [str(file.relative_to(image.rootfs)) for file in files(image.rootfs)]
    keys = [
        name
        for name in names
        if re.search(r"(\.pem|\.key|\.p12|id_rsa|\.env|credentials\.json)$", name)
    ]

    assert kind.ours <= inside
    assert not [
        name for name in inside if re.search(rf"{kind.not_ours}|(^|/)tests/|conftest|image/", name)
    ]
    assert set(keys) == {f"{_SITE}/{name}" for name in kind.certificates}
    assert not [name for name in names if "/.git" in name or re.search(r"/tests?/", name)]


def test_it_stays_small(kind: Kind, image: Built) -> None:
    size, count = measure(image.rootfs)

    assert size <= kind.most_mib * 1024 * 1024
    assert count <= kind.most_files


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
