"""The tests themselves: what they may ask for is declared, and what they promise is there."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, python_files

_BUILT_IN = {"parametrize", "skip", "skipif", "xfail", "usefixtures", "filterwarnings"}
_OF_PLUGINS = {"xdist_group", "timeout", "allow_hosts", "enable_socket", "disable_socket"}
_PROMISED = re.compile(r"`(tests/[\w/.]+)`")


def marks(source: str) -> set[str]:
    return set(re.findall(r"pytest\.mark\.(\w+)", source))


def declared() -> set[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]
    return {line.partition(":")[0] for line in settings["ini_options"]["markers"]}


def test_every_marker_is_declared() -> None:
    used = set().union(*(marks(path.read_text()) for path in python_files("tests")))

    assert "emulator" in used
    assert used - declared() - _BUILT_IN - _OF_PLUGINS == set()


def test_a_marker_is_noticed_wherever_it_stands() -> None:
    mark = "pytest." + "mark"

    assert marks(f"x = ({mark}.one, {mark}.two(3))\n@{mark}.three") == {"one", "two", "three"}


@pytest.mark.parametrize(
    "document", sorted((ROOT / "docs" / "decisions").glob("0*.md")), ids=lambda path: path.stem
)
def test_what_enforces_a_decision_is_there(document: Path) -> None:
    text = document.read_text()

    for path in _PROMISED.findall(text):
        assert (ROOT / path).exists(), path
