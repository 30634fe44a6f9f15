"""Cloud Build's files and the workflow: shaped as their services demand, and only calling what exists."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.architecture.tree import ROOT

BUILDS = ("cloudbuild.yaml", "cloudbuild.apply.yaml", "cloudbuild.image.yaml")
WORKFLOW = ".github/workflows/test.yml"


def steps(name: str) -> dict[str, dict[str, Any]]:
    return {step["id"]: step for step in yaml.safe_load((ROOT / name).read_text())["steps"]}


def is_valid(schema: str, file: Path) -> bool:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(file)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("name", BUILDS)
def test_a_build_has_the_shape_that_cloud_build_takes(name: str) -> None:
    assert is_valid("vendor.cloudbuild", ROOT / name)


def test_a_build_of_another_shape_is_noticed(tmp_path: Path) -> None:
    wrong = tmp_path / "cloudbuild.yaml"
    wrong.write_text(
        (ROOT / BUILDS[0]).read_text().replace("entrypoint", "entry").replace("args:", "arg:")
    )

    assert not is_valid("vendor.cloudbuild", wrong)


def test_the_workflow_has_the_shape_that_github_takes() -> None:
    assert is_valid("vendor.github-workflows", ROOT / WORKFLOW)


def test_a_release_goes_its_stages_in_order() -> None:
    assert list(steps("cloudbuild.yaml")) == ["builder", "check", "test", "image", "plan", "ask"]
    assert list(steps("cloudbuild.image.yaml")) == ["build", "scan"]
    assert list(steps("cloudbuild.apply.yaml"))[-1] == "apply"


def test_the_pipeline_the_pull_request_and_the_developer_run_the_same_tests() -> None:
    workflow = yaml.safe_load((ROOT / WORKFLOW).read_text())

    assert steps("cloudbuild.yaml")["test"]["args"][-1] == ".ci/run"
    assert workflow["jobs"]["test"]["steps"][-1] == {"run": ".ci/run"}


def test_an_image_is_pushed_only_after_its_scan() -> None:
    build = yaml.safe_load((ROOT / "cloudbuild.image.yaml").read_text())

    assert build["images"] == ["$_IMAGE"]
    assert not [step for step in build["steps"] if "push" in step["args"]]


@pytest.mark.parametrize("name", BUILDS[:2])
def test_every_verb_of_the_tool_that_a_build_calls_exists(name: str) -> None:
    calls = [step["args"] for step in steps(name).values() if "tools.deploy" in step["args"]]

    assert calls
    for call in calls:
        verb = call[call.index("tools.deploy") + 1]
        done = subprocess.run(
            [sys.executable, "-m", "tools.deploy", verb, "--help"],
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, verb


SCANNER = """#!/bin/sh
case "$*" in
  *"images scan"*) echo projects/p/locations/europe/scans/s ;;
  *CRITICAL*) printf '%s' "$FOUND" ;;
esac
"""


@pytest.mark.parametrize(("found", "code"), [("", 0), ("CVE-2026-1234", 1)])
def test_the_scan_refuses_a_critical_vulnerability_with_a_fix(
    tmp_path: Path, found: str, code: int
) -> None:
    (tmp_path / "gcloud").write_text(SCANNER)
    (tmp_path / "gcloud").chmod(0o755)

    done = subprocess.run(
        [ROOT / "cloudbuild" / "scan.sh", "image"],
        env={"PATH": f"{tmp_path}{os.pathsep}/usr/bin:/bin", "FOUND": found},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == code
    assert (found in done.stdout) is bool(found or code == 0)
