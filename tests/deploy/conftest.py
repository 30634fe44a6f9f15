"""A deployment with the programs at its edge replaced: they write down how they are called."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree

import pytest

from tests.architecture.tree import ROOT

_PROGRAMS = ("gcloud", "terraform", "npm", "npx", "make", "git")
_DIGEST = "sha256:" + "a" * 64
COMMIT = "c0ffee" + "0" * 34
# The first answer whose words all occur in a call is given.
_ANSWERS: list[tuple[list[str], str, int]] = [
    (["git", "status"], "", 0),
    (["git", "rev-parse", "HEAD"], COMMIT, 0),
    (["git", "rev-parse"], "d" * 40, 0),
    (["gcloud", "auth", "list"], "operator@example.com", 0),
    (["gcloud", "billingEnabled"], "True", 0),
    (["gcloud", "image_summary.digest"], _DIGEST, 0),
    (["gcloud", "storage", "cat"], "", 1),
    (["terraform", "output"], json.dumps({"buckets": {"value": {"candles": "candles"}}}), 0),
    (["terraform", "show"], "Plan: 3 to add, 0 to change, 0 to destroy.", 0),
]
_PROGRAM = """#!{python}
import json, os, sys
from pathlib import Path
call = [Path(sys.argv[0]).name, *sys.argv[1:]]
world = Path(sys.argv[0]).resolve().parents[1]
with (world / "calls").open("a") as file:
    file.write(json.dumps(call) + "\\n")
for words, answer, code in json.loads((world / "answers").read_text()):
    if all(any(word in part for part in call) for word in words):
        print(answer)
        sys.exit(code)
"""


@dataclass
class World:
    """Run the tool in it; `answers` come before those that make a deployment succeed."""

    folder: Path
    project: str = field(default_factory=lambda: f"test-{uuid.uuid4().hex[:12]}")
    answers: list[tuple[list[str], str, int]] = field(default_factory=list)

    def deploy(
        self, verb: str, *arguments: str, typed: str = ""
    ) -> subprocess.CompletedProcess[str]:
        (self.folder / "answers").write_text(json.dumps([*self.answers, *_ANSWERS]))
        return subprocess.run(
            [sys.executable, "-m", "tools.deploy", verb, self.project, *arguments],
            cwd=ROOT,
            env={**os.environ, "PATH": f"{self.folder / 'bin'}{os.pathsep}/usr/bin:/bin"},
            input=typed,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    def calls(self) -> list[list[str]]:
        file = self.folder / "calls"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def called(self, *words: str) -> list[list[str]]:
        """Return the calls in which every word occurs."""
        return [
            call
            for call in self.calls()
            if all(any(word in part for part in call) for word in words)
        ]

    def kept(self) -> Path:
        return ROOT / ".candlewick" / "deploy" / self.project


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    (tmp_path / "bin").mkdir()
    for name in _PROGRAMS:
        program = tmp_path / "bin" / name
        program.write_text(_PROGRAM.format(python=sys.executable))
        program.chmod(0o755)
    made = World(tmp_path)
    yield made
    rmtree(made.kept(), ignore_errors=True)
