"""Checks terraform/ against checkov's policies for Google Cloud; each exception needs its reason.

checkov brings a hundred packages that clash with ours, so it runs in an environment of its own, which uv
makes. It works offline; only fetching it the first time does not.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "terraform"
_CHECKOV = "checkov==3.3.30"
_WORDS_OF_A_REASON = 5
_EXCEPTION = re.compile(r"^\s*#checkov:skip=(\w+)(?::[ \t]*(\S.*))?$", re.MULTILINE)


class Unavailable(Exception):
    """checkov cannot be fetched; the text is uv's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    passed: int
    failed: tuple[str, ...]
    skipped: frozenset[tuple[str, str]]  # (file, check)

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> "Report":
        results = found.get("results", {})
        return cls(
            passed=len(results.get("passed_checks", [])),
            failed=tuple(
                f"{item['check_id']} {item['check_name']}: {item['resource']} ({item['file_path']})"
                for item in results.get("failed_checks", [])
            ),
            skipped=frozenset(
                (Path(item["file_path"]).name, item["check_id"])
                for item in results.get("skipped_checks", [])
            ),
        )


def scan(folder: Path) -> Report:
    """Run checkov over a folder; raises `Unavailable`."""
    run = _environment()
    options = ("--framework", "terraform", "--output", "json", "--skip-download")
    done = subprocess.run(  # noqa: S603
        [*run, "checkov", "--directory", str(folder), *options],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        found = json.loads(done.stdout)
    except json.JSONDecodeError:
        raise SystemExit(f"checkov ended with {done.returncode}: {done.stderr}") from None
    return Report.of(found)


def _environment() -> tuple[str, ...]:
    """Return how a command runs beside checkov: from uv's cache, else fetched."""
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    said = ""
    for options in (("--offline",), ()):
        run = (uv, "tool", "run", *options, "--from", _CHECKOV)
        probe = subprocess.run([*run, "python", "-V"], capture_output=True, text=True, check=False)  # noqa: S603
        if probe.returncode == 0:
            return run
        said = probe.stderr.strip()
    raise Unavailable(said)


def findings(folder: Path, report: Report) -> Iterator[str]:
    """Yield failed policies, exceptions without a reason and exceptions that nothing needs."""
    yield from report.failed
    if not report.passed:
        yield "checkov has looked at nothing"
    for file in sorted(folder.glob("*.tf")):
        for check, reason in _EXCEPTION.findall(file.read_text()):
            if len(reason.split()) < _WORDS_OF_A_REASON:
                yield f"{file.name}: the exception from {check} has no reason"
            if (file.name, check) not in report.skipped:
                yield f"{file.name}: nothing needs the exception from {check}"


def main() -> int:
    try:
        report = scan(FOLDER)
    except Unavailable as reason:
        sys.stdout.write(f"{reason}\nNOT CHECKED: {_CHECKOV} cannot be fetched from PyPI\n")
        return 0
    found = list(findings(FOLDER, report))
    exceptions = sum(len(_EXCEPTION.findall(file.read_text())) for file in FOLDER.glob("*.tf"))
    sys.stdout.writelines(f"{text}\n" for text in found)
    sys.stdout.write(
        f"{report.passed} policies hold, {exceptions} exceptions, {len(found)} findings\n"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
