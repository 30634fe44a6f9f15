"""`make test`: every check in its order; all of them run, one that fails makes the whole fail."""

import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One runner and the line by which it sums itself up."""

    title: str
    command: tuple[str, ...]
    summary: str = r"\S.*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    check: Check
    passed: bool
    summary: str
    seconds: float
    failures: tuple[str, ...]


# How pytest, Playwright and Vitest name what failed or was flaky, and in which step Playwright says what it waited for.
_FAILURE = re.compile(
    r"(FAILED|ERROR) tests/.*|\s+(\d+\) )?e2e/\S+\.spec\.ts:\d+:\d+ .*| FAIL .*|.*: error: .*"
    r"|    (Error|TimeoutError|Test timeout|Locator|Expected|Received)\b.*|      +at .*/e2e/\S+"
)
_FAILURES_SHOWN = 24
_NPM = (shutil.which("npm") or "npm", "--prefix", "web", "run", "--silent")
_PYTEST = (sys.executable, "-m", "pytest")
_PYTEST_SUMMARY = r"=+ .*\b(passed|failed|error|errors|skipped|no tests ran|deselected)\b.* =+"
CHECKS = (
    Check(title="ruff check", command=("ruff", "check", ".")),
    Check(title="ruff format", command=("ruff", "format", "--check", ".")),
    Check(title="mypy", command=("mypy",)),
    Check(title="import contracts", command=("lint-imports",), summary=r"Contracts: .*"),
    Check(title="infrastructure policies", command=(sys.executable, "-m", "tools.policies")),
    Check(title="web build and budgets", command=(*_NPM, "build"), summary=r"Every page .*"),
    Check(title="web lint", command=(*_NPM, "lint")),
    Check(title="web types", command=(*_NPM, "types")),
    Check(title="web audit", command=(sys.executable, "-m", "tools.audit")),
    Check(title="web tests", command=(*_NPM, "test"), summary=r"\s*Tests\s+\d.*"),
    Check(
        title="tests",
        command=(
            *_PYTEST,
            "-n",
            "auto",
            "--dist",
            "loadgroup",
            "-m",
            "not stack and not images and not bots",
        ),
        summary=_PYTEST_SUMMARY,
    ),
    Check(
        title="tests on the stack",
        # A dozen processes meet in these: one that fails is tried once more, and counted as "rerun".
        command=(*_PYTEST, "-m", "stack and not bots", "--reruns", "1"),
        summary=_PYTEST_SUMMARY,
    ),
    Check(
        title="containers",
        command=(*_PYTEST, "-n", "2", "--dist", "loadgroup", "-m", "images"),
        summary=_PYTEST_SUMMARY,
    ),
    Check(
        title="tests in a browser",
        command=(
            *(sys.executable, "-m", "emulators.stack", "run", "--free-ports"),
            *("--state", ".candlewick/e2e", "--", *_NPM, "e2e"),
        ),
        summary=r"\s*\d+ (passed|failed|flaky|skipped|did not run).*",
    ),
)


def main() -> int:
    outcomes = [carry_out(check) for check in (*CHECKS, *_rules())]
    sys.stdout.write("\n")
    for outcome in outcomes:
        mark = "ok    " if outcome.passed else "FAILED"
        sys.stdout.write(
            f"{mark} {outcome.check.title:<24}{outcome.seconds:7.1f} s  {outcome.summary}\n"
        )
        for failure in outcome.failures:
            sys.stdout.write(f"       {failure}\n")
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def _rules() -> tuple[Check, ...]:
    if not (_ROOT / "tests" / "rules").is_dir():
        return ()
    only_firestore = ("run", "--free-ports", "--only", "firestore", "--state", ".candlewick/rules")
    return (
        Check(
            title="security rules",
            command=(
                *(sys.executable, "-m", "emulators.stack", *only_firestore, "--"),
                *(_NPM[0], "run", "--silent", "test:rules"),
            ),
            summary=r"\s*Tests\s+\d.*",
        ),
    )


def carry_out(check: Check) -> Outcome:
    """Run a check, showing what it prints; what failed in it is named in the outcome."""
    sys.stdout.write(f"\n── {check.title}\n")
    sys.stdout.flush()
    began = time.monotonic()
    summary, failures = "", dict[str, None]()
    with subprocess.Popen(  # noqa: S603 - our own commands
        check.command,
        cwd=_ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={**os.environ, "NO_COLOR": "1"},
    ) as process:
        for line in process.stdout or ():
            sys.stdout.write(line)
            sys.stdout.flush()
            if re.fullmatch(check.summary, line.rstrip()):
                summary = line.strip()
            if _FAILURE.fullmatch(line.rstrip()):
                failures[line.strip()] = None
    return Outcome(
        check=check,
        passed=process.returncode == 0,
        summary=summary,
        seconds=time.monotonic() - began,
        failures=tuple(failures)[:_FAILURES_SHOWN],
    )


if __name__ == "__main__":
    sys.exit(main())
