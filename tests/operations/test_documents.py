"""docs/operations: every command is one, every link leads somewhere, every alert has its page."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from candlewick.cli import admin, data
from candlewick.cli.main import COMMANDS
from tests.architecture.tree import ROOT

FOLDER = ROOT / "docs" / "operations"
PAGES = sorted(FOLDER.rglob("*.md"))
ALERTS = {
    "stuck-runs", "queue-age", "error-ratio", "failed-verification", "reconcile-lag", "daily-cost",
    "budget", "slow-dispatch", "backup-missing", "pull-failed",
}  # fmt: skip
_BLOCK = re.compile(r"^[ ]*```console\n(.*?)^[ ]*```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`candlewick ((?:admin|data) [^`]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_ACTIONS = {
    "find", "show", "replay", "cancel", "suspend", "restore", "quota", "users", "audit",
    "restore-drill", "reindex", "moderator",
}  # fmt: skip


def name_of(page: Path) -> str:
    return str(page.relative_to(FOLDER))


EACH = pytest.mark.parametrize("page", PAGES, ids=name_of)


def commands(text: str) -> Iterator[str]:
    for block in _BLOCK.findall(text):
        for line in block.splitlines():
            if line.strip():
                assert line.strip().startswith("$ "), line
                yield line.strip().removeprefix("$ ")


def check(command: str) -> None:
    """Parse a command as it would be typed; ends the process (SystemExit) when it is none."""
    words = shlex.split(command)
    if words[0] != "candlewick":
        return
    assert words[1] in COMMANDS, command
    if words[1] == "admin":
        admin.parser().parse_args(words[2:])


@EACH
def test_every_command_of_a_page_can_be_typed(page: Path) -> None:
    for command in commands(page.read_text()):
        check(command)


def test_the_pages_name_every_command() -> None:
    found = {
        shlex.split(command)[2]
        for page in PAGES
        for command in commands(page.read_text())
        if command.startswith("candlewick admin ")
    }

    assert found | {"restore"} == _ACTIONS
    table = (FOLDER / "README.md").read_text()
    assert {name for name in _ACTIONS if f"`{name}`" not in table} == set()


@pytest.mark.parametrize(
    "command",
    [
        "candlewick admin repair RUN",
        "candlewick admin cancel RUN --force --reason x",
        "candlewick admin find --state lost",
        "candlewick admin cancel RUN",
    ],
)
def test_a_command_that_is_none_is_noticed(command: str) -> None:
    with pytest.raises(SystemExit):
        check(command)


@EACH
def test_commands_in_sentences_are_commands(page: Path) -> None:
    for command in _INLINE.findall(page.read_text()):
        first, second, *_ = command.split()
        known = _ACTIONS if first == "admin" else {"import", "pull", "simulate", "list"}
        assert second in known, command


def test_the_known_actions_are_the_parsers() -> None:
    words = re.search(r"\{([^}]+)\}|positional arguments:\n  ACTION\n(.*?)\n\n", admin.parser().format_help(), re.DOTALL)  # fmt: skip
    assert words is not None
    listed = {line.split()[0] for line in words[2].splitlines() if re.match(r" {4}\S", line)}
    assert listed == _ACTIONS
    assert data.run.__doc__


@EACH
def test_links_lead_somewhere(page: Path) -> None:
    for link in _LINK.findall(page.read_text()):
        if link.startswith("https://"):
            assert "console." not in link or "PROJECT" in link, link
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


def anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_alert_has_its_page_and_no_page_is_left_over() -> None:
    assert {page.stem for page in (FOLDER / "playbooks").glob("*.md")} == ALERTS


@pytest.mark.parametrize("alert", sorted(ALERTS))
def test_a_playbook_says_what_it_means_and_what_to_do(alert: str) -> None:
    text = (FOLDER / "playbooks" / f"{alert}.md").read_text()

    assert text.startswith(f"# {alert}\n\n**Means**: ")
    parts = ["**Users notice**: ", "## Look first", "## Do", "## Afterwards"]
    assert [part for part in parts if part not in text] == []
    assert list(commands(text))
    assert len(text.splitlines()) <= 60


@EACH
def test_no_page_names_a_real_project(page: Path) -> None:
    found = re.findall(r"[?&]project=(\w+)", page.read_text())
    assert set(found) <= {"PROJECT"}


def test_the_audit_and_suspension_collections_are_in_the_data_model() -> None:
    model = (ROOT / "docs" / "data-model.md").read_text()
    assert "`audit/{id}`" in model
    assert "`suspensions/{uid}`" in model
