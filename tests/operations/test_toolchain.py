"""What builds images is installed once, however many processes find it missing at the same time."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tools.images import toolchain
from tools.images.toolchain import ToolMissing, require

# As apt-get, it refuses to work beside another one.
APT = """#!/bin/sh
mkdir {folder}/lock || {{ echo "E: Could not get lock" >&2; exit 100; }}
sleep 0.2
echo "$1" >> {folder}/asked
[ "$1" = update ] || {{ echo > {folder}/bin/builder; chmod +x {folder}/bin/builder; }}
rmdir {folder}/lock
"""


@pytest.fixture
def debian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "bin").mkdir()
    _put(tmp_path / "bin" / "apt-get", APT.format(folder=tmp_path))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(toolchain, "_APT", tmp_path)
    return tmp_path


def _put(program: Path, text: str) -> None:
    program.write_text(text)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


def test_several_that_need_it_at_once_install_it_once(debian: Path) -> None:
    with ThreadPoolExecutor(4) as several:
        for done in [several.submit(require, "builder") for _ in range(4)]:
            done.result()

    assert (debian / "asked").read_text().split() == ["update", "install"]


def test_what_is_there_is_not_asked_for(debian: Path) -> None:
    require("sh")

    assert not (debian / "asked").exists()


def test_what_apt_get_says_is_told(debian: Path) -> None:
    (debian / "lock").mkdir()  # somebody else's

    with pytest.raises(ToolMissing, match=r"(?s)install .* builder` failed: .*Could not get lock"):
        require("builder")


def test_nobody_but_root_installs(debian: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1_000)

    with pytest.raises(ToolMissing, match=r"As root on Debian: apt-get install .* builder$"):
        require("builder")

    assert not (debian / "asked").exists()
