"""The policy check can fail: for a careless resource, an exception without a reason, one that is not needed."""

from pathlib import Path

import pytest

from tools import policies
from tools.policies import Report, Unavailable

CARELESS = """
resource "google_storage_bucket" "this" {
  name                        = "careless"
  location                    = "EU"
  uniform_bucket_level_access = false
}
"""


def report(*skipped: str, failed: tuple[str, ...] = (), passed: int = 1) -> Report:
    checks = frozenset(("main.tf", check) for check in skipped)
    return Report(passed=passed, failed=failed, skipped=checks)


@pytest.mark.timeout(300)
def test_a_careless_resource_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(CARELESS)

    try:
        found = policies.scan(tmp_path)
    except Unavailable as reason:
        pytest.skip(f"checkov cannot be fetched from PyPI: {reason}")

    assert any("CKV_GCP_29" in text for text in policies.findings(tmp_path, found))


@pytest.mark.parametrize(
    ("text", "made", "finding"),
    [
        ("", report(failed=("CKV_GCP_1 x",)), "CKV_GCP_1 x"),
        ("", report(passed=0), "checkov has looked at nothing"),
        ("#checkov:skip=CKV_GCP_2", report("CKV_GCP_2"), "has no reason"),
        ("#checkov:skip=CKV_GCP_2:later", report("CKV_GCP_2"), "has no reason"),
        ("#checkov:skip=CKV_GCP_2:we do it in another way", report(), "nothing needs"),
    ],
)
def test_what_is_wrong_is_noticed(tmp_path: Path, text: str, made: Report, finding: str) -> None:
    (tmp_path / "main.tf").write_text(f"  {text}\n")

    (found,) = policies.findings(tmp_path, made)
    assert finding in found


def test_an_exception_with_its_reason_is_none(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("  #checkov:skip=CKV_GCP_2:we do it in another way\n")

    assert list(policies.findings(tmp_path, report("CKV_GCP_2"))) == []
