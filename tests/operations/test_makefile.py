"""What the menu of `make` offers is there."""

import re

import pytest

from tests.architecture.tree import ROOT

TEXT = (ROOT / "Makefile").read_text()
(TARGETS,) = re.findall(r"^\.PHONY: (.+)$", TEXT, re.MULTILINE)


@pytest.mark.parametrize("target", TARGETS.split())
def test_every_target_has_a_recipe_and_a_line_in_the_menu(target: str) -> None:
    rule = rf"^{target}:.* ## \S.+\n\t@?\S"

    assert re.search(rule, TEXT, re.MULTILINE)


def test_documents_name_targets_that_there_are() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    named = {
        target
        for document in documents
        for target in re.findall(r"`make ([a-z][a-z-]+)", document.read_text())
    }

    assert len(named) > 10
    assert named - set(TARGETS.split()) == set()
